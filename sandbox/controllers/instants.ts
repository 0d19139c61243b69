// Counts of many objects are made at most once an instant for each key: a thousand pods that become
// ready at the same moment must not be counted a thousand times. Upstream has its limits on
// requests.

import type { Requeue } from "../client/controller.ts";

const AGAIN: Requeue = { requeueAfter: 1 };

export class Instants {
  readonly #last = new Map<string, number>();

  /** What to return from reconcile if this key was looked at in this instant already. */
  again(key: string, now: number): Requeue | undefined {
    if (this.#last.get(key) === now) return AGAIN;
    this.#last.set(key, now);
    return undefined;
  }

  forget(key: string): void {
    this.#last.delete(key);
  }
}
