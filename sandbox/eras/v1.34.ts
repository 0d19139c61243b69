// Kubernetes 1.34 (2025-08), the newest here: what has changed since 1.20.

import type { Behavior, Era, FeatureGate } from "../api/era.ts";
import { v1_34 as schema } from "./schema/index.ts";
import { v1_20 } from "./v1.20.ts";
import { v1_27 as core } from "./words/core.ts";
import { newest as kubectl } from "./words/kubectl.ts";
import { v1_34 as kubelet } from "./words/kubelet.ts";
import { v1_34 as nodes } from "./words/nodes.ts";
import { v1_34 as scheduler, v1_33 as scheduler1_33 } from "./words/scheduler.ts";
import { v1_34 as storage } from "./words/storage.ts";
import { v1_34 as volumes } from "./words/volumes.ts";
import { v1_34 as workloads } from "./words/workloads.ts";

/** Switched on since then, and those that have been on before. */
const gates: readonly FeatureGate[] = [
  "StatefulSetAutoDeletePVC",
  "StatefulSetMinReadySeconds",
  "StatefulSetStartOrdinal",
  "PodIndexLabel",
  "RetroactiveDefaultStorageClass",
  "ReadWriteOncePod",
  "NodeOutOfServiceVolumeDetach",
  "HonorPVReclaimPolicy",
  "ServerSideFieldValidation",
  "LegacyServiceAccountTokenNoAutoGeneration",
  "BoundServiceAccountTokenVolume",
  "SidecarContainers",
  "PodReadyToStartContainersCondition",
  "IPv6DualStack",
  "NamespaceDefaultLabelName",
  "ServiceLBNodePortControl",
  "VolumeAttributesClass",
  "CSIStorageCapacity",
  "TTLAfterFinished",
  "MaxSurgeDaemonSet",
  "JobSuspend",
  "IndexedJob",
  "JobPodReplacementPolicy",
  "CronJobControllerV2",
  "CronJobsScheduledAnnotation",
  "EndpointSliceTerminatingCondition",
  "PodDeletionCost",
  "PodObservedGenerationTracking",
  "InPlacePodVerticalScaling",
  "RecursiveReadOnlyMounts",
  "SupplementalGroupsPolicy",
  "PodDisruptionConditions",
  "OpenAPIV3",
];

const behaviors: readonly Behavior[] = [
  "deleted-pods-finish",
  "back-off-resync",
  "restart-ages",
  "prefilter-messages",
  "preemption-messages",
  "kubectl-names-unmapped",
  "kubectl-short-versions",
  "kubectl-warns-of-skew",
  "kubectl-compares-labels",
  "kubectl-wait-for-absent",
  "kubectl-wait-paths",
  "namespace-in-deleted",
  "default-containers",
  "describe-details",
  "describe-placement",
  "services-keep-addresses",
  "newest-default-class",
  "finished-pods-not-terminating",
  "patient-scheduler",
  "healthy-nodes-keep-volumes",
  "spread-without-zones",
  "preference-weights",
  "statefulset-completes-claims",
  "statefulset-replaces-finished",
  "job-success-criteria",
  "described-root-ca",
  "changeable-history-limits",
  "prefixed-job-labels",
  "evicts-unready-pods",
  "json-field-values",
  "named-hpa-targets",
];

/** What 1.20 did and this no longer does. */
const gone: readonly Behavior[] = ["status-wakes-scheduler", "plain-component-ports"];

export const v1_34: Era = {
  ...v1_20,
  name: "v1.34",
  build: {
    ...v1_20.build,
    minor: "34",
    gitVersion: "v1.34.1",
    gitCommit: "93248f9ae092f571eb870b7664c534bfc7d00f03",
    buildDate: "2025-09-09T19:37:40Z",
    goVersion: "go1.24.6",
  },
  serves: {
    v1: v1_20.serves["v1"] ?? [],
    "apps/v1": v1_20.serves["apps/v1"] ?? [],
    "events.k8s.io/v1": ["events"],
    "authentication.k8s.io/v1": ["selfsubjectreviews", "tokenreviews"],
    "authorization.k8s.io/v1": v1_20.serves["authorization.k8s.io/v1"] ?? [],
    "autoscaling/v2": ["horizontalpodautoscalers"],
    "autoscaling/v1": ["horizontalpodautoscalers"],
    "batch/v1": ["cronjobs", "jobs"],
    "certificates.k8s.io/v1": ["certificatesigningrequests"],
    "networking.k8s.io/v1": ["ingressclasses", "ingresses", "networkpolicies"],
    "policy/v1": ["poddisruptionbudgets"],
    "rbac.authorization.k8s.io/v1": v1_20.serves["rbac.authorization.k8s.io/v1"] ?? [],
    "storage.k8s.io/v1": [
      "csidrivers",
      "csinodes",
      "csistoragecapacities",
      "storageclasses",
      "volumeattachments",
      "volumeattributesclasses",
    ],
    "admissionregistration.k8s.io/v1": [
      "mutatingwebhookconfigurations",
      "validatingadmissionpolicies",
      "validatingadmissionpolicybindings",
      "validatingwebhookconfigurations",
    ],
    "apiextensions.k8s.io/v1": ["customresourcedefinitions"],
    "apiregistration.k8s.io/v1": [],
    "scheduling.k8s.io/v1": ["priorityclasses"],
    "coordination.k8s.io/v1": ["leases"],
    "node.k8s.io/v1": ["runtimeclasses"],
    "discovery.k8s.io/v1": ["endpointslices"],
    "flowcontrol.apiserver.k8s.io/v1": [],
    "resource.k8s.io/v1": [
      "deviceclasses",
      "resourceclaims",
      "resourceclaimtemplates",
      "resourceslices",
    ],
  },
  gates: new Set([...v1_20.gates, ...gates]),
  behaviors: new Set([...v1_20.behaviors, ...behaviors].filter((each) => !gone.includes(each))),
  words: { ...v1_20.words, core, kubectl, kubelet, nodes, scheduler, storage, volumes, workloads },
  deprecations: {
    "v1/endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  },
  columns: {
    persistentvolumes: [
      ..."Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass".split("|"),
      ..."VolumeAttributesClass@1.29|Reason|Age|VolumeMode".split("|"),
    ],
    persistentvolumeclaims: [
      ..."Name|Status|Volume|Capacity|Access Modes|StorageClass".split("|"),
      ..."VolumeAttributesClass@1.29|Age|VolumeMode".split("|"),
    ],
    jobs: "Name|Status@1.31|Completions|Duration|Age|Containers|Images|Selector".split("|"),
  },
  schema,
  texts: "v1.34",
  timing: { nodeMonitorGracePeriod: 50_000 },
};

/** Kubernetes 1.33 (2025-04), for its kubectl. */
export const v1_33: Era = {
  ...v1_34,
  name: "v1.33",
  build: {
    ...v1_34.build,
    minor: "33",
    gitVersion: "v1.33.1",
    gitCommit: "8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828",
    buildDate: "2025-05-15T08:27:33Z",
    goVersion: "go1.24.2",
  },
  behaviors: new Set(
    [...v1_34.behaviors].filter(
      (each) =>
        each !== "namespace-in-deleted" &&
        each !== "json-field-values" &&
        each !== "back-off-resync",
    ),
  ),
  words: { ...v1_34.words, scheduler: scheduler1_33 },
};
