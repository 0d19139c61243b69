// When each node was last heard of. What is in the cache may be older than the truth, for a
// heartbeat that is held open (apiserver/heartbeats.ts) changes no object: before a node counts as
// silent, the server is asked. If it says that it still hears the node, it will also say when that
// ends.
// pkg/controller/nodelifecycle, tryUpdateNodeHealth.

import { type Lease, leases } from "../../api/lease.ts";
import { condition, type KubeObject } from "../../api/meta.ts";
import { type Node, nodes } from "../../api/node.ts";
import type { Resource } from "../../api/resource.ts";
import { isReason } from "../../api/status.ts";
import { parseTime } from "../../api/time.ts";
import type { Tools } from "../../client/controller.ts";

const STARTUP_GRACE_MS = 60_000;
export const LEASES = "kube-node-lease";

export interface Health {
  readonly uid: string;
  /** The newest heartbeat that it sent. */
  beat: number;
  /** When it was last heard of, or from when on it may be silent. */
  probe: number;
  /** When it was seen to become ready or unready. */
  since: number;
  /** The last state of Ready. */
  ready: string | undefined;
  /** The version of what is held open for it. */
  held: string | undefined;
  /** When it may first be thought of evicting its pods. */
  notBefore: number;
  /** Its pods are still to be told that it is silent. */
  tell: boolean;
}

type HealthTools = Pick<Tools<unknown>, "cache" | "client" | "clock" | "era">;

export const isReadyNode = ({ status }: Node): boolean =>
  condition(status.conditions, "Ready")?.status === "True";

/** What is known of a node by what is in the cache. */
export function observe(before: Health | undefined, node: Node, tools: HealthTools): Health {
  const now = tools.clock.now();
  const { uid = "", creationTimestamp } = node.metadata;
  const ready = condition(node.status.conditions, "Ready");
  const known = before?.uid === uid ? before : undefined;
  const created = parseTime(creationTimestamp) ?? now;
  const health = known ?? {
    uid,
    beat: Number.NEGATIVE_INFINITY,
    probe: ready ? now : created,
    since: ready ? now : created,
    ready: ready?.status,
    held: undefined,
    notBefore: now,
    tell: false,
  };
  if (ready && health.ready === undefined) health.probe = now;
  if (health.ready !== ready?.status) health.since = now;
  health.ready = ready?.status;
  hear(health, beatOf(nodes, node));
  const lease = leaseOf(node, tools);
  if (lease) hear(health, beatOf(leases, lease));
  if (health.held !== undefined && health.held !== versionOf(lease ?? node)) {
    health.held = undefined;
  }
  return health;
}

/**
 * Milliseconds until a node counts as silent; 0 if it does, undefined while the server hears it.
 */
export async function untilSilent(
  health: Health,
  node: Node,
  tools: HealthTools,
): Promise<number | undefined> {
  const grace =
    health.ready === undefined ? STARTUP_GRACE_MS : tools.era.timing.nodeMonitorGracePeriod;
  const left = () => Math.max(0, health.probe + grace - tools.clock.now());
  if (health.held !== undefined) return undefined;
  if (left() > 0) return left();
  const { object, held, beat } = await ask(node, tools);
  hear(health, beat);
  if (held && left() > 0) {
    health.held = versionOf(object);
    return undefined;
  }
  return left();
}

const leaseOf = ({ metadata: { name } }: Node, { cache, era }: HealthTools): Lease | undefined =>
  era.gates.has("NodeLease") ? cache.get(leases, { namespace: LEASES, name }) : undefined;

const versionOf = ({ metadata }: KubeObject): string =>
  `${metadata.uid}/${metadata.resourceVersion}`;

function hear(health: Health, beat: number | undefined): void {
  if (beat === undefined || beat <= health.beat) return;
  health.beat = beat;
  health.probe = Math.max(health.probe, beat);
}

function beatOf(resource: Resource<Node> | Resource<Lease>, object: KubeObject) {
  if (resource === leases) return parseTime((object as Lease).spec.renewTime);
  return parseTime(condition((object as Node).status.conditions, "Ready")?.lastHeartbeatTime);
}

interface Answer {
  readonly object: KubeObject;
  readonly beat: number | undefined;
  readonly held: boolean;
}

/** Asks the server for the lease of a node, or for the node itself if it has none. */
async function ask(node: Node, tools: HealthTools): Promise<Answer> {
  const { name } = node.metadata;
  if (leaseOf(node, tools)) {
    try {
      return await look(leases, { namespace: LEASES, name }, tools);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
  return look(nodes, { namespace: "", name }, tools);
}

async function look(
  resource: Resource<Node> | Resource<Lease>,
  key: { readonly namespace: string; readonly name: string },
  { client }: HealthTools,
): Promise<Answer> {
  const path = client.path(resource as Resource, key);
  const { body, headers } = await client.send({ method: "GET", path });
  const object = body as KubeObject;
  return { object, beat: beatOf(resource, object), held: headers["keepalive"] !== undefined };
}
