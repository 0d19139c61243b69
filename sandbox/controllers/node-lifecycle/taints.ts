// Taints that say what is known of a node: NoSchedule at once, NoExecute when it is the node's
// turn.
// pkg/controller/nodelifecycle: doNoScheduleTaintingPass, doNoExecuteTaintingPass.

import { condition } from "../../api/meta.ts";
import { type Node, nodes, type Taint } from "../../api/node.ts";
import { timestamp } from "../../api/time.ts";
import type { LifecycleTools } from "./lifecycle-tools.ts";

const PREFIX = "node.kubernetes.io/";
const notReady = `${PREFIX}not-ready`;
const unreachable = `${PREFIX}unreachable`;

/** By condition and status. */
const byCondition: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  OutOfDisk: { True: `${PREFIX}out-of-disk` },
  MemoryPressure: { True: `${PREFIX}memory-pressure` },
  DiskPressure: { True: `${PREFIX}disk-pressure` },
  NetworkUnavailable: { True: `${PREFIX}network-unavailable` },
  PIDPressure: { True: `${PREFIX}pid-pressure` },
};

const unschedulable = `${PREFIX}unschedulable`;

/** The keys that are ours to set and to take away. */
const ours = new Set([unschedulable, ...Object.values(byCondition).flatMap(Object.values)]);

/** Sets the taints that follow from the conditions of a node; the node as it is then. */
export async function taintByCondition(node: Node, tools: LifecycleTools): Promise<Node> {
  const wanted = (node.status.conditions ?? []).flatMap(
    ({ type, status }) => byCondition[type]?.[status] ?? [],
  );
  if (node.spec.unschedulable) wanted.push(unschedulable);
  const taints = node.spec.taints ?? [];
  const isOurs = ({ effect, key }: Taint) => effect === "NoSchedule" && ours.has(key);
  const present = new Set(taints.filter(isOurs).map(({ key }) => key));
  const missing = wanted.filter((key) => !present.has(key));
  const left = taints.filter((taint) => !isOurs(taint) || wanted.includes(taint.key));
  if (missing.length === 0 && left.length === taints.length) return node;
  const timeAdded = timestamp(tools.clock.now());
  const added = missing.map((key): Taint => ({ key, effect: "NoSchedule", timeAdded }));
  return write(node, [...left, ...added], tools);
}

const isEvicting = ({ effect, key }: Taint): boolean =>
  effect === "NoExecute" && (key === notReady || key === unreachable);

/** What the evicting taint of a node should be; undefined if it should have none. */
export function evictingTaint({ status }: Node): string | undefined {
  const ready = condition(status.conditions, "Ready")?.status;
  return ready === "True" ? undefined : ready === "False" ? notReady : unreachable;
}

/** The evicting taint that a node has. */
export const presentTaint = ({ spec }: Node): string | undefined =>
  spec.taints?.find(isEvicting)?.key;

/** Gives a node this evicting taint instead of any other, or none. */
export async function setEvictingTaint(
  node: Node,
  key: string | undefined,
  tools: LifecycleTools,
): Promise<Node> {
  const taints = node.spec.taints ?? [];
  const left = taints.filter((taint) => !isEvicting(taint));
  const timeAdded = timestamp(tools.clock.now());
  const added: Taint[] = key === undefined ? [] : [{ key, effect: "NoExecute", timeAdded }];
  return write(node, [...left, ...added], tools);
}

function write(node: Node, taints: Taint[], { client }: LifecycleTools): Promise<Node> {
  const { taints: _old, ...spec } = node.spec;
  return client.update(nodes, { ...node, spec: { ...spec, ...(taints.length > 0 && { taints }) } });
}
