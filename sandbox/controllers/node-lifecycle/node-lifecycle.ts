// Nodes that are silent: nobody knows how they are any more, their pods are not ready, and after a
// while not there. Keys without a namespace are nodes, the others pods that are new on a node.
// pkg/controller/nodelifecycle/node_lifecycle_controller.go; it looks around every five seconds,
// this one just when something is due.

import { daemonSets } from "../../api/daemonset.ts";
import { leases } from "../../api/lease.ts";
import { keyOf, type NamespacedName } from "../../api/meta.ts";
import { type Node, nodes } from "../../api/node.ts";
import { pods } from "../../api/pod.ts";
import { defineController, type Requeue, wakeOn } from "../../client/controller.ts";
import { createRecorder } from "../../client/events.ts";
import { indexByNamespace } from "../ownership.ts";
import { byNode, indexByNode } from "../pods-by-node.ts";
import { markNotReady, markUnknown, NodeEvents } from "./conditions.ts";
import { cancelEviction, evict } from "./eviction.ts";
import { type Health, isReadyNode, LEASES, observe, untilSilent } from "./health.ts";
import type { LifecycleState, LifecycleTools } from "./lifecycle-tools.ts";
import { evictingTaint, presentTaint, setEvictingTaint, taintByCondition } from "./taints.ts";
import { Zones } from "./zones.ts";

/** nodeMonitorPeriod: what follows from a node's silence comes with the next look around. */
const MONITOR_MS = 5_000;

export const nodeLifecycle = defineController<LifecycleState>({
  name: "node-controller",
  for: nodes,
  watches: [
    wakeOn(leases, ({ now, before }) => {
      const { namespace, name } = (now ?? before)?.metadata ?? { name: "" };
      return namespace === LEASES ? [{ namespace: "", name }] : [];
    }),
    wakeOn(pods, ({ now, before }) => {
      const placed = now?.spec.nodeName && now.spec.nodeName !== before?.spec.nodeName;
      return placed ? [keyOf(now)] : [];
    }),
    // Only looked at.
    wakeOn(daemonSets, () => []),
  ],
  indexes: [indexByNode, indexByNamespace(daemonSets)],

  state({ client, clock, era }) {
    const events = createRecorder({ client, clock, component: era.words.nodes.source });
    const nodeEvents = new NodeEvents(events, era.behaviors.has("nodes-known-by-name"));
    const zones = new Zones();
    return { health: new Map(), zones, evictions: new Map(), events, nodeEvents };
  },

  reconcile: (key, tools) => (key.namespace ? lookAtPod(key, tools) : lookAtNode(key, tools)),
});

/** A pod that has come to a node that is not ready is not ready. */
async function lookAtPod(key: NamespacedName, tools: LifecycleTools): Promise<undefined> {
  const { cache, state } = tools;
  const pod = cache.get(pods, key);
  const health = state.health.get(pod?.spec.nodeName ?? "");
  if (!pod || !health?.ready || health.ready === "True") return;
  await markNotReady(pod, tools);
}

async function lookAtNode(
  key: NamespacedName,
  tools: LifecycleTools,
): Promise<Requeue | undefined> {
  const { cache, state, era } = tools;
  const { name } = key;
  let node = cache.get(nodes, key);
  if (!node) {
    forget(name, tools);
    return undefined;
  }
  const known = state.health.get(name);
  if (!known) {
    const text = `Registered Node ${name} in ${era.words.nodes.registry}`;
    state.nodeEvents.event(node, "RegisteredNode", text);
  }
  const health = observe(known, node, tools);
  state.health.set(name, health);
  const silent = await untilSilent(health, node, tools);
  if (silent === 0) node = await noteSilence(node, health, tools);
  if (health.tell) await tellPods(node, health, tools);
  if (state.zones.note(node, isReadyNode(node))) turnAll(tools);
  if (era.gates.has("TaintNodesByCondition")) node = await taintByCondition(node, tools);
  const next = await followUp(node, health, tools);
  const waits = [silent || undefined, next].filter((each) => each !== undefined);
  return waits.length > 0 ? { requeueAfter: Math.max(1, Math.min(...waits)) } : undefined;
}

function forget(name: string, tools: LifecycleTools): void {
  const { state, era } = tools;
  const known = state.health.get(name);
  if (!known) return;
  state.health.delete(name);
  state.evictions.delete(name);
  const metadata = { name, uid: known.uid };
  const gone: Node = { apiVersion: "v1", kind: "Node", metadata, spec: {}, status: {} };
  const text = `Removing Node ${name} from ${era.words.nodes.registry}`;
  state.nodeEvents.event(gone, "RemovingNode", text);
  if (state.zones.forget(name)) turnAll(tools);
}

/** Writes that nobody knows how a node is; the node as it is then. */
async function noteSilence(node: Node, health: Health, tools: LifecycleTools): Promise<Node> {
  const { clock, state, trace } = tools;
  const wasReady = isReadyNode(node);
  const marked = await markUnknown(node, tools);
  if (!marked) return node;
  const seconds = Math.round((clock.now() - health.probe) / 1000);
  trace.decide({
    by: "node-controller",
    about: { kind: "Node", name: node.metadata.name },
    verdict: `Nobody knows how it is: nothing was heard of its kubelet for ${seconds} seconds.`,
    rule: "pkg/controller/nodelifecycle tryUpdateNodeHealth",
    options: [],
  });
  health.ready = "Unknown";
  health.since = clock.now();
  health.notBefore = clock.now() + MONITOR_MS;
  if (wasReady) {
    state.nodeEvents.status(node, "NodeNotReady");
    health.tell = true;
  }
  return marked;
}

async function tellPods(node: Node, health: Health, tools: LifecycleTools): Promise<void> {
  for (const pod of tools.cache.by(pods, byNode, node.metadata.name)) {
    await markNotReady(pod, tools);
  }
  health.tell = false;
}

/** All has stopped, since no node is ready, or goes on again: then every node has a new start. */
function turnAll({ cache, clock, state, wake }: LifecycleTools): void {
  if (!state.zones.stopped) {
    for (const health of state.health.values()) {
      health.probe = clock.now();
      health.since = clock.now();
    }
  }
  for (const node of cache.list(nodes)) wake(keyOf(node));
}

/** What becomes of the pods; milliseconds until more is to be done. */
async function followUp(
  node: Node,
  health: Health,
  tools: LifecycleTools,
): Promise<number | undefined> {
  const { clock, state, era } = tools;
  const ready = isReadyNode(node);
  if (!era.gates.has("TaintBasedEvictions")) {
    if (!ready && !state.zones.stopped) return evict(node, health, tools);
    cancelEviction(node.metadata.name, tools);
    return undefined;
  }
  const present = presentTaint(node);
  if (ready || state.zones.stopped) {
    if (present) await setEvictingTaint(node, undefined, tools);
    return undefined;
  }
  const wanted = evictingTaint(node);
  if (present === wanted) return undefined;
  const wait = health.notBefore - clock.now();
  if (wait > 0) return wait;
  // One that is evicted already needs no turn.
  const turn = present ? 0 : state.zones.turn(node.metadata.name, clock.now());
  if (turn === 0) await setEvictingTaint(node, wanted, tools);
  return turn === 0 ? undefined : turn;
}
