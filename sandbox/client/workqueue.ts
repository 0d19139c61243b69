// client-go's work queue: fair, stingy (a key waits at most once), one worker per key at a time,
// and with back-off per key. client-go/util/workqueue, default controller rate limiter.

import type { Clock, Timer } from "../sim/clock.ts";

const FIRST_RETRY_MS = 5;
const LAST_RETRY_MS = 1_000_000;

/**
 * A look at an object takes a moment, and what happens meanwhile is one more look, not many: a key
 * that was given out so often within so many milliseconds waits for the rest of them.
 */
const BURST = 16;
const BURST_MS = 10;

export class WorkQueue {
  readonly #clock: Clock;
  #waiting: string[] = [];
  /** How many of `#waiting` have been given out. */
  #given = 0;
  readonly #dirty = new Set<string>();
  readonly #processing = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #later = new Map<string, { timer: Timer; at: number }>();
  /** How often each key was given out since `#burstFrom`. */
  readonly #burst = new Map<string, number>();
  #burstFrom = 0;
  #take: ((key: string | undefined) => void) | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wakes the worker for this key; if it is just being looked at, it will be looked at again. */
  add(key: string): void {
    if (this.#dirty.has(key) || this.#closed) return;
    this.#dirty.add(key);
    if (this.#processing.has(key)) return;
    this.#enqueue(key);
  }

  /** Adds the key when `ms` have passed; the earliest wish counts. */
  addAfter(key: string, ms: number): void {
    if (ms <= 0) return this.add(key);
    const at = this.#clock.now() + ms;
    const set = this.#later.get(key);
    if (set && set.at <= at) return;
    set?.timer.cancel();
    const timer = this.#clock.after(ms, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { timer, at });
  }

  /** Adds the key after its back-off, which doubles each time until `forget`. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS));
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, in a turn of its own; undefined once the queue is closed. One worker only. */
  get(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#take = resolve;
      this.#offer();
    });
  }

  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key) && !this.#closed) this.#enqueue(key);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#later.values()) timer.cancel();
    this.#take?.(undefined);
  }

  #enqueue(key: string): void {
    const left = this.#burstFrom + BURST_MS - this.#clock.now();
    if (left > 0 && (this.#burst.get(key) ?? 0) >= BURST) {
      this.#dirty.delete(key);
      this.addAfter(key, left);
      return;
    }
    this.#waiting.push(key);
    this.#offer();
  }

  #countBurst(key: string): void {
    const now = this.#clock.now();
    if (now >= this.#burstFrom + BURST_MS) {
      this.#burst.clear();
      this.#burstFrom = now;
    }
    this.#burst.set(key, (this.#burst.get(key) ?? 0) + 1);
  }

  #offer(): void {
    const take = this.#take;
    if (!take) return;
    if (this.#closed) return take(undefined);
    if (this.#given === this.#waiting.length) return;
    this.#take = undefined;
    this.#clock.soon(() => take(this.#closed ? undefined : this.#give()));
  }

  #give(): string | undefined {
    const key = this.#waiting[this.#given++];
    if (this.#given === this.#waiting.length) {
      this.#waiting = [];
      this.#given = 0;
    }
    if (key !== undefined) {
      this.#dirty.delete(key);
      this.#processing.add(key);
      this.#countBurst(key);
    }
    return key;
  }
}
