// What only the leader does: it writes into the catalog who is there, takes servers in and out of
// the configuration, and clears away those that are dead.
// Upstream: hashicorp/consul agent/consul/leader.go, hashicorp/raft-autopilot.

import { RpcError } from "./link.ts";
import type { Logger } from "./log.ts";
import type { Member } from "./members.ts";
import type { Peer } from "./peers.ts";
import type { MemberEvent } from "./serf.ts";
import type { Server } from "./server.ts";
import type { Check, Command, Service } from "./state.ts";

const ROUND_MS = 10_000;
/** So long a server must have been well before it may vote. */
const STABLE_MS = 10_000;

const healthy: Check = {
  ...{ id: "serfHealth", name: "Serf Health Status", status: "passing" },
  output: "Agent alive and reachable",
};
const failing: Check = { ...healthy, status: "critical", output: "Agent not live or unreachable" };

export class Leadership {
  readonly #server: Server;
  readonly #autopilot: Logger;
  /** One for each time that we lead. */
  #reign = 0;
  #began = 0;
  #isEstablished = false;
  #isRoundDue = false;
  readonly #stableSince = new Map<string, number>();
  #queue: Promise<void> = Promise.resolve();

  constructor(server: Server) {
    this.#server = server;
    this.#autopilot = server.log.named("autopilot");
  }

  begin(): void {
    const { life } = this.#server.options;
    this.#began = life.clock.now();
    this.#queue = Promise.resolve();
    const reign = ++this.#reign;
    life.after(0, () => life.start(this.#establish(reign)));
  }

  end(): void {
    this.#reign++;
    if (!this.#isEstablished) return;
    this.#isEstablished = false;
    this.#stableSince.clear();
    if (this.#server.options.version.has.has("plainLog")) {
      this.#autopilot.info("reconciliation now disabled");
    }
  }

  /** Something happened to a member. */
  hear(event: MemberEvent, member: Member): void {
    if (!this.#isEstablished) return;
    const seen = { ...member };
    this.#then(() => this.#reconcile(seen, event === "reap"));
  }

  /** One thing after the other, as long as we lead. */
  #then(act: () => Promise<unknown>): void {
    const { life } = this.#server.options;
    const reign = this.#reign;
    this.#queue = this.#queue.then(async () => {
      if (reign === this.#reign) await act();
    });
    life.start(this.#queue);
  }

  async #establish(reign: number): Promise<void> {
    const { serf, raft, state, options, log } = this.#server;
    if (reign !== this.#reign) return;
    serf.userEvent("consul:new-leader", options.settings.name);
    try {
      await raft.barrier();
      if (!state.hasAutopilot) await this.#apply({ type: "autopilot" });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (reign === this.#reign) log.error("failed to wait for barrier", { error: error.message });
      return;
    }
    if (reign !== this.#reign) return;
    this.#isEstablished = true;
    if (options.version.has.has("plainLog")) this.#autopilot.info("reconciliation now enabled");
    for (const member of serf.members) this.#then(() => this.#reconcile({ ...member }, false));
    this.#then(() => this.#reconcileReaped());
  }

  async #reconcile(member: Member, isReaped: boolean): Promise<void> {
    const { log, partition } = this.#server;
    try {
      if (isReaped) await this.#deregister(member, "reaped");
      else if (member.status === "alive") await this.#register(member);
      else if (member.status === "failed") await this.#fail(member);
      else if (member.status === "left") await this.#deregister(member, "left");
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const values = { member: member.name, ...partition, error: error.message };
      log.error("failed to reconcile member", values);
    }
    this.#schedule();
  }

  /** Nodes that the catalog knows and nobody else. */
  async #reconcileReaped(): Promise<void> {
    const { state, serf } = this.#server;
    for (const { name, address, id } of state.nodes) {
      if (serf.member(name)) continue;
      const tags = { role: "consul", id };
      const member = { ...serf.self, name, address, tags };
      await this.#reconcile(member, true);
    }
  }

  async #register(member: Member): Promise<void> {
    const { state, log, partition } = this.#server;
    const { name, address, tags } = member;
    const isServer = this.#server.isServer(member);
    const service = isServer ? serviceOf(member) : undefined;
    if (isServer) await this.#addServer(member);
    const node = state.node(name);
    const known = node?.services.find(({ id }) => id === service?.id);
    const isKnown =
      node?.address === address &&
      JSON.stringify(known) === JSON.stringify(service) &&
      node.checks.some(({ id, status }) => id === healthy.id && status === "passing");
    if (isKnown) return;
    log.info("member joined, marking health alive", { member: name, ...partition });
    await this.#apply({
      ...{ type: "register", node: name, id: tags["id"] ?? "", address, check: healthy },
      ...(service && { service }),
    });
  }

  async #fail({ name, address, tags }: Member): Promise<void> {
    const { state, log, partition } = this.#server;
    const node = state.node(name);
    const about = { member: name, ...partition };
    if (!node) {
      const why = "because it does not exist in the catalog";
      return log.info(`ignoring failed event for member ${why}`, about);
    }
    if (node.checks.some(({ id, status }) => id === failing.id && status === "critical")) return;
    log.info("member failed, marking health critical", about);
    const id = tags["id"] ?? "";
    await this.#apply({ type: "register", node: name, id, address, check: failing });
  }

  async #deregister(member: Member, reason: string): Promise<void> {
    const { state, log, options, partition } = this.#server;
    const { name, tags } = member;
    if (name === options.settings.name) {
      return log.warn("deregistering self should be done by follower", { name, ...partition });
    }
    if (this.#server.isServer(member)) await this.#removeServer(tags["id"] ?? "");
    if (!state.node(name)) return;
    log.info("deregistering member", { member: name, ...partition, reason });
    await this.#apply({ type: "deregister", node: name });
  }

  #apply(command: Command): Promise<unknown> {
    return this.#server.raft.apply(command);
  }

  // Autopilot.

  async #addServer({ address: host, tags }: Member): Promise<void> {
    const { raft, options } = this.#server;
    const peer = { id: tags["id"] ?? "", address: `${host}:${tags["port"]}` };
    const same = raft.peers.find(({ id }) => id === peer.id);
    if (same?.address === peer.address) return;
    const namesakes = raft.peers.filter((each) => each.address === peer.address);
    const voters = raft.peers.filter(({ isVoter }) => isVoter).length;
    const removed = namesakes.filter(({ isVoter }) => isVoter).length;
    if (removed > voters - (Math.floor(voters / 2) + 1)) {
      const what = "removal of too many servers and cause cluster instability";
      throw new RpcError(`Preventing server addition that would require ${what}`);
    }
    for (const { id, address } of namesakes) {
      await this.#removeServer(id);
      this.#autopilot.info("removed server with duplicate address", { address });
    }
    await raft.change(same?.isVoter ? "AddVoter" : "AddNonvoter", peer);
    this.#stableSince.set(peer.id, options.life.clock.now());
    await this.#prune();
  }

  async #removeServer(id: string): Promise<void> {
    const { raft } = this.#server;
    if (!raft.peers.some((peer) => peer.id === id)) return;
    await raft.change("RemoveServer", { id, address: "" });
    this.#autopilot.info("removed server", { id });
  }

  /** Looks again at the next round, if there is anything to look at. */
  #schedule(): void {
    const { life } = this.#server.options;
    const { raft } = this.#server;
    const isPending = raft.peers.some((peer) => !peer.isVoter || this.#fateOf(peer) !== "alive");
    if (!isPending || this.#isRoundDue || !this.#isEstablished) return;
    this.#isRoundDue = true;
    const reign = this.#reign;
    const rounds = Math.floor((life.clock.now() - this.#began) / ROUND_MS) + 1;
    life.after(this.#began + rounds * ROUND_MS - life.clock.now(), () => {
      this.#isRoundDue = false;
      if (reign === this.#reign) this.#then(() => this.#round());
    });
  }

  async #round(): Promise<void> {
    try {
      await this.#promote();
      await this.#prune();
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const text = "Failed to reconcile current state with the desired state";
      this.#autopilot.error(text, { error: error.message });
    }
    this.#schedule();
  }

  async #promote(): Promise<void> {
    const { raft, serf, options } = this.#server;
    const now = options.life.clock.now();
    const isNew = now - this.#began < 1.1 * STABLE_MS;
    for (const peer of raft.peers) {
      if (peer.isVoter || this.#fateOf(peer) !== "alive") continue;
      const since = this.#stableSince.get(peer.id) ?? now;
      if (!isNew && now - since < STABLE_MS) continue;
      const { id, address } = peer;
      const name = serf.members.find(({ tags }) => tags["id"] === id)?.name ?? "";
      this.#autopilot.info("Promoting server", { id, address, name });
      await raft.change("AddVoter", peer);
    }
  }

  /** What has become of a peer, as far as the members know. */
  #fateOf({ id }: Peer): "alive" | "gone" | "stale" {
    const { serf } = this.#server;
    const member = serf.members.find(({ tags }) => tags["id"] === id);
    if (!member) return "stale";
    return member.status === "alive" || member.status === "leaving" ? "alive" : "gone";
  }

  /** Clears away servers that are dead, as long as most of them are left. */
  async #prune(): Promise<void> {
    const { raft, serf } = this.#server;
    let most = Math.floor((raft.peers.length - 1) / 2);
    const order = [...raft.peers].sort((a, b) => Number(a.isVoter) - Number(b.isVoter));
    for (const fate of ["stale", "gone"] as const) {
      for (const peer of order.filter((each) => this.#fateOf(each) === fate)) {
        if (peer.isVoter && most < 1) continue;
        most--;
        if (fate === "stale") await this.#removeServer(peer.id);
        else {
          const { id, address } = peer;
          const name = serf.members.find(({ tags }) => tags["id"] === id)?.name ?? "";
          const who = { id, name, address };
          this.#autopilot.info("Attempting removal of failed server node", who);
          serf.removeFailed(name);
        }
      }
    }
  }
}

/** Every server is a service of its own. */
function serviceOf({ tags }: Member): Service {
  return {
    ...{ id: "consul", name: "consul", port: Number(tags["port"]) },
    meta: {
      ...{ non_voter: "false", raft_version: tags["raft_vsn"] ?? "3", read_replica: "false" },
      ...{ serf_protocol_current: "2", serf_protocol_max: "5", serf_protocol_min: "1" },
      version: (tags["build"] ?? "").replace(/:.*/, ""),
    },
  };
}
