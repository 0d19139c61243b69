// The arithmetic of rolling updates: how many more, how many fewer, and how a change of the whole
// is shared out. pkg/controller/deployment/util/deployment_util.go.

import type { Deployment } from "../../api/deployment.ts";
import { scaledValue } from "../../api/int-or-percent.ts";
import type { ReplicaSet } from "../../api/replicaset.ts";

export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maximumAnnotation = "deployment.kubernetes.io/max-replicas";

export const replicasOf = ({ spec }: Deployment | ReplicaSet): number => spec.replicas ?? 1;

export const isRolling = ({ spec }: Deployment): boolean => spec.strategy?.type === "RollingUpdate";

/** ResolveFenceposts: both 0 would mean that nothing could ever happen. */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const whole = replicasOf(deployment);
  const surge = scaledValue(maxSurge, whole, "up");
  const unavailable = scaledValue(maxUnavailable, whole, "down");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const maxSurge = (deployment: Deployment): number =>
  isRolling(deployment) ? fenceposts(deployment).surge : 0;

export function maxUnavailable(deployment: Deployment): number {
  const whole = replicasOf(deployment);
  if (!isRolling(deployment) || whole === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, whole);
}

/**
 * How many pods the sets are to have together; how many they have; how many of these can be used.
 */
export const wanted = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, set) => sum + replicasOf(set), 0);

export const present = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { status }) => sum + status.replicas, 0);

export const available = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0);

/** How many pods the newest set may have now, given what all sets are to have. */
export function newReplicas(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: number,
): number {
  const whole = replicasOf(deployment);
  if (!isRolling(deployment)) return whole;
  // Not `maxSurge`: where both limits come to 0, pods are first taken away.
  const { maxSurge: surge } = deployment.spec.strategy?.rollingUpdate ?? {};
  const room = whole + scaledValue(surge, whole, "up") - wanted(all);
  return room <= 0 ? current : current + Math.min(room, whole - current);
}

/**
 * Sizes of the sets when the whole changes in the middle of a rollout: each keeps its share. What
 * does not divide goes to the largest.
 */
export function proportionalSizes(
  deployment: Deployment,
  active: readonly ReplicaSet[],
): Map<string, number> {
  const whole = replicasOf(deployment);
  const allowed = whole > 0 ? whole + maxSurge(deployment) : 0;
  const change = allowed - wanted(active);
  const sorted = [...active].sort(change > 0 ? bySizeNewer : bySizeOlder);
  let given = 0;
  const sizes = new Map<string, number>();
  for (const set of sorted) {
    const share = change === 0 ? 0 : proportion(set, deployment, { change, given });
    sizes.set(set.metadata.name, replicasOf(set) + share);
    given += share;
  }
  const [first] = sorted;
  if (first && change !== 0) {
    const { name } = first.metadata;
    sizes.set(name, Math.max(0, (sizes.get(name) as number) + change - given));
  }
  return sizes;
}

function proportion(
  set: ReplicaSet,
  deployment: Deployment,
  { change, given }: { change: number; given: number },
): number {
  if (replicasOf(set) === 0 || change === given) return 0;
  const fraction = fractionOf(set, deployment);
  return change > 0 ? Math.min(fraction, change - given) : Math.max(fraction, change - given);
}

function fractionOf(set: ReplicaSet, deployment: Deployment): number {
  const whole = replicasOf(deployment);
  const size = replicasOf(set);
  if (whole === 0) return -size;
  const annotated = set.metadata.annotations?.[maximumAnnotation];
  const before = annotated === undefined ? (deployment.status.replicas ?? 0) : Number(annotated);
  const share = (size * (whole + maxSurge(deployment))) / before;
  return (share < 0 ? Math.ceil(share - 0.5) : Math.floor(share + 0.5)) - size;
}

const created = ({ metadata }: ReplicaSet): number => Date.parse(metadata.creationTimestamp ?? "");

const byName = (a: ReplicaSet, b: ReplicaSet): number =>
  a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;

export const byCreation = (a: ReplicaSet, b: ReplicaSet): number =>
  created(a) - created(b) || byName(a, b);

const bySizeNewer = (a: ReplicaSet, b: ReplicaSet): number =>
  replicasOf(b) - replicasOf(a) || byCreation(b, a);

const bySizeOlder = (a: ReplicaSet, b: ReplicaSet): number =>
  replicasOf(b) - replicasOf(a) || byCreation(a, b);
