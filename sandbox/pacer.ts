// Lets a session's time pass in step with the host's: paused, at some speed, or towards a goal as
// fast as it goes. Works in slices, so that whatever else the host has to do never waits long.

import type { Session } from "./session.ts";
import { FOR_GOOD_MS, QuietWatch } from "./settle.ts";
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
  readonly finish: (isReached: boolean) => void;
}

export interface PacerOptions {
  /**
   * Something that was typed still runs: it may go on for a while though time stands still. Without
   * it only what takes no longer than a moment does.
   */
  readonly isBusy?: () => boolean;
}

const SLICE_MS = 8;
/** What is typed while time stands still may take so long to show its effect. */
const GRACE_MS = 300;
/** A command that was entered meanwhile may take so long. */
const COMMAND_MS = 10_000;
const STEP_LIMIT_MS = 60_000;
const SKIP_LIMIT_MS = 300_000;
const LONGEST_NAP_MS = 1000;
/** A sandbox that falls so far behind does not try to catch up. */
const LAG_MS = 1500;

export class Pacer {
  readonly #session: Session;
  readonly #host: PacerHost;
  readonly #isBusy: () => boolean;
  #quiet: QuietWatch;
  #speed = 1;
  #base = { real: 0, virtual: 0 };
  /** How far time may go while it stands still, because of what was typed. */
  #grace = 0;
  readonly #goals: Goal[] = [];
  #stopped = false;
  #wake = () => {};

  constructor(session: Session, host: PacerHost, { isBusy = () => false }: PacerOptions = {}) {
    this.#session = session;
    this.#host = host;
    this.#isBusy = isBusy;
    this.#quiet = new QuietWatch(session.cluster, FOR_GOOD_MS);
    this.#rebase();
  }

  /**
   * 1 is real time, 0 stands still, Infinity is as fast as it goes for as long as something
   * happens: when the cluster is quiet, it becomes 1.
   */
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

  /** Nothing has changed for a while. */
  get isQuiet(): boolean {
    return this.#quiet.isQuiet();
  }

  /** Runs to the next change of any object. */
  async step(): Promise<void> {
    const { store } = this.#session.cluster;
    const { revision } = store;
    await this.reach(STEP_LIMIT_MS, () => store.revision > revision);
  }

  /** Runs until the cluster is quiet. */
  settle(): Promise<void> {
    return this.#until(new QuietWatch(this.#session.cluster), QuietWatch.longestMs);
  }

  /** Runs until nothing more comes of itself. */
  skip(): Promise<void> {
    return this.#until(new QuietWatch(this.#session.cluster, FOR_GOOD_MS), SKIP_LIMIT_MS);
  }

  async #until(watch: QuietWatch, limit: number): Promise<void> {
    await this.reach(limit, () => watch.isQuiet());
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
    this.#quiet.stop();
    for (const goal of this.#goals.splice(0)) goal.finish(false);
    this.#wake();
  }

  /**
   * Runs as fast as it goes until it is reached; false if it was not within `limit` milliseconds.
   */
  reach(limit: number, isReached: () => boolean): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((finish) => {
      this.#goals.push({ isReached, limit: this.#session.at + limit, finish });
      this.#wake();
    });
  }

  /** Up to where time may go now; undefined if it stands still. */
  #target(): number | undefined {
    const { at } = this.#session;
    const [goal] = this.#goals;
    if (goal) return goal.limit;
    if (this.#speed === Number.POSITIVE_INFINITY) {
      if (!this.#quiet.isQuiet() || this.#isBusy()) return at + 1000;
      this.speed = 1;
    }
    if (this.#speed === 0) return this.#afterTyping(at);
    const passed = (this.#host.now() - this.#base.real) * this.#speed;
    const target = Math.floor(this.#base.virtual + passed);
    if (target - at > LAG_MS * this.#speed) {
      this.#rebase();
      return at + Math.ceil(LAG_MS * this.#speed);
    }
    return Math.max(target, this.#grace > at ? at + 1 : at);
  }

  /** What was typed has its effect while time stands still; it gets no more than that. */
  #afterTyping(at: number): number | undefined {
    if (this.#grace > at) return this.#grace;
    return this.#isBusy() && this.#grace + COMMAND_MS > at ? at + 10 : undefined;
  }

  /** One slice towards the target; true if there is nothing more to do for it. */
  async #slice(target: number): Promise<boolean> {
    const end = this.#host.now() + SLICE_MS;
    const [goal] = this.#goals;
    const landed = await this.#session.run(
      target,
      () => this.#host.now() >= end || (goal?.isReached() ?? false),
    );
    const isReached = goal?.isReached() ?? false;
    if (!goal || !(landed || isReached)) return landed && this.#speed !== Number.POSITIVE_INFINITY;
    if (this.#goals[0] === goal) this.#goals.shift();
    this.#rebase();
    goal.finish(isReached);
    return false;
  }

  /** Until the next timer is due, or somebody wakes us. */
  async #nap(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.#stopped || this.#goals.length > 0) return;
    if (this.#speed === 0) {
      if (this.#afterTyping(this.#session.at) === undefined) await woken;
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
