// Bytes on their way to and from a peer, for the two protocols that kubectl streams over.

import { Unreachable } from "../../sandbox/api/http.ts";
import { type Status, StatusError } from "../../sandbox/api/status.ts";

/** Both directions of a connection, as bytes. */
export interface Pipe {
  /** Called with what arrives; with undefined at its end. */
  read(on: (bytes: Buffer | undefined) => void): void;
  write(bytes: Buffer): void;
  close(): void;
}

/** Gathers bytes until a whole frame is there. */
export class Gatherer {
  #bytes: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
  }

  /** The first `length` bytes without taking them; undefined if they are not all there. */
  peek(length: number): Buffer | undefined {
    return this.#bytes.length < length ? undefined : this.#bytes.subarray(0, length);
  }

  take(length: number): Buffer {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

/**
 * How a remote process ended, or why it could not begin; undefined if the client has hung up
 * meanwhile.
 */
export async function endOf(
  running: Promise<number>,
  signal: AbortSignal,
): Promise<number | Status | undefined> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    // The wire says that it broke: of those that hung up, nobody is left to hear it.
    if (!(error instanceof Unreachable && signal.aborted)) throw error;
    return undefined;
  }
}
