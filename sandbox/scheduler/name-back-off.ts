// How long a pod waits that could not be scheduled, until 1.10: by its name, so that a pod made
// anew goes on where the one before it was. plugin/pkg/scheduler/util/backoff_utils.go.

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

interface Entry {
  backoffMs: number;
  updated: number;
  /** Until then somebody waits for this name. */
  until: number;
}

export class NameBackOff {
  readonly #entries = new Map<string, Entry>();

  /** It has failed: when to try again. Whoever comes while one waits is let in with that one. */
  failed(name: string, now: number): number {
    for (const [each, { updated }] of this.#entries) {
      if (now - updated > LONGEST_MS) this.#entries.delete(each);
    }
    const entry = this.#entries.get(name) ?? { backoffMs: FIRST_MS, updated: now, until: 0 };
    this.#entries.set(name, entry);
    entry.updated = now;
    if (entry.until <= now) {
      entry.until = now + entry.backoffMs;
      entry.backoffMs = Math.min(2 * entry.backoffMs, LONGEST_MS);
    }
    return entry.until;
  }

  end(name: string): number {
    return this.#entries.get(name)?.until ?? 0;
  }
}
