// All followers of a leader: who they are, whether enough of them are heard, what most of them
// have. Upstream: hashicorp/raft raft.go startStopReplication, checkLeaderLease, commitment.go.

import { goDuration } from "../../api/time.ts";
import type { Timer } from "../../sim/clock.ts";
import { type Peer, quorum, votersOf } from "./peers.ts";
import { type Leading, Replica } from "./replication.ts";

const LEASE_MS = 2_500;
/** After so long followers are told what is agreed on, if there is nothing else to tell. */
const COMMIT_MS = 50;

export class Followers {
  readonly #leading: Leading;
  readonly #replicas = new Map<string, Replica>();
  #peers: readonly Peer[] = [];
  #spreading: Timer | undefined;
  /** One for each time that we lead. */
  #reign = 0;

  constructor(leading: Omit<Leading, "lost">) {
    this.#leading = { ...leading, lost: (since) => this.watch(since) };
  }

  /** Begins with new peers, and ends with those that are none any more. */
  set(peers: readonly Peer[]): void {
    this.#peers = peers;
    const { id: own, log, store } = this.#leading;
    for (const peer of peers) {
      const { id, address } = peer;
      const known = this.#replicas.get(id);
      if (known && known.peer.address !== address) log.info("updating peer", { peer: id });
      if (known) known.peer = peer;
      else if (id !== own) this.#replicas.set(id, new Replica(peer, this.#leading));
    }
    for (const [id, replica] of this.#replicas) {
      if (peers.some((peer) => peer.id === id)) continue;
      this.#replicas.delete(id);
      replica.remove(store.lastIndex);
    }
    this.wake();
  }

  stop(): void {
    this.#reign++;
    this.#spreading?.cancel();
    for (const replica of this.#replicas.values()) replica.stop();
    this.#replicas.clear();
  }

  wake(): void {
    for (const replica of this.#replicas.values()) replica.wake();
  }

  /** Tells everybody soon what is agreed on. */
  spread(): void {
    this.#spreading?.cancel();
    this.#spreading = this.#leading.life.after(COMMIT_MS, () => this.wake());
  }

  matchOf(id: string): number | undefined {
    return this.#replicas.get(id)?.match;
  }

  /** The voter that has most. */
  best(): Replica | undefined {
    const voters = [...this.#replicas.values()].filter(({ peer }) => peer.isVoter);
    return voters.sort((a, b) => b.next - a.next)[0];
  }

  /** What most voters have. */
  agreed(): number {
    const { id, store } = this.#leading;
    const have = votersOf(this.#peers).map((peer) =>
      peer.id === id ? store.lastIndex : (this.matchOf(peer.id) ?? 0),
    );
    return have.sort((a, b) => b - a)[quorum(this.#peers) - 1] ?? 0;
  }

  get hasQuorum(): boolean {
    const voters = votersOf(this.#peers);
    return voters.length - this.#silent(voters).length >= quorum(this.#peers);
  }

  /** A leader that does not hear most of the others must not think that it leads. */
  watch(since = this.#leading.life.clock.now()): void {
    const { life, log, deposed } = this.#leading;
    const reign = this.#reign;
    for (const times of [1, 2, 3]) {
      life.after(Math.max(0, since + times * LEASE_MS - life.clock.now()), () => {
        if (reign !== this.#reign) return;
        for (const { id } of this.#silent(votersOf(this.#peers))) {
          const silentSince = this.#replicas.get(id)?.silentSince ?? 0;
          const time = goDuration(life.clock.now() - silentSince);
          log.warn("failed to contact", { "server-id": id, time });
        }
        if (this.hasQuorum) return;
        log.warn("failed to contact quorum of nodes, stepping down");
        deposed();
      });
    }
  }

  #silent(peers: readonly Peer[]): readonly Peer[] {
    const { id: own, life } = this.#leading;
    return peers.filter(({ id }) => {
      const replica = this.#replicas.get(id);
      if (id === own || (replica && replica.silentSince === undefined)) return false;
      return !replica || life.clock.now() - (replica.silentSince ?? 0) >= LEASE_MS;
    });
  }
}
