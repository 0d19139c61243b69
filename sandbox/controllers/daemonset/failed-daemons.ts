// How long a failed daemon is left alone before it is replaced: twice as long each time, from one
// second to fifteen minutes. client-go/util/flowcontrol/backoff.go, as pkg/controller/daemon uses
// it.

const FIRST_MS = 1_000;
const LAST_MS = 900_000;

export class FailedDaemons {
  readonly #backoff = new Map<string, { delay: number; at: number }>();

  /** Milliseconds to wait; 0: it is replaced now, and the next one waits longer. */
  wait(key: string, now: number): number {
    const known = this.#backoff.get(key);
    if (known && now - known.at < known.delay) return known.delay - (now - known.at);
    // What went well for long enough is forgotten.
    const expired = known && now - known.at > 2 * LAST_MS;
    const delay = known && !expired ? Math.min(2 * known.delay, LAST_MS) : FIRST_MS;
    this.#backoff.set(key, { delay, at: now });
    return 0;
  }
}
