// When the kubelet notices what happened to containers: it looks at all of them on a beat, and a
// pod is not worked on twice within one. The beat costs nothing while nothing happens.
// kubelet/pleg/generic.go.

import type { Timer } from "../../sim/clock.ts";
import type { KubeletTools } from "./tools.ts";

export class Pleg {
  readonly #tools: KubeletTools;
  readonly #phase: number;
  readonly #dirty = new Set<string>();
  #timer: Timer | undefined;

  /** `noticed` is called at the next beat after something of a pod has changed. */
  constructor(tools: KubeletTools, noticed: (uid: string) => void) {
    this.#tools = tools;
    const { clock, random, timings } = tools;
    this.#phase = clock.now() + random.stream("relist").below(timings.relistMs);
    const stop = tools.runtime.onChange((uid) => {
      this.#dirty.add(uid);
      this.#timer ??= clock.after(this.#next(clock.now()) - clock.now(), () => {
        this.#timer = undefined;
        const noticedNow = [...this.#dirty];
        this.#dirty.clear();
        for (const each of noticedNow) noticed(each);
      });
    });
    tools.signal.addEventListener("abort", stop, { once: true });
  }

  /** Resolves at once if there was a beat after `time`, or at the next one. */
  async newerThan(time: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#tools;
    const ms = this.#next(time) - clock.now();
    if (ms > 0) await clock.sleep(ms, signal);
  }

  /** The first beat after a time. */
  #next(time: number): number {
    const { relistMs } = this.#tools.timings;
    const beats = Math.floor((time - this.#phase) / relistMs) + 1;
    return this.#phase + beats * relistMs;
  }
}
