// Which pods go first when there are too many. pkg/controller/controller_utils.go
// ActivePodsWithRanks.

import { condition } from "../api/meta.ts";
import type { Pod } from "../api/pod.ts";
import { isActive, isReady } from "../api/pod-readiness.ts";

const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

export interface RankingRules {
  /**
   * Pods of the same whole (all ReplicaSets of a Deployment): nodes with more of them give first.
   */
  readonly related: readonly Pod[];
  /** An annotation of the pod says what its end would cost (1.22). */
  readonly byCost: boolean;
}

interface Ranked {
  readonly pod: Pod;
  /** Compared in order; the smaller goes first. */
  readonly rank: readonly number[];
}

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** The first `count` pods to go. */
export function podsToDelete(pods: readonly Pod[], count: number, rules: RankingRules): Pod[] {
  if (count >= pods.length) return [...pods];
  const onNode = new Map<string, number>();
  for (const pod of rules.related) {
    const { nodeName = "" } = pod.spec;
    if (isActive(pod)) onNode.set(nodeName, (onNode.get(nodeName) ?? 0) + 1);
  }
  return pods
    .map((pod): Ranked => ({ pod, rank: rankOf(pod, onNode, rules.byCost) }))
    .sort(compare)
    .slice(0, count)
    .map(({ pod }) => pod);
}

function rankOf(pod: Pod, onNode: ReadonlyMap<string, number>, byCost: boolean): number[] {
  const { nodeName = "" } = pod.spec;
  const ready = isReady(pod);
  const restarts = (pod.status.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return [
    nodeName ? 1 : 0,
    phases[pod.status.phase ?? ""] ?? 0,
    ready ? 1 : 0,
    byCost ? Number(pod.metadata.annotations?.[DELETION_COST] ?? 0) : 0,
    -(onNode.get(nodeName) ?? 0),
    ready ? latestFirst(condition(pod.status.conditions, "Ready")?.lastTransitionTime) : 0,
    -Math.max(0, ...restarts),
    latestFirst(pod.metadata.creationTimestamp),
  ];
}

/** A time that is not known goes before all others. */
const latestFirst = (time: string | undefined): number =>
  time ? -Date.parse(time) : Number.NEGATIVE_INFINITY;

function compare(a: Ranked, b: Ranked): number {
  for (const [index, left] of a.rank.entries()) {
    const right = b.rank[index] as number;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
