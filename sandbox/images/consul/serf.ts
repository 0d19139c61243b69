// Who belongs to a cluster: members join, leave, fail and come back, and everybody hears of it.
// Links take the place of gossip and probes: nothing is sent while nothing changes, and a link that
// breaks is a probe without an answer. Upstream: hashicorp/memberlist state.go, hashicorp/serf
// serf.go.

import type { Network } from "../../machine/network.ts";
import type { Timer } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";
import type { Life } from "./life.ts";
import { acceptLinks, type Link, listOfErrors, openLink, RpcError, refused } from "./link.ts";
import type { Logger } from "./log.ts";
import type { Pace, PoolState, Tags } from "./members.ts";
import { type Claim, claimOf, type Intent, type Member, Members } from "./members.ts";
import type { Snapshot } from "./snapshot.ts";

export type MemberEvent = "join" | "leave" | "failed" | "update" | "reap";

export interface SerfOptions {
  readonly life: Life;
  readonly network: Network;
  readonly random: Random;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tags: Tags;
  readonly pace: Pace;
  readonly serfLog: Logger;
  readonly memberlistLog: Logger;
  readonly snapshot: Snapshot;
  onEvent(event: MemberEvent, member: Member): void;
  onUserEvent?(name: string, payload: string): void;
}

/** After so long a dead member's name may come back with another address. */
const RECLAIM_MS = 30_000;
const PUSH_PULL_MS = 30_000;
const RECONNECT_MS = 30_000;
const PROPAGATE_MS = 3_000;
const FAILED_KEPT_MS = 72 * 3_600_000;
const LEFT_KEPT_MS = 24 * 3_600_000;

/** By whom it was said first. */
interface Said {
  readonly from: string;
}

interface UserEvent {
  readonly name: string;
  readonly payload: string;
  readonly id: string;
}

const states = ["alive", "suspect", "dead", "left"];

export class Serf {
  readonly #options: SerfOptions;
  readonly #members: Members;
  /** By the name of whoever is at the other end. */
  readonly #links = new Map<string, Link>();
  readonly #dialing = new Set<string>();
  readonly #suspicions = new Map<string, Timer>();
  readonly #userEvents = new Set<string>();
  readonly #close: () => void;
  #phase: "alive" | "leaving" | "left" | "shut down" = "alive";
  #reconnecting = false;

  constructor(options: SerfOptions) {
    this.#options = options;
    const { name, address, port, tags, life, snapshot } = options;
    this.#members = new Members({
      own: name,
      contradict: () => this.#broadcastJoin(),
      forced: (member) => this.#event("leave", member, " (forced)"),
      pruned: (member) => this.#erase(member, " (forced)"),
    });
    this.#members.witness(snapshot.time);
    this.#close = acceptLinks(port, this.#linkOptions());
    this.#alive({ name, address, port, tags, incarnation: 1, state: "alive" });
    const before = snapshot.before.filter((each) => each.name !== name);
    if (before.length > 0) life.start(this.#rejoin(before));
  }

  get members(): readonly Member[] {
    return [...this.#members.all.values()];
  }

  member(name: string): Member | undefined {
    return this.#members.all.get(name);
  }

  get self(): Member {
    return this.member(this.#options.name) as Member;
  }

  /** How many could be reached; throws a list of reasons if none could. */
  async join(targets: readonly string[]): Promise<number> {
    if (this.#phase !== "alive") throw new RpcError("Serf can't Join after Leave or Shutdown");
    const { port, memberlistLog } = this.#options;
    const errors: string[] = [];
    let reached = 0;
    for (const target of targets) {
      const at = /:\d+$/.test(target) ? target : `${target}:${port}`;
      try {
        await this.#joinAt(at);
        reached++;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        const unknown = error.message.startsWith("lookup ");
        const why = `ailed to ${unknown ? "resolve" : "join"} ${target}: ${error.message}`;
        memberlistLog.say(unknown ? "WARN" : "DEBUG", `memberlist: F${why}`);
        errors.push(`F${why}`);
      }
    }
    if (reached === 0) throw new RpcError(listOfErrors(errors));
    this.#broadcastJoin();
    return reached;
  }

  /** Says goodbye, and waits until everybody has heard it. */
  async leave(): Promise<void> {
    if (this.#phase !== "alive") return;
    this.#phase = "leaving";
    this.#members.isLeaving = true;
    const { name, life, snapshot } = this.#options;
    snapshot.leave();
    this.removeFailed(name);
    await life.sleep(this.#broadcastMs());
    this.#dead(this.self, name);
    await life.sleep(this.#broadcastMs() + PROPAGATE_MS);
    if (this.#phase === "leaving") this.#phase = "left";
  }

  /** Takes a failed member for one that has left. */
  removeFailed(name: string, prune = false): void {
    const intent = { name, time: this.#members.tick(), ...(prune && { prune }) };
    if (this.#members.leave(intent)) this.#send("leave", intent);
  }

  userEvent(name: string, payload: string): void {
    const id = `${this.#options.name} ${this.#members.tick()}`;
    this.#userEvent({ name, payload, id });
  }

  shutdown(): void {
    if (this.#phase === "shut down") return;
    if (this.#phase !== "left") this.#options.serfLog.warn("serf: Shutdown without a Leave");
    this.#phase = "shut down";
    this.#close();
    for (const timer of this.#suspicions.values()) timer.cancel();
    for (const link of [...this.#links.values()]) link.close();
  }

  // Links.

  #linkOptions() {
    const { life, network } = this.#options;
    const receive = (method: string, body: unknown, link: Link) =>
      this.#receive(method, body, link);
    return { life, network, receive };
  }

  #receive(method: string, body: unknown, link: Link): unknown {
    if (this.#phase === "shut down") return link.close();
    switch (method) {
      case "sync":
        this.#merge(body as PoolState, link);
        return this.#members.state();
      case "alive":
        return this.#alive(body as Claim, link);
      case "suspect":
        return this.#suspect(body as Claim, (body as Said).from, link);
      case "dead":
        return this.#dead(body as Claim, (body as Said).from, link);
      case "join":
        return this.#members.join(body as Intent) && this.#send(method, body, link);
      case "leave":
        return this.#members.leave(body as Intent) && this.#send(method, body, link);
      case "user":
        return this.#userEvent(body as UserEvent, link);
      case "conflict": {
        // They take us for an impostor; perhaps not for ever.
        const again = async () => this.#merge(await this.#sync(link), link);
        return this.#options.life.after(PUSH_PULL_MS, () => this.#try(again()));
      }
      case "ping":
        return this.#links.has(String(body)) || this.#canReach(String(body));
      default:
        return undefined;
    }
  }

  /** To all but the one from whom it came. */
  #send(method: string, body: unknown, except?: Link): void {
    for (const link of this.#links.values()) if (link !== except) link.send(method, body);
  }

  async #sync(link: Link): Promise<PoolState> {
    return (await link.call("sync", this.#members.state())) as PoolState;
  }

  async #joinAt(target: string, timeoutMs?: number): Promise<void> {
    const { address, port } = this.#options;
    if (target === `${address}:${port}`) return;
    const link = await openLink(target, this.#linkOptions(), timeoutMs);
    this.#merge(await this.#sync(link), link);
  }

  #merge(state: PoolState, link: Link): void {
    const { from, claims } = state;
    // What is to be said of it is said at once.
    const isNew = from !== this.#options.name && !this.#links.has(from);
    if (isNew) this.#links.set(from, link);
    for (const claim of claims) {
      if (claim.state === "alive") this.#alive(claim, link);
      else if (claim.state === "left") this.#dead(claim, claim.name, link);
      else this.#suspect(claim, this.#options.name, link);
    }
    this.#members.hear(state);
    if (!isNew) return;
    const itself = claims.find(({ name }) => name === from);
    // An impostor, as long as the name belongs to another address.
    if (this.member(from)?.address !== itself?.address) this.#links.delete(from);
    else link.onEnd(() => this.#lost(from));
  }

  /** A member without a link gets one; of two that could dial, the first by name does. */
  #meet(member: Member): void {
    const { name, life, pace } = this.#options;
    if (member.name === name || this.#links.has(member.name)) return;
    const wait = name < member.name ? 0 : pace.probeMs;
    life.after(wait, () => life.start(this.#probe(member)));
  }

  /** The link broke: the next probe finds out whether the member is still there. */
  #lost(name: string): void {
    this.#links.delete(name);
    const { life, random, pace } = this.#options;
    const member = this.member(name);
    if (this.#phase === "shut down" || life.over || member?.state !== "alive") return;
    const rounds = Math.max(1, this.#others().length);
    const wait = (random.next() * rounds + 0.5) * pace.probeMs;
    life.after(wait, () => life.start(this.#probe(member)));
  }

  async #probe(member: Member): Promise<void> {
    const { life, pace, memberlistLog } = this.#options;
    const { name, incarnation } = member;
    const isNeeded = () =>
      this.#phase !== "shut down" && member.state === "alive" && !this.#links.has(name);
    if (!isNeeded() || this.#dialing.has(name)) return;
    this.#dialing.add(name);
    await this.#canReach(name);
    this.#dialing.delete(name);
    if (!isNeeded()) return;
    const helpers = [...this.#links.values()].slice(0, 3);
    const asked = helpers.map((link) => link.call("ping", name).catch(refused));
    const acks = await Promise.race([Promise.all(asked), life.sleep(pace.probeMs)]);
    if (!isNeeded()) return;
    if (acks?.includes(true)) {
      life.after(5 * pace.probeMs, () => life.start(this.#probe(member)));
      return;
    }
    memberlistLog.info(`memberlist: Suspect ${name} has failed, no acks received`);
    this.#suspect({ name, incarnation }, this.#options.name);
  }

  async #canReach(name: string): Promise<boolean> {
    const member = this.member(name);
    if (!member || member.state === "dead" || member.state === "left") return false;
    const { pace } = this.#options;
    await this.#joinAt(`${member.address}:${member.port}`, pace.probeMs / 2).catch(refused);
    return this.#links.has(name);
  }

  #try(task: Promise<unknown>): void {
    this.#options.life.start(task.catch(refused));
  }

  // What is claimed of members.

  #alive(claim: Claim, source?: Link): void {
    const { name, address, port, tags, incarnation } = claim;
    const isOwn = name === this.#options.name;
    if (isOwn && this.#phase !== "alive") return;
    const known = this.member(name);
    const member = known ?? this.#members.add(claim);
    const moves = member.address !== address || member.port !== port;
    if (moves && !this.#mayMove(member, claim)) {
      if (!isOwn) source?.send("conflict", name);
      return;
    }
    const hasNews = JSON.stringify(tags) !== JSON.stringify(member.tags);
    if (isOwn && source) {
      const older = incarnation < member.incarnation;
      if (!older && (hasNews || incarnation > member.incarnation)) this.#refute(incarnation);
      return;
    }
    if (incarnation <= member.incarnation && !moves) return;
    this.#calm(name);
    const wasGone = member.state === "dead" || member.state === "left";
    Object.assign(member, { address, port, tags, incarnation });
    if (member.state !== "alive") this.#turn(member, "alive");
    this.#send("alive", claim, source);
    if (wasGone) this.#came(member);
    else if (hasNews) this.#event("update", member);
    this.#meet(member);
  }

  /** May the name be taken over by another address? */
  #mayMove(member: Member, { address, port }: Claim): boolean {
    const { life, memberlistLog } = this.#options;
    const { name, state } = member;
    const [ours, theirs] = [`${member.address}:${member.port}`, `${address}:${port}`];
    const since = life.clock.now() - member.changed;
    if (state === "left" || (state === "dead" && since > RECLAIM_MS)) {
      const what = "Updating address for left or failed node";
      memberlistLog.info(`memberlist: ${what} ${name} from ${ours} to ${theirs}`);
      return true;
    }
    memberlistLog.error(
      `memberlist: Conflicting address for ${name}. Mine: ${ours} Theirs: ${theirs} ` +
        `Old state: ${states.indexOf(state)}`,
    );
    return false;
  }

  #suspect(claim: Pick<Claim, "name" | "incarnation">, from: string, source?: Link): void {
    const { name: own, life, pace, memberlistLog } = this.#options;
    const { name, incarnation } = claim;
    const member = this.member(name);
    if (!member || incarnation < member.incarnation || member.state !== "alive") return;
    if (name === own) {
      this.#refute(incarnation);
      memberlistLog.warn(`memberlist: Refuting a suspect message (from: ${from})`);
      return;
    }
    this.#send("suspect", { name, incarnation, from }, source);
    member.incarnation = incarnation;
    this.#turn(member, "suspect");
    const nodes = this.members.filter(({ state }) => state !== "left").length;
    const wait = pace.suspicion * Math.max(1, Math.log10(nodes)) * pace.probeMs;
    const timer = life.after(wait, () => {
      if (member.state !== "suspect") return;
      const why = "suspect timeout reached (0 peer confirmations)";
      memberlistLog.info(`memberlist: Marking ${name} as failed, ${why}`);
      this.#dead(member, own);
    });
    this.#suspicions.set(name, timer);
  }

  /** `from` itself says that it leaves; anybody else says that a member is dead. */
  #dead(claim: Pick<Claim, "name" | "incarnation">, from: string, source?: Link): void {
    const { name, incarnation } = claim;
    const member = this.member(name);
    if (!member || incarnation < member.incarnation) return;
    this.#calm(name);
    if (member.state === "dead" || member.state === "left") return;
    if (name === this.#options.name && this.#phase === "alive") {
      this.#refute(incarnation);
      this.#options.memberlistLog.warn(`memberlist: Refuting a dead message (from: ${from})`);
      return;
    }
    this.#send("dead", { name, incarnation, from }, source);
    member.incarnation = incarnation;
    this.#turn(member, name === from ? "left" : "dead");
    this.#gone(member);
  }

  /** Contradicts what others say of us. */
  #refute(incarnation: number): void {
    const { self } = this;
    self.incarnation = Math.max(self.incarnation, incarnation) + 1;
    this.#send("alive", claimOf(self));
  }

  #calm(name: string): void {
    this.#suspicions.get(name)?.cancel();
    this.#suspicions.delete(name);
  }

  #turn(member: Member, state: Member["state"]): void {
    member.state = state;
    member.changed = this.#options.life.clock.now();
  }

  // What becomes of members.

  #came(member: Member): void {
    if (member.status !== "leaving") member.status = "alive";
    const at = `${member.address}:${member.port}`;
    this.#options.snapshot.alive(member.name, at, this.#members.time);
    this.#event("join", member);
  }

  #gone(member: Member): void {
    if (member.status !== "leaving" && member.status !== "alive") return;
    const failed = member.status === "alive";
    member.status = failed ? "failed" : "left";
    const { snapshot, life } = this.#options;
    if (this.#phase === "alive") snapshot.notAlive(member.name, this.#members.time);
    this.#event(failed ? "failed" : "leave", member);
    if (failed) this.#reconnect();
    const { changed } = member;
    life.after(failed ? FAILED_KEPT_MS : LEFT_KEPT_MS, () => {
      if (member.changed === changed && member.status !== "alive") this.#erase(member, "");
    });
  }

  #erase(member: Member, how: string): void {
    const { name, address } = member;
    this.#members.all.delete(name);
    const behind = how === "" ? "" : ` ${address}`;
    this.#options.serfLog.info(`serf: EventMemberReap${how}: ${name}${behind}`);
    this.#options.onEvent("reap", member);
  }

  #event(event: "join" | "leave" | "failed" | "update", member: Member, how = ""): void {
    const { serfLog, onEvent } = this.#options;
    const title = `${event.charAt(0).toUpperCase()}${event.slice(1)}${how}`;
    const where = event === "update" ? "" : ` ${member.address}`;
    serfLog.info(`serf: EventMember${title}: ${member.name}${where}`);
    onEvent(event, member);
  }

  #userEvent(event: UserEvent, source?: Link): void {
    if (this.#userEvents.has(event.id)) return;
    this.#userEvents.add(event.id);
    this.#send("user", event, source);
    this.#options.onUserEvent?.(event.name, event.payload);
  }

  #broadcastJoin(): void {
    const intent = { name: this.#options.name, time: this.#members.time };
    this.#members.join(intent);
    this.#send("join", intent);
  }

  // Those who were there before.

  async #rejoin(before: Snapshot["before"]): Promise<void> {
    const { serfLog } = this.#options;
    for (const { name, at } of before) {
      const previous = `previously known node: ${name}: ${at}`;
      serfLog.info(`serf: Attempting re-join to ${previous}`);
      const failed = await this.#joinAt(at).catch(refused);
      if (failed === false) continue;
      serfLog.info(`serf: Re-joined to ${previous}`);
      return;
    }
    serfLog.warn("serf: Failed to re-join any previously known node");
  }

  /** As long as somebody has failed, tries now and then whether he is back. */
  #reconnect(): void {
    if (this.#reconnecting) return;
    this.#reconnecting = true;
    const { life, random, serfLog } = this.#options;
    life.after(RECONNECT_MS, () => {
      this.#reconnecting = false;
      const failed = this.members.filter(({ status }) => status === "failed");
      if (failed.length === 0 || this.#phase !== "alive") return;
      this.#reconnect();
      const member = failed[random.below(failed.length)];
      if (!member || random.next() > failed.length / (this.#others().length + 1)) return;
      const at = `${member.address}:${member.port}`;
      serfLog.info(`serf: attempting reconnect to ${member.name} ${at}`);
      this.#try(this.#joinAt(at));
    });
  }

  #others(): Member[] {
    const here = ({ state }: Member) => state === "alive" || state === "suspect";
    return this.members.filter((each) => each !== this.self && here(each));
  }

  /** Until a message has been sent as often as it must be. */
  #broadcastMs(): number {
    const others = this.#others().length;
    if (others === 0) return 0;
    const times = 4 * Math.ceil(Math.log10(this.#members.all.size + 1));
    return Math.ceil(times / Math.min(3, others)) * this.#options.pace.gossipMs;
  }
}
