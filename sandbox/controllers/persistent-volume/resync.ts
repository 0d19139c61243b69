// Looks again, from time to time, at the claims and volumes that are not settled: a claim that
// waits is not woken by a new volume, only by this. Upstream looks at all of them; those that are
// settled would not change, so here nothing ticks while all are.
// pkg/controller/volume/persistentvolume/pv_controller_base.go resync.

import { keyText, type NamespacedName } from "../../api/meta.ts";
import type { Clock, Timer } from "../../sim/clock.ts";

export interface ResyncOptions {
  readonly clock: Clock;
  readonly periodMs: number;
  readonly signal: AbortSignal;
  wake(key: NamespacedName): void;
}

export class Resync {
  readonly #options: ResyncOptions;
  readonly #start: number;
  readonly #unsettled = new Map<string, NamespacedName>();
  #timer: Timer | undefined;

  constructor(options: ResyncOptions) {
    this.#options = options;
    this.#start = options.clock.now();
    options.signal.addEventListener("abort", () => this.#timer?.cancel(), { once: true });
  }

  /** Says whether there is a reason to look at `key` again. */
  mark(key: NamespacedName, settled: boolean): void {
    if (settled) this.#unsettled.delete(keyText(key));
    else this.#unsettled.set(keyText(key), key);
    if (this.#unsettled.size > 0) this.#arm();
    else this.#disarm();
  }

  #arm(): void {
    const { clock, periodMs, signal } = this.#options;
    if (this.#timer || signal.aborted) return;
    // The beat does not depend on when something came to wait.
    const next = periodMs - ((clock.now() - this.#start) % periodMs);
    this.#timer = clock.after(next, () => {
      this.#timer = undefined;
      for (const key of this.#unsettled.values()) this.#options.wake(key);
      if (this.#unsettled.size > 0) this.#arm();
    });
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
