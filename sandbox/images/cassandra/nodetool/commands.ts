// What nodetool can do, by the names of its commands.

import type { ClusterView, GossipView } from "../jmx.ts";
import type { Call } from "../nodetool.ts";
import { info } from "./info.ts";
import { ring } from "./ring.ts";
import { status } from "./status.ts";

export interface Command {
  readonly about: string;
  /** Its exit code, if it is not 0. */
  run(call: Call): Promise<number | undefined>;
}

const doing = (method: string, about: string): Command => ({
  about,
  async run({ ask, args }) {
    await ask(method, args[0]);
    return undefined;
  },
});

export const commands: Readonly<Record<string, Command>> = {
  status: { about: "Print cluster information (state, load, IDs, ...)", run: status },
  ring: { about: "Print information about the token ring", run: ring },
  info: { about: "Print node information (uptime, load, ...)", run: info },
  drain: doing("drain", "Drain the node (stop accepting writes and flush all tables)"),
  decommission: doing("decommission", "Decommission the *node I am connecting to*"),
  flush: doing("flush", "Flush one or more tables"),
  compact: doing("compact", "Force a (major) compaction on one or more tables"),
  cleanup: doing("cleanup", "Triggers the immediate cleanup of keys no longer belonging to a node"),
  enablebinary: doing("enablebinary", "Reenable native transport (binary protocol)"),
  disablebinary: doing("disablebinary", "Disable native transport (binary protocol)"),
  removenode: { about: "Remove a node by its host ID", run: removenode },
  assassinate: {
    about: "Forcefully remove a dead node without re-replicating any data",
    run: assassinate,
  },
  describecluster: {
    about: "Print the name, snitch, partitioner and schema version of a cluster",
    run: describecluster,
  },
  gossipinfo: { about: "Shows the gossip information for the cluster", run: gossipinfo },
  version: { about: "Print cassandra version", run: version },
  statusgossip: { about: "Status of gossip", run: (call) => running(call, "isGossiping") },
  statusbinary: {
    about: "Status of native transport (binary protocol)",
    run: (call) => running(call, "isNative"),
  },
};

async function running({ ask, print }: Call, what: "isGossiping" | "isNative") {
  const { own } = await ask<ClusterView>("view");
  await print(own[what] ? "running" : "not running");
  return undefined;
}

async function version({ ask, print }: Call) {
  await print(`ReleaseVersion: ${(await ask<ClusterView>("view")).release}`);
  return undefined;
}

async function removenode({ ask, args, print }: Call) {
  const [id] = args;
  if (id === undefined) {
    await print("nodetool: Missing required parameter");
    return 1;
  }
  if (id === "status") await print("RemovalStatus: No token removals in process.");
  else await ask("removenode", id);
  return undefined;
}

async function assassinate({ ask, args, process }: Call) {
  const [address] = args;
  if (address !== undefined) {
    await ask("assassinate", address);
    return undefined;
  }
  await process.stderr.write("nodetool: Required parameters are missing: ip_address\n");
  return 1;
}

async function describecluster({ ask, print }: Call) {
  const { cluster, snitch, schemas } = await ask<ClusterView>("view");
  const versions = Object.entries(schemas).sort(
    ([a], [b]) => Number(a === "UNREACHABLE") - Number(b === "UNREACHABLE"),
  );
  const list = versions.map(([id, who]) => `\t\t${id}: [${[...who].sort().join(", ")}]\n\n`);
  await print(
    `Cluster Information:\n\tName: ${cluster}\n\tSnitch: org.apache.cassandra.locator.${snitch}\n` +
      "\tDynamicEndPointSnitch: enabled\n" +
      "\tPartitioner: org.apache.cassandra.dht.Murmur3Partitioner\n" +
      `\tSchema versions:\n${list.join("").replace(/\n$/, "")}`,
  );
  return undefined;
}

/** In the order of Cassandra's own list. */
const order = (
  "STATUS LOAD SCHEMA DC RACK RELEASE_VERSION REMOVAL_COORDINATOR INTERNAL_IP RPC_ADDRESS X_11 " +
  "SEVERITY NET_VERSION HOST_ID TOKENS RPC_READY"
).split(" ");

async function gossipinfo({ ask, print }: Call) {
  const all = await ask<readonly GossipView[]>("gossip");
  const lines = all.flatMap(({ address, generation, heartbeat, app }) => {
    const known = order.filter((name) => app[name]);
    const values = known.map((name) => {
      const { value, version: number } = app[name] ?? { value: "", version: 0 };
      return name === "TOKENS" ? `  ${name}:${number}:<hidden>` : `  ${name}:${number}:${value}`;
    });
    const tokens = known.includes("TOKENS") ? [] : ["  TOKENS: not present"];
    return [
      `/${address}`,
      `  generation:${generation}`,
      `  heartbeat:${heartbeat}`,
      ...values,
      ...tokens,
    ];
  });
  await print(lines.join("\n"));
  return undefined;
}
