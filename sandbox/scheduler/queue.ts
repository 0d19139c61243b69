// Pods that wait for a node: those that can be tried now, those that failed a short while ago, and
// those that nothing has happened for since they failed.
// pkg/scheduler/internal/queue/scheduling_queue.go.

import type { Clock, Timer } from "../sim/clock.ts";
import { Heap } from "./heap.ts";
import { NameBackOff } from "./name-back-off.ts";
import { type PodInfo, speaksOf } from "./pod-info.ts";

export interface QueueOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly firstBackoffMs: number;
  readonly lastBackoffMs: number;
  /** After so long a pod is tried again even if nothing has happened. */
  readonly leftoverMs: number;
  /** Nothing but time and news of the pod itself bring it back: the queue of 1.10. */
  readonly byName?: boolean;
}

type Place = "active" | "backoff" | "unschedulable" | "out";

export interface Queued {
  info: PodInfo;
  attempts: number;
  /** Since when it is in its place. */
  since: number;
  /** In which order pods came to be active. */
  turn: number;
  place: Place;
  /** Tells an old entry of the heap from the one that counts. */
  entry: number;
}

interface Entry {
  readonly queued: Queued;
  readonly entry: number;
  readonly priority: number;
  readonly since: number;
  readonly turn: number;
}

const FLUSH_MS = 30_000;

export class SchedulingQueue {
  readonly #options: QueueOptions;
  readonly #pods = new Map<string, Queued>();
  readonly #active = new Heap<Entry>((a, b) =>
    a.priority !== b.priority
      ? a.priority > b.priority
      : a.since !== b.since
        ? a.since < b.since
        : a.turn < b.turn,
  );
  readonly #unschedulable = new Map<string, Queued>();
  readonly #backoff = new Set<Queued>();
  readonly #names: NameBackOff | undefined;
  #backoffTimer: Timer | undefined;
  #backoffDue = Number.POSITIVE_INFINITY;
  #flushTimer: Timer | undefined;
  #turn = 0;
  #cycle = 0;
  #moved = -1;
  #take: ((queued: Queued | undefined) => void) | undefined;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#names = options.byName ? new NameBackOff() : undefined;
    options.signal.addEventListener("abort", () => this.close(), { once: true });
  }

  /** Which attempt is under way. */
  get cycle(): number {
    return this.#cycle;
  }

  get hasUnschedulable(): boolean {
    return this.#unschedulable.size > 0;
  }

  get(uid: string): Queued | undefined {
    return this.#pods.get(uid);
  }

  add(info: PodInfo): void {
    const since = this.#options.clock.now();
    const queued = { info, attempts: 0, since, turn: 0, place: "out" as Place, entry: 0 };
    this.#pods.set(info.uid, queued);
    this.#activate(queued);
  }

  /** The pod has changed. `wakes`: in a way that may let it run now. */
  update(info: PodInfo, wakes: boolean): void {
    const queued = this.#pods.get(info.uid);
    if (!queued) {
      this.add(info);
      return;
    }
    queued.info = info;
    if (queued.place === "active") this.#activate(queued);
    // As upstream: whatever has changed, its back-off is over.
    else if (queued.place === "backoff" || (queued.place === "unschedulable" && wakes)) {
      this.#activate(queued);
    }
  }

  delete(uid: string): void {
    const queued = this.#pods.get(uid);
    if (!queued) return;
    this.#leave(queued);
    this.#pods.delete(uid);
  }

  /** The next pod, in a turn of its own; undefined once all is over. */
  pop(): Promise<Queued | undefined> {
    return new Promise((resolve) => {
      this.#take = resolve;
      if (this.#closed) this.close();
      else this.#offer();
    });
  }

  /** It could not run in attempt number `cycle`. */
  addUnschedulable(queued: Queued, cycle: number): void {
    if (queued.place !== "out" || this.#pods.get(queued.info.uid) !== queued) return;
    queued.since = this.#options.clock.now();
    if (this.#names) {
      this.#delay(queued);
      this.#armBackoff(this.#names.failed(queued.info.key, queued.since));
      return;
    }
    // Something happened while it was tried: that may have been what it waits for.
    if (this.#moved >= cycle) {
      this.#delay(queued);
      this.#armBackoff(this.#backoffEnd(queued));
      return;
    }
    queued.place = "unschedulable";
    this.#unschedulable.set(queued.info.uid, queued);
    this.#armFlush();
  }

  /** Something has happened that may let pods run. */
  moveAll(): void {
    this.#move([...this.#unschedulable.values()]);
  }

  /** A pod has come to a node: those that want to be near it may run now. */
  moveThoseNear({ pod }: PodInfo): void {
    const near = [...this.#unschedulable.values()].filter(({ info }) =>
      info.affinity?.required.some((term) => speaksOf(term, pod)),
    );
    this.#move(near);
  }

  #move(queued: readonly Queued[]): void {
    let first = Number.POSITIVE_INFINITY;
    for (const each of queued) {
      const end = this.#backoffEnd(each);
      if (end <= this.#options.clock.now()) {
        this.#activate(each);
      } else {
        this.#delay(each);
        first = Math.min(first, end);
      }
    }
    this.#armBackoff(first);
    this.#moved = this.#cycle;
  }

  #backoffEnd({ since, attempts, info }: Queued): number {
    if (this.#names) return this.#names.end(info.key);
    const { firstBackoffMs, lastBackoffMs } = this.#options;
    return since + Math.min(firstBackoffMs * 2 ** Math.max(0, attempts - 1), lastBackoffMs);
  }

  #leave(queued: Queued): void {
    this.#unschedulable.delete(queued.info.uid);
    this.#backoff.delete(queued);
    queued.place = "out";
    queued.entry++;
  }

  #activate(queued: Queued): void {
    this.#leave(queued);
    queued.place = "active";
    queued.turn = this.#turn++;
    const { entry, info, since, turn } = queued;
    this.#active.push({ queued, entry, priority: info.priority, since, turn });
    this.#offer();
  }

  #delay(queued: Queued): void {
    this.#leave(queued);
    queued.place = "backoff";
    this.#backoff.add(queued);
  }

  /** Upstream looks once a second; here the timer is set to the very end of the next back-off. */
  #armBackoff(end: number): void {
    const { clock, signal } = this.#options;
    if (end >= this.#backoffDue || signal.aborted) return;
    this.#backoffTimer?.cancel();
    this.#backoffDue = end;
    this.#backoffTimer = clock.after(Math.max(0, end - clock.now()), () => {
      this.#backoffDue = Number.POSITIVE_INFINITY;
      let next = Number.POSITIVE_INFINITY;
      for (const queued of [...this.#backoff]) {
        const its = this.#backoffEnd(queued);
        if (its <= clock.now()) this.#activate(queued);
        else next = Math.min(next, its);
      }
      this.#armBackoff(next);
    });
  }

  #armFlush(): void {
    const { clock, leftoverMs, signal } = this.#options;
    if (this.#flushTimer || signal.aborted) return;
    this.#flushTimer = clock.after(FLUSH_MS, () => {
      this.#flushTimer = undefined;
      const old = [...this.#unschedulable.values()].filter(
        ({ since }) => clock.now() - since > leftoverMs,
      );
      if (old.length > 0) this.#move(old);
      if (this.#unschedulable.size > 0) this.#armFlush();
    });
  }

  #offer(): void {
    const take = this.#take;
    if (!take || this.#next() === undefined) return;
    this.#take = undefined;
    this.#options.clock.soon(() => {
      if (this.#closed) return take(undefined);
      const queued = this.#next();
      if (!queued) {
        // What was offered has gone meanwhile.
        this.#take = take;
        return;
      }
      this.#active.pop();
      this.#leave(queued);
      queued.attempts++;
      this.#cycle++;
      take(queued);
    });
  }

  #next(): Queued | undefined {
    for (let first = this.#active.peek(); first; first = this.#active.peek()) {
      const { queued, entry } = first;
      if (queued.place === "active" && queued.entry === entry) return queued;
      this.#active.pop();
    }
    return undefined;
  }

  /** Nothing is given any more. */
  close(): void {
    this.#closed = true;
    this.#backoffTimer?.cancel();
    this.#flushTimer?.cancel();
    this.#take?.(undefined);
    this.#take = undefined;
  }
}
