// How a node goes out of the ring: for a while (drain), for good (decommission), or after its death
// by the hand of another (removenode). Upstream: service/StorageService.java.

import { RpcError } from "../consul/link.ts";
import { forgive } from "./errors.ts";
import { fetchRanges, mode } from "./joining.ts";
import { type Mutation, tokenIn } from "./local.ts";
import type { Node } from "./node.ts";
import type { Ring } from "./ring.ts";
import { toUpdate } from "./updates.ts";

const QUIESCE_MS = 2_000;

/** Takes nothing more and has everything in its files. */
export async function drain(node: Node): Promise<void> {
  const { life, log, gossip, database } = node;
  if (node.mode === "DRAINED" || node.mode === "DRAINING") {
    const what = "Cannot drain node (did it already happen?)";
    log.say(what, { level: "WARN", from: "StorageService.java:4412" });
    return;
  }
  const said = { thread: "RMI TCP Connection(4)-127.0.0.1", from: "StorageService.java:1449" };
  node.mode = "DRAINING";
  log.say("DRAINING: starting drain process", said);
  stopNative(node);
  log.say("Announcing shutdown", { ...said, from: "Gossiper.java:1655" });
  gossip.stop(true);
  await life.sleep(QUIESCE_MS);
  const messaging = { ...said, from: "MessagingService.java:992" };
  log.say("Waiting for messaging service to quiesce", messaging);
  database.flush();
  node.mode = "DRAINED";
  log.say("DRAINED", said);
}

export function stopNative(node: Node): void {
  if (!node.isNative) return;
  node.isNative = false;
  node.closeNative();
  node.log.say("Stop listening for CQL clients", {
    ...{ thread: "RMI TCP Connection(4)-127.0.0.1", from: "Server.java:179" },
  });
}

/** Gives its data to those who will have them, and is no member any more. Throws RpcError. */
export async function decommission(node: Node): Promise<void> {
  const { settings, life, gossip, ring } = node;
  if (!ring.member(settings.address)) {
    throw new RpcError("local node is not a member of the token ring yet");
  }
  if (ring.members.length < 2) {
    throw new RpcError("no other normal nodes in the ring; decommission would be pointless");
  }
  if (node.mode !== "NORMAL")
    throw new RpcError(`Node in ${node.mode} state; wait for status to become normal or restart`);
  node.status("LEAVING");
  const delay = settings.ringDelayMs;
  mode(node, "LEAVING", `sleeping ${delay} ms for batch processing and pending range setup`);
  await life.sleep(delay);
  mode(node, "LEAVING", "replaying batch log and streaming data to other nodes");
  await handOver(node, ring.without(settings.address));
  mode(node, "LEAVING", "streaming hints to other nodes");
  const left = `LEFT,${node.tokens[0] ?? 0n},${node.now() + 259_200_000}`;
  gossip.set({ STATUS: left });
  node.log.say(`Announcing that I have left the ring for ${delay}ms`, {
    from: "StorageService.java:3840",
  });
  await life.sleep(delay);
  stopNative(node);
  gossip.stop(true);
  node.writeLocal({ bootstrapped: "DECOMMISSIONED" });
  node.database.flush();
  node.mode = "DECOMMISSIONED";
  node.log.say("DECOMMISSIONED", { from: "StorageService.java:1449" });
}

async function handOver(node: Node, after: Ring): Promise<void> {
  const { schema, database, gossip, ring } = node;
  const byTarget = new Map<string, Mutation[]>();
  for (const { name: ks, replication, tables } of schema.values()) {
    if (replication.class === "LocalStrategy") continue;
    for (const table of tables.values()) {
      for (const each of database.store(table).partitions.values()) {
        const token = tokenIn(table, each);
        const old = ring.replicas(token, replication);
        for (const target of after.replicas(token, replication)) {
          if (old.includes(target)) continue;
          const list = byTarget.get(target) ?? [];
          byTarget.set(target, list);
          list.push({ ks, t: table.name, u: toUpdate(each) });
        }
      }
    }
  }
  for (const [target, list] of byTarget) {
    await gossip.ask(target, { method: "mutate", body: list, within: 60_000 });
  }
}

/** Takes somebody who is dead out of the ring; the others copy what he kept. Throws RpcError. */
export async function removeNode(node: Node, hostId: string): Promise<void> {
  const { gossip, ring, settings } = node;
  const gone = [...gossip.states].find(([, { app }]) => app["HOST_ID"]?.value === hostId)?.[0];
  if (gone === undefined || !ring.member(gone)) throw new RpcError("Host ID not found.");
  if (gone === settings.address) throw new RpcError("Cannot remove self");
  if (gossip.isAlive(gone)) {
    const message = `Node /${gone} is alive and owns this ID. Use decommission command to remove it from the ring`;
    throw new RpcError(message);
  }
  node.log.say(`Removing host ${hostId} at /${gone}`, { from: "StorageService.java:3986" });
  gossip.claim(gone, { STATUS: `removing,${hostId}` });
  await node.life.sleep(settings.ringDelayMs);
  const others = ring.members.map(({ address }) => address).filter((each) => each !== gone);
  await Promise.all(
    others.map((address) =>
      address === settings.address
        ? restore(node, gone)
        : gossip.ask(address, { method: "restore", body: gone, within: 120_000 }).catch(forgive),
    ),
  );
  gossip.claim(gone, { STATUS: `removed,${hostId},${node.now() + 259_200_000}` });
}

/** Copies what it must keep from now on because somebody is gone. */
export async function restore(node: Node, gone: string): Promise<void> {
  const { ring } = node;
  await fetchRanges(node, ring, ring.without(gone));
}
