// What is behind file descriptors: pipes, files, devices, and the ends of whatever the host
// supplies. A `Source` or `Sink` is the kernel's open file, shared by all processes that inherited
// it; a `Reader` or `Writer` is one process's hold of it, and can be interrupted.

import type { Clock } from "../sim/clock.ts";
import type { FileSystem } from "./files.ts";
import type { Reader, Signal, Writer } from "./process.ts";

/** Whoever reads or writes, as far as a terminal must know. */
export interface Caller {
  readonly group: number;
  signalGroup(signal: Signal): void;
}

interface Shared {
  readonly isTerminal: boolean;
  /** One more process has it open. */
  retain(): void;
  /** One fewer. The last one closes it. */
  release(): void;
  /** Calls `wake` once when there is something new to see. Returns how to stop waiting. */
  ready(wake: () => void): () => void;
}

export interface Source extends Shared {
  /** What is there; undefined at the end; the empty string if there is nothing yet. */
  take(caller?: Caller): string | undefined;
  unread(text: string): void;
}

export interface Sink extends Shared {
  /** Takes all of it; false if nobody will ever read it. */
  put(text: string, caller?: Caller): boolean;
  /** More should not be written now. */
  readonly full: boolean;
}

/** Those who wait for something, woken all at once. */
export class Waiters {
  #waiting = new Set<() => void>();

  add(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => {
      this.#waiting.delete(wake);
    };
  }

  wake(): void {
    if (this.#waiting.size === 0) return;
    const woken = this.#waiting;
    this.#waiting = new Set();
    for (const wake of woken) wake();
  }
}

/** Characters that a pipe holds before its writer has to wait. */
const PIPE_SIZE = 65_536;
/** Characters of a file that one reading gives. */
const PIECE = 65_536;

export interface Pipe {
  readonly source: Source;
  readonly sink: Sink;
}

/** Connects a sink to a source. Each end closes when the last one who has it open lets go. */
export function createPipe(size = PIPE_SIZE): Pipe {
  const waiters = new Waiters();
  let text = "";
  let readers = 0;
  let writers = 0;
  let written = false;
  let abandoned = false;
  const ready = (wake: () => void) => waiters.add(wake);
  const source: Source = {
    isTerminal: false,
    take() {
      if (text === "") return written ? undefined : "";
      const taken = text;
      text = "";
      waiters.wake();
      return taken;
    },
    unread(back) {
      text = back + text;
    },
    ready,
    retain() {
      readers++;
    },
    release() {
      if (--readers > 0) return;
      abandoned = true;
      waiters.wake();
    },
  };
  const sink: Sink = {
    isTerminal: false,
    put(more) {
      if (abandoned) return false;
      text += more;
      waiters.wake();
      return true;
    },
    get full() {
      return text.length >= size && !abandoned;
    },
    ready,
    retain() {
      writers++;
    },
    release() {
      if (--writers > 0) return;
      written = true;
      waiters.wake();
    },
  };
  return { source, sink };
}

const nobody = () => {};
const never = () => nobody;

/** Reads a text that is known already. */
export function textSource(text: string): Source {
  let rest = text;
  return {
    isTerminal: false,
    take() {
      if (rest === "") return undefined;
      const piece = rest.slice(0, PIECE);
      rest = rest.slice(PIECE);
      return piece;
    },
    unread(back) {
      rest = back + rest;
    },
    ready: never,
    retain: nobody,
    release: nobody,
  };
}

/** Writes by a function that never fails. */
export function callSink(put: (text: string) => void): Sink {
  return {
    isTerminal: false,
    put(text) {
      put(text);
      return true;
    },
    full: false,
    ready: never,
    retain: nobody,
    release: nobody,
  };
}

/** Appends to a file, which must be there. */
export function fileSink(files: FileSystem, path: string): Sink {
  return callSink((text) => files.write(path, text, { append: true }));
}

/** An endless row of one character: /dev/zero. */
export function endlessSource(piece: string): Source {
  return { ...textSource(""), take: () => piece };
}

/** What holds a process's reader to its open file. */
export interface Owner extends Caller {
  /** Waits until `start`'s wake is called; rejects when the process is killed or interrupted. */
  block(start: (wake: () => void) => () => void): Promise<void>;
  /** Resolves after `ms`, and rejects like `block`. */
  sleep(ms: number): Promise<void>;
  /** Throws if the process is dead; waits while it is stopped. */
  runnable(): Promise<void> | undefined;
  /** Counts work; true if it is time to `rest`. */
  tired(work: number): boolean;
  rest(): Promise<void>;
  /** Delivers SIGPIPE; throws in any case. */
  brokenPipe(): never;
}

export class BoundReader implements Reader {
  readonly source: Source;
  readonly #owner: Owner;

  constructor(source: Source, owner: Owner) {
    this.source = source;
    this.#owner = owner;
  }

  get isTerminal(): boolean {
    return this.source.isTerminal;
  }

  async read(): Promise<string | undefined> {
    const owner = this.#owner;
    await owner.runnable();
    for (;;) {
      const text = this.source.take(owner);
      if (text !== "") {
        if (owner.tired(1)) await owner.rest();
        return text;
      }
      await owner.block((wake) => this.source.ready(wake));
    }
  }

  readLine(): Promise<string | undefined> {
    return this.readUntil("\n");
  }

  async readUntil(delimiter: string, limit = Infinity): Promise<string | undefined> {
    let text = "";
    for (;;) {
      const piece = await this.read();
      if (piece === undefined) return text === "" ? undefined : text;
      const found = delimiter === "" ? -1 : piece.indexOf(delimiter);
      const end = Math.min(found < 0 ? piece.length : found + 1, limit - text.length);
      text += piece.slice(0, end);
      if (end < piece.length) this.source.unread(piece.slice(end));
      if (found >= 0 || text.length >= limit) return text;
    }
  }

  async readAll(): Promise<string> {
    const pieces: string[] = [];
    for (;;) {
      const piece = await this.read();
      if (piece === undefined) return pieces.join("");
      pieces.push(piece);
    }
  }

  async readWithin(ms: number): Promise<string | undefined> {
    const owner = this.#owner;
    await owner.runnable();
    const text = this.source.take(owner);
    if (text !== "" || ms <= 0) return text;
    let over = false;
    const timeout = owner.sleep(ms);
    await owner.block((wake) => {
      const stop = this.source.ready(wake);
      timeout.then(
        () => {
          over = true;
          wake();
        },
        () => {},
      );
      return stop;
    });
    return over ? "" : this.source.take(owner);
  }

  unread(text: string): void {
    if (text !== "") this.source.unread(text);
  }
}

export class BoundWriter implements Writer {
  readonly sink: Sink;
  readonly #owner: Owner;

  constructor(sink: Sink, owner: Owner) {
    this.sink = sink;
    this.#owner = owner;
  }

  get isTerminal(): boolean {
    return this.sink.isTerminal;
  }

  async write(text: string): Promise<void> {
    const owner = this.#owner;
    await owner.runnable();
    if (text === "") return;
    if (!this.sink.put(text, owner)) owner.brokenPipe();
    while (this.sink.full) await owner.block((wake) => this.sink.ready(wake));
    if (owner.tired(1 + text.length / 100)) await owner.rest();
  }
}

/** Writing to a pipe that nobody reads, by a process that ignores SIGPIPE. */
export class BrokenPipe extends Error {
  override readonly name = "BrokenPipe";
  constructor() {
    super("Broken pipe");
  }
}

/** The open file behind a reader; the host's own readers are read when somebody wants something. */
export function sourceOf(reader: Reader): Source {
  if (reader instanceof BoundReader) return reader.source;
  const { source, sink } = createPipe();
  sink.retain();
  let reading = false;
  const more = () => {
    if (reading) return;
    reading = true;
    void reader.read().then((text) => {
      reading = false;
      if (text === undefined) sink.release();
      else sink.put(text);
    });
  };
  return {
    ...source,
    isTerminal: reader.isTerminal,
    ready(wake) {
      more();
      return source.ready(wake);
    },
  };
}

/**
 * The open file behind a writer; the host's own writers hold back while their promise is open, and
 * when it rejects nobody reads any more.
 */
export function sinkOf(writer: Writer): Sink {
  if (writer instanceof BoundWriter) return writer.sink;
  const waiters = new Waiters();
  let open = 0;
  let broken = false;
  const done = () => {
    open--;
    waiters.wake();
  };
  return {
    isTerminal: writer.isTerminal,
    put(text) {
      if (broken) return false;
      open++;
      writer.write(text).then(done, () => {
        broken = true;
        done();
      });
      return true;
    },
    get full() {
      return open > 0;
    },
    ready: (wake) => waiters.add(wake),
    retain: nobody,
    release: nobody,
  };
}

/** Holds streams for the host's own code, which nobody kills or stops. */
export function hostOwner(clock: Clock): Owner {
  return {
    group: 0,
    signalGroup() {},
    block: (start) =>
      new Promise((resolve) => {
        start(resolve);
      }),
    sleep: (ms) => clock.sleep(ms),
    runnable: () => undefined,
    tired: () => false,
    rest: () => Promise.resolve(),
    brokenPipe() {
      throw new BrokenPipe();
    },
  };
}
