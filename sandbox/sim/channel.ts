// A queue between one that pushes and one that reads: how a watch, a log that is followed and a
// terminal deliver. It has a bound; reaching it is an answer the reader gets, not silence.

import { assert } from "./assert.ts";

/** An endless list that is read while it is written. One reader only. */
export class Channel<T> implements AsyncIterable<T> {
  #waiting: T[] = [];
  #read = 0;
  #wake: (() => void) | undefined;
  #ended = false;
  #error: Error | undefined;
  readonly #onLeave: (() => void) | undefined;

  /** `onLeave` is called once, when the reader stops reading or the end has been read. */
  constructor(onLeave?: () => void) {
    this.#onLeave = onLeave;
  }

  push(item: T): void {
    if (this.#ended) return;
    this.#waiting.push(item);
    this.#stir();
  }

  /** What was pushed is still read; then the list ends. */
  end(): void {
    this.#ended = true;
    this.#stir();
  }

  /** What was pushed is still read; then reading throws `error`. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#error = error;
    this.end();
  }

  get length(): number {
    return this.#waiting.length - this.#read;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        if (this.#read < this.#waiting.length) {
          const item = this.#waiting[this.#read++] as T;
          if (this.#read === this.#waiting.length) {
            this.#waiting = [];
            this.#read = 0;
          }
          yield item;
        } else if (this.#ended) {
          if (this.#error) throw this.#error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            assert(!this.#wake, "a channel has one reader");
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.#ended = true;
      this.#onLeave?.();
    }
  }

  #stir(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
