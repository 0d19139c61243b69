// What nodetool asks a node: a view of the cluster as this node sees it, and things to do. It
// listens on the loopback alone, as Cassandra does unless it is told otherwise.
// Upstream: service/StorageServiceMBean.java, gms/FailureDetectorMBean.java.

import { Link, RpcError } from "../consul/link.ts";
import { isGone } from "./gossip.ts";
import { decommission, drain, removeNode, stopNative } from "./leaving.ts";
import { tokenIn } from "./local.ts";
import type { Node } from "./node.ts";
import { isSystem } from "./schema.ts";

export const JMX_PORT = 7199;

export interface HostView {
  readonly address: string;
  readonly isUp: boolean;
  readonly state: "Normal" | "Leaving" | "Joining";
  /** In bytes; undefined if it never said. */
  readonly load: number | undefined;
  readonly hostId: string;
  readonly dc: string;
  readonly rack: string;
  readonly tokens: readonly string[];
  /** Undefined where keyspaces differ too much to say. */
  readonly owns: number | undefined;
}

export interface ClusterView {
  readonly cluster: string;
  readonly snitch: string;
  readonly release: string;
  readonly hosts: readonly HostView[];
  /** Why ownership is not known. */
  readonly note: string;
  /** Versions of the schema, and who has them. */
  readonly schemas: Readonly<Record<string, readonly string[]>>;
  readonly own: OwnView;
}

export interface OwnView {
  readonly hostId: string;
  readonly mode: string;
  readonly isGossiping: boolean;
  readonly isNative: boolean;
  readonly isJoined: boolean;
  readonly load: number;
  readonly generation: number;
  readonly uptimeMs: number;
  readonly heapMiB: number;
  readonly dc: string;
  readonly rack: string;
  readonly tokens: readonly string[];
}

export interface GossipView {
  readonly address: string;
  readonly generation: number;
  readonly heartbeat: number;
  readonly app: Readonly<Record<string, { readonly value: string; readonly version: number }>>;
}

export function serveJmx(node: Node): void {
  const { life, process } = node;
  const { network } = process;
  const receive = (method: string, body: unknown) => answer(node, method, String(body ?? ""));
  network.listen(JMX_PORT, (connection) => new Link(connection, { life, network, receive }), {
    address: "127.0.0.1",
  });
}

async function answer(node: Node, method: string, argument: string): Promise<unknown> {
  switch (method) {
    case "view":
      return viewOf(node, argument);
    case "gossip":
      return [...node.gossip.states].map(([address, state]) => ({ address, ...state }));
    case "drain":
      return drain(node);
    case "decommission":
      return decommission(node);
    case "removenode":
      return removeNode(node, argument);
    case "flush":
      node.database.flush();
      return node.tellLoad();
    case "compact":
      node.database.compact(() => true);
      return node.tellLoad();
    case "cleanup":
      return cleanup(node);
    case "assassinate":
      return node.gossip.claim(argument, { STATUS: `LEFT,0,${node.now() + 259_200_000}` });
    case "disablebinary":
      return stopNative(node);
    case "enablebinary":
      return node.openNative();
    default:
      throw new RpcError(`${method}: not simulated`);
  }
}

/** Partitions that are not its own any more are thrown away. */
function cleanup(node: Node): void {
  const { ring, address, schema } = node;
  node.database.compact((table, partition) => {
    const { replication } = schema.get(table.keyspace) ?? {};
    if (!replication || replication.class === "LocalStrategy") return true;
    return ring.replicas(tokenIn(table, partition), replication).includes(address);
  });
  node.tellLoad();
}

function viewOf(node: Node, keyspace: string): ClusterView {
  const { gossip, settings, version, ring } = node;
  const { owns, note } = ownership(node, keyspace);
  const members = [...ring.members, ...node.joining];
  const leaving = node.leaving.map(({ address }) => address);
  const joining = node.joining.map(({ address }) => address);
  return {
    ...{ cluster: settings.cluster, snitch: settings.snitch, release: version.release, note },
    hosts: members.map(({ address, dc, rack, tokens }) => {
      const load = gossip.value(address, "LOAD");
      return {
        ...{ address, dc, rack, tokens: tokens.map(String), owns: owns?.get(address) },
        isUp: gossip.isRunning && gossip.isAlive(address),
        state: leaving.includes(address)
          ? "Leaving"
          : joining.includes(address)
            ? "Joining"
            : "Normal",
        load: load === undefined ? undefined : Number(load),
        hostId: gossip.value(address, "HOST_ID") ?? "",
      };
    }),
    schemas: schemasOf(node),
    own: ownView(node),
  };
}

function ownView(node: Node): OwnView {
  const { settings, gossip } = node;
  const { dc, rack, heapMiB } = settings;
  return {
    ...{ hostId: node.hostId, mode: node.mode, isGossiping: gossip.isRunning, dc, rack, heapMiB },
    ...{ isNative: node.isNative, load: node.database.load, generation: node.generation },
    isJoined: node.ring.member(settings.address) !== undefined,
    uptimeMs: node.now() - node.started,
    tokens: node.tokens.map(String),
  };
}

function schemasOf({ gossip, schemaVersion, address }: Node): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const add = (version: string, who: string) => {
    found[version] = [...(found[version] ?? []), who];
  };
  for (const [other, { app }] of gossip.states) {
    if (isGone(app["STATUS"]?.value)) continue;
    if (other === address) add(schemaVersion, other);
    else if (gossip.isAlive(other)) add(app["SCHEMA"]?.value ?? "UNKNOWN", other);
    else add("UNREACHABLE", other);
  }
  return found;
}

interface Ownership {
  readonly owns: ReadonlyMap<string, number> | undefined;
  readonly note: string;
}

/** By one keyspace; or by all of the users', if they are kept alike. */
function ownership({ schema, ring }: Node, keyspace: string): Ownership {
  if (keyspace !== "") {
    const found = schema.get(keyspace);
    if (!found) throw new RpcError(`The keyspace ${keyspace}, does not exist`);
    if (found.replication.class === "LocalStrategy") {
      throw new RpcError("Ownership values for keyspaces with LocalStrategy are meaningless");
    }
    return { owns: ring.ownership(found.replication), note: "" };
  }
  const users = [...schema.values()].filter(({ name }) => !isSystem(name));
  const [first = schema.get("system_traces"), ...rest] = users;
  const text = JSON.stringify(first?.replication);
  if (rest.some(({ replication }) => JSON.stringify(replication) !== text)) {
    const note =
      "Non-system keyspaces don't have the same replication settings, effective ownership information is meaningless";
    return { owns: undefined, note };
  }
  return { owns: first && ring.ownership(first.replication), note: "" };
}
