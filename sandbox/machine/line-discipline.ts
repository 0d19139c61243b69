// What the kernel does between a terminal and its processes: gathers lines, echoes, turns ^C into a
// signal. Linux: drivers/tty/n_tty.c.

import type { Clock } from "../sim/clock.ts";
import type { Signal } from "./process.ts";
import { type Caller, type Sink, type Source, Waiters } from "./streams.ts";
import { cookedMode, rawMode, type TerminalOptions, type Tty, type TtyMode } from "./tty.ts";

const signalKeys: Readonly<Record<string, Signal>> = {
  "\x03": "SIGINT",
  "\x1a": "SIGTSTP",
  "\x1c": "SIGQUIT",
};

export interface LineDisciplineOptions extends TerminalOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Sends a signal to a process group. */
  readonly signal: (group: number, signal: Signal) => void;
}

/** The processes' side is `source` and `sink`; the keyboard's side is `type`. */
export class LineDiscipline implements Tty {
  readonly name: string;
  readonly source: Source;
  readonly sink: Sink;
  columns: number;
  rows: number;
  #mode = cookedMode;
  #foreground = 0;
  /** Typed and complete. */
  #ready = "";
  /** Typed, and still to be edited. */
  #line: string[] = [];
  #ends = 0;
  #gone = false;
  /** Pieces that the screen has not taken yet. */
  #held = 0;
  readonly #waiters = new Waiters();
  readonly #options: LineDisciplineOptions;

  constructor(options: LineDisciplineOptions) {
    this.#options = options;
    this.name = options.name;
    this.columns = options.columns;
    this.rows = options.rows;
    const shared = {
      isTerminal: true,
      retain() {},
      release() {},
      ready: (wake: () => void) => this.#waiters.add(wake),
    };
    const isFull = () => this.#held > 0;
    this.source = {
      ...shared,
      take: (caller) => this.#take(caller),
      unread: (text) => {
        this.#ready = text + this.#ready;
      },
    };
    this.sink = {
      ...shared,
      put: (text) => this.#show(this.#mode.newlines ? text.replaceAll("\n", "\r\n") : text),
      get full() {
        return isFull();
      },
    };
  }

  get mode(): TtyMode {
    return this.#mode;
  }

  set mode(mode: TtyMode) {
    this.#mode = mode;
    if (mode.lines || this.#line.length === 0) return;
    // What was typed ahead is not lost: it becomes readable as it is.
    this.#ready += this.#line.join("");
    this.#line = [];
    this.#waiters.wake();
  }

  get raw(): boolean {
    return !this.#mode.lines;
  }

  set raw(raw: boolean) {
    this.mode = raw ? rawMode : cookedMode;
  }

  get foreground(): number {
    return this.#foreground;
  }

  set foreground(group: number) {
    this.#foreground = group;
    this.#waiters.wake();
  }

  type(keys: string): void {
    for (const key of keys) this.#key(key);
    this.#waiters.wake();
  }

  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return;
    this.columns = columns;
    this.rows = rows;
    this.#options.signal(this.#foreground, "SIGWINCH");
  }

  /** From now on readers read the end and nothing is shown. */
  drop(): void {
    this.#gone = true;
    this.#waiters.wake();
  }

  #take(caller?: Caller): string | undefined {
    if (caller && caller.group !== this.#foreground && this.#foreground !== 0 && !this.#gone) {
      caller.signalGroup("SIGTTIN");
      return "";
    }
    if (this.#ready !== "") {
      const end = this.#mode.lines ? this.#ready.indexOf("\n") + 1 : 0;
      const text = end > 0 ? this.#ready.slice(0, end) : this.#ready;
      this.#ready = this.#ready.slice(text.length);
      return text;
    }
    if (this.#gone) return undefined;
    if (this.#ends === 0) return "";
    this.#ends--;
    return undefined;
  }

  #show(text: string): boolean {
    if (this.#gone) return true;
    const taken = this.#options.output(text);
    if (!taken) return true;
    this.#held++;
    // Time stands still meanwhile, so that a slow screen does not change what happens.
    void this.#options.clock.hold(taken).finally(() => {
      this.#held--;
      this.#waiters.wake();
    });
    return true;
  }

  #echo(text: string): void {
    if (this.#mode.echo) this.#show(text.replaceAll("\n", "\r\n"));
  }

  #key(key: string): void {
    const { lines, signals, echo } = this.#mode;
    const signal = signalKeys[key];
    if (signal && signals) {
      this.#line = [];
      this.#ready = "";
      if (echo) this.#echo(caret(key));
      this.#options.signal(this.#foreground, signal);
      return;
    }
    const typed = key === "\r" && this.#mode.newlines ? "\n" : key;
    if (!lines) {
      this.#ready += typed;
      this.#echo(typed);
    } else this.#edit(typed);
  }

  #edit(key: string): void {
    if (key === "\n") {
      this.#echo("\n");
      this.#ready += `${this.#line.join("")}\n`;
      this.#line = [];
    } else if (key === "\x04") {
      if (this.#line.length === 0 && this.#ready === "") this.#ends++;
      this.#ready += this.#line.join("");
      this.#line = [];
    } else if (key === "\x7f" || key === "\b") this.#erase(1);
    else if (key === "\x15") this.#erase(this.#line.length);
    else if (key === "\x17") {
      const before = this.#line.join("").replace(/\S+\s*$/, "");
      this.#erase(this.#line.length - [...before].length);
    } else {
      this.#line.push(key);
      this.#echo(key < " " && key !== "\t" ? caret(key) : key);
    }
  }

  #erase(count: number): void {
    for (let i = 0; i < count; i++) {
      const key = this.#line.pop();
      if (key === undefined) return;
      this.#echo("\b \b".repeat(key < " " && key !== "\t" ? 2 : 1));
    }
  }
}

/** `^C` for the key that the code 3 comes from. */
function caret(key: string): string {
  return `^${String.fromCharCode(key.charCodeAt(0) ^ 64)}`;
}
