// What a set does next: makes pods upwards, deletes them downwards, replaces them downwards, and,
// unless it is Parallel, one at a time. Each branch is said out loud; the first that says why it
// waits ends the round. pkg/controller/statefulset/stateful_set_control.go updateStatefulSet.

import type { Pod } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import type { Tools } from "../../client/controller.ts";
import { firstOrdinal, isInRange, membership, ordinalOf, replicasOf } from "./identity.ts";
import {
  createClaims,
  createPod,
  deletePod,
  isIntact,
  mendPod,
  podToBe,
  type Versions,
} from "./pods.ts";
import { hasStaleClaim, mendOwners, ownersDiffer } from "./retention.ts";
import {
  type Counts,
  isCreated,
  isHealthy,
  isRunningAndReady,
  isTerminating,
  revisionOf,
  waitFor,
} from "./status.ts";

/** One look at a set, and all that is needed to put it right. */
export interface Round {
  readonly set: StatefulSet;
  readonly members: readonly Pod[];
  readonly versions: Versions;
  readonly counts: Counts;
  readonly tools: Tools<unknown>;
}

/** What the set waits for, or what it has just done: a sentence without its subject. */
export type Verdict = string;

export async function putRight(round: Round): Promise<Verdict> {
  const { set, members, versions, tools } = round;
  const start = firstOrdinal(set);
  const made = new Map(
    members
      .filter((pod) => membership(pod)?.set === set.metadata.name)
      .map((pod) => [ordinalOf(pod), pod]),
  );
  const replicas = Array.from(
    { length: replicasOf(set) },
    (_, index) => made.get(start + index) ?? podToBe(versions, start + index, tools),
  );
  const condemned = members
    .filter((pod) => !isInRange(set, ordinalOf(pod)))
    .sort((a, b) => ordinalOf(b) - ordinalOf(a));
  // Its pods go with it; that is the garbage collector's work.
  if (set.metadata.deletionTimestamp) return "is being deleted";

  for (const pod of condemned) {
    await mendOwners({ set: versions.update, pod }, tools);
  }
  for (const [index, pod] of replicas.entries()) {
    if (isFine(pod, round)) continue;
    const verdict = await attend(pod, { ...round, index, replicas });
    if (verdict) return verdict;
  }
  if (condemned.length > 0) {
    const [firstUnhealthy] = [...replicas, ...condemned]
      .filter((pod) => !isHealthy(pod))
      .sort((a, b) => ordinalOf(a) - ordinalOf(b));
    for (const pod of condemned) {
      const verdict = await dismiss(pod, firstUnhealthy, round);
      if (verdict) return verdict;
    }
  }
  return replaceOld(replicas, round);
}

/** Nothing is to be done about the pod: so with most of them, most of the time. */
const isFine = (pod: Pod, round: Round): boolean =>
  isHealthy(pod) &&
  isAvailable(pod, round) &&
  isIntact(round.set, pod, round.tools) &&
  !ownersDiffer({ set: round.versions.update, pod }, round.tools);

const isMonotonic = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy !== "Parallel";

interface Place extends Round {
  readonly index: number;
  /** What is at each ordinal; a pod that is replaced is replaced here, too. */
  readonly replicas: Pod[];
}

/** Sees that there is a pod at one ordinal and that it is well. */
async function attend(found: Pod, place: Place): Promise<Verdict | undefined> {
  const { set, versions, counts, tools, replicas, index } = place;
  const { name } = found.metadata;
  const monotonic = isMonotonic(set);
  const ended = await removeEnded(found, place);
  // It is made again at the next look, when the old one is gone.
  if (ended === "wait")
    return monotonic ? `waits until ${name}, which has ended, is gone` : undefined;
  const pod = replicas[index] as Pod;
  if (!isCreated(pod)) {
    if (hasStaleClaim({ set, pod }, tools)) {
      return `waits until the claims of an earlier ${name} are gone`;
    }
    await createPod(set, pod, tools);
    counts.replicas++;
    counts.add(pod, 1);
    // The next one is made when this one is well.
    return monotonic ? `made ${name}` : undefined;
  }
  if (pod.status.phase === "Pending" && tools.era.behaviors.has("statefulset-completes-claims")) {
    await createClaims(set, pod, tools);
  }
  if (monotonic) {
    if (isTerminating(pod)) return `waits until ${name} is gone, to make it again`;
    if (!isRunningAndReady(pod)) return `waits for ${name} to be Running and Ready`;
    if (!isAvailable(pod, place)) return `waits for ${name} to be available`;
  }
  await mendOwners({ set: versions.update, pod }, tools);
  if (!isIntact(set, pod, tools)) await mendPod(versions.update, pod, tools);
  return undefined;
}

/** A pod that has ended for good does not start again: it makes room for a new one. */
async function removeEnded(pod: Pod, place: Place): Promise<"wait" | undefined> {
  const { set, versions, counts, tools, replicas, index } = place;
  const replaces = tools.era.behaviors.has("statefulset-replaces-finished");
  const { phase } = pod.status;
  if (phase !== "Failed" && !(replaces && phase === "Succeeded")) return undefined;
  if (replaces) {
    if (!isTerminating(pod)) await deletePod(set, pod, tools);
    return "wait";
  }
  const { namespace, name } = set.metadata;
  tools.events.warning(
    set,
    "RecreatingFailedPod",
    `StatefulSet ${namespace}/${name} is recreating failed Pod ${pod.metadata.name}`,
  );
  await deletePod(set, pod, tools);
  counts.add(pod, -1);
  counts.replicas--;
  replicas[index] = podToBe(versions, ordinalOf(pod), tools);
  return undefined;
}

const isAvailable = (pod: Pod, { set, tools }: Round): boolean =>
  !tools.era.gates.has("StatefulSetMinReadySeconds") || waitFor(set, pod, tools) === 0;

/** Deletes a pod beyond the replicas, the highest first. */
async function dismiss(
  pod: Pod,
  firstUnhealthy: Pod | undefined,
  round: Round,
): Promise<Verdict | undefined> {
  const { set, counts, tools } = round;
  const { name } = pod.metadata;
  const monotonic = isMonotonic(set);
  if (isTerminating(pod))
    return monotonic ? `waits until ${name} is gone, to scale down` : undefined;
  // One that is not well only goes if it is the first: else whatever is wrong below is seen to
  // first.
  const well = isRunningAndReady(pod) && isAvailable(pod, round);
  if (monotonic && !well && pod !== firstUnhealthy) {
    return `waits for ${firstUnhealthy?.metadata.name} to be Running and Ready, to scale down`;
  }
  await deletePod(set, pod, tools);
  counts.add(pod, -1);
  return monotonic ? `deleted ${name}` : undefined;
}

/**
 * Replaces pods of an old revision, from the top down to the partition, each when the last is well.
 */
async function replaceOld(replicas: readonly Pod[], round: Round): Promise<Verdict> {
  const { set, versions, counts, tools } = round;
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const wanted = versions.revisions.update.metadata.name;
  if (type === "OnDelete") {
    const old = replicas.filter((pod) => revisionOf(pod) !== wanted);
    if (old.length === 0) return "has all its pods";
    return `leaves ${namesOf(old)} at the old revision until they are deleted by hand`;
  }
  const partition = Math.max(rollingUpdate?.partition ?? 0, firstOrdinal(set));
  for (const pod of replicas.toReversed()) {
    if (ordinalOf(pod) < partition) break;
    const { name } = pod.metadata;
    if (revisionOf(pod) !== wanted && !isTerminating(pod)) {
      await deletePod(set, pod, tools);
      counts.current--;
      return `deleted ${name}, to make it again at revision ${wanted}`;
    }
    const well = isHealthy(pod) && isAvailable(pod, round);
    if (!well) return `waits for ${name} to be Running and Ready at revision ${revisionOf(pod)}`;
  }
  const old = replicas.filter((pod) => revisionOf(pod) !== wanted);
  return old.length === 0
    ? "has all its pods"
    : `keeps ${namesOf(old)} below the partition as they are`;
}

const namesOf = (pods: readonly Pod[]): string =>
  pods.map(({ metadata }) => metadata.name).join(", ");
