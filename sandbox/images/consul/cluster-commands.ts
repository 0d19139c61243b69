// The commands that show and change who belongs to a cluster.
// Upstream: hashicorp/consul command/members, operator, catalog, info, leave, forceleave, join.

import { isStream } from "../../api/http.ts";
import { type Call, type Command, Failure, parsed } from "./command.ts";
import { columnize } from "./table.ts";

interface Member {
  readonly Name: string;
  readonly Addr: string;
  readonly Port: number;
  readonly Tags: Readonly<Record<string, string>>;
  readonly Status: number;
}

const statuses = ["none", "alive", "leaving", "left", "failed"];

const members: Command = {
  about: "Lists the members of a Consul cluster",
  flags: "detailed wan status: segment: filter:",
  async run(call) {
    const { flags, print, version } = call;
    const query = {
      segment: flags.text("segment") ?? "_all",
      wan: flags.has("wan") ? "1" : undefined,
    };
    const response = await call.api("Error retrieving members", {
      path: "/v1/agent/members",
      query,
    });
    const wanted = patternOf(flags.text("status") ?? ".*");
    const hasPartitions = version.has.has("partitions");
    const found = parsed<readonly Member[]>(response)
      .filter(({ Status }) => wanted.test(statuses[Status] ?? ""))
      .map((member) => ({ ...member, Tags: shownTags(member.Tags, hasPartitions) }));
    if (found.length === 0) return 2;
    const isClient = ({ Tags }: Member) => Number(Tags["role"] !== "consul");
    found.sort((a, b) => isClient(a) - isClient(b) || (a.Name < b.Name ? -1 : 1));
    if (flags.has("detailed")) {
      const rows = found.map((each) => [...whereabouts(each), tagsText(each.Tags)]);
      await print(columnize([["Node", "Address", "Status", "Tags"], ...rows]));
      return 0;
    }
    const partition = hasPartitions ? ["Partition"] : [];
    const titles = ["Node", "Address", "Status", "Type", "Build", "Protocol", "DC"];
    const rows = found.map((each) => {
      const { role, build = "", vsn = "", dc = "", ap = "", segment = "" } = each.Tags;
      const type = role === "consul" ? "server" : "client";
      const where = hasPartitions ? [ap] : [];
      return [...whereabouts(each), type, build.replace(/:.*/, ""), vsn, dc, ...where, segment];
    });
    await print(columnize([[...titles, ...partition, "Segment"], ...rows]));
    return 0;
  },
};

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(`Failed to compile status regexp: error parsing regexp: ${text}`);
  }
}

const shownTags = (tags: Member["Tags"], hasPartitions: boolean): Member["Tags"] => ({
  ...tags,
  ...(hasPartitions && { ap: tags["ap"] || "default" }),
  segment: tags["role"] === "consul" ? "<all>" : tags["segment"] || "<default>",
});

const whereabouts = ({ Name, Addr, Port, Status }: Member): string[] => [
  ...[Name, `${Addr}:${Port}`, statuses[Status] ?? ""],
];

const tagsText = (tags: Member["Tags"]): string =>
  Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(",");

interface RaftServer {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Leader: boolean;
  readonly Voter: boolean;
  readonly ProtocolVersion: string;
  readonly LastIndex: number;
}

const listPeers: Command = {
  about: "Display the current Raft peer configuration",
  async run(call) {
    const why = "Error getting peers: Failed to retrieve raft configuration";
    const response = await call.api(why, { path: "/v1/operator/raft/configuration" });
    const { Servers } = parsed<{ readonly Servers: readonly RaftServer[] }>(response);
    const hasIndex = call.version.has.has("commitIndex");
    const last = Servers.find(({ Leader }) => Leader)?.LastIndex ?? 0;
    const titles = ["Node", "ID", "Address", "State", "Voter", "RaftProtocol"];
    const rows = Servers.map(({ ID, Node, Address, Leader, Voter, ProtocolVersion, LastIndex }) => {
      const trails = last - LastIndex;
      const behind = Leader ? "-" : `${trails} commit${trails === 1 ? "" : "s"}`;
      const state = Leader ? "leader" : "follower";
      const index = hasIndex ? [String(LastIndex), behind] : [];
      return [Node, ID, Address, state, String(Voter), ProtocolVersion, ...index];
    });
    const more = hasIndex ? ["Commit Index", "Trails Leader By"] : [];
    await call.print(columnize([[...titles, ...more], ...rows]));
    return 0;
  },
};

const removePeer: Command = {
  about: "Remove a Consul server from the Raft configuration",
  flags: "address: id:",
  async run(call) {
    const [address, id] = [call.flags.text("address"), call.flags.text("id")];
    const why = "Error removing peer";
    if (!address && !id)
      throw new Failure(`${why}: an address or id is required for the peer to remove`);
    if (address && id) throw new Failure(`${why}: cannot give both an address and id`);
    const query = { address, id };
    const reason = `${why}: Failed to remove raft peer`;
    await call.api(reason, { method: "DELETE", path: "/v1/operator/raft/peer", query });
    await call.print(`Removed peer with ${address ? `address "${address}"` : `id "${id}"`}`);
    return 0;
  },
};

const transferLeader: Command = {
  about: "Transfer raft leadership to another node",
  flags: "id:",
  async run(call) {
    const path = "/v1/operator/raft/transfer-leader";
    await call.api("Error transfering leadership", { method: "PUT", path });
    await call.print("Success");
    return 0;
  },
};

const info: Command = {
  about: "Provides debugging information for operators.",
  async run(call) {
    const response = await call.api("Error querying agent", { path: "/v1/agent/self" });
    const { Stats } = parsed<{ Stats: Record<string, Record<string, string>> }>(response);
    for (const [section, values] of sorted(Stats)) {
      await call.print(`${section}:`);
      for (const [name, value] of sorted(values)) await call.print(`\t${name} = ${value}`);
    }
    return 0;
  },
};

const sorted = <T>(values: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));

const leave: Command = {
  about: "Gracefully leaves the Consul cluster and shuts down",
  async run(call) {
    if (call.args.length > 0)
      throw new Failure(`Too many arguments (expected 0, got ${call.args.length})`);
    await call.api("Error leaving", { method: "PUT", path: "/v1/agent/leave" });
    await call.print("Graceful leave complete");
    return 0;
  },
};

const forceLeave: Command = {
  about: 'Forces a member of the cluster to enter the "left" state',
  flags: "prune",
  async run({ args, flags, api }) {
    const [name] = args;
    if (name === undefined || args.length > 1) {
      throw new Failure("A single node name must be specified to force leave.\n");
    }
    const query = { prune: flags.has("prune") ? "1" : undefined };
    const path = `/v1/agent/force-leave/${name}`;
    await api("Error force leaving", { method: "PUT", path, query });
    return 0;
  },
};

const join: Command = {
  about: "Tell Consul agent to join cluster",
  flags: "wan",
  async run({ args, api, print, process }) {
    if (args.length === 0) throw new Failure("At least one address to join must be specified.\n");
    let joined = 0;
    for (const address of args) {
      try {
        const path = `/v1/agent/join/${encodeURIComponent(address)}`;
        await api(`Error joining address '${address}'`, { method: "PUT", path });
        joined++;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        await process.stderr.write(`${error.message}\n`);
      }
    }
    if (joined === 0) throw new Failure("Failed to join any nodes.");
    await print(`Successfully joined cluster by contacting ${joined} nodes.`);
    return 0;
  },
};

const monitor: Command = {
  about: "Stream logs from a Consul agent",
  flags: "log-level: log-json",
  async run({ api, flags, print }) {
    const query = { loglevel: (flags.text("log-level") ?? "INFO").toUpperCase() };
    const { body } = await api("Error starting monitor", { path: "/v1/agent/monitor", query });
    if (isStream(body)) for await (const line of body) await print(String(line).trimEnd());
    return 0;
  },
};

const reload: Command = {
  about: "Triggers the agent to reload configuration files",
  async run(call) {
    await call.api("Error reloading", { method: "PUT", path: "/v1/agent/reload" });
    await call.print("Configuration reload triggered");
    return 0;
  },
};

interface CatalogNode {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Datacenter: string;
}

const catalogNodes: Command = {
  about: "Lists all nodes in the given datacenter",
  flags: "detailed filter: near: node-meta: service:",
  async run(call) {
    const service = call.flags.text("service");
    const path = service === undefined ? "/v1/catalog/nodes" : `/v1/catalog/service/${service}`;
    const response = await call.api("Error listing nodes", { path });
    const found = parsed<readonly CatalogNode[]>(response);
    if (found.length === 0) {
      throw new Failure("No nodes match the given query - try expanding your search.", 0);
    }
    const rows = found.map(({ Node, ID, Address, Datacenter }) => [
      Node,
      ID.slice(0, 8),
      Address,
      Datacenter,
    ]);
    await call.print(columnize([["Node", "ID", "Address", "DC"], ...rows]));
    return 0;
  },
};

const catalogServices: Command = {
  about: "Lists all registered services in a datacenter",
  flags: "node: node-meta: tags",
  async run(call) {
    const response = await call.api("Error listing services", { path: "/v1/catalog/services" });
    for (const [name] of sorted(parsed<Record<string, unknown>>(response))) await call.print(name);
    return 0;
  },
};

const datacenters: Command = {
  about: "Lists all known datacenters for this agent",
  async run(call) {
    const why = "Error listing datacenters";
    const response = await call.api(why, { path: "/v1/catalog/datacenters" });
    for (const name of parsed<readonly string[]>(response)) await call.print(name);
    return 0;
  },
};

const version: Command = {
  about: "Prints the Consul version",
  run: (call) => showVersion(call),
};

async function showVersion({ version: { number, revision, built }, print }: Call): Promise<number> {
  await print(
    `Consul v${number}\nRevision ${revision}${built === "" ? "" : `\nBuild Date ${built}`}`,
  );
  await print(
    "Protocol 2 spoken by default, understands 2 to 3 (agent will automatically use protocol >2 " +
      "when speaking to compatible agents)\n",
  );
  return 0;
}

export const clusterCommands: Readonly<Record<string, Command>> = {
  "catalog datacenters": datacenters,
  "catalog nodes": catalogNodes,
  "catalog services": catalogServices,
  "force-leave": forceLeave,
  info,
  join,
  leave,
  members,
  monitor,
  "operator raft list-peers": listPeers,
  "operator raft remove-peer": removePeer,
  "operator raft transfer-leader": transferLeader,
  reload,
  version,
};
