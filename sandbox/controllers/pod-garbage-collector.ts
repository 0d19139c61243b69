// Pods that nobody else takes away: of nodes that are gone, of no node while they end, and those
// that have ended when there are very many. It looks around every twenty seconds while there is
// something.
// pkg/controller/podgc/gc_controller.go.

import { keyOf, type NamespacedName } from "../api/meta.ts";
import { nodes } from "../api/node.ts";
import { type Pod, pods } from "../api/pod.ts";
import { isFinished } from "../api/pod-readiness.ts";
import { isReason } from "../api/status.ts";
import {
  defineController,
  indexOn,
  type Requeue,
  type Tools,
  wakeOn,
} from "../client/controller.ts";
import { byNode, indexByNode } from "./pods-by-node.ts";

const PERIOD_MS = 20_000;
/** A node may only be late: its pods are left alone for so long. */
const QUARANTINE_MS = 40_000;
const KEPT = 12_500;

const ended = "ended";
/** The key under which pods that have ended are counted. */
const allEnded: NamespacedName = { namespace: "", name: "" };

/** When the pods of a missing node may be deleted. */
type State = Map<string, number>;

export const podGarbageCollector = defineController<State>({
  name: "pod-garbage-collector",
  watches: [
    wakeOn(nodes, ({ now, before }) =>
      now ? [] : [{ namespace: "", name: before?.metadata.name ?? "" }],
    ),
    wakeOn(pods, ({ now, before }, cache) => {
      if (!now) return [];
      const { nodeName = "" } = now.spec;
      const keys: NamespacedName[] = [];
      if (!nodeName && now.metadata.deletionTimestamp) keys.push(keyOf(now));
      if (nodeName && !cache.get(nodes, { namespace: "", name: nodeName })) {
        keys.push({ namespace: "", name: nodeName });
      }
      if (isFinished(now) && !(before && isFinished(before))) keys.push(allEnded);
      return keys;
    }),
  ],
  indexes: [indexByNode, indexOn(pods, ended, (pod) => (isFinished(pod) ? [ended] : []))],
  state: () => new Map(),
  reconcile,
});

/** Milliseconds until it looks around again. */
const untilNext = (now: number): number => PERIOD_MS - (now % PERIOD_MS);

async function reconcile(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined> {
  const now = tools.clock.now();
  if (key.name === "") return trim(tools);
  if (now % PERIOD_MS !== 0) return { requeueAfter: untilNext(now) };
  if (key.namespace === "") return collectOrphans(key, tools);
  const pod = tools.cache.get(pods, key);
  if (pod?.metadata.deletionTimestamp && !pod.spec.nodeName) await remove(pod, tools);
  return undefined;
}

async function collectOrphans(
  key: NamespacedName,
  tools: Tools<State>,
): Promise<Requeue | undefined> {
  const { cache, clock, client, state, era } = tools;
  const orphans = cache.by(pods, byNode, key.name);
  if (cache.get(nodes, key) || orphans.length === 0) {
    state.delete(key.name);
    return undefined;
  }
  const due = state.get(key.name);
  if (due === undefined && era.behaviors.has("orphan-quarantine")) {
    state.set(key.name, clock.now() + QUARANTINE_MS);
    return { requeueAfter: QUARANTINE_MS };
  }
  if (due !== undefined && due > clock.now()) return { requeueAfter: due - clock.now() };
  state.delete(key.name);
  try {
    // The cache may be behind.
    await client.get(nodes, key);
    return undefined;
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
  for (const pod of orphans) {
    tools.trace.decide({
      by: "pod-garbage-collector",
      about: { kind: "Pod", ...keyOf(pod) },
      verdict: `It is deleted at once: its node ${key.name} does not exist any more.`,
      rule: "pkg/controller/podgc gcOrphaned",
      options: [],
    });
    await remove(pod, tools);
  }
  return undefined;
}

async function remove(pod: Pod, { client }: Tools<State>): Promise<void> {
  try {
    await client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0 });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

/** Of the pods that have ended the oldest go when there are too many. */
async function trim(tools: Tools<State>): Promise<Requeue | undefined> {
  const now = tools.clock.now();
  const all = tools.cache.by(pods, ended, ended);
  if (all.length <= KEPT) return undefined;
  if (now % PERIOD_MS !== 0) return { requeueAfter: untilNext(now) };
  const age = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.name}`;
  const oldest = [...all].sort((a, b) => (age(a) < age(b) ? -1 : 1));
  for (const pod of oldest.slice(0, all.length - KEPT)) await remove(pod, tools);
  return undefined;
}
