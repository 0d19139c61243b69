// Deployments and ReplicaSets; ReplicationControllers, which were before them.

import type { Deployment } from "../../../api/deployment.ts";
import { controllerOf, type KubeObject } from "../../../api/meta.ts";
import type { PodTemplate } from "../../../api/pod.ts";
import type { ReplicaSet, ReplicaSetStatus } from "../../../api/replicaset.ts";
import type { ReplicationController } from "../../../api/replicationcontroller.ts";
import { replicaSetsOf } from "../replica-sets.ts";
import { defineDescriber, type Subject } from "./describer.ts";
import {
  annotationSign,
  annotations,
  date,
  formatLabels,
  formatSelector,
  type Lines,
  labels,
  plainSelector,
} from "./lines.ts";
import { podTemplate } from "./pod-template.ts";
import { conditionLines, podsStatus } from "./workloads.ts";

export const deployment = defineDescriber<Deployment>({
  kind: "Deployment",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status = {} } = object;
    const { updatedReplicas = 0, replicas = 0 } = status;
    const { availableReplicas = 0, unavailableReplicas = 0 } = status;
    const rolling = spec.strategy?.rollingUpdate;
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      `Selector:\t${plainSelector(spec.selector)}`,
      `Replicas:\t${spec.replicas ?? 1} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
      `StrategyType:\t${spec.strategy?.type ?? ""}`,
      `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`,
      rolling &&
        `RollingUpdateStrategy:\t${rolling.maxUnavailable ?? 0} max unavailable, ${rolling.maxSurge ?? 0} max surge`,
      podTemplate(spec.template, kubectl.era),
      conditionLines(status.conditions),
      await replicaSetLines({ kubectl, object }),
      events,
    ];
  },
});

export async function replicaSetLines({
  kubectl,
  object,
}: Pick<Subject<Deployment>, "kubectl" | "object">): Promise<Lines> {
  const { current, old } = await replicaSetsOf(kubectl, object);
  const all = kubectl.era.behaviors.has("describe-placement");
  const shown = old.filter(({ spec }) => all || spec.replicas !== 0);
  if (all && shown.length === 0 && !current) return undefined;
  return [
    `OldReplicaSets:\t${setsText(shown)}`,
    `NewReplicaSet:\t${setsText(current ? [current] : [])}`,
  ];
}

const setsText = (sets: readonly ReplicaSet[]): string =>
  sets
    .map(
      ({ metadata, spec, status }) =>
        `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 1} replicas created)`,
    )
    .join(", ") || "<none>";

export const replicaSet = defineDescriber<ReplicaSet>({
  kind: "ReplicaSet",
  describe: (subject) => {
    const { spec } = subject.object;
    return replicated(subject, {
      shown: formatSelector(spec.selector),
      selector: plainSelector(spec.selector),
    });
  },
});

export const replicationController = defineDescriber<ReplicationController>({
  kind: "ReplicationController",
  describe: (subject) => {
    const shown = formatLabels(subject.object.spec.selector);
    return replicated(subject, { shown, selector: shown === "<none>" ? "" : shown });
  },
});

type Replicated = KubeObject & {
  readonly spec: { readonly replicas?: number; readonly template?: PodTemplate };
  readonly status: ReplicaSetStatus;
};

async function replicated(
  { kubectl, object, events }: Subject<Replicated>,
  { shown, selector }: { readonly shown: string; readonly selector: string },
): Promise<Lines> {
  const { metadata, spec, status } = object;
  const controller = controllerOf(object);
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace ?? ""}`,
    `Selector:\t${shown}`,
    labels("Labels", metadata.labels),
    annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
    controller && `Controlled By:\t${controller.kind}/${controller.name}`,
    `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 1} desired`,
    `Pods Status:\t${await podsStatus(kubectl, object, selector)}`,
    podTemplate(spec.template, kubectl.era),
    conditionLines(status?.conditions),
    events,
  ];
}
