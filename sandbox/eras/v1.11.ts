// Kubernetes 1.11 (2018-06) as Amazon's EKS ran it, and 1.10 before it: what 1.20 has and they had
// not yet.

import type { Behavior, Era, FeatureGate } from "../api/era.ts";
import { v1_11 as schema } from "./schema/index.ts";
import { v1_20 } from "./v1.20.ts";
import { v1_11 as core } from "./words/core.ts";
import { v1_11 as kubectl, v1_10 as kubectl1_10 } from "./words/kubectl.ts";
import { v1_11 as kubelet } from "./words/kubelet.ts";
import { v1_11 as names } from "./words/names.ts";
import { v1_8 as nodes } from "./words/nodes.ts";
import { v1_11 as scheduler, v1_10 as scheduler1_10 } from "./words/scheduler.ts";
import { v1_11 as storage } from "./words/storage.ts";
import { v1_11 as volumes } from "./words/volumes.ts";
import { v1_11 as workloads } from "./words/workloads.ts";

const apps = ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"];
const access = v1_20.serves["rbac.authorization.k8s.io/v1"] ?? [];
const reviews = v1_20.serves["authorization.k8s.io/v1"] ?? [];

const gates: readonly FeatureGate[] = [
  "StorageObjectInUseProtection",
  "VolumeScheduling",
  "ExpandPersistentVolumes",
];

const behaviors: readonly Behavior[] = [
  "server-tables",
  "qualified-names",
  "containers-ready-condition",
  "running-beside-completed",
  "lost-pods-unknown",
  "host-path-types",
  "class-reclaim-policies",
  "taint-manager",
  "owner-references",
  "encoded-replica-set-names",
  "workload-revisions",
  "job-backoff-limit",
  "self-links",
  "tells-nothing-and-why",
  "statefulset-counts-current-first",
];

const columns: Era["columns"] = {
  pods: ["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node"],
  statefulsets: ["Name", "Desired@1.12", "Current@1.12", "Age", "Containers", "Images"],
  deployments: [
    ...["Name", "Desired@1.12", "Current@1.12", "Up-to-date", "Available", "Age"],
    ...["Containers", "Images", "Selector"],
  ],
  jobs: ["Name", "Desired@1.11", "Successful@1.11", "Age", "Containers", "Images", "Selector"],
  events: [
    ...["Last Seen", "First Seen@1.11", "Count@1.11", "Name@1.11", "Kind@1.11", "Subobject@1.11"],
    ...["Type", "Reason", "Source@1.11", "Message"],
  ],
  storageclasses: ["Name", "Provisioner", "Age"],
  persistentvolumes:
    "Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|Reason|Age".split("|"),
  persistentvolumeclaims: "Name|Status|Volume|Capacity|Access Modes|StorageClass|Age".split("|"),
  roles: ["Name", "Age@1.15"],
  clusterroles: ["Name", "Age@1.15"],
  rolebindings: ["Name", "Age"],
  clusterrolebindings: ["Name", "Age"],
  limitranges: ["Name", "Age@1.11"],
  volumeattachments: ["Name", "Age"],
};

export const v1_11: Era = {
  name: "v1.11",
  build: {
    ...v1_20.build,
    minor: "11+",
    gitVersion: "v1.11.5-eks-6bad6d",
    gitCommit: "6bad6d9c768dc0864dab48a11653aa53b5a47043",
    buildDate: "2018-12-06T23:13:14Z",
    goVersion: "go1.10.3",
  },
  serves: {
    v1: v1_20.serves["v1"] ?? [],
    "extensions/v1beta1": [
      ...["daemonsets", "deployments", "ingresses", "networkpolicies"],
      ...["podsecuritypolicies", "replicasets"],
    ],
    "apps/v1": apps,
    "apps/v1beta2": apps,
    "apps/v1beta1": ["controllerrevisions", "deployments", "statefulsets"],
    "events.k8s.io/v1beta1": ["events"],
    "authentication.k8s.io/v1": ["tokenreviews"],
    "authentication.k8s.io/v1beta1": ["tokenreviews"],
    "authorization.k8s.io/v1": reviews,
    "authorization.k8s.io/v1beta1": reviews,
    "autoscaling/v1": ["horizontalpodautoscalers"],
    "autoscaling/v2beta1": [],
    "batch/v1": ["jobs"],
    "batch/v1beta1": ["cronjobs"],
    "certificates.k8s.io/v1beta1": ["certificatesigningrequests"],
    "networking.k8s.io/v1": ["networkpolicies"],
    "policy/v1beta1": ["poddisruptionbudgets", "podsecuritypolicies"],
    "rbac.authorization.k8s.io/v1": access,
    "rbac.authorization.k8s.io/v1beta1": access,
    "storage.k8s.io/v1": ["storageclasses"],
    "storage.k8s.io/v1beta1": ["storageclasses", "volumeattachments"],
    "admissionregistration.k8s.io/v1beta1": [
      "mutatingwebhookconfigurations",
      "validatingwebhookconfigurations",
    ],
    "apiextensions.k8s.io/v1beta1": ["customresourcedefinitions"],
    "apiregistration.k8s.io/v1": [],
    "apiregistration.k8s.io/v1beta1": [],
    "scheduling.k8s.io/v1beta1": ["priorityclasses"],
  },
  gates: new Set(gates),
  behaviors: new Set(behaviors),
  admission: [
    "NamespaceLifecycle",
    "LimitRanger",
    "ServiceAccount",
    "Priority",
    "DefaultTolerationSeconds",
    "DefaultStorageClass",
    "StorageObjectInUseProtection",
    "PersistentVolumeClaimResize",
    "ResourceQuota",
  ],
  words: { core, kubectl, kubelet, names, nodes, scheduler, volumes, storage, workloads },
  columns,
  schema,
  texts: "v1.11",
  timing: { nodeMonitorGracePeriod: 40_000 },
};

/** Kubernetes 1.10 (2018-03): the release of many a kubectl that met EKS. */
export const v1_10: Era = {
  ...v1_11,
  name: "v1.10",
  build: {
    ...v1_20.build,
    minor: "10",
    gitVersion: "v1.10.3",
    gitCommit: "2bba0127d85d5a46ab4b778548be28623b32d0b0",
    buildDate: "2018-05-28T20:03:09Z",
    goVersion: "go1.9.3",
  },
  serves: Object.fromEntries(
    Object.entries(v1_11.serves).filter(([name]) => !name.startsWith("scheduling.")),
  ),
  gates: new Set(gates.filter((gate) => gate !== "ExpandPersistentVolumes")),
  behaviors: new Set([
    "names-back-off",
    ...behaviors.filter(
      (each) =>
        each !== "qualified-names" &&
        each !== "server-tables" &&
        each !== "tells-nothing-and-why" &&
        each !== "containers-ready-condition" &&
        each !== "running-beside-completed",
    ),
  ]),
  admission: v1_11.admission.filter((plugin) => plugin !== "Priority"),
  words: { ...v1_11.words, kubectl: kubectl1_10, scheduler: scheduler1_10 },
  columns: { ...columns, pods: ["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node"] },
};
