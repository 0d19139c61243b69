// What a running program has under way: timers and tasks, all of which end with it. Nothing in here
// outlives its process.

import { NetworkError } from "../../machine/network.ts";
import { Killed, type Process } from "../../machine/process.ts";
import type { Clock, Timer } from "../../sim/clock.ts";

export class Life {
  readonly clock: Clock;
  readonly #timers = new Set<Timer>();
  readonly #ends: (() => void)[] = [];
  #break: (error: unknown) => void = () => {};
  #over = false;
  /** Rejects when a task fails in a way that nobody foresaw. */
  readonly broken: Promise<never>;

  constructor({ clock, killed }: Pick<Process, "clock" | "killed">) {
    this.clock = clock;
    this.broken = new Promise((_, reject) => {
      this.#break = reject;
    });
    killed.addEventListener("abort", () => this.end(), { once: true });
  }

  get over(): boolean {
    return this.#over;
  }

  after(ms: number, run: () => void): Timer {
    if (this.#over) return { cancel() {} };
    const timer = this.clock.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
    return timer;
  }

  /** Never resolves if the program ends first. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets a task run on its own. That the network breaks is for the task's other end to notice. */
  start(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      if (this.#over || error instanceof Killed || error instanceof NetworkError) return;
      this.#break(error);
    });
  }

  onEnd(run: () => void): void {
    this.#ends.push(run);
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    for (const run of this.#ends) run();
  }
}
