// How a node comes into the ring: it finds somebody, waits until the others know of it, takes the
// data of the ranges that will be its own, and only then answers for them.
// Upstream: service/StorageService.java joinTokenRing, dht/BootStrapper.java,
// dht/RangeStreamer.java.

import { NetworkError } from "../../machine/network.ts";
import type { Random } from "../../sim/random.ts";
import { forgive, StartError } from "./errors.ts";
import { apply, type Mutation, type StreamOrder } from "./local.ts";
import type { Node } from "./node.ts";
import type { Replication, Ring } from "./ring.ts";

const SETTLE_MS = 5_000;
const SETTLE_POLLS = 3;
const SHADOW_POLL_MS = 1_000;

/** Addresses of the seeds, as far as their names can be found. */
async function seedsOf({ settings, process, log }: Node): Promise<string[]> {
  const found: string[] = [];
  for (const seed of settings.seeds) {
    try {
      found.push(...(await process.network.lookup(seed)));
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      log.say(`Seed provider couldn't lookup host ${seed}`, {
        ...{ level: "WARN", from: "SimpleSeedProvider.java:60" },
      });
    }
  }
  if (found.length === 0) throw new StartError("The seed provider lists no seeds.");
  return found;
}

/** Resolves when it is a member like any other. */
export async function join(node: Node): Promise<void> {
  const { log, settings, gossip } = node;
  const seeds = await seedsOf(node);
  const isSeed = seeds.includes(settings.address);
  const saved = savedTokens(node);
  const isNew = saved.length === 0;
  const bootstraps = isNew && !isSeed && settings.autoBootstrap;
  const others = seeds.filter((seed) => seed !== settings.address);
  rememberPeers(node);
  gossip.start(node.about);
  const peers = [...gossip.states.keys()].filter((address) => address !== settings.address);
  const met = await meet(node, [...new Set([...others, ...peers])], bootstraps);
  if (bootstraps && !met) {
    throw new StartError("Unable to gossip with any seeds", "java.lang.RuntimeException");
  }
  if (met) await node.pullSchema(met);
  if (isNew && isSeed) {
    const why = "because it is configured to be a seed node.";
    log.say(`This node will not auto bootstrap ${why}`, { from: "StorageService.java:743" });
  }
  if (bootstraps) await bootstrap(node);
  else if (isNew) {
    node.tokens = randomTokens(node.process.random, settings.tokens);
    log.say(`Generated random tokens. tokens are [${node.tokens.join(", ")}]`, {
      from: "StorageService.java:950",
    });
  } else {
    node.tokens = saved;
    log.say(`Using saved tokens [${node.tokens.join(", ")}]`, { from: "StorageService.java:933" });
  }
  node.writeLocal({ bootstrapped: "COMPLETED", tokens: node.tokens.map(String).sort() });
  mode(node, "NORMAL", "Finish joining ring");
  node.status("NORMAL");
  const own = node.settings.address;
  log.say(`Node /${own} state jump to NORMAL`, { from: "StorageService.java:2292" });
  node.database.flush();
  node.tellLoad();
}

/** The first who answers, within the time of one round for each second of the ring's delay. */
async function meet(
  node: Node,
  addresses: readonly string[],
  insists: boolean,
): Promise<string | undefined> {
  const { gossip, life, settings } = node;
  const end = node.now() + (insists ? settings.ringDelayMs : 0);
  for (;;) {
    const met = await Promise.all(addresses.map((address) => gossip.meet(address)));
    const index = met.indexOf(true);
    if (index >= 0) return addresses[index];
    if (node.now() >= end) return undefined;
    await life.sleep(SHADOW_POLL_MS);
  }
}

function savedTokens(node: Node): bigint[] {
  const { tokens = [] } = node.row("local", "local") ?? {};
  return (tokens as readonly string[]).map(BigInt);
}

/** Who was in the ring when it ended is so still, until somebody says otherwise. */
function rememberPeers(node: Node): void {
  for (const address of node.peers) {
    const { host_id, data_center, rack, tokens, release_version } =
      node.row("peers", address) ?? {};
    node.gossip.remember(address, {
      ...{ STATUS: "NORMAL,", HOST_ID: String(host_id), DC: String(data_center) },
      ...{ RACK: String(rack), TOKENS: (tokens as readonly string[]).join(",") },
      RELEASE_VERSION: String(release_version),
    });
  }
}

export function randomTokens(random: Random, count: number): bigint[] {
  const half = () => BigInt(random.below(2 ** 32));
  const tokens = Array.from({ length: count }, () => BigInt.asIntN(64, (half() << 32n) | half()));
  return tokens.sort((a, b) => (a < b ? -1 : 1));
}

export function mode(node: Node, next: Node["mode"], text: string): void {
  node.mode = next;
  node.log.say(`${next === "NORMAL" ? "JOINING" : next}: ${text}`, {
    from: "StorageService.java:1435",
  });
}

async function bootstrap(node: Node): Promise<void> {
  const { life, settings, process } = node;
  mode(node, "JOINING", "waiting for ring information");
  await life.sleep(1_000);
  mode(node, "JOINING", "schema complete, ready to bootstrap");
  mode(node, "JOINING", "waiting for pending range calculation");
  mode(node, "JOINING", "calculation complete, ready to bootstrap");
  if (node.joining.length > 0 || node.leaving.length > 0) {
    throw new StartError(
      "Other bootstrapping/leaving/moving nodes detected, cannot bootstrap while " +
        "cassandra.consistent.rangemovement is true",
      "java.lang.UnsupportedOperationException",
    );
  }
  mode(node, "JOINING", "getting bootstrap token");
  node.tokens = randomTokens(process.random, settings.tokens);
  node.status("BOOT");
  mode(node, "JOINING", `sleeping ${settings.ringDelayMs} ms for pending range setup`);
  await life.sleep(settings.ringDelayMs);
  mode(node, "JOINING", "Starting to bootstrap...");
  const { address, dc, rack } = settings;
  const now = node.ring;
  await fetchRanges(node, now, now.with({ address, dc, rack, tokens: node.tokens }));
  node.log.say(`Bootstrap completed! for the tokens [${node.tokens.join(", ")}]`, {
    ...{ thread: "RMI TCP Connection(2)-127.0.0.1", from: "StorageService.java:1499" },
  });
}

/** Takes what it will keep and does not keep now, each range from one who has it. */
export async function fetchRanges(node: Node, before: Ring, after: Ring): Promise<void> {
  const { schema, gossip, address } = node;
  for (const { name, replication } of schema.values()) {
    if (replication.class === "LocalStrategy") continue;
    const bySource = sources({ before, after, replication, address }, (other) =>
      gossip.isAlive(other),
    );
    for (const [source, ranges] of bySource) {
      const order: StreamOrder = { ks: name, ranges };
      const rows =
        (await gossip
          .ask(source, { method: "stream", body: order, within: 60_000 })
          .catch(forgive)) ?? [];
      for (const mutation of rows as readonly Mutation[]) apply(node, mutation);
    }
  }
  node.database.flush();
}

interface Move {
  readonly before: Ring;
  readonly after: Ring;
  readonly replication: Replication;
  readonly address: string;
}

type Ranges = (readonly [string, string])[];

function sources(
  { before, after, replication, address }: Move,
  isAlive: (address: string) => boolean,
): Map<string, Ranges> {
  const found = new Map<string, Ranges>();
  for (const { range, replicas } of after.ranges(replication)) {
    const old = before.replicas(range.right, replication);
    if (!replicas.includes(address) || old.includes(address)) continue;
    const source = old.find((other) => other !== address && isAlive(other));
    if (source === undefined) continue;
    const ranges = found.get(source) ?? [];
    found.set(source, ranges);
    ranges.push([String(range.left), String(range.right)]);
  }
  return found;
}

/** Clients are let in when no news of others have come for some seconds. */
export async function settle({ life, log, gossip }: Node): Promise<void> {
  log.say("Waiting for gossip to settle...", { from: "Gossiper.java:1692" });
  await life.sleep(SETTLE_MS);
  let known = gossip.states.size;
  for (let quiet = 0; quiet < SETTLE_POLLS; quiet++) {
    await life.sleep(1_000);
    if (gossip.states.size !== known) quiet = -1;
    known = gossip.states.size;
  }
  log.say("No gossip backlog; proceeding", { from: "Gossiper.java:1723" });
}
