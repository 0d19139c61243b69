// Waits that double: of containers that crash, of images that cannot be pulled.
// client-go/util/flowcontrol/backoff.go.

interface Wait {
  ms: number;
  updated: number;
}

export class BackOff {
  readonly #waits = new Map<string, Wait>();
  readonly #first: number;
  readonly #longest: number;
  readonly #now: () => number;

  constructor(first: number, longest: number, now: () => number) {
    this.#first = first;
    this.#longest = longest;
    this.#now = now;
  }

  /** The present wait of a key, in milliseconds. */
  of(key: string): number {
    return this.#waits.get(key)?.ms ?? 0;
  }

  /** True if its wait, counted from `since`, is not over. */
  isWaiting(key: string, since: number): boolean {
    const wait = this.#current(key, since);
    return wait !== undefined && this.#now() - since < wait.ms;
  }

  /** True if its wait, counted from when it was last made longer, is not over. */
  isWaitingSinceUpdate(key: string): boolean {
    const wait = this.#current(key, this.#now());
    return wait !== undefined && this.#now() - wait.updated < wait.ms;
  }

  /** The next wait is twice as long; the first one again if all went well for long enough. */
  next(key: string, since: number): void {
    const wait = this.#current(key, since);
    const ms = wait ? Math.min(2 * wait.ms, this.#longest) : this.#first;
    this.#waits.set(key, { ms, updated: this.#now() });
  }

  /** Forgets the keys that begin so. */
  forget(prefix: string): void {
    for (const key of [...this.#waits.keys()]) if (key.startsWith(prefix)) this.#waits.delete(key);
  }

  #current(key: string, since: number): Wait | undefined {
    const wait = this.#waits.get(key);
    return wait && since - wait.updated <= 2 * this.#longest ? wait : undefined;
  }
}
