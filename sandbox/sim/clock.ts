// Virtual time. It moves only when everything in the sandbox is asleep, and only as far as whoever
// paces it allows. The one thing asked of the host is a turn of its event loop: after a turn no
// promise is left half-way, so what comes next depends on nothing but what came before.

import { assert } from "./assert.ts";

/** The only time there is, as everything inside the sandbox sees it. */
export interface Clock {
  /** Milliseconds since the Unix epoch, in virtual time; always whole. */
  now(): number;
  /**
   * Calls `run` when `ms` of virtual time have passed. Same instant: in the order they were set.
   */
  after(ms: number, run: () => void): Timer;
  /**
   * Calls `run` at this instant, behind all that already waits for it. Breaks long work into
   * slices.
   */
  soon(run: () => void): void;
  /** Resolves after `ms`. Rejects with the signal's reason if that comes first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Stops time until `load` has settled, and gives its result: the way to wait for the host (a file
   * that is fetched on first use) without the run depending on how long the host takes.
   */
  hold<T>(load: Promise<T>): Promise<T>;
}

export interface Timer {
  cancel(): void;
}

/** Held by whoever paces the sandbox: the worker's loop, a lesson's step button, a test. */
export interface ClockControl extends Clock {
  /** Runs all that is due in the next `ms`, oldest first, and lands exactly there. */
  advance(ms: number): Promise<void>;
  /** `advance(0)`: returns when every process is asleep or blocked. */
  settle(): Promise<void>;
  /**
   * Runs on until `at` or until `pause()` says so (asked between turns); true if it landed on `at`.
   * A pause may fall in the middle of an instant; the next run takes up there.
   */
  runUntil(at: number, pause: () => boolean): Promise<boolean>;
  /** Moves to a later instant, before anything of it has run; nothing may be due before it. */
  enter(at: number): void;
  /** When the next timer is due; undefined if nothing waits. */
  nextDue(): number | undefined;
  /** Nothing is left to do at this very instant. */
  readonly quiet: boolean;
}

/** What the sandbox needs of its host to run at all. */
export interface Host {
  /** Resolves in a later turn of the host's event loop, when no promise continuation is left. */
  turn(): Promise<void>;
}

/** Turns within one instant after which we must be going in a circle. */
const TURNS_PER_INSTANT = 200_000;

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** A clock that stands at `start` until it is advanced. */
export function createClock(start: number, host: Host): ClockControl {
  let now = start;
  let order = 0;
  let turns = 0;
  let ready: (() => void)[] = [];
  /** How many of `ready` have been run. */
  let taken = 0;
  let held = 0;
  let wakeHeld = () => {};
  let running = false;
  const timers = new Heap();

  const soon = (run: () => void) => {
    ready.push(run);
  };

  const after = (ms: number, run: () => void): Timer => {
    assert(ms >= 0 && Number.isFinite(ms), `a delay must be a number of milliseconds, not ${ms}`);
    const entry: Entry = { at: now + Math.ceil(ms), order: order++, run };
    timers.push(entry);
    return {
      cancel() {
        entry.run = undefined;
      },
    };
  };

  /** Returns when no promise is left half-way and nothing holds the time. */
  async function drain(): Promise<void> {
    await host.turn();
    while (held > 0) {
      await new Promise<void>((resolve) => {
        wakeHeld = resolve;
      });
      await host.turn();
    }
  }

  /**
   * One turn: one task, then every promise that follows from it. Never two: what a second one did
   * would interleave with the first, and a task that only looks on could shift which two meet.
   */
  async function turn(): Promise<void> {
    const run = ready[taken++];
    if (taken === ready.length) {
      ready = [];
      taken = 0;
    }
    run?.();
    await drain();
    assert(++turns < TURNS_PER_INSTANT, `something goes in a circle at ${now}`);
  }

  /** Moves to the next instant at which something is due, up to `limit`; false if there is none. */
  function step(limit: number): boolean {
    const next = timers.peek();
    if (!next || next.at > limit) return false;
    if (next.at > now) {
      now = next.at;
      turns = 0;
    }
    for (let entry = timers.peek(); entry && entry.at <= now; entry = timers.peek()) {
      timers.pop();
      if (entry.run) ready.push(entry.run);
    }
    return true;
  }

  async function runUntil(at: number, pause: () => boolean): Promise<boolean> {
    assert(!running, "only one may run the clock at a time");
    running = true;
    try {
      // Whoever called may have left promises half-way: they belong to this instant.
      await drain();
      for (;;) {
        // Asked before time moves: whoever pauses wants to come in at this instant.
        if (pause()) return false;
        if (ready.length === 0 && !step(at)) break;
        if (ready.length > 0) await turn();
      }
      if (at > now) {
        now = at;
        turns = 0;
      }
      return true;
    } finally {
      running = false;
    }
  }

  const never = () => false;
  return {
    now: () => now,
    after,
    soon,
    sleep: (ms, signal) => sleep(after, ms, signal),
    hold(load) {
      held++;
      const release = () => {
        if (--held === 0) wakeHeld();
      };
      // The place in the queue is taken now, so a load that is quick and one that is slow continue
      // alike.
      return new Promise((resolve, reject) => {
        let answer = () => {};
        soon(() => answer());
        load.then(
          (value) => {
            answer = () => resolve(value);
            release();
          },
          (error) => {
            answer = () => reject(error);
            release();
          },
        );
      });
    },
    async advance(ms) {
      await runUntil(now + ms, never);
    },
    async settle() {
      await runUntil(now, never);
    },
    runUntil,
    enter(at) {
      const due = ready.length > 0 ? now : timers.peek()?.at;
      assert(at > now && (due === undefined || due >= at), `nothing may be due before ${at}`);
      now = at;
      turns = 0;
    },
    nextDue: () => (ready.length > 0 ? now : timers.peek()?.at),
    get quiet() {
      return ready.length === 0 && (timers.peek()?.at ?? Number.POSITIVE_INFINITY) > now;
    },
  };
}

function sleep(after: Clock["after"], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = after(ms, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Earliest first; equal instants in the order they were set. Cancelled entries are skipped on
 * sight.
 */
class Heap {
  readonly #entries: Entry[] = [];

  peek(): Entry | undefined {
    while (this.#entries.length > 0 && !this.#entries[0]?.run) this.pop();
    return this.#entries[0];
  }

  push(entry: Entry): void {
    const entries = this.#entries;
    let i = entries.length;
    entries.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = entries[parent] as Entry;
      if (!earlier(entry, above)) break;
      entries[i] = above;
      i = parent;
    }
    entries[i] = entry;
  }

  pop(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (!last || entries.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= entries.length) break;
      const right = entries[child + 1];
      if (right && earlier(right, entries[child] as Entry)) child++;
      const below = entries[child] as Entry;
      if (!earlier(below, last)) break;
      entries[i] = below;
      i = child;
    }
    entries[i] = last;
  }
}

function earlier(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
