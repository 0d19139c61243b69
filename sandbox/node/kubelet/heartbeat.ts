// Tells the API that the node is alive, every ten seconds. Where the server offers it, one request
// is held open instead, and the server knows by that: nothing has to be sent while nothing changes.
// pkg/kubelet/nodelease, kubelet_node_status.go.

import { isStream, Unreachable } from "../../api/http.ts";
import { type Lease, leases } from "../../api/lease.ts";
import { keyOf } from "../../api/meta.ts";
import { type Node, nodes } from "../../api/node.ts";
import { isReason, StatusError } from "../../api/status.ts";
import { microTimestamp } from "../../api/time.ts";
import type { KubeletTools } from "./tools.ts";

/** How often a lease is renewed; the status, before there were leases. */
const PERIOD_MS = 10_000;
/** nodeStatusReportFrequency: how often a status is told that has not changed. */
const STATUS_PERIOD_MS = 300_000;
const LONGEST_RETRY_MS = 7_000;

/** Goes on until the kubelet stops. */
export async function beat(
  tools: KubeletTools,
  node: Node,
  status: () => Promise<Node>,
): Promise<void> {
  const leased = tools.era.gates.has("NodeLease");
  const statusMs = leased ? STATUS_PERIOD_MS : PERIOD_MS;
  const repeating = repeat(tools, statusMs, () => repeatStatus(tools, status, statusMs));
  const renewing = leased && repeat(tools, PERIOD_MS, () => renewLease(tools, node));
  await Promise.all([repeating, renewing]);
}

/** `send` is true if the server held the request open, and it has ended. */
async function repeat(
  { clock, signal }: KubeletTools,
  periodMs: number,
  send: () => Promise<boolean>,
): Promise<void> {
  let waitMs = 200;
  while (!signal.aborted) {
    try {
      const held = await send();
      // A request that was held has ended: it is made anew at once, as after a broken connection.
      await clock.sleep(held ? 0 : periodMs, signal);
      waitMs = 200;
    } catch (error) {
      if (!(error instanceof StatusError || error instanceof Unreachable)) throw error;
      await clock.sleep(waitMs, signal);
      waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
    }
  }
}

async function renewLease(tools: KubeletTools, node: Node): Promise<boolean> {
  const { client, clock } = tools;
  const known = await ensureLease(tools, node);
  const renewTime = microTimestamp(clock.now());
  const lease: Lease = { ...known, spec: { ...known.spec, renewTime } };
  return hold(tools, { path: client.path(leases, keyOf(lease)), body: lease, periodMs: PERIOD_MS });
}

async function ensureLease(
  { client, clock, nodeName: name }: KubeletTools,
  { metadata: { uid = "" } }: Node,
): Promise<Lease> {
  const key = { namespace: "kube-node-lease", name };
  try {
    return await client.get(leases, key);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
  const renewTime = microTimestamp(clock.now());
  return client.create(leases, {
    ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease" },
    metadata: { ...key, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  });
}

/** Tells the whole status again. */
async function repeatStatus(
  tools: KubeletTools,
  status: () => Promise<Node>,
  periodMs: number,
): Promise<boolean> {
  const node = await status();
  const path = `${tools.client.path(nodes, keyOf(node))}/status`;
  return hold(tools, { path, body: node, periodMs });
}

interface Held {
  readonly path: string;
  readonly body: object;
  readonly periodMs: number;
}

/** True if the server held the request open. What it promises is in apiserver/heartbeats.ts. */
async function hold(
  { client, signal }: KubeletTools,
  { path, body, periodMs }: Held,
): Promise<boolean> {
  const query = { keepalive: `${periodMs / 1000}s` };
  const response = await client.send({ method: "PUT", path, query, body, signal });
  if (!isStream(response.body)) return false;
  for await (const _nothing of response.body) {
    // Only its end matters.
  }
  return true;
}
