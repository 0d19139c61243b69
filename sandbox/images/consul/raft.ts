// Servers agree on one log: who leads, what is written, and who they are.
// differs: an open link takes the place of heartbeats; it breaks when they would have stayed away.
// Upstream: hashicorp/raft raft.go.

import type { Random } from "../../sim/random.ts";
import { Followers } from "./followers.ts";
import type { Life } from "./life.ts";
import { type Link, RpcError, refused } from "./link.ts";
import type { Logger } from "./log.ts";
import {
  type Configuration,
  changedPeers,
  type Peer,
  type PeerChange,
  quorum,
  serversText,
  votersOf,
} from "./peers.ts";
import type { Entry, RaftLog } from "./raft-log.ts";
import type { AppendReply, AppendRequest } from "./replication.ts";
import type { Feature } from "./versions.ts";
import {
  ask,
  type Ballot,
  isFit,
  isRefused,
  type Leader,
  PATIENCE_MS,
  Patience,
  type VoteReply,
  type VoteRequest,
  type Voter,
} from "./voting.ts";

export interface RaftOptions {
  readonly life: Life;
  readonly random: Random;
  readonly log: Logger;
  readonly store: RaftLog;
  readonly id: string;
  /** With its port. */
  readonly address: string;
  readonly has: ReadonlySet<Feature>;
  dial(peer: Peer): Promise<Link>;
  /** No more is said over the links that are open. */
  hangUp(): void;
  /** What a command does, now that it is agreed on. */
  apply(data: object, index: number): unknown;
  onLeadership(isLeader: boolean): void;
}

export class Raft {
  role: "Follower" | "Candidate" | "Leader" = "Follower";
  leader: Leader | undefined;
  commitIndex = 0;
  readonly #options: RaftOptions;
  readonly #patience: Patience;
  #latest: Configuration;
  #committed: Configuration;
  #leaderLink: Link | undefined;
  #hasWarned = false;
  /** One for each campaign: answers to an older one do not count. */
  #campaign = 0;
  /** Only as a leader. */
  readonly #followers: Followers;
  #ownTermBegins = 0;
  #isTransferring = false;
  readonly #futures = new Map<number, Future>();
  #waiting: (() => void)[] = [];

  constructor(options: RaftOptions) {
    this.#options = options;
    const { store, log, life, random } = options;
    this.#patience = new Patience(life, random);
    this.#followers = new Followers({
      ...options,
      commitIndex: () => this.commitIndex,
      advanced: () => this.#advance(),
      deposed: () => this.#yield(0),
    });
    this.#latest = store.configuration(store.lastIndex);
    this.#committed = store.configuration(this.#latest.index - 1);
    const servers = serversText(this.#latest.peers);
    log.info("initial configuration", { index: this.#latest.index, servers });
    this.#follow();
  }

  get peers(): readonly Peer[] {
    return this.#latest.peers;
  }

  get term(): number {
    return this.#options.store.term;
  }

  get lastTerm(): number {
    return this.#options.store.last?.term ?? 0;
  }

  get lastIndex(): number {
    return this.#options.store.lastIndex;
  }

  get isLeader(): boolean {
    return this.role === "Leader";
  }

  /** What a server is known to have. */
  matchOf(id: string): number {
    return this.#followers.matchOf(id) ?? this.lastIndex;
  }

  /** Enough followers are heard: nobody else can lead. */
  get hasQuorum(): boolean {
    return this.#followers.hasQuorum;
  }

  get #voters(): readonly Peer[] {
    return votersOf(this.peers);
  }

  get #isVoter(): boolean {
    return this.#voters.some(({ id }) => id === this.#options.id);
  }

  get #needed(): number {
    return quorum(this.peers);
  }

  /** Resolves when something has been agreed on, or somebody else leads. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Makes the first configuration of a cluster. */
  bootstrap(peers: readonly Peer[]): void {
    const { store } = this.#options;
    store.term = 1;
    store.append({ index: 1, term: 1, kind: "peers", data: peers });
    this.#configure({ index: 1, peers });
    this.#hasWarned = false;
    this.#patience.resume(() => this.#miss());
  }

  /** Resolves to what the command gave when it was applied here. */
  apply(data: object): Promise<unknown> {
    return this.#propose((at) => ({ ...at, kind: "command", data }));
  }

  async barrier(): Promise<void> {
    await this.#propose((at) => ({ ...at, kind: "barrier" }));
  }

  async change(command: PeerChange, peer: Omit<Peer, "isVoter">): Promise<void> {
    const isStable = () =>
      this.#latest.index === this.#committed.index && this.commitIndex >= this.#ownTermBegins;
    while (this.isLeader && !isStable()) await this.changed();
    if (!this.isLeader) throw notLeader();
    const peers = changedPeers(this.peers, command, peer);
    this.#options.log.info("updating configuration", {
      ...{ command, "server-id": peer.id },
      "server-addr": command === "RemoveServer" ? "" : peer.address,
      servers: serversText(peers),
    });
    await this.#propose((at) => ({ ...at, kind: "peers", data: peers }));
  }

  /** Makes the most advanced follower leader. Throws if it does not become so. */
  async transfer(): Promise<void> {
    const { life } = this.#options;
    const best = this.#followers.best();
    if (!best) throw new RpcError("cannot find peer");
    this.#isTransferring = true;
    let isLate = false;
    const late = life.sleep(PATIENCE_MS).then(() => {
      isLate = true;
    });
    const going = () => this.isLeader && !isLate;
    while (going() && best.match < this.lastIndex) await Promise.race([this.changed(), late]);
    if (going()) await Promise.race([best.call("timeoutNow", {}).catch(refused), late]);
    while (going()) await Promise.race([this.changed(), late]);
    this.#isTransferring = false;
    if (this.isLeader) throw new RpcError("leadership transfer timeout");
  }

  /** What other servers ask of this one. */
  receive(method: string, body: unknown, link: Link): unknown {
    if (method === "append") return this.#append(body as AppendRequest, link);
    if (method === "vote") return this.#vote(body as VoteRequest);
    if (method === "preVote") return this.#preVote(body as VoteRequest);
    if (method === "timeoutNow") this.#options.life.after(0, () => this.#campaignFor(true));
    return {};
  }

  shutdown(): void {
    this.#patience.end();
    this.#resign("raft is already shutdown");
    this.role = "Follower";
    this.#campaign++;
  }

  // Following.

  #follow(): void {
    const { log } = this.#options;
    this.role = "Follower";
    const leader = this.#named(this.leader, "leader");
    log.info("entering follower state", { follower: this.#text, ...leader });
    this.#hasWarned = false;
    this.#patience.begin(() => this.#miss());
  }

  get #text(): string {
    return `Node at ${this.#options.address} [${this.role}]`;
  }

  #named(leader: Leader | undefined, name: string, part = "address"): Record<string, string> {
    const { id = "", address = "" } = leader ?? {};
    if (!this.#options.has.has("leaderIds")) return { [name]: address };
    return { [`${name}-${part}`]: address, [`${name}-id`]: id };
  }

  /** No leader has been heard for long. */
  #miss(): void {
    const { log } = this.#options;
    const last = this.leader;
    this.leader = undefined;
    const isStable = this.#latest.index === this.#committed.index;
    if (this.#latest.index === 0) this.#warn("no known peers, aborting election");
    else if (this.#isVoter) {
      const leader = this.#named(last, "last-leader", "addr");
      log.warn("heartbeat timeout reached, starting election", leader);
      this.#campaignFor(false);
    } else if (isStable) this.#warn("not part of stable configuration, aborting election");
    else {
      const what = "not part of a stable configuration or a non-voter";
      this.#warn(`heartbeat timeout reached, ${what}, not triggering a leader election`);
    }
  }

  #warn(text: string): void {
    if (!this.#hasWarned) this.#options.log.warn(text);
    this.#hasWarned = true;
  }

  #append(request: AppendRequest, link: Link): AppendReply {
    const { store, log } = this.#options;
    const { term, id, address, previousIndex, previousTerm, entries, commit } = request;
    const reply = (success: boolean) => ({ term: store.term, last: store.lastIndex, success });
    if (term < store.term) return reply(false);
    this.leader = { id, address };
    if (term > store.term || this.role !== "Follower") this.#yield(term);
    this.#hear(link);
    const ours = store.termOf(previousIndex);
    if (ours !== previousTerm) {
      const values = { "previous-index": previousIndex, "last-index": store.lastIndex };
      if (ours === undefined) {
        log.warn("failed to get previous log", { ...values, error: "log not found" });
      } else log.warn("previous log term mis-match", { ours, remote: previousTerm });
      return reply(false);
    }
    for (const entry of entries) this.#take(entry);
    if (commit > this.commitIndex) this.#commit(Math.min(commit, store.lastIndex));
    return reply(true);
  }

  #take(entry: Entry): void {
    const { store, log } = this.#options;
    const known = store.termOf(entry.index);
    if (known === entry.term) return;
    if (known !== undefined) {
      log.warn("clearing log suffix", { from: entry.index, to: store.lastIndex });
      store.cut(entry.index);
      if (entry.index <= this.#latest.index) this.#latest = this.#committed;
    }
    store.append(entry);
    if (entry.kind === "peers") this.#configure({ index: entry.index, peers: entry.data });
  }

  /** The leader is there as long as its link is. */
  #hear(link: Link): void {
    this.#patience.end();
    if (this.#leaderLink === link) return;
    this.#leaderLink = link;
    link.onEnd(() => {
      if (this.#leaderLink !== link) return;
      this.#leaderLink = undefined;
      if (this.role === "Follower") this.#patience.since(link.lastContact, () => this.#miss());
    });
  }

  #configure(configuration: Configuration): void {
    this.#committed = this.#latest;
    this.#latest = configuration;
    this.#notify();
  }

  // Electing.

  get #voter(): Voter {
    const { store, log, has } = this.#options;
    return { store, log, has, peers: this.peers, leader: this.leader };
  }

  #vote(request: VoteRequest): VoteReply {
    const { store, log, life } = this.#options;
    const ballot: Ballot = "vote";
    const reply = (granted: boolean) => ({ term: store.term, granted });
    if (isRefused(this.#voter, request, ballot)) return reply(false);
    const { term, address } = request;
    if (term > store.term) this.#yield(term);
    if (store.vote?.term === term) {
      log.info("duplicate requestVote for same term", { term });
      return reply(store.vote.candidate === address);
    }
    if (!isFit(this.#voter, request, ballot)) return reply(false);
    store.vote = { term, candidate: address };
    this.#patience.since(life.clock.now(), () => this.#miss());
    return reply(true);
  }

  #preVote(request: VoteRequest): VoteReply {
    const ballot: Ballot = "pre-vote";
    const refused = isRefused(this.#voter, request, ballot);
    return { term: this.term, granted: !refused && isFit(this.#voter, request, ballot) };
  }

  #campaignFor(transfer: boolean): void {
    const { log, has } = this.#options;
    this.role = "Candidate";
    this.leader = undefined;
    this.#leaderLink = undefined;
    this.#campaign++;
    const term = this.term + 1;
    log.info("entering candidate state", { node: this.#text, term });
    const restart = () =>
      this.#patience.begin(() => {
        log.warn("Election timeout reached, restarting election");
        this.#campaignFor(false);
      });
    restart();
    if (transfer || !has.has("preVote")) return this.#elect(transfer);
    let refused = 0;
    this.#ask("preVote", { term, transfer }, (granted, tally) => {
      if (!granted) refused++;
      const values = { term, tally, refused, votesNeeded: this.#needed };
      if (tally >= this.#needed) {
        log.info("pre-vote successful, starting election", values);
        restart();
        this.#elect(transfer);
      } else if (refused === this.#needed) {
        log.info("pre-vote campaign failed, waiting for election timeout", values);
      }
    });
  }

  #elect(transfer: boolean): void {
    const { store, address, log } = this.#options;
    const term = this.term + 1;
    store.term = term;
    store.vote = { term, candidate: address };
    this.#campaign++;
    this.#ask("vote", { term, transfer }, (_, tally) => {
      if (tally < this.#needed) return;
      log.info("election won", { term, tally });
      this.#campaign++;
      this.#lead();
    });
  }

  #ask(
    method: "vote" | "preVote",
    about: Pick<VoteRequest, "term" | "transfer">,
    counted: (granted: boolean, tally: number) => void,
  ): void {
    const { id, address, store, log, life, dial } = this.#options;
    const campaign = this.#campaign;
    let tally = 0;
    const last = { lastIndex: store.lastIndex, lastTerm: store.last?.term ?? 0 };
    ask({
      ...{ life, log, dial, method, voters: this.#voters },
      request: { ...about, id, address, ...last },
      isOpen: () => campaign === this.#campaign && this.role === "Candidate",
      count: ({ term, granted }) => {
        if (term > about.term) return this.#yield(term);
        if (granted) tally++;
        counted(granted, tally);
      },
    });
  }

  /** Somebody else has a newer term, or leads. */
  #yield(term: number): void {
    const { store } = this.#options;
    const was = this.role;
    if (term > store.term) store.term = term;
    this.#resign();
    if (was === "Follower") return;
    this.#campaign++;
    this.#follow();
  }

  // Leading.

  #lead(): void {
    const { id, address, log, life, onLeadership } = this.#options;
    this.role = "Leader";
    this.leader = { id, address };
    this.#patience.end();
    log.info("entering leader state", { leader: this.#text });
    this.#ownTermBegins = this.lastIndex + 1;
    this.#followers.set(this.peers);
    this.#followers.watch();
    life.start(this.#propose((at) => ({ ...at, kind: "noop" })).catch(refused));
    onLeadership(true);
    this.#notify();
  }

  #resign(why = "leadership lost while committing log"): void {
    if (!this.isLeader) return;
    const { id, hangUp, onLeadership } = this.#options;
    this.role = "Follower";
    if (this.leader?.id === id) this.leader = undefined;
    this.#followers.stop();
    hangUp();
    for (const { reject } of this.#futures.values()) reject(new RpcError(why));
    this.#futures.clear();
    onLeadership(false);
    this.#notify();
  }

  #propose(make: (at: { index: number; term: number }) => Entry): Promise<unknown> {
    if (!this.isLeader) return Promise.reject(notLeader());
    if (this.#isTransferring) {
      return Promise.reject(new RpcError("leadership transfer in progress"));
    }
    const { store } = this.#options;
    const entry = make({ index: store.lastIndex + 1, term: store.term });
    store.append(entry);
    const done = new Promise((resolve, reject) => {
      this.#futures.set(entry.index, { resolve, reject });
    });
    if (entry.kind === "peers") {
      this.#configure({ index: entry.index, peers: entry.data });
      this.#followers.set(entry.data);
    }
    this.#followers.wake();
    this.#advance();
    return done;
  }

  /** What most voters have is agreed on, if this leader wrote it. */
  #advance(): void {
    if (!this.isLeader) return;
    const agreed = this.#followers.agreed();
    if (agreed > this.commitIndex && agreed >= this.#ownTermBegins) this.#commit(agreed);
    this.#notify();
  }

  #commit(index: number): void {
    const { store, apply, log } = this.#options;
    while (this.commitIndex < index) {
      const entry = store.entry(++this.commitIndex);
      const result = entry?.kind === "command" ? apply(entry.data, entry.index) : undefined;
      this.#futures.get(this.commitIndex)?.resolve(result);
      this.#futures.delete(this.commitIndex);
    }
    if (this.#latest.index <= index) this.#committed = this.#latest;
    this.#notify();
    if (!this.isLeader) return;
    if (this.#committed === this.#latest && !this.#isVoter) {
      log.info("removed ourself, transitioning to follower");
      return this.#yield(0);
    }
    this.#followers.spread();
  }

  #notify(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

interface Future {
  resolve(value: unknown): void;
  reject(error: RpcError): void;
}

const notLeader = () => new RpcError("node is not the leader");
