// What kubectl of each era says.

import type { KubectlWords } from "../../api/words/kubectl.ts";

export const v1_20: KubectlWords = {
  syntaxPrefix: "Error: ",
  warning: "warning",
  controlPlane: "Kubernetes control plane",
  labelRemoved: "labeled",
  unmanagedPods:
    "Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet (use --force to override)",
  unmanagedPodsForced:
    "Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet",
  drained: "evicted",
  ageHeading: "AGE",
};

export const newest: KubectlWords = {
  ...v1_20,
  syntaxPrefix: "error: ",
  warning: "Warning",
  labelRemoved: "unlabeled",
  unmanagedPods: "Pods that declare no controller (use --force to override)",
  unmanagedPodsForced: "Pods that declare no controller",
  drained: "drained",
  ageHeading: "Age",
};
