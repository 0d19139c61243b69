// A server: it knows the members, agrees with the other servers, and answers for all of them.
// Upstream: hashicorp/consul agent/consul server.go, server_serf.go, rpc.go.

import type { FileSystem } from "../../machine/files.ts";
import type { Network } from "../../machine/network.ts";
import type { Random } from "../../sim/random.ts";
import { endpoints } from "./endpoints.ts";
import { Leadership } from "./leadership.ts";
import type { Life } from "./life.ts";
import { acceptLinks, type Link, Pool, RpcError, refused } from "./link.ts";
import type { Logger } from "./log.ts";
import { lan, type Member, type Tags, wan } from "./members.ts";
import type { Peer } from "./peers.ts";
import { Raft } from "./raft.ts";
import { RaftLog } from "./raft-log.ts";
import { type MemberEvent, Serf } from "./serf.ts";
import type { Settings } from "./settings.ts";
import { Snapshot } from "./snapshot.ts";
import { State } from "./state.ts";
import type { ConsulVersion } from "./versions.ts";

export interface ServerOptions {
  readonly life: Life;
  readonly network: Network;
  readonly files: FileSystem;
  readonly random: Random;
  readonly settings: Settings;
  readonly version: ConsulVersion;
  /** Of the agent. */
  readonly log: Logger;
  readonly id: string;
  /** There is a new leader. */
  serverUp(): void;
}

/** How a request may be answered. */
export interface Consistency {
  /** By anybody. */
  readonly stale?: boolean;
  /** By a leader who makes sure that he still is one. */
  readonly consistent?: boolean;
}

/**
 * What is asked of the other servers goes over one port; which pool of links is by the first word.
 */
const raftMethods = new Set(["append", "vote", "preVote", "timeoutNow"]);
const HOLD_MS = 7_000;
const DRAIN_MS = 5_000;
const REMOVAL_MS = 5_000;
/** A server that still has no peers is asked again so often. */
const PEER_RETRIES = 6;

export class Server {
  readonly serf: Serf;
  readonly wan: Serf;
  readonly raft: Raft;
  readonly state = new State();
  readonly log: Logger;
  readonly options: ServerOptions;
  readonly #leadership: Leadership;
  readonly #raftPool: Pool;
  readonly #pool: Pool;
  readonly #close: () => void;
  /** Where the servers are that are there. */
  readonly #addresses = new Map<string, string>();
  #expect: number;
  #isLeaving = false;

  constructor(options: ServerOptions) {
    this.options = options;
    const { life, network, files, random, settings, version, log, id } = options;
    const { ports, advertise, dataDir } = settings;
    this.log = log.named("server");
    this.#expect = settings.expect;
    const receive = (method: string, body: unknown, link: Link) =>
      this.#receive(method, body, link);
    const links = { life, network, receive };
    this.#raftPool = new Pool(links);
    this.#pool = new Pool(links);
    this.#close = acceptLinks(ports.server, links);
    const store = new RaftLog(files, logPath(files, dataDir, version));
    const self = { id, address: `${advertise}:${ports.server}`, isVoter: true };
    this.raft = new Raft({
      ...{ life, store, log: this.log.named("raft"), has: version.has, ...self },
      random: random.stream("raft"),
      dial: (peer) => this.#raftPool.link(this.#addressOf(peer)),
      hangUp: () => this.#raftPool.closeAll(),
      apply: (data, index) => this.state.apply(data as never, index),
      onLeadership: (isLeader) => this.#lead(isLeader),
    });
    this.#leadership = new Leadership(this);
    if (settings.bootstrap && store.lastIndex === 0) this.raft.bootstrap([self]);
    this.wan = this.#joinPool("wan");
    this.serf = this.#joinPool("lan");
  }

  /** Asks the leader, or answers itself if it may. Throws what the answer is if there is none. */
  async request(method: string, args: unknown, how: Consistency = {}): Promise<unknown> {
    const { life, random } = this.options;
    const endpoint = endpoints[method];
    if (!endpoint) throw new RpcError(`rpc: can't find method ${method}`);
    const end = life.clock.now() + HOLD_MS;
    for (;;) {
      if (this.#isLeaving) throw new RpcError("leave in progress");
      if (how.stale || this.raft.isLeader) {
        if (!how.consistent || this.raft.hasQuorum) return endpoint.run(this, args);
      } else {
        const leader = this.raft.leader && this.#addresses.get(this.raft.leader.id);
        if (leader !== undefined) {
          try {
            return await this.#pool.call(leader, method, { args, how });
          } catch (error) {
            if (!(error instanceof RpcError)) throw error;
            const again = error.lost ? endpoint.isRead : error.message === noLeader;
            if (!again) throw new RpcError(`rpc error making call: ${error.message}`);
          }
        }
      }
      if (life.clock.now() >= end) throw new RpcError(noLeader);
      await life.sleep(Math.ceil((random.next() * HOLD_MS) / 16));
    }
  }

  /** Leaves the cluster, and waits until the others know it. */
  async leave(): Promise<void> {
    const { life, settings } = this.options;
    this.log.info("server starting leave");
    const voters = this.raft.peers.filter(({ isVoter }) => isVoter).length;
    let { isLeader } = this.raft;
    if (isLeader && voters > 1) isLeader = !(await this.#handOver());
    await this.wan.leave();
    await this.serf.leave();
    this.log.info("Waiting to drain RPC traffic", { drain_time: "5s" });
    this.#isLeaving = true;
    await life.sleep(DRAIN_MS);
    if (isLeader) return;
    const own = `${settings.advertise}:${settings.ports.server}`;
    const isPeer = () => this.raft.peers.some(({ address }) => address === own);
    const end = life.clock.now() + REMOVAL_MS;
    const late = life.sleep(REMOVAL_MS);
    await life.sleep(50);
    while (isPeer() && life.clock.now() < end) await Promise.race([this.raft.changed(), late]);
    if (isPeer()) this.log.warn("failed to leave raft configuration gracefully, timeout");
  }

  shutdown(): void {
    this.log.info("shutting down server");
    this.#leadership.end();
    this.serf.shutdown();
    this.wan.shutdown();
    this.raft.shutdown();
    this.#raftPool.closeAll();
    this.#pool.closeAll();
    this.#close();
  }

  isServer({ tags }: Member): boolean {
    return tags["role"] === "consul";
  }

  /** Behind what is said of a member. */
  get partition(): { readonly partition?: string } {
    return this.options.version.has.has("partitions") ? { partition: "default" } : {};
  }

  /** True if somebody takes over. */
  async #handOver(): Promise<boolean> {
    const { id } = this.options;
    try {
      await this.raft.transfer();
      return true;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const why = { error: error.message };
      this.log.error("failed to transfer leadership, removing the server", why);
    }
    try {
      await this.raft.change("RemoveServer", { id, address: "" });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.log.error("failed to remove ourself as raft peer", { error: error.message });
    }
    return false;
  }

  #receive(method: string, body: unknown, link: Link): unknown {
    if (raftMethods.has(method)) return this.raft.receive(method, body, link);
    const { args, how } = body as { readonly args: unknown; readonly how: Consistency };
    return this.request(method, args, how);
  }

  #addressOf({ id, address }: Peer): string {
    const known = this.#addresses.get(id);
    if (known !== undefined) return known;
    const error = `Could not find address for server id ${id}`;
    const values = { id, fallback: address, error };
    const log = this.log.named("raft");
    log.warn("unable to get address for server, using fallback address", values);
    return address;
  }

  #lead(isLeader: boolean): void {
    if (isLeader) this.#leadership.begin();
    else this.#leadership.end();
    this.log.info(`cluster leadership ${isLeader ? "acquired" : "lost"}`);
  }

  // The pools.

  #joinPool(pool: "lan" | "wan"): Serf {
    const { life, network, files, random, settings, serverUp } = this.options;
    const isLan = pool === "lan";
    const { name, datacenter, advertise, dataDir, ports } = settings;
    const path = `${dataDir}/serf/${isLan ? "local" : "remote"}.snapshot`;
    return new Serf({
      ...{ life, network, address: advertise, port: ports[pool] },
      pace: isLan ? lan : wan,
      name: isLan ? name : `${name}.${datacenter}`,
      tags: this.#tags(isLan),
      random: random.stream(pool),
      serfLog: this.log.named(`serf.${pool}`),
      memberlistLog: this.log.named(`memberlist.${pool}`),
      snapshot: new Snapshot(files, path, settings.rejoin),
      onEvent: (event, member) => {
        if (isLan) this.#onLan(event, member);
        else this.#onWan(event, member);
      },
      onUserEvent: (_, payload) => {
        this.log.info("New leader elected", { payload });
        serverUp();
      },
    });
  }

  #tags(isLan: boolean): Tags {
    const { settings, version, id } = this.options;
    const { bootstrap, expect, datacenter, ports } = settings;
    return {
      ...{ acls: "0", build: `${version.number}:${version.revision.slice(0, 8)}` },
      ...(bootstrap && { bootstrap: "1" }),
      dc: datacenter,
      ...(expect > 0 && { expect: String(expect) }),
      ...{ ft_fs: "1", ft_si: "1", id, port: String(ports.server), raft_vsn: "3" },
      ...{ role: "consul", segment: "", vsn: "2", vsn_max: "3", vsn_min: "2" },
      ...(isLan && { wan_join_port: String(ports.wan) }),
    };
  }

  #onLan(event: MemberEvent, member: Member): void {
    if (this.isServer(member)) {
      const { id = "", dc, port } = member.tags;
      const at = `${member.address}:${port}`;
      const server = `${member.name} (Addr: tcp/${at}) (DC: ${dc})`;
      if (event === "join" || event === "update") {
        this.log.info(`${event === "join" ? "Adding" : "Updating"} LAN server`, { server });
        this.#addresses.set(id, at);
      } else {
        this.log.info("Removing LAN server", { server });
        this.#addresses.delete(id);
      }
      if (event === "join") this.#meet(member);
    }
    this.#leadership.hear(event, member);
  }

  #onWan(event: MemberEvent, { name }: Member): void {
    const kind = `member-${event}`;
    this.log.info("Handled event for server in area", { event: kind, server: name, area: "wan" });
  }

  #meet(member: Member): void {
    const { life, settings } = this.options;
    if (this.#expect > 0) life.after(0, () => life.start(this.#maybeBootstrap()));
    const port = member.tags["wan_join_port"];
    if (member.name === settings.name || port === undefined) return;
    const known = this.wan.member(`${member.name}.${settings.datacenter}`);
    if (known?.status === "alive" && known.address === member.address) return;
    life.start(this.wan.join([`${member.address}:${port}`]).catch(refused));
  }

  /** The first configuration is made when as many servers are there as are expected. */
  async #maybeBootstrap(): Promise<void> {
    if (this.#expect === 0) return;
    if (this.raft.lastIndex > 0) {
      this.log.info("Raft data found, disabling bootstrap mode");
      this.#expect = 0;
      return;
    }
    const servers = this.serf.members.filter((member) => this.isServer(member));
    for (const { name, tags } of servers) {
      const { expect, bootstrap } = tags;
      if (bootstrap)
        return this.log.error("Member has bootstrap mode. Expect disabled.", { member: name });
      if (expect === undefined || Number(expect) === this.#expect) continue;
      const text =
        "Member has a conflicting expect value. All nodes should expect the same number.";
      return this.log.error(text, { member: name });
    }
    if (servers.length < this.#expect) return;
    for (const server of servers) {
      if ((await this.#peersOf(server)).length === 0) continue;
      const text = "Existing Raft peers reported by server, disabling bootstrap mode";
      this.log.info(text, { server: server.name });
      this.#expect = 0;
      return;
    }
    if (this.#expect === 0) return;
    this.#expect = 0;
    const peers = servers.map(({ address, tags }) => {
      return { id: tags["id"] ?? "", address: `${address}:${tags["port"]}`, isVoter: true };
    });
    const all = peers.map(({ address }) => address).join(",");
    this.log.info("Found expected number of peers, attempting bootstrap", { peers: all });
    // Another one may have been quicker, and its log may have come in the meantime.
    if (this.raft.lastIndex > 0) {
      const error = "bootstrap only works on new clusters";
      this.log.error("Failed to bootstrap cluster", { error });
    } else this.raft.bootstrap(peers);
  }

  async #peersOf({ name, address, tags }: Member): Promise<readonly string[]> {
    if (name === this.options.settings.name) return [];
    for (let attempt = 0; attempt < PEER_RETRIES; attempt++) {
      try {
        const at = `${address}:${tags["port"]}`;
        const body = { args: {}, how: { stale: true } };
        return (await this.#pool.call(at, "Status.Peers", body)) as readonly string[];
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        const retry = 2 ** attempt;
        this.log.error("Failed to confirm peer status for server (will retry).", {
          ...{ server: name, retry_interval: `${retry}s`, error: error.message },
        });
        await this.options.life.sleep(retry * 1_000);
      }
    }
    return [];
  }
}

const noLeader = "No cluster leader";

/** In whose hands a journal is that was there before stays as it is. */
function logPath(files: FileSystem, dataDir: string, { has }: ConsulVersion): string {
  const old = `${dataDir}/raft/raft.db`;
  const segment = `${dataDir}/raft/wal/00000000000000000001-0000000000000001.wal`;
  return has.has("wal") && files.kind(old) === undefined ? segment : old;
}
