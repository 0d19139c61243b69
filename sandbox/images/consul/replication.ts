// How a leader keeps its followers' logs like its own, and knows what most of them have.
// Upstream: hashicorp/raft replication.go, commitment.go.

import type { Life } from "./life.ts";
import { type Link, RpcError } from "./link.ts";
import type { Logger } from "./log.ts";
import { type Peer, peerText } from "./peers.ts";
import type { Entry, RaftLog } from "./raft-log.ts";

export interface AppendRequest {
  readonly term: number;
  readonly id: string;
  readonly address: string;
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
}

export interface AppendReply {
  readonly term: number;
  readonly last: number;
  readonly success: boolean;
}

/** The leader, as its followers' replicas see it. */
export interface Leading {
  readonly life: Life;
  readonly log: Logger;
  readonly store: RaftLog;
  readonly id: string;
  readonly address: string;
  commitIndex(): number;
  dial(peer: Peer): Promise<Link>;
  /** A follower has more than before. */
  advanced(): void;
  /** There is a newer term. */
  deposed(): void;
  /** Nothing has been heard of a follower since then. */
  lost(since: number): void;
}

/** One follower, as its leader sees it. */
export class Replica {
  peer: Peer;
  /** What it is known to have. */
  match = 0;
  /** Until when it was last heard; undefined while it is heard. */
  silentSince: number | undefined;
  readonly #leading: Leading;
  readonly #term: number;
  #next: number;
  #link: Link | undefined;
  #told = -1;
  #isBusy = false;
  #isOver = false;
  /** It is no peer any more: it is told of it, and then no more. */
  #lastWord = Number.POSITIVE_INFINITY;

  constructor(peer: Peer, leading: Leading) {
    this.peer = peer;
    this.#leading = leading;
    this.#term = leading.store.term;
    this.#next = leading.store.lastIndex + 1;
    this.silentSince = leading.life.clock.now();
    leading.log.info("added peer, starting replication", { peer: peer.id });
  }

  get next(): number {
    return this.#next;
  }

  /** Sends what there is to send. */
  wake(): void {
    if (this.#isBusy || this.#isOver) return;
    this.#isBusy = true;
    this.#leading.life.start(this.#run());
  }

  remove(lastIndex: number): void {
    const { log } = this.#leading;
    const last = { peer: this.peer.id, "last-index": lastIndex };
    log.info("removed peer, stopping replication", last);
    this.#lastWord = lastIndex;
    this.wake();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#quit();
    this.#link?.close();
  }

  async call(method: string, body: unknown): Promise<unknown> {
    return (await this.#leading.dial(this.peer)).call(method, body);
  }

  async #run(): Promise<void> {
    const { life, store, log } = this.#leading;
    let failures = 0;
    const isDone = () =>
      this.#link !== undefined &&
      this.#next > store.lastIndex &&
      this.#told >= this.#leading.commitIndex();
    while (!this.#isOver && !isDone()) {
      try {
        if (await this.#send()) failures = 0;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        if (this.#isOver) break;
        const what = { peer: peerText(this.peer), error: error.message };
        log.error("failed to appendEntries to", what);
        if (Number.isFinite(this.#lastWord)) break;
        await life.sleep(10 * 2 ** Math.max(0, Math.min(++failures, 12) - 2));
      }
      if (this.#next > this.#lastWord) break;
    }
    this.#isBusy = false;
    if (Number.isFinite(this.#lastWord)) this.stop();
  }

  /** True if it went well. */
  async #send(): Promise<boolean> {
    const { store, id, address, log, life } = this.#leading;
    const commit = this.#leading.commitIndex();
    const link = await this.#leading.dial(this.peer);
    if (this.#isOver) return false;
    const previousIndex = this.#next - 1;
    const entries = store.from(this.#next);
    const request: AppendRequest = {
      ...{ term: this.#term, id, address, previousIndex, entries },
      previousTerm: store.termOf(previousIndex) ?? 0,
      commit,
    };
    const reply = (await link.call("append", request)) as AppendReply;
    if (this.#isOver) return false;
    if (reply.term > this.#term) {
      log.error("peer has newer term, stopping replication", { peer: peerText(this.peer) });
      this.#leading.deposed();
      return false;
    }
    this.#hear(link);
    if (!reply.success) {
      this.#next = Math.max(Math.min(this.#next - 1, reply.last + 1), 1);
      const what = { peer: peerText(this.peer), next: this.#next };
      log.warn("appendEntries rejected, sending older logs", what);
      return false;
    }
    this.#told = commit;
    this.#next += entries.length;
    this.match = this.#next - 1;
    this.silentSince = undefined;
    if (!life.over) this.#leading.advanced();
    return true;
  }

  /** As long as the link is open it would get heartbeats. */
  #hear(link: Link): void {
    if (this.#link === link || !link.isOpen) return;
    this.#link = link;
    this.#leading.log.info("pipelining replication", { peer: peerText(this.peer) });
    link.onEnd(() => {
      if (this.#link !== link || this.#isOver) return;
      this.#quit();
      this.#link = undefined;
      this.silentSince = link.lastContact;
      this.#leading.lost(link.lastContact);
      this.wake();
    });
  }

  #quit(): void {
    if (!this.#link) return;
    this.#leading.log.info("aborting pipeline replication", { peer: peerText(this.peer) });
  }
}
