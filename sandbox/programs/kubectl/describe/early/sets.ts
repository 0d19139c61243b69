// Workloads as kubectl described them until 1.7: by their images and their pods' phases.

import type { DaemonSet } from "../../../../api/daemonset.ts";
import type { Deployment } from "../../../../api/deployment.ts";
import type { Job } from "../../../../api/job.ts";
import type { KubeObject, LabelSelector } from "../../../../api/meta.ts";
import type { Pod, PodTemplate } from "../../../../api/pod.ts";
import type { ReplicaSet } from "../../../../api/replicaset.ts";
import type { ReplicationController } from "../../../../api/replicationcontroller.ts";
import type { StatefulSet } from "../../../../api/statefulset.ts";
import type { Kubectl } from "../../cli/kubectl.ts";
import { replicaSetLines } from "../deployment.ts";
import { defineDescriber, others } from "../describer.ts";
import { annotations, date, formatLabels, formatSelector, type Lines, labels } from "../lines.ts";
import { imagesText, volumeLines } from "./pod.ts";

interface Selecting {
  readonly selector: LabelSelector | undefined;
  readonly template: PodTemplate;
}

/** All that the selector matches, whoever made them. */
async function podsStatus(
  kubectl: Kubectl,
  { metadata }: KubeObject,
  selector: LabelSelector | undefined,
): Promise<string> {
  const query = { labelSelector: formatSelector(selector) };
  const namespace = metadata.namespace ?? "";
  const pods = await others<Pod>(kubectl, { type: "pods", namespace, query });
  const count = (phase: string) => pods.filter(({ status }) => status.phase === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}

const heading = ({ metadata }: KubeObject, { selector, template }: Selecting): Lines => [
  `Name:\t${metadata.name}`,
  `Namespace:\t${metadata.namespace ?? ""}`,
  `Image(s):\t${imagesText(template.spec.containers)}`,
  `Selector:\t${formatSelector(selector)}`,
];

/** Pet Sets, and StatefulSets as long as they were the same. */
export const petSet = defineDescriber<StatefulSet>({
  kind: "PetSet",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { selector, template } = spec;
    return [
      heading(object, { selector, template }),
      labels("Labels", metadata.labels),
      `Replicas:\t${status.replicas} current / ${spec.replicas ?? 1} desired`,
      annotations("Annotations", metadata.annotations, "="),
      `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
      `Pods Status:\t${await podsStatus(kubectl, object, selector)}`,
      volumeLines(template.spec.volumes),
      events,
    ];
  },
});

export const deployment = defineDescriber<Deployment>({
  kind: "Deployment",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status = {} } = object;
    const { updatedReplicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status;
    const rolling = spec.strategy?.rollingUpdate;
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
      labels("Labels", metadata.labels),
      `Selector:\t${formatSelector(spec.selector)}`,
      `Replicas:\t${updatedReplicas} updated | ${spec.replicas ?? 1} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
      `StrategyType:\t${spec.strategy?.type ?? ""}`,
      `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`,
      rolling &&
        `RollingUpdateStrategy:\t${rolling.maxUnavailable ?? 0} max unavailable, ${rolling.maxSurge ?? 0} max surge`,
      await replicaSetLines({ kubectl, object }),
      events,
    ];
  },
});

/** Sets of equal pods: the old kind and the new one differ in their selectors alone. */
async function replicaLines(
  kubectl: Kubectl,
  object: ReplicaSet | ReplicationController,
  selector: LabelSelector | undefined,
): Promise<Lines> {
  const { metadata, spec, status } = object;
  const template = spec.template as PodTemplate;
  return [
    heading(object, { selector, template }),
    labels("Labels", metadata.labels),
    `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 1} desired`,
    `Pods Status:\t${await podsStatus(kubectl, object, selector)}`,
    volumeLines(template.spec.volumes),
  ];
}

export const replicaSet = defineDescriber<ReplicaSet>({
  kind: "ReplicaSet",
  describe: async ({ kubectl, object, events }) => [
    await replicaLines(kubectl, object, object.spec.selector),
    events,
  ],
});

export const replicationController = defineDescriber<ReplicationController>({
  kind: "ReplicationController",
  describe: async ({ kubectl, object, events }) => [
    await replicaLines(kubectl, object, { matchLabels: object.spec.selector ?? {} }),
    events,
  ],
});

export const daemonSet = defineDescriber<DaemonSet>({
  kind: "DaemonSet",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { selector, template } = spec;
    return [
      `Name:\t${metadata.name}`,
      `Image(s):\t${imagesText(template.spec.containers)}`,
      `Selector:\t${formatSelector(selector)}`,
      `Node-Selector:\t${formatLabels(template.spec.nodeSelector)}`,
      labels("Labels", metadata.labels),
      `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled ?? 0}`,
      `Current Number of Nodes Scheduled: ${status.currentNumberScheduled ?? 0}`,
      `Number of Nodes Misscheduled: ${status.numberMisscheduled ?? 0}`,
      `Pods Status:\t${await podsStatus(kubectl, object, selector)}`,
      events,
    ];
  },
});

export const job = defineDescriber<Job>({
  kind: "Job",
  describe({ object, events }) {
    const { metadata, spec, status = {} } = object;
    const { selector, template } = spec;
    return [
      heading(object, { selector, template }),
      `Parallelism:\t${spec.parallelism ?? 1}`,
      `Completions:\t${spec.completions ?? "<unset>"}`,
      status.startTime && `Start Time:\t${date(status.startTime)}`,
      labels("Labels", metadata.labels),
      `Pods Statuses:\t${status.active ?? 0} Running / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`,
      volumeLines(template.spec.volumes),
      events,
    ];
  },
});
