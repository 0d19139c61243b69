// What a program gets from the machine it runs on: no more than a Unix process gets. Everything
// that can block can be interrupted by a signal. Streams and files carry text, not bytes.
// differs: streams and files hold text; sizes are those of its UTF-8 form.

import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { FileSystem, Identity } from "./files.ts";
import type { Network } from "./network.ts";
import type { System } from "./system.ts";
import type { Terminal, TerminalOptions, Tty } from "./tty.ts";

/**
 * Every executable there is: `ls`, `bash`, `kubectl`, `nginx`, `kubelet`. Resolves to its exit
 * code.
 */
export type Program = (process: Process) => Promise<number>;

export interface Process {
  readonly pid: number;
  /** `argv[0]` is the name that it was called by. */
  readonly argv: readonly string[];
  /** Its own copy: changes are seen by the processes that it spawns later. */
  readonly env: Map<string, string>;
  /** Absolute. */
  cwd: string;
  /** Login name of whoever runs it. */
  readonly user: string;
  readonly hostname: string;
  readonly stdin: Reader;
  readonly stdout: Writer;
  readonly stderr: Writer;
  /** The controlling terminal, if there is one. */
  readonly tty: Tty | undefined;
  readonly files: FileSystem;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the process is dead: SIGKILL, or a signal that it does not trap. */
  readonly killed: AbortSignal;
  /** Resolves after `ms` of virtual time; a fatal signal ends it with `Killed`. */
  sleep(ms: number): Promise<void>;
  /** Waits for anything, but not beyond the process's own death: then it rejects with `Killed`. */
  wait<T>(promise: Promise<T>): Promise<T>;
  /** Runs `handler` instead of dying; undefined restores the default. SIGKILL cannot be trapped. */
  trap(signal: Signal, handler: (() => void) | undefined): void;
  /** Starts a program found by its path, or by PATH. Throws `SpawnError` if there is none. */
  spawn(argv: readonly string[], options?: SpawnOptions): Child;
  /** The other processes of the same machine. */
  processes(): readonly ProcessInfo[];
  /** Sends a signal; false if there is no such process. A negative pid is a process group. */
  kill(pid: number, signal: Signal): boolean;

  readonly parent: number;
  /** The process group: what ^C reaches together. */
  readonly group: number;
  /** Whoever runs it, with numbers; `user` is its name. */
  readonly identity: Identity;
  readonly system: System;
  /** Open streams beyond 0, 1 and 2: `/dev/fd/63` of a process substitution. */
  readonly descriptors: ReadonlyMap<number, Reader | Writer>;
  /** Opens a file or a device to read from, relative to `cwd`. Throws `FileError`. */
  open(path: string): Reader;
  /** Opens a file or a device to write to. Throws `FileError`. */
  create(path: string, options?: { readonly append?: boolean }): Writer;
  /**
   * Makes a pipe, to give its ends to children. An end closes when the last child that has it ends.
   */
  pipe(): { readonly reader: Reader; readonly writer: Writer };
  /** Lets go of a stream that this process made with `pipe`. */
  close(stream: Reader | Writer): void;
  /** Reads a text that is known already: a here-document. */
  reading(text: string): Reader;
  /** Starts `body` as a child that looks like this process: a subshell. */
  fork(body: Program, options?: SpawnOptions): Child;
  /**
   * Starts a program on a new terminal of this machine, as its session's leader: what sshd does.
   */
  openTerminal(argv: readonly string[], options: TerminalOptions & SpawnOptions): Terminal;
  /** Becomes another program under the same pid; the caller must return what this resolves to. */
  exec(argv: readonly string[], options?: SpawnOptions): Promise<number>;
  /**
   * Says that so much work was done (1 is a line of text, 5 a shell statement). Now and then this
   * takes a millisecond of virtual time, so that a long loop neither blocks the host nor stands
   * outside time. Call it in any loop that may be long.
   */
  step(work?: number): Promise<void>;
  /** Makes what it waits for now, or next, reject with `reason`: what a trap uses to break in. */
  interrupt(reason: Error): void;
}

export type Signal =
  | "SIGHUP"
  | "SIGINT"
  | "SIGQUIT"
  | "SIGKILL"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGPIPE"
  | "SIGTERM"
  | "SIGCONT"
  | "SIGSTOP"
  | "SIGTSTP"
  | "SIGWINCH"
  | "SIGABRT"
  | "SIGALRM"
  | "SIGCHLD"
  | "SIGSEGV"
  | "SIGTTIN"
  | "SIGTTOU";

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
  readonly user: string;
  /** When it started, in virtual time. */
  readonly started: number;
  readonly state: "running" | "stopped";
  readonly group: number;
  readonly session: number;
  /** Of its controlling terminal: `pts/0`. */
  readonly tty: string | undefined;
}

/** Where text comes from. */
export interface Reader {
  /** The next piece, of whatever size; undefined at the end. */
  read(): Promise<string | undefined>;
  /** The next line with its newline; the last one may lack it; undefined at the end. */
  readLine(): Promise<string | undefined>;
  /** All that is left. */
  readAll(): Promise<string>;
  readonly isTerminal: boolean;
  /** Up to and with `delimiter`, or `limit` characters; less only at the end. */
  readUntil(delimiter: string, limit?: number): Promise<string | undefined>;
  /** Like `read`; the empty string if nothing came in `ms`. */
  readWithin(ms: number): Promise<string | undefined>;
  /** Gives back what was read too much. */
  unread(text: string): void;
}

/** Where text goes. */
export interface Writer {
  /**
   * Resolves when there is room for more. Kills the process with SIGPIPE if nobody reads any more.
   */
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
}

export interface SpawnOptions {
  /** What is not given is the parent's own. */
  readonly stdin?: Reader;
  readonly stdout?: Writer;
  readonly stderr?: Writer;
  readonly tty?: Tty | undefined;
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly user?: string;
  /** A process group to join, or `new` for its own; the parent's if not given. */
  readonly group?: number | "new";
  /** Makes it the leader of a session of its own. */
  readonly session?: boolean;
  readonly descriptors?: ReadonlyMap<number, Reader | Writer>;
  /** The name it is called by, if it is not the one that it is found by. */
  readonly name?: string;
}

export interface Child {
  readonly pid: number;
  /** Its exit code; 128 + the signal's number if a signal ended it. Never rejects. */
  readonly exit: Promise<number>;
  kill(signal: Signal): void;
  /** The signal that ended it; undefined while it runs, and if it ended by itself. */
  readonly signal: Signal | undefined;
  /** Resolves at the next change: it stopped (^Z), or it is dead. At once if it is so already. */
  change(): Promise<"stopped" | "exited">;
}

/** Unwinds a process that was killed. Programs let it pass. */
export class Killed extends Error {
  override readonly name = "Killed";
  readonly signal: Signal;
  constructor(signal: Signal) {
    super(signal);
    this.signal = signal;
  }
}

/** There is no such program, or it may not be run. */
export class SpawnError extends Error {
  override readonly name = "SpawnError";
  readonly reason: "not found" | "permission denied" | "is a directory" | "exec format error";
  readonly path: string;
  constructor(path: string, reason: SpawnError["reason"]) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}
