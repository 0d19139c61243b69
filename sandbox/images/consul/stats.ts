// What `consul info` shows. Upstream: hashicorp/consul agent/agent.go Stats, raft/api.go Stats.

import type { Agent } from "./agent.ts";
import type { Member } from "./members.ts";
import { serversText } from "./peers.ts";
import type { Serf } from "./serf.ts";
import type { Server } from "./server.ts";

type Section = Readonly<Record<string, string>>;

/** differs: nothing about goroutines and queues, which are not there. */
export function statsOf(agent: Agent): Readonly<Record<string, Section>> {
  const { server, settings, version, serf } = agent;
  return {
    agent: { check_monitors: "0", check_ttls: "0", checks: "0", services: "0" },
    build: {
      ...{ prerelease: "", revision: version.revision.slice(0, 8), version: version.number },
      ...(version.has.has("buildDate") && { version_metadata: "" }),
    },
    consul: {
      acl: "disabled",
      ...(server && { bootstrap: String(settings.bootstrap), known_datacenters: "1" }),
      ...(server && { leader: String(server.raft.isLeader) }),
      ...(server && { leader_addr: server.raft.leader?.address ?? "" }),
      ...(!server && { known_servers: String(serf.members.filter(isServer).length) }),
      server: String(server !== undefined),
    },
    ...(server && { raft: raftStats(server) }),
    runtime: { arch: "amd64", os: "linux" },
    serf_lan: membersIn(serf),
    ...(server && { serf_wan: membersIn(server.wan) }),
  };
}

const isServer = ({ tags, status }: Member) => tags["role"] === "consul" && status === "alive";

function raftStats({ raft }: Server): Section {
  const at = String(raft.commitIndex);
  const voters = raft.peers.filter(({ isVoter }) => isVoter).length;
  return {
    ...{ applied_index: at, commit_index: at, fsm_pending: "0" },
    last_contact: raft.isLeader ? "0" : raft.leader ? "0s" : "never",
    ...{ last_log_index: String(raft.lastIndex), last_log_term: String(raft.lastTerm) },
    ...{ last_snapshot_index: "0", last_snapshot_term: "0" },
    ...{ latest_configuration: serversText(raft.peers), latest_configuration_index: "0" },
    num_peers: String(Math.max(0, voters - 1)),
    ...{ protocol_version: "3", protocol_version_max: "3", protocol_version_min: "0" },
    ...{ snapshot_version_max: "1", snapshot_version_min: "0" },
    ...{ state: raft.role, term: String(raft.term) },
  };
}

function membersIn({ members }: Serf): Section {
  const count = (status: string) => String(members.filter((each) => each.status === status).length);
  return { failed: count("failed"), left: count("left"), members: String(members.length) };
}
