// Kubernetes 1.20 (2020-12): the era that was measured best; the others say how they differ from a
// neighbour.

import type { Era } from "../api/era.ts";
import { v1_20 as schema } from "./schema/index.ts";
import { v1_20 as core } from "./words/core.ts";
import { v1_20 as kubectl } from "./words/kubectl.ts";
import { v1_20 as kubelet } from "./words/kubelet.ts";
import { v1_20 as names } from "./words/names.ts";
import { v1_20 as scheduler } from "./words/scheduler.ts";
import { v1_20 as storage } from "./words/storage.ts";
import { v1_20 as volumes } from "./words/volumes.ts";
import { v1_20 as workloads } from "./words/workloads.ts";

export const v1_20: Era = {
  name: "v1.20",
  build: {
    major: "1",
    minor: "20",
    gitVersion: "v1.20.2",
    gitCommit: "faecb196815e248d3ecfb03c680a4507229c2a56",
    gitTreeState: "clean",
    buildDate: "2021-01-13T13:20:00Z",
    goVersion: "go1.15.5",
    compiler: "gc",
    platform: "linux/amd64",
  },
  serves: {
    v1: [
      "configmaps",
      "endpoints",
      "events",
      "limitranges",
      "namespaces",
      "nodes",
      "persistentvolumeclaims",
      "persistentvolumes",
      "pods",
      "replicationcontrollers",
      "resourcequotas",
      "secrets",
      "serviceaccounts",
      "services",
    ],
    "apps/v1": ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"],
    "events.k8s.io/v1": ["events"],
    "events.k8s.io/v1beta1": ["events"],
    "autoscaling/v1": ["horizontalpodautoscalers"],
    "batch/v1": ["jobs"],
    "batch/v1beta1": ["cronjobs"],
    "networking.k8s.io/v1": ["ingresses", "networkpolicies"],
    "policy/v1beta1": ["poddisruptionbudgets"],
    "rbac.authorization.k8s.io/v1": [
      "clusterrolebindings",
      "clusterroles",
      "rolebindings",
      "roles",
    ],
    "storage.k8s.io/v1": ["csidrivers", "csinodes", "storageclasses", "volumeattachments"],
    "storage.k8s.io/v1beta1": ["csidrivers", "csinodes", "storageclasses", "volumeattachments"],
    "scheduling.k8s.io/v1": ["priorityclasses"],
    "coordination.k8s.io/v1": ["leases"],
    "discovery.k8s.io/v1beta1": ["endpointslices"],
  },
  gates: new Set([
    "EndpointSlice",
    "StorageObjectInUseProtection",
    "TaintBasedEvictions",
    "NodeLease",
    "VolumeScheduling",
    "DefaultPodTopologySpread",
    "BlockVolume",
    "ExpandPersistentVolumes",
    "CSIVolumeFSGroupPolicy",
    "StartupProbe",
    "ExecProbeTimeout",
  ]),
  behaviors: new Set([
    "server-tables",
    "human-durations",
    "containers-ready-condition",
    "wide-columns",
    "qualified-names",
    "sorted-events-v1",
    "status-wakes-scheduler",
    "topology-labels",
    "provisioned-node-affinity",
    "statefulset-waits-for-claims",
    "used-by",
    "services-drop-addresses",
    "lost-pods-unknown",
    "running-beside-completed",
    "unready-beside-completed",
    "host-path-types",
    "class-reclaim-policies",
    "owner-references",
    "workload-revisions",
    "typed-claim-templates",
    "job-restart-policy-required",
    "job-backoff-limit",
  ]),
  admission: [
    "NamespaceLifecycle",
    "LimitRanger",
    "ServiceAccount",
    "TaintNodesByCondition",
    "Priority",
    "DefaultTolerationSeconds",
    "DefaultStorageClass",
    "StorageObjectInUseProtection",
    "PersistentVolumeClaimResize",
    "ResourceQuota",
  ],
  words: { core, kubectl, kubelet, names, scheduler, volumes, storage, workloads },
  columns: {},
  schema,
  timing: { nodeMonitorGracePeriod: 40_000 },
};
