// Work that takes its time, beside the control loop: one at a time for each name, and after a
// failure not again for a while. pkg/util/goroutinemap, with its exponential back-off.

import { Unreachable } from "../api/http.ts";
import { StatusError } from "../api/status.ts";
import { CloudError } from "../machine/cloud.ts";
import type { Clock } from "../sim/clock.ts";

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 122_000;

/** A volume could not be made, deleted or emptied; the message is for users. */
export class VolumeError extends Error {
  override readonly name = "VolumeError";
}

/** True for what can go wrong in the world; anything else is our bug. */
export const isRefusal = (error: unknown): error is Error =>
  error instanceof StatusError ||
  error instanceof Unreachable ||
  error instanceof VolumeError ||
  error instanceof CloudError;

interface State {
  running: boolean;
  failed: number;
  waitMs: number;
}

export interface OperationsOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with an error that is not about the world. */
  onBug(error: unknown): void;
  /** Called whenever one has ended, well or not. */
  onEnd?(name: string): void;
}

export class Operations {
  readonly #options: OperationsOptions;
  readonly #states = new Map<string, State>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** Starts `work` unless one of this name is under way or failed a short while ago. */
  run(name: string, work: () => Promise<void>): void {
    const { clock } = this.#options;
    const state = this.#states.get(name) ?? { running: false, failed: 0, waitMs: 0 };
    if (state.running) return;
    if (state.waitMs > 0 && clock.now() - state.failed <= state.waitMs) return;
    state.running = true;
    this.#states.set(name, state);
    work().then(
      () => {
        this.#states.delete(name);
        this.#options.onEnd?.(name);
      },
      (error: unknown) => {
        this.#fail(state, error);
        this.#options.onEnd?.(name);
      },
    );
  }

  isRunning(name: string): boolean {
    return this.#states.get(name)?.running ?? false;
  }

  /** When it may be tried again; undefined if it may be now, or is under way. */
  retryAt(name: string): number | undefined {
    const state = this.#states.get(name);
    if (!state || state.running) return undefined;
    const at = state.failed + state.waitMs + 1;
    return at > this.#options.clock.now() ? at : undefined;
  }

  #fail(state: State, error: unknown): void {
    const { clock, signal, onBug } = this.#options;
    if (signal.aborted) return;
    if (!isRefusal(error)) onBug(error);
    state.running = false;
    state.failed = clock.now();
    state.waitMs = state.waitMs === 0 ? FIRST_WAIT_MS : Math.min(2 * state.waitMs, LAST_WAIT_MS);
  }
}
