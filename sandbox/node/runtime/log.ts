// What a container has printed: lines with their time and stream, as the runtime keeps them.
// kuberuntime/logs/logs.go reads them upstream.
// differs: no rotation; the oldest of 20,000 lines is forgotten.

import { Channel } from "../../sim/channel.ts";

export type Stream = "stdout" | "stderr";

export interface LogLine {
  readonly at: number;
  readonly stream: Stream;
  /** With its newline; the last one before the end may lack it. */
  readonly text: string;
}

/** What `kubectl logs` can ask for. */
export interface LogOptions {
  readonly follow?: boolean;
  readonly tailLines?: number;
  readonly sinceMs?: number;
  readonly limitBytes?: number;
  readonly timestamps?: boolean;
}

const KEPT = 20_000;

export class ContainerLog {
  #lines: LogLine[] = [];
  readonly #rest: Record<Stream, string> = { stdout: "", stderr: "" };
  readonly #followers = new Set<(line: LogLine) => void>();
  readonly #closers = new Set<() => void>();
  #closed = false;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  append(stream: Stream, text: string): void {
    const lines = (this.#rest[stream] + text).split("\n");
    this.#rest[stream] = lines.pop() ?? "";
    for (const line of lines) this.#add({ at: this.#now(), stream, text: `${line}\n` });
  }

  /** The container has ended: what was not a whole line yet is one now. */
  close(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#rest[stream] !== "") {
        this.#add({ at: this.#now(), stream, text: this.#rest[stream] });
      }
    }
    this.#closed = true;
    for (const end of [...this.#closers]) end();
  }

  /** All of it as one text, or a stream that goes on until the container ends. */
  read(options: LogOptions = {}): string | AsyncIterable<string> {
    const writer = new LineWriter(options);
    const tail = options.tailLines ?? Number.POSITIVE_INFINITY;
    const from = tail >= this.#lines.length ? 0 : this.#lines.length - tail;
    let text = "";
    for (const line of this.#lines.slice(from)) text += writer.write(line);
    if (!options.follow || this.#closed || writer.isDone) return text;
    const channel = new Channel<string>(() => {
      this.#followers.delete(hear);
      this.#closers.delete(end);
    });
    const end = () => channel.end();
    const hear = (line: LogLine) => {
      const more = writer.write(line);
      if (more !== "") channel.push(more);
      if (writer.isDone) end();
    };
    if (text !== "") channel.push(text);
    this.#followers.add(hear);
    this.#closers.add(end);
    return channel;
  }

  /** The last lines, for a termination message: at most 80 of them and 2048 characters. */
  tail(): string {
    const text = this.#lines.slice(-80).map((line) => line.text);
    return text.join("").slice(-2048);
  }

  /** As it lies in the node's /var/log/pods. */
  asFile(): string {
    return this.#lines
      .map(({ at, stream, text }) => `${nanoTime(at)} ${stream} F ${text.replace(/\n?$/, "\n")}`)
      .join("");
  }

  #add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > 2 * KEPT) this.#lines = this.#lines.slice(-KEPT);
    for (const hear of [...this.#followers]) hear(line);
  }
}

/** Turns lines into what is sent for them. */
class LineWriter {
  readonly #options: LogOptions;
  #left: number;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** The limit is reached. */
  get isDone(): boolean {
    return this.#left <= 0;
  }

  write({ at, text }: LogLine): string {
    const { sinceMs = 0, timestamps } = this.#options;
    if (this.isDone || at < sinceMs) return "";
    const whole = timestamps ? `${nanoTime(at)} ${text}` : text;
    const piece = whole.slice(0, this.#left);
    this.#left -= piece.length;
    return piece;
  }
}

/** RFC 3339 with nanoseconds. */
export const nanoTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
