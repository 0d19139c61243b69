// What kubectl of each era says.

import type { KubectlWords } from "../../api/words/kubectl.ts";

export const v1_20: KubectlWords = {
  syntaxPrefix: "Error: ",
  warning: "warning",
  controlPlane: "Kubernetes control plane",
  kustomize: "",
  labelRemoved: "labeled",
  unmanagedPods:
    "Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet (use --force to override)",
  unmanagedPodsForced:
    "Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet",
  failedToCreate: {
    clusterrolebinding: "clusterrolebinding",
    cronjob: "cronjob",
    deployment: "deployment",
    ingress: "ingress",
    job: "job",
    // 1.20 really says so.
    priorityclass: "clusterrolebinding",
    quota: "quota",
    rolebinding: "rolebinding",
    clusterip: "ClusterIP service",
    nodeport: "NodePort service",
    loadbalancer: "LoadBalancer service",
    externalname: "ExternalName service",
  },
  drained: "evicted",
  notDrained: (node) =>
    `error: unable to drain node ${JSON.stringify(node)}, aborting command...\n`,
  drainGoesOn: false,
  notTerminated: ({ name }, why) =>
    `error when waiting for pod ${JSON.stringify(name)} terminating: ${why}`,
  ageHeading: "AGE",
  noTerminal: "Unable to use a TTY",
  notAttached: (_, why) => `Error attaching, falling back to logs: ${why}`,
};

export const v1_11: KubectlWords = {
  ...v1_20,
  controlPlane: "Kubernetes master",
};

export const v1_10: KubectlWords = { ...v1_11 };

export const v1_5: KubectlWords = { ...v1_10 };

export const v1_3: KubectlWords = { ...v1_5 };

export const newest: KubectlWords = {
  ...v1_20,
  syntaxPrefix: "error: ",
  warning: "Warning",
  kustomize: "v5.7.1",
  labelRemoved: "unlabeled",
  unmanagedPods: "cannot delete Pods that declare no controller (use --force to override)",
  unmanagedPodsForced: "Pods that declare no controller",
  failedToCreate: {
    ...v1_20.failedToCreate,
    configmap: "configmap",
    poddisruptionbudget: "poddisruptionbudgets",
    priorityclass: "priorityclass",
    role: "role",
    clusterrole: "clusterrole",
    serviceaccount: "serviceaccount",
    generic: "secret",
    "docker-registry": "secret",
    tls: "secret",
  },
  drained: "drained",
  notDrained: (node, why) =>
    `error: unable to drain node ${JSON.stringify(node)} due to error: ${why}, continuing command...`,
  drainGoesOn: true,
  notTerminated: ({ name, namespace }, why) =>
    `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: ${why}`,
  ageHeading: "Age",
  noTerminal: "error: Unable to use a TTY",
  notAttached: (pod, why) =>
    `warning: couldn't attach to pod/${pod}, falling back to streaming logs: ${why}`,
};
