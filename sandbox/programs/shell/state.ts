// What one shell process knows: variables, functions, open files, options. A subshell gets a copy.

import type * as A from "unbash";
import type { Child, Process, Reader, Signal, Writer } from "../../machine/process.ts";
import type { Dialect } from "./dialect.ts";
import type { Jobs } from "./jobs.ts";
import { Variables } from "./variables.ts";

/** Ends a loop, a function or the shell from within. */
export class Leave extends Error {
  override readonly name = "Leave";
  readonly how: "break" | "continue" | "return" | "exit";
  readonly count: number;
  constructor(how: Leave["how"], count: number) {
    super(how);
    this.how = how;
    this.count = count;
  }
}

/** A command failed in a way that the shell itself reports. */
export class ShellError extends Error {
  override readonly name = "ShellError";
  readonly status: number;
  /** It ends a script, though not an interactive shell. */
  readonly fatal: boolean;
  constructor(message: string, status = 1, fatal = false) {
    super(message);
    this.status = status;
    this.fatal = fatal;
  }
}

/** ^C in an interactive shell: back to the prompt. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** A signal that ends the shell, which has something to do before. */
export class FatalSignal extends Error {
  override readonly name = "FatalSignal";
  readonly signal: Signal;
  constructor(signal: Signal) {
    super(signal);
    this.signal = signal;
  }
}

/** A signal with a trap came while a builtin waited. */
export class TrapCame extends Error {
  override readonly name = "TrapCame";
}

export interface ShellFunction {
  readonly node: A.Function;
  /** The text that the positions in `node` count in. */
  readonly source: string;
}

/** By letter where there is one. */
export interface Options {
  errexit: boolean;
  nounset: boolean;
  pipefail: boolean;
  xtrace: boolean;
  noglob: boolean;
  verbose: boolean;
  noclobber: boolean;
  noexec: boolean;
  allexport: boolean;
  monitor: boolean;
}

export type Stream = Reader | Writer;

export class Shell {
  process: Process;
  readonly dialect: Dialect;
  variables: Variables;
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  options: Options = {
    errexit: false,
    nounset: false,
    pipefail: false,
    xtrace: false,
    noglob: false,
    verbose: false,
    noclobber: false,
    noexec: false,
    allexport: false,
    monitor: false,
  };
  /** `shopt` options that are on. */
  extras = new Set<string>();
  streams: Map<number, Stream>;
  positional: readonly string[] = [];
  /** `$$`: of the shell that all subshells come from. */
  readonly mainPid: number;
  readonly started: number;
  /** `$0` */
  name: string;
  /** What errors begin with in place of `name` and line, if it is a script's file. */
  script: string | undefined;
  /** How it was given its commands; says how lines are counted in messages. */
  mode: "command" | "file" | "stdin" | "interactive" = "command";
  status = 0;
  pipeStatus: readonly number[] = [0];
  lastBackground = 0;
  /** The text that is being run, and where in it. */
  source = "";
  position = 0;
  firstLine = 1;
  functionNames: readonly string[] = [];
  /** A builtin waits: a trap breaks in. */
  waiting = false;
  /** It has been said that there are stopped jobs. */
  warned = false;
  /** `getopts`: which argument it looked at last, and how far into it. */
  optionIndex = 0;
  optionOffset = 1;
  /** `pushd` */
  directories: string[] = [];
  umask = 0o022;
  /** Above 0 while a status is looked at: `set -e` holds still. */
  tested = 0;
  loops = 0;
  subshell = 0;
  sourced = 0;
  traps = new Map<string, string>();
  pendingTraps: Signal[] = [];
  jobs: Jobs | undefined;
  /** Process substitutions, to be closed after the command. */
  temporary: { readonly number: number; readonly stream: Stream }[] = [];
  /** What process substitutions run; `wait` waits for it too. */
  helpers: Child[] = [];
  /** The status of the last command substitution in the words of this command. */
  substitution: number | undefined;
  history: string[] = [];
  /** The list that runs a script as part of this shell; set by interpret.ts. */
  readonly run: (shell: Shell, parsed: A.Script, source: string) => Promise<number>;

  constructor(process: Process, dialect: Dialect, run: Shell["run"]) {
    this.process = process;
    this.dialect = dialect;
    this.mainPid = process.pid;
    this.started = process.clock.now();
    this.variables = new Variables();
    this.name = dialect.name;
    this.streams = streamsOf(process);
    this.run = run;
  }

  get interactive(): boolean {
    return this.mode === "interactive" && this.subshell === 0;
  }

  get stdin(): Reader {
    return this.reader(0);
  }

  get stdout(): Writer {
    return this.writer(1);
  }

  get stderr(): Writer {
    return this.writer(2);
  }

  reader(descriptor: number): Reader {
    const stream = this.streams.get(descriptor);
    if (stream && "read" in stream) return stream;
    throw new ShellError(`${descriptor}: Bad file descriptor`);
  }

  writer(descriptor: number): Writer {
    const stream = this.streams.get(descriptor);
    if (stream && "write" in stream) return stream;
    throw new ShellError(`${descriptor}: Bad file descriptor`);
  }

  /** The line of the command that runs, counted from 1. */
  get line(): number {
    let line = this.firstLine;
    for (let at = this.source.indexOf("\n"); at >= 0 && at < this.position; line++) {
      at = this.source.indexOf("\n", at + 1);
    }
    return line;
  }

  /** Says what is wrong, with the name and line in front, as this kind of shell does. */
  async complain(message: string): Promise<void> {
    const { wording, prefix } = this.dialect;
    const found = wording.find(([bash]) => bash.test(message));
    const own = found ? message.replace(found[0], found[1]) : message;
    const stream = this.streams.get(2);
    if (own !== "" && stream && "write" in stream) await stream.write(`${prefix(this)}${own}\n`);
  }

  /** The state of a subshell that runs as `process`. */
  fork(process: Process): Shell {
    const shell = new Shell(process, this.dialect, this.run);
    const { options, aliases, functions, jobs: _jobs, variables, ...rest } = this;
    Object.assign(shell, rest, {
      process,
      variables: variables.copy(),
      functions: new Map(functions),
      aliases: new Map(aliases),
      options: { ...options, monitor: false },
      extras: new Set(this.extras),
      streams: streamsOf(process),
      traps: new Map([...this.traps].filter(([, command]) => command === "")),
      pendingTraps: [],
      subshell: this.subshell + 1,
      jobs: undefined,
      helpers: [],
      temporary: [],
    });
    return shell;
  }
}

function streamsOf({ stdin, stdout, stderr, descriptors }: Process): Map<number, Stream> {
  return new Map<number, Stream>([[0, stdin], [1, stdout], [2, stderr], ...descriptors]);
}
