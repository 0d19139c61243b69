// Kubernetes 1.3 (2016-07): the Pet Set, in alpha. 1.3.5 as it was measured, and 1.3.2, which many
// met first.

import type { Behavior, Era } from "../api/era.ts";
import { v1_3 as schema } from "./schema/index.ts";
import { core1_5, v1_5 } from "./v1.5.ts";
import { v1_3 as core } from "./words/core.ts";
import { v1_3 as kubectl } from "./words/kubectl.ts";
import { v1_3 as kubelet } from "./words/kubelet.ts";
import { v1_3 as names } from "./words/names.ts";
import { v1_3 as nodes } from "./words/nodes.ts";
import { v1_3 as scheduler } from "./words/scheduler.ts";
import { v1_3 as storage } from "./words/storage.ts";
import { v1_3 as volumes } from "./words/volumes.ts";
import { v1_3 as workloads } from "./words/workloads.ts";

const behaviors: readonly Behavior[] = [
  "hides-finished-pods",
  "hidden-pods-leave-heading",
  "kinds-shown-if-found",
  "names-back-off",
  "hostnames-map",
  "nodes-as-external-ips",
  "plain-service-ports",
  "nodes-known-by-name",
  "evicted-pods-killed",
  "unbound-claims-change",
  "created-by",
  "self-links",
  "describe-tabs",
  "pet-sets",
  "random-scale-down",
  "pets-must-be-initialized",
  "pets-that-wait-count",
  "made-claims-told-missing",
  "alpha-provisioning",
  "classes-by-annotation",
  "two-namespaces",
  "autoscalers-without-target",
  "taints-by-annotation",
];

export const v1_3: Era = {
  ...v1_5,
  name: "v1.3",
  build: {
    ...v1_5.build,
    minor: "3",
    gitVersion: "v1.3.5",
    gitCommit: "b0deb2eb8f4037421077f77cb163dbb4c0a2a9f5",
    buildDate: "2016-08-11T20:21:58Z",
    goVersion: "go1.6.2",
  },
  serves: {
    v1: core1_5,
    "apps/v1alpha1": ["petsets"],
    "autoscaling/v1": ["horizontalpodautoscalers"],
    "batch/v1": ["jobs"],
    "batch/v2alpha1": ["jobs"],
    "extensions/v1beta1": [
      ...["daemonsets", "deployments", "horizontalpodautoscalers", "ingresses", "jobs"],
      ...["networkpolicies", "replicasets"],
    ],
    "policy/v1alpha1": ["poddisruptionbudgets"],
    "rbac.authorization.k8s.io/v1alpha1": [
      ...["clusterrolebindings", "clusterroles", "rolebindings", "roles"],
    ],
  },
  behaviors: new Set(behaviors),
  admission: ["NamespaceLifecycle", "LimitRanger", "ServiceAccount", "ResourceQuota"],
  words: { core, kubectl, kubelet, names, nodes, scheduler, volumes, storage, workloads },
  columns: {
    ...v1_5.columns,
    nodes: ["Name", "Status", "Age"],
    persistentvolumes: "Name|Capacity|AccessModes@1.7|Status|Claim|Reason|Age".split("|"),
    petsets: ["Name", "Desired@1.12", "Current@1.12", "Age", "@1.3 0", "@1.3 1", "@1.3 2"],
    replicasets: [
      ...["Name", "Desired", "Current", "Age"],
      ...["Container(s)@1.5", "Image(s)@1.5", "Selector"],
    ],
    replicationcontrollers: [
      ...["Name", "Desired", "Current", "Age"],
      ...["Container(s)@1.5", "Image(s)@1.5", "Selector"],
    ],
    daemonsets: [
      ...["Name", "Desired", "Current", "Node-Selector@1.5", "Age"],
      ...["Container(s)@1.5", "Image(s)@1.5", "Selector"],
    ],
  },
  schema,
  texts: "v1.3",
};

/** 1.3.2 (2016-07-15): claims that are bound do not say what they got. */
export const v1_3_2: Era = {
  ...v1_3,
  name: "v1.3.2",
  build: {
    ...v1_3.build,
    gitVersion: "v1.3.2",
    gitCommit: "9bafa3400a77c14ee50782bb05f9efc5c91b3185",
    buildDate: "2016-07-17T18:30:39Z",
  },
  behaviors: new Set([...behaviors, "claims-without-capacity"]),
};
