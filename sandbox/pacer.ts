// Lets a session's time pass in step with the host's: paused, at some speed, or towards a goal as fast
// as it goes. Works in slices, so that whatever else the host has to do never waits long.

import type { Session } from "./session.ts";
import { QuietWatch } from "./settle.ts";
import type { Host } from "./sim/clock.ts";

export interface PacerHost extends Host {
  /** Milliseconds that only go forward. */
  now(): number;
  /** Resolves after `ms` of the host's time. */
  wait(ms: number): Promise<void>;
}

/** Something to be reached as fast as it goes. */
interface Goal {
  /** Asked between turns. */
  isReached(): boolean;
  /** Virtual time at which it is given up. */
  readonly limit: number;
  readonly reached: () => void;
}

const SLICE_MS = 8;
/** What is typed while time stands still may take so long to show its effect. */
const GRACE_MS = 300;
const STEP_LIMIT_MS = 60_000;
const LONGEST_NAP_MS = 100;
/** A sandbox that falls so far behind does not try to catch up. */
const LAG_MS = 200;

export class Pacer {
  readonly #session: Session;
  readonly #host: PacerHost;
  #speed = 1;
  #base = { real: 0, virtual: 0 };
  /** How far time may go while it stands still, because of what was typed. */
  #grace = 0;
  #goal: Goal | undefined;
  #stopped = false;
  #wake = () => {};

  constructor(session: Session, host: PacerHost) {
    this.#session = session;
    this.#host = host;
    this.#rebase();
  }

  /** 1 is real time, 0 stands still, Infinity is as fast as it goes. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    this.#rebase();
    this.#wake();
  }

  /** Something was done: it has its effect soon, even while time stands still. */
  poke(): void {
    this.#grace = (this.#session.inputs.at(-1)?.at ?? 0) + GRACE_MS;
    this.#wake();
  }

  /** Runs to the next change of any object. */
  step(): Promise<void> {
    const { store } = this.#session.cluster;
    const { revision } = store;
    return this.#reach(STEP_LIMIT_MS, () => store.revision > revision);
  }

  /** Runs until the cluster is quiet. */
  async settle(): Promise<void> {
    const watch = new QuietWatch(this.#session.cluster);
    await this.#reach(QuietWatch.longestMs, () => watch.isQuiet());
    watch.stop();
  }

  /** Lets time pass until `stop`. Rejects if the sandbox broke a rule of its own. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const target = this.#target();
      if (target === undefined || (await this.#slice(target))) await this.#nap();
      else await this.#host.turn();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  #reach(limit: number, isReached: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#goal = { isReached, limit: this.#session.at + limit, reached: resolve };
      this.#wake();
    });
  }

  /** Up to where time may go now; undefined if it stands still. */
  #target(): number | undefined {
    const { at } = this.#session;
    if (this.#goal) return this.#goal.limit;
    if (this.#speed === 0) return this.#grace > at ? this.#grace : undefined;
    if (this.#speed === Number.POSITIVE_INFINITY) return at + 60_000;
    const passed = (this.#host.now() - this.#base.real) * this.#speed;
    const target = Math.floor(this.#base.virtual + passed);
    if (target - at > LAG_MS * this.#speed) {
      this.#rebase();
      return at + Math.ceil(LAG_MS * this.#speed);
    }
    return Math.max(target, this.#grace > at ? at + 1 : at);
  }

  /** One slice towards the target; true if there is nothing more to do for it. */
  async #slice(target: number): Promise<boolean> {
    const end = this.#host.now() + SLICE_MS;
    const goal = this.#goal;
    const landed = await this.#session.run(
      target,
      () => this.#host.now() >= end || (goal?.isReached() ?? false),
    );
    if (!goal || !(landed || goal.isReached())) return landed && this.#speed !== Number.POSITIVE_INFINITY;
    if (this.#goal === goal) this.#goal = undefined;
    this.#rebase();
    goal.reached();
    return false;
  }

  /** Until the next timer is due, or somebody wakes us. */
  async #nap(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.#stopped) return;
    if (this.#speed === 0 && !this.#goal) {
      if (this.#grace <= this.#session.at) await woken;
      return;
    }
    const { clock } = this.#session.cluster;
    const due = (clock.nextDue() ?? Number.POSITIVE_INFINITY) - clock.now();
    const nap = Math.min(Math.max(due / this.#speed, 1), LONGEST_NAP_MS);
    await Promise.race([woken, this.#host.wait(nap)]);
  }

  #rebase(): void {
    this.#base = { real: this.#host.now(), virtual: this.#session.at };
  }
}
