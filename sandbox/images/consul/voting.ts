// Whom a server votes for, and how it asks the others for theirs.
// Upstream: hashicorp/raft raft.go requestVote, requestPreVote, electSelf.

import type { Timer } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";
import type { Life } from "./life.ts";
import { type Link, RpcError } from "./link.ts";
import type { Logger } from "./log.ts";
import { type Peer, peerText } from "./peers.ts";
import type { RaftLog } from "./raft-log.ts";
import type { Feature } from "./versions.ts";

export interface VoteRequest {
  readonly term: number;
  readonly id: string;
  readonly address: string;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The leader itself asked for it. */
  readonly transfer: boolean;
}

export interface VoteReply {
  readonly term: number;
  readonly granted: boolean;
}

export interface Leader {
  readonly id: string;
  readonly address: string;
}

/** Who is asked for a vote. */
export interface Voter {
  readonly store: RaftLog;
  readonly log: Logger;
  readonly has: ReadonlySet<Feature>;
  readonly peers: readonly Peer[];
  readonly leader: Leader | undefined;
}

export type Ballot = "vote" | "pre-vote";

/** True if the request is refused whatever the candidate's log is, and its term does not count. */
export function isRefused(voter: Voter, request: VoteRequest, what: Ballot): boolean {
  const { log, store, has, peers, leader } = voter;
  const { id, address, term, transfer } = request;
  if (peers.length > 0 && !peers.some((peer) => peer.id === id)) {
    log.warn(`rejecting ${what} request since node is not in configuration`, { from: address });
    return true;
  }
  if (leader && leader.address !== address && !transfer) {
    const leaderId = has.has("leaderIds") ? { "leader-id": leader.id } : {};
    const who = { from: address, leader: leader.address, ...leaderId };
    log.warn(`rejecting ${what} request since we have a leader`, who);
    return true;
  }
  return term < store.term;
}

/** True if the candidate may vote itself, and has all that this server has. */
export function isFit(voter: Voter, request: VoteRequest, what: Ballot): boolean {
  const { store, log, peers } = voter;
  const { id, address, lastIndex, lastTerm } = request;
  const term = store.last?.term ?? 0;
  const index = store.lastIndex;
  const because = (part: string) => `rejecting ${what} request since our last ${part} is greater`;
  if (peers.length > 0 && !peers.some((peer) => peer.id === id && peer.isVoter)) {
    log.warn(`rejecting ${what} request since node is not a voter`, { from: address });
  } else if (term > lastTerm) {
    const values = { "last-term": term, "last-candidate-term": lastTerm };
    log.warn(because("term"), { candidate: address, ...values });
  } else if (term === lastTerm && index > lastIndex) {
    const values = { "last-index": index, "last-candidate-index": lastIndex };
    log.warn(because("index"), { candidate: address, ...values });
  } else return true;
  return false;
}

export interface Poll {
  readonly life: Life;
  readonly log: Logger;
  readonly voters: readonly Peer[];
  readonly request: VoteRequest;
  readonly method: "vote" | "preVote";
  dial(peer: Peer): Promise<Link>;
  /** False: nobody is interested any more. */
  isOpen(): boolean;
  count(reply: VoteReply): void;
}

/** Asks all voters, our own vote first. */
export function ask({ life, log, voters, request, method, dial, isOpen, count }: Poll): void {
  const { id, term } = request;
  const poll = async (peer: Peer) => {
    let reply: VoteReply = { term, granted: false };
    try {
      const link = await dial(peer);
      reply = (await link.call(method, request)) as VoteReply;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const values = { target: peerText(peer), error: error.message, term };
      if (isOpen()) log.error("failed to make requestVote RPC", values);
    }
    if (isOpen()) count(reply);
  };
  for (const peer of voters) if (peer.id !== id) life.start(poll(peer));
  if (isOpen()) count({ term, granted: true });
}

/** raft_multiplier is 5. */
export const PATIENCE_MS = 5_000;

/** How long a server waits for a leader: by chance, lest all lose patience together. */
export class Patience {
  readonly #life: Life;
  readonly #random: Random;
  #timer: Timer | undefined;

  constructor(life: Life, random: Random) {
    this.#life = life;
    this.#random = random;
  }

  /** From now on. */
  begin(run: () => void): void {
    this.#wait(this.#span(), run);
  }

  /**
   * The leader was last heard then. A timer that has been running all the time finds it out, at the
   * first of its rounds that ends late enough.
   */
  since(contact: number, run: () => void): void {
    let at = contact + this.#random.next() * this.#span();
    while (at < contact + PATIENCE_MS) at += this.#span();
    this.#wait(Math.max(0, at - this.#life.clock.now()), run);
  }

  /** In the middle of a round. */
  resume(run: () => void): void {
    this.#wait(this.#random.next() * this.#span(), run);
  }

  end(): void {
    this.#timer?.cancel();
  }

  #span(): number {
    return PATIENCE_MS * (1 + this.#random.next());
  }

  #wait(ms: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#life.after(ms, run);
  }
}
