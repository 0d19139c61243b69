// Before taints did it: pods of a node that has not been ready for five minutes are deleted. Of a
// silent node they cannot end. In the first releases they were killed when their time was over,
// later they stay and are Unknown.
// pkg/controller/nodelifecycle, processNoTaintBaseEviction; in 1.3 pkg/controller/node: deletePods,
// terminatePods.

import { daemonSets } from "../../api/daemonset.ts";
import { matches, selectorOf } from "../../api/labels.ts";
import { keyOf } from "../../api/meta.ts";
import type { Node } from "../../api/node.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReason } from "../../api/status.ts";
import { byNamespace } from "../ownership.ts";
import { byNode } from "../pods-by-node.ts";
import { markLost } from "./conditions.ts";
import type { Health } from "./health.ts";
import type { LifecycleTools } from "./lifecycle-tools.ts";

export const EVICTION_TIMEOUT_MS = 300_000;
const LONGEST_GRACE_MS = 300_000;
const TURN_MS = 10_000;

/**
 * Evicts the pods of a node that is not ready, when it is time; milliseconds until the next step.
 */
export async function evict(
  node: Node,
  health: Health,
  tools: LifecycleTools,
): Promise<number | undefined> {
  const { clock, state, era } = tools;
  const { name } = node.metadata;
  const now = clock.now();
  const from = health.ready === "Unknown" ? health.probe : health.since;
  // Later than, says upstream.
  const wait = from + EVICTION_TIMEOUT_MS + 1 - now;
  if (wait > 0) return wait;
  if (era.behaviors.has("evicted-pods-killed")) return evictAndKill(node, tools);
  if (state.evictions.has(name)) return undefined;
  const turn = state.zones.turn(name, now);
  if (turn !== 0) return turn;
  state.evictions.set(name, now);
  await deleteAll(node, tools);
  return undefined;
}

/** Until they are gone the pods are deleted again whenever it is the node's turn. */
async function evictAndKill(node: Node, tools: LifecycleTools): Promise<number | undefined> {
  const { cache, clock, state } = tools;
  const { name } = node.metadata;
  const now = clock.now();
  const turn = state.zones.turn(name, now);
  if (turn === 0 && (await deleteAll(node, tools)) && !state.evictions.has(name)) {
    state.evictions.set(name, now);
  }
  const next = await kill(node, tools);
  if (cache.by(pods, byNode, name).every((pod) => isDaemon(pod, tools))) return undefined;
  return sooner(next, turn === 0 ? TURN_MS : turn);
}

const sooner = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

/** The node is ready again. */
export function cancelEviction(name: string, { state }: LifecycleTools): void {
  state.evictions.delete(name);
}

/** Deletes the pods of a node, but for those of DaemonSets; true if any remain. */
async function deleteAll(node: Node, tools: LifecycleTools): Promise<boolean> {
  const { cache, client, state, era } = tools;
  const { name } = node.metadata;
  const all = cache.by(pods, byNode, name);
  if (all.length === 0) return false;
  state.nodeEvents.event(node, "DeletingAllPods", `Deleting all Pods from Node ${name}.`);
  let remaining = false;
  for (const pod of all) {
    if (!era.behaviors.has("evicted-pods-killed")) await markLost(pod, name, tools);
    if (pod.metadata.deletionTimestamp) {
      remaining = true;
      continue;
    }
    if (isDaemon(pod, tools)) continue;
    const text = `Marking for deletion Pod ${pod.metadata.name} from Node ${name}`;
    state.events.normal(pod, "NodeControllerEviction", text);
    try {
      await client.delete(pods, keyOf(pod));
      remaining = true;
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
  return remaining;
}

function isDaemon(pod: Pod, { cache }: LifecycleTools): boolean {
  return cache.by(daemonSets, byNamespace, pod.metadata.namespace ?? "").some(({ spec }) => {
    const selector = selectorOf(spec.selector);
    return selector !== undefined && selector.length > 0 && matches(selector, pod.metadata.labels);
  });
}

/** Kills the pods whose time to end is over; milliseconds until the next one's is. */
async function kill(node: Node, tools: LifecycleTools): Promise<number | undefined> {
  const { cache, client, clock, state } = tools;
  const { name } = node.metadata;
  const since = state.evictions.get(name);
  if (since === undefined) return undefined;
  let next: number | undefined;
  for (const pod of cache.by(pods, byNode, name)) {
    const { deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata;
    if (!deletionTimestamp) continue;
    const grace = Math.min(deletionGracePeriodSeconds * 1000, LONGEST_GRACE_MS);
    const wait = since + grace - clock.now();
    if (wait > 0) {
      next = sooner(next, wait);
      continue;
    }
    const text = `Pod ${pod.metadata.name} has exceeded the grace period for deletion after being evicted from Node "${name}" and is being force killed`;
    state.nodeEvents.event(node, "TerminatingEvictedPod", text);
    try {
      await client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
  if (next !== undefined) return next;
  state.evictions.delete(name);
  state.nodeEvents.event(node, "TerminatedAllPods", `Terminated all Pods on Node ${name}.`);
  return undefined;
}
