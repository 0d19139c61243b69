// What travels between two adapters and how it breaks: exchanges of HTTP messages and connections
// of text. A cut is noticed as TCP notices it: nothing comes for a while, then an error.

import type { Response, Session } from "../api/http.ts";
import { isStream } from "../api/http.ts";
import type { Clock, Timer } from "../sim/clock.ts";
import { type Connection, type Endpoint, NetworkError } from "./network.ts";
import type { Reader } from "./process.ts";
import { BoundReader, createPipe, type Owner, type Pipe, type Source, Waiters } from "./streams.ts";

/** How long an established connection hears nothing before it is given up. */
const STALL_MS = 30_000;

/** Why nothing more comes over an exchange that is done; one for all, for nobody looks at it. */
const DONE = new NetworkError("EPIPE", "");

export interface Flight {
  readonly passes: () => boolean;
  /** Called after anything that may have changed `passes`. */
  check(): void;
  fail(error: Error): void;
}

/** The flights of one fabric. */
export type Flights = Set<Flight>;

interface Route {
  readonly clock: Clock;
  readonly flights: Flights;
  readonly passes: () => boolean;
  readonly remote: Endpoint;
  readonly stallMs?: number;
}

/** One request and its response, which may go on for long. */
export class Exchange implements Flight {
  readonly passes: () => boolean;
  readonly #route: Route;
  readonly #onEnd = new Set<() => void>();
  #failed: Error | undefined;
  #reject: ((error: Error) => void) | undefined;
  #held: (() => void)[] = [];
  #stall: Timer | undefined;
  #quietSince: number | undefined;
  #abort: AbortController | undefined;

  constructor(route: Route) {
    this.#route = route;
    this.passes = route.passes;
    route.flights.add(this);
  }

  /** For the server: aborts when the client is gone. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#failed && !this.#abort.signal.aborted) this.#abort.abort(this.#failed);
    return this.#abort.signal;
  }

  /** For the server: when the client could last be heard. */
  heard(): number {
    return this.#quietSince ?? this.#route.clock.now();
  }

  onEnd(run: () => void): void {
    this.#onEnd.add(run);
  }

  /** What arrives if the other end says it and the wire carries it. */
  guard<T>(promise: Promise<T>): Promise<T> {
    if (this.#failed) {
      promise.catch(() => {});
      return Promise.reject(this.#failed);
    }
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      promise.then(
        (value) => this.#deliver(() => resolve(value)),
        (error: Error) => this.#deliver(() => reject(error)),
      );
    });
  }

  check(): void {
    if (this.passes()) {
      this.#stall?.cancel();
      this.#stall = undefined;
      this.#quietSince = undefined;
      const held = this.#held;
      this.#held = [];
      for (const act of held) act();
    } else {
      const { clock, remote } = this.#route;
      this.#quietSince ??= clock.now();
      const about = `${remote.address}:${remote.port}`;
      this.#stall ??= clock.after(STALL_MS, () =>
        this.fail(new NetworkError("ETIMEDOUT", about, remote)),
      );
    }
  }

  fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = error;
    this.#held = [];
    this.#abort?.abort(error);
    this.#reject?.(error);
    this.#close();
  }

  /** The client has all it wants. */
  end(): void {
    this.fail(DONE);
  }

  /** Done, and the server need not be told. */
  finish(): void {
    this.#failed ??= DONE;
    this.#close();
  }

  /** The response as the client gets it. */
  carry(response: Response): Response {
    const { body, upgrade } = response;
    if (upgrade) return { ...response, upgrade: (session) => this.#upgraded(upgrade, session) };
    if (isStream(body)) return { ...response, body: this.#stream(body as AsyncIterable<string>) };
    this.finish();
    return response;
  }

  async #upgraded(upgrade: NonNullable<Response["upgrade"]>, session: Session): Promise<number> {
    const gone = () => this.fail(new NetworkError("ECONNRESET", ""));
    session.signal.addEventListener("abort", gone, { once: true });
    try {
      const send = (write: (text: string) => Promise<void>) => (text: string) =>
        this.passes()
          ? write(text)
          : new Promise<void>((resolve, reject) => {
              this.#held.push(() => write(text).then(resolve, reject));
            });
      const carried: Session = {
        ...session,
        stdout: send((text) => session.stdout(text)),
        stderr: send((text) => session.stderr(text)),
        signal: this.signal,
      };
      return await this.guard(upgrade(carried));
    } finally {
      session.signal.removeEventListener("abort", gone);
      this.finish();
    }
  }

  #stream<T>(body: AsyncIterable<T>): AsyncIterable<T> {
    return {
      [Symbol.asyncIterator]: () => {
        const inner = body[Symbol.asyncIterator]();
        this.onEnd(() => void inner.return?.());
        return {
          next: async () => {
            const result = await this.guard(inner.next());
            if (result.done) this.finish();
            return result;
          },
          return: async () => {
            this.end();
            return { done: true, value: undefined };
          },
        };
      },
    };
  }

  #deliver(act: () => void): void {
    if (this.#failed) return;
    if (this.passes()) act();
    else this.#held.push(act);
  }

  #close(): void {
    this.#stall?.cancel();
    this.#route.flights.delete(this);
    for (const run of this.#onEnd) run();
    this.#onEnd.clear();
  }
}

/** A connection, from the point of view of neither end. */
export class Wire implements Flight {
  readonly passes: () => boolean;
  readonly #route: Route;
  readonly #waiters = new Waiters();
  #error: Error | undefined;
  #stall: Timer | undefined;
  #open = 2;

  constructor(route: Route) {
    this.#route = route;
    this.passes = route.passes;
    route.flights.add(this);
  }

  /** Both ends: the caller's and the listener's. */
  ends(local: Endpoint, callers: Owner, listeners: Owner): [Connection, Connection] {
    const there = createPipe();
    const back = createPipe();
    const { remote } = this.#route;
    return [
      this.#end({ local, remote, from: back, to: there, owner: callers }),
      this.#end({ local: remote, remote: local, from: there, to: back, owner: listeners }),
    ];
  }

  check(): void {
    if (this.passes()) {
      this.#stall?.cancel();
      this.#stall = undefined;
      this.#waiters.wake();
    } else {
      const { clock, remote, stallMs = STALL_MS } = this.#route;
      this.#stall ??= clock.after(stallMs, () =>
        this.fail(new NetworkError("ETIMEDOUT", remote.address, remote)),
      );
    }
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#route.flights.delete(this);
    this.#waiters.wake();
  }

  #end({ local, remote, from, to, owner }: EndOptions): Connection {
    const { source, sink } = { source: this.#held(from.source), sink: to.sink };
    source.retain();
    sink.retain();
    let writing = true;
    let open = true;
    const end = () => {
      if (writing) sink.release();
      writing = false;
    };
    const input: Reader = new BoundReader(source, owner);
    return {
      local,
      remote,
      input,
      write: async (text) => {
        if (this.#error) throw this.#error;
        if (!writing || !sink.put(text)) throw new NetworkError("EPIPE", remote.address, remote);
        while (sink.full && !this.#error) await owner.block((wake) => sink.ready(wake));
      },
      end,
      close: () => {
        if (!open) return;
        open = false;
        end();
        source.release();
        if (--this.#open === 0) {
          this.#stall?.cancel();
          this.#route.flights.delete(this);
        }
      },
    };
  }

  /** What was written on the other side, as far as the wire carries it now. */
  #held(source: Source): Source {
    return {
      ...source,
      take: () => {
        if (this.#error) throw this.#error;
        return this.passes() ? source.take() : "";
      },
      ready: (wake) => {
        const stops = [source.ready(wake), this.#waiters.add(wake)];
        return () => {
          for (const stop of stops) stop();
        };
      },
    };
  }
}

interface EndOptions {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly from: Pipe;
  readonly to: Pipe;
  readonly owner: Owner;
}
