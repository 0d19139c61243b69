// Kubernetes 1.5 (2016-12): the Pet Set has become the StatefulSet, and classes of storage are
// named by an annotation.

import type { Behavior, Era } from "../api/era.ts";
import { v1_5 as schema } from "./schema/index.ts";
import { v1_11 } from "./v1.11.ts";
import { v1_5 as core } from "./words/core.ts";
import { v1_5 as kubectl } from "./words/kubectl.ts";
import { v1_5 as kubelet } from "./words/kubelet.ts";
import { v1_3 as names } from "./words/names.ts";
import { v1_3 as nodes } from "./words/nodes.ts";
import { v1_5 as scheduler } from "./words/scheduler.ts";
import { v1_5 as storage } from "./words/storage.ts";
import { v1_5 as volumes } from "./words/volumes.ts";
import { v1_5 as workloads } from "./words/workloads.ts";

const behaviors: readonly Behavior[] = [
  "hides-finished-pods",
  "kinds-shown-if-found",
  "names-back-off",
  "lost-pods-unknown",
  "hostnames-map",
  "nodes-as-external-ips",
  "owner-references",
  "created-by",
  "self-links",
  "describe-tabs",
  "describe-tolerations",
  "pet-sets",
  "classes-by-annotation",
  "two-namespaces",
  "autoscalers-without-target",
  "taints-by-annotation",
  "alpha-provisioning",
];

export const core1_5: readonly string[] = [
  ...["bindings", "componentstatuses", "configmaps", "endpoints", "events", "limitranges"],
  ...["namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods"],
  ...["podtemplates", "replicationcontrollers", "resourcequotas", "secrets", "serviceaccounts"],
  "services",
];

export const v1_5: Era = {
  ...v1_11,
  name: "v1.5",
  build: {
    ...v1_11.build,
    minor: "5",
    gitVersion: "v1.5.2",
    gitCommit: "08e099554f3c31f6e6f07b448ab3ed78d0520507",
    buildDate: "2017-01-12T04:52:34Z",
    goVersion: "go1.7.4",
  },
  serves: {
    v1: core1_5,
    "apps/v1beta1": ["statefulsets"],
    "authentication.k8s.io/v1beta1": ["tokenreviews"],
    "authorization.k8s.io/v1beta1": [
      ...["localsubjectaccessreviews", "selfsubjectaccessreviews", "subjectaccessreviews"],
    ],
    "autoscaling/v1": ["horizontalpodautoscalers"],
    "batch/v1": ["jobs"],
    "batch/v2alpha1": ["cronjobs"],
    "certificates.k8s.io/v1alpha1": [],
    "extensions/v1beta1": [
      ...["daemonsets", "deployments", "horizontalpodautoscalers", "ingresses", "jobs"],
      ...["networkpolicies", "replicasets"],
    ],
    "policy/v1beta1": ["poddisruptionbudgets"],
    "rbac.authorization.k8s.io/v1alpha1": [
      ...["clusterrolebindings", "clusterroles", "rolebindings", "roles"],
    ],
    "storage.k8s.io/v1beta1": ["storageclasses"],
  },
  gates: new Set(),
  behaviors: new Set(behaviors),
  admission: [
    ...["NamespaceLifecycle", "LimitRanger", "ServiceAccount", "DefaultStorageClass"],
    "ResourceQuota",
  ],
  words: { core, kubectl, kubelet, names, nodes, scheduler, volumes, storage, workloads },
  columns: {
    nodes: ["Name", "Status", "Age", "External-IP"],
    pods: ["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node"],
    services: ["Name", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector"],
    persistentvolumes:
      "Name|Capacity|AccessModes@1.7|ReclaimPolicy@1.7|Status|Claim|Reason|Age".split("|"),
    persistentvolumeclaims: "Name|Status|Volume|Capacity|AccessModes@1.7|Age".split("|"),
    storageclasses: ["Name", "Type@1.7"],
    statefulsets: ["Name", "Desired@1.12", "Current@1.12", "Age"],
    deployments: ["Name", "Desired@1.12", "Current@1.12", "Up-to-date", "Available", "Age"],
    replicasets: [
      ...["Name", "Desired", "Current", "Ready", "Age"],
      ...["Container(s)@1.5", "Image(s)@1.5", "Selector"],
    ],
    replicationcontrollers: [
      ...["Name", "Desired", "Current", "Ready", "Age"],
      ...["Container(s)@1.5", "Image(s)@1.5", "Selector"],
    ],
    daemonsets: [
      ...["Name", "Desired", "Current", "Ready", "Node-Selector@1.5", "Age"],
      ...["Container(s)@1.5", "Image(s)@1.5", "Selector"],
    ],
    jobs: [
      ...["Name", "Desired@1.11", "Successful@1.11", "Age"],
      ...["Container(s)@1.5", "Image(s)@1.5", "Selector"],
    ],
    events: [
      ...["LastSeen@1.5", "FirstSeen@1.5", "Count@1.11", "Name@1.5", "Kind@1.11"],
      ...["Subobject@1.11", "Type", "Reason", "Source@1.5", "Message"],
    ],
    horizontalpodautoscalers: [
      ...["Name", "Reference", "Target@1.7", "Current@1.7", "MinPods", "MaxPods", "Age"],
    ],
    poddisruptionbudgets: ["Name", "Min-Available@1.6", "Allowed-Disruptions@1.6", "Age"],
    roles: ["Name", "Age@1.15"],
    clusterroles: ["Name", "Age@1.15"],
    rolebindings: ["Name", "Age"],
    clusterrolebindings: ["Name", "Age"],
    limitranges: ["Name", "Age@1.11"],
  },
  schema,
  texts: "v1.5",
};
