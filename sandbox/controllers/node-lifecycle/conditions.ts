// What the node controller writes into the status of a node that is silent, and of the pods on it.
// pkg/controller/nodelifecycle, tryUpdateNodeHealth; pkg/controller/util/node, MarkPodsNotReady.

import { type Condition, condition } from "../../api/meta.ts";
import { type Node, nodes } from "../../api/node.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReason } from "../../api/status.ts";
import { timestamp } from "../../api/time.ts";
import type { EventRecorder } from "../../client/events.ts";
import type { LifecycleTools } from "./lifecycle-tools.ts";

/** Nobody knows how the node is; undefined if that is what its status says already. */
export async function markUnknown(
  node: Node,
  { client, clock, era }: LifecycleTools,
): Promise<Node | undefined> {
  const now = timestamp(clock.now());
  const { conditions = [] } = node.status;
  const known = new Set(conditions.map(({ type }) => type));
  const types = ["Ready", ...era.words.nodes.silenced];
  if (condition(conditions, "Ready")?.status === "Unknown") return undefined;
  const after = conditions.map((each): Condition => {
    if (!types.includes(each.type) || each.status === "Unknown") return each;
    const message = "Kubelet stopped posting node status.";
    const why = { reason: "NodeStatusUnknown", message };
    return { ...each, status: "Unknown", ...why, lastTransitionTime: now };
  });
  for (const type of types) if (!known.has(type)) after.push(neverPosted(type, node, now));
  return client.updateStatus(nodes, { ...node, status: { ...node.status, conditions: after } });
}

const neverPosted = (type: string, { metadata }: Node, now: string): Condition => ({
  type,
  status: "Unknown",
  reason: "NodeStatusNeverUpdated",
  message: "Kubelet never posted node status.",
  ...(metadata.creationTimestamp && { lastHeartbeatTime: metadata.creationTimestamp }),
  lastTransitionTime: now,
});

/** Pods of a node that is not ready are not ready. */
export async function markNotReady(pod: Pod, tools: LifecycleTools): Promise<void> {
  const { client, clock, era } = tools;
  const ready = condition(pod.status.conditions, "Ready");
  if (!ready || ready.status === "False") return;
  const told = era.behaviors.has("pods-told-of-lost-nodes");
  const now = timestamp(clock.now());
  const next = { ...ready, status: "False" as const, ...(told && { lastTransitionTime: now }) };
  const conditions = pod.status.conditions?.map((each) => (each === ready ? next : each));
  try {
    await client.updateStatus(pods, { ...pod, status: { ...pod.status, conditions } } as Pod);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    return;
  }
  if (told) tools.state.events.warning(pod, "NodeNotReady", "Node is not ready");
}

/** Sets why a pod ends of which nobody knows how it is. */
export async function markLost(pod: Pod, node: string, { client }: LifecycleTools): Promise<void> {
  if (pod.status.reason === "NodeLost") return;
  const message = `Node ${node} which was running pod ${pod.metadata.name} is unresponsive`;
  const status = { ...pod.status, reason: "NodeLost", message };
  try {
    await client.updateStatus(pods, { ...pod, status });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

/** Events about nodes; where they do not know its uid its name stands for it. */
export class NodeEvents {
  readonly #events: EventRecorder;
  readonly #byName: boolean;

  constructor(events: EventRecorder, byName: boolean) {
    this.#events = events;
    this.#byName = byName;
  }

  status(node: Node, what: string): void {
    this.#say(node, what, `Node ${node.metadata.name} status is now: ${what}`);
  }

  event(node: Node, reason: string, text: string): void {
    this.#say(node, reason, `Node ${node.metadata.name} event: ${text}`);
  }

  #say({ metadata: { name, uid } }: Node, reason: string, message: string): void {
    const known = this.#byName ? name : uid;
    const metadata = { name, ...(known !== undefined && { uid: known }) };
    this.#events.normal({ apiVersion: "v1", kind: "Node", metadata }, reason, message);
  }
}
