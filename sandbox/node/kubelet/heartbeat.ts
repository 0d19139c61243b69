// Tells the API that the node is alive, every ten seconds. Where the server offers it, one request
// is held open instead, and the server knows by that: nothing has to be sent while nothing changes.
// pkg/kubelet/nodelease, kubelet_node_status.go.

import { isStream, Unreachable } from "../../api/http.ts";
import { type Lease, leases } from "../../api/lease.ts";
import type { Node } from "../../api/node.ts";
import { nodes } from "../../api/node.ts";
import { isReason, StatusError } from "../../api/status.ts";
import { microTimestamp } from "../../api/time.ts";
import type { KubeletTools } from "./tools.ts";

const PERIOD_MS = 10_000;
const LONGEST_RETRY_MS = 7_000;
const keepalive = { keepalive: `${PERIOD_MS / 1000}s` };

/** Goes on until the kubelet stops. */
export async function beat(
  tools: KubeletTools,
  node: Node,
  status: () => Promise<Node>,
): Promise<void> {
  const { clock, signal, era } = tools;
  const send = era.gates.has("NodeLease")
    ? () => renewLease(tools, node)
    : () => repeatStatus(tools, status);
  let waitMs = 200;
  while (!signal.aborted) {
    try {
      const held = await send();
      // A request that was held has ended: it is made anew at once, as after a broken connection.
      await clock.sleep(held ? 0 : PERIOD_MS, signal);
      waitMs = 200;
    } catch (error) {
      if (!(error instanceof StatusError || error instanceof Unreachable)) throw error;
      await clock.sleep(waitMs, signal);
      waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
    }
  }
}

/** True if the server held the request open, and it has ended. */
async function renewLease(
  { client, clock, signal, nodeName: name }: KubeletTools,
  { metadata: { uid = "" } }: Node,
): Promise<boolean> {
  const key = { namespace: "kube-node-lease", name };
  const renewTime = microTimestamp(clock.now());
  const lease: Lease = {
    ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease" },
    metadata: { ...key, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
  const path = client.path(leases, key);
  try {
    return drained(
      await client.send({ method: "PUT", path, query: keepalive, body: lease, signal }),
    );
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    await client.create(leases, lease);
    return true;
  }
}

/** Before there were leases the whole status was sent again. */
async function repeatStatus(
  { client, signal }: KubeletTools,
  status: () => Promise<Node>,
): Promise<boolean> {
  const node = await status();
  const path = `${client.path(nodes, { namespace: "", name: node.metadata.name })}/status`;
  return drained(await client.send({ method: "PUT", path, query: keepalive, body: node, signal }));
}

async function drained({ body }: { readonly body: unknown }): Promise<boolean> {
  const stream = body as object | string;
  if (!isStream(stream)) return false;
  for await (const _nothing of stream) {
    // Only its end matters.
  }
  return true;
}
