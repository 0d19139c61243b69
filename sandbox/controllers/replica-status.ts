// What a ReplicaSet or ReplicationController says of its pods.
// pkg/controller/replicaset/replica_set_utils.go.

import { equal } from "../api/clone.ts";
import { hasLabels } from "../api/labels.ts";
import type { Condition, KubeObject } from "../api/meta.ts";
import type { Pod } from "../api/pod.ts";
import { untilAvailable } from "../api/pod-readiness.ts";
import type { ReplicaSetStatus } from "../api/replicaset.ts";
import type { Resource } from "../api/resource.ts";
import type { StatusError } from "../api/status.ts";
import { timestamp } from "../api/time.ts";
import type { Requeue, Tools } from "../client/controller.ts";
import { knownStatus } from "./known-fields.ts";

export type Owner = KubeObject & {
  spec: { replicas?: number; minReadySeconds?: number };
  status: ReplicaSetStatus;
};

export interface Situation<T> {
  readonly owner: T;
  readonly active: readonly Pod[];
}

interface Outcome<T> extends Situation<T> {
  /** Those of the template. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly refusal: StatusError | undefined;
}

export async function writeStatus<T extends Owner>(
  resource: Resource<T>,
  outcome: Outcome<T>,
  tools: Tools<unknown>,
): Promise<Requeue | undefined> {
  const { owner } = outcome;
  const { counts, wait } = countPods(outcome, tools);
  const conditions = conditionsAfter(outcome, tools);
  const { generation } = owner.metadata;
  const status = knownStatus(
    resource,
    {
      ...counts,
      ...(generation !== undefined && { observedGeneration: generation }),
      ...(conditions.length > 0 && { conditions }),
    },
    tools.era,
  );
  if (!equal(status, owner.status)) {
    await tools.client.updateStatus(resource, { ...owner, status });
  }
  return wait === undefined ? undefined : { requeueAfter: wait };
}

/** The numbers of the status, and when the next pod will have been ready for long enough. */
function countPods<T extends Owner>(
  { owner, active, labels = {} }: Outcome<T>,
  { clock }: Tools<unknown>,
): { counts: ReplicaSetStatus; wait: number | undefined } {
  let [labelled, ready, available] = [0, 0, 0];
  let wait: number | undefined;
  for (const pod of active) {
    if (hasLabels(labels, pod.metadata.labels)) labelled++;
    const left = untilAvailable(pod, owner.spec.minReadySeconds ?? 0, clock.now());
    if (left === undefined) continue;
    ready++;
    if (left === 0) available++;
    else wait = Math.min(wait ?? left, left);
  }
  const counts: ReplicaSetStatus = { replicas: active.length };
  // Go leaves out what is zero.
  if (labelled > 0) counts.fullyLabeledReplicas = labelled;
  if (ready > 0) counts.readyReplicas = ready;
  if (available > 0) counts.availableReplicas = available;
  return { counts, wait };
}

function conditionsAfter<T extends Owner>(
  { owner, active, refusal }: Outcome<T>,
  { clock }: Tools<unknown>,
): Condition[] {
  const others = (owner.status.conditions ?? []).filter(({ type }) => type !== "ReplicaFailure");
  if (!refusal) return others;
  const known = owner.status.conditions?.find(({ type }) => type === "ReplicaFailure");
  if (known) return [...others, known];
  const missing = (owner.spec.replicas ?? 1) - active.length;
  return [
    ...others,
    {
      type: "ReplicaFailure",
      status: "True",
      lastTransitionTime: timestamp(clock.now()),
      reason: missing > 0 ? "FailedCreate" : "FailedDelete",
      message: refusal.message,
    },
  ];
}
