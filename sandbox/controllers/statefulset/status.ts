// What a set says of its pods. pkg/controller/statefulset/stateful_set_control.go
// updateStatefulSet, stateful_set_utils.go completeRollingUpdate, inconsistentStatus.

import { equal } from "../../api/clone.ts";
import { keyOf } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import { isReady, untilAvailable } from "../../api/pod-readiness.ts";
import { type StatefulSet, type StatefulSetStatus, statefulSets } from "../../api/statefulset.ts";
import { isReason } from "../../api/status.ts";
import type { Tools } from "../../client/controller.ts";
import { revisionLabel } from "./identity.ts";
import type { Revisions } from "./revisions.ts";

const TRIES = 5;

export const isCreated = ({ status }: Pod): boolean => Boolean(status.phase);
export const isTerminating = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined;
export const isRunningAndReady = (pod: Pod): boolean =>
  pod.status.phase === "Running" && isReady(pod);
export const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod);

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[revisionLabel] ?? "";

/** Counted while the set is being put right. */
export class Counts {
  replicas = 0;
  ready = 0;
  available = 0;
  current = 0;
  updated = 0;
  readonly #revisions: Revisions;
  readonly #currentFirst: boolean;

  constructor(revisions: Revisions, currentFirst: boolean) {
    this.#revisions = revisions;
    this.#currentFirst = currentFirst;
  }

  /** A pod of some revision more, or one less. */
  add(pod: Pod, by: 1 | -1): void {
    const { current, update } = this.#revisions;
    const isCurrent = revisionOf(pod) === current.metadata.name;
    if (isCurrent) this.current += by;
    if (isCurrent && this.#currentFirst) return;
    if (revisionOf(pod) === update.metadata.name) this.updated += by;
  }
}

/** Milliseconds until the pod is available; 0 if it is, undefined if it is not even ready. */
export const waitFor = (set: StatefulSet, pod: Pod, { clock }: Tools<unknown>) =>
  pod.status.phase === "Running"
    ? untilAvailable(pod, set.spec.minReadySeconds ?? 0, clock.now())
    : undefined;

export function count(
  set: StatefulSet,
  { pods, revisions }: { pods: readonly Pod[]; revisions: Revisions },
  tools: Tools<unknown>,
): Counts {
  const counts = new Counts(revisions, tools.era.behaviors.has("statefulset-counts-current-first"));
  for (const pod of pods) {
    counts.replicas++;
    if (isRunningAndReady(pod)) counts.ready++;
    if (waitFor(set, pod, tools) === 0) counts.available++;
    if (isCreated(pod) && !isTerminating(pod)) counts.add(pod, 1);
  }
  return counts;
}

/** Writes the status if it says something new. */
export async function saveStatus(
  set: StatefulSet,
  { counts, revisions }: { counts: Counts; revisions: Revisions },
  { client, era }: Tools<unknown>,
): Promise<void> {
  const { current, update, collisions } = revisions;
  const { type } = set.spec.updateStrategy ?? {};
  const complete =
    type === "RollingUpdate" &&
    counts.updated === counts.replicas &&
    counts.ready === counts.replicas;
  const status: StatefulSetStatus = {
    ...set.status,
    observedGeneration: set.metadata.generation ?? 0,
    replicas: counts.replicas,
    readyReplicas: counts.ready,
    currentReplicas: complete ? counts.updated : counts.current,
    updatedReplicas: counts.updated,
    currentRevision: complete ? update.metadata.name : current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: collisions,
  };
  for (const field of ["readyReplicas", "currentReplicas", "updatedReplicas"] as const) {
    if (status[field] === 0) delete status[field];
  }
  if (era.gates.has("StatefulSetMinReadySeconds")) status.availableReplicas = counts.available;
  if (equal(status, set.status)) return;
  for (let tries = 1, known = set; ; tries++) {
    try {
      await client.updateStatus(statefulSets, { ...known, status: { ...status } });
      return;
    } catch (error) {
      if (!isReason(error, "Conflict") || tries === TRIES) throw error;
      known = await client.get(statefulSets, keyOf(set));
    }
  }
}
