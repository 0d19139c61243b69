// One running process: its streams, its traps, its death. Whatever it waits for ends at once when
// it is killed. The machine (kernel.ts) starts it and takes note of its end.

import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { deviceSink, deviceSource, type OpenStreams } from "./devices.ts";
import { absolute, FileError, type FileSystem, type Identity } from "./files.ts";
import type { LineDiscipline } from "./line-discipline.ts";
import type { Network, OpenNetwork } from "./network.ts";
import {
  type Child,
  Killed,
  type Process,
  type ProcessInfo,
  type Program,
  type Reader,
  type Signal,
  type SpawnOptions,
  type Writer,
} from "./process.ts";
import { defaultAction, ignored } from "./signals.ts";
import {
  BoundReader,
  BoundWriter,
  BrokenPipe,
  createPipe,
  fileSink,
  type Owner,
  type Sink,
  type Source,
  sinkOf,
  sourceOf,
  textSource,
} from "./streams.ts";
import type { System } from "./system.ts";
import type { Terminal, TerminalOptions } from "./tty.ts";

/** What a process needs of its machine. */
export interface Kernel {
  readonly hostname: string;
  readonly clock: Clock;
  readonly system: System;
  readonly random: Random;
  filesFor(user: Identity): FileSystem;
  openNetwork(owner: Owner): OpenNetwork;
  /** What running `argv` runs; throws `SpawnError`. */
  find(argv: readonly string[], task: Pick<Process, "cwd" | "env" | "files">): Runnable;
  identity(user: string): Identity | undefined;
  launch(parent: Task, runnable: Runnable, options: SpawnOptions): Child;
  openTerminal(argv: readonly string[], options: TerminalOptions & SpawnOptions): Terminal;
  processes(): readonly ProcessInfo[];
  task(pid: number): Task | undefined;
  signal(pid: number, signal: Signal): boolean;
}

export interface Runnable {
  readonly program: Program;
  readonly argv: readonly string[];
}

export interface TaskInit {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly identity: Identity;
  readonly group: number;
  readonly session: number;
  readonly tty: LineDiscipline | undefined;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly descriptors: ReadonlyMap<number, Source | Sink>;
  readonly ignoring: ReadonlySet<Signal>;
}

/** Units of work that one millisecond of virtual time pays for. */
const WORK_PER_MS = 1000;

const isSource = (stream: Source | Sink): stream is Source => "take" in stream;

export class Task implements Process, Owner, OpenStreams {
  readonly pid: number;
  parent: number;
  group: number;
  session: number;
  readonly started: number;
  readonly env: Map<string, string>;
  cwd: string;
  argv: readonly string[];
  identity: Identity;
  files: FileSystem;
  stdin: BoundReader;
  stdout: BoundWriter;
  stderr: BoundWriter;
  tty: LineDiscipline | undefined;
  descriptors: ReadonlyMap<number, Reader | Writer>;
  stopped = false;
  /** Set when it is to die, or is dead. */
  dead: Killed | undefined;
  /** Called when it stops or goes on. */
  onChange: () => void = () => {};
  readonly #kernel: Kernel;
  readonly #traps = new Map<Signal, () => void>();
  readonly #waits = new Set<(reason: Error) => void>();
  #continue: (() => void)[] = [];
  #pending: Signal[] = [];
  #interrupt: Error | undefined;
  #work = 0;
  #abort: AbortController | undefined;
  #network: OpenNetwork | undefined;
  #random: Random | undefined;

  constructor(kernel: Kernel, init: TaskInit) {
    this.#kernel = kernel;
    this.pid = init.pid;
    this.parent = init.parent;
    this.group = init.group;
    this.session = init.session;
    this.started = kernel.clock.now();
    this.argv = init.argv;
    this.env = new Map(init.env);
    this.cwd = init.cwd;
    this.identity = init.identity;
    this.files = kernel.filesFor(init.identity);
    this.tty = init.tty;
    this.stdin = new BoundReader(init.stdin, this);
    this.stdout = new BoundWriter(init.stdout, this);
    this.stderr = new BoundWriter(init.stderr, this);
    const bind = (stream: Source | Sink) =>
      isSource(stream) ? new BoundReader(stream, this) : new BoundWriter(stream, this);
    this.descriptors = new Map([...init.descriptors].map(([n, stream]) => [n, bind(stream)]));
    for (const signal of init.ignoring) this.#traps.set(signal, ignored);
    for (const stream of this.#streams()) stream.retain();
  }

  get user(): string {
    return this.identity.name;
  }

  get hostname(): string {
    return this.#kernel.hostname;
  }

  get clock(): Clock {
    return this.#kernel.clock;
  }

  get system(): System {
    return this.#kernel.system;
  }

  get random(): Random {
    this.#random ??= this.#kernel.random.stream(`process ${this.pid}`);
    return this.#random;
  }

  get network(): Network {
    this.#network ??= this.#kernel.openNetwork(this);
    return this.#network;
  }

  get killed(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.dead && !this.#abort.signal.aborted) this.#abort.abort(this.dead);
    return this.#abort.signal;
  }

  /** Signals that its children will not feel either. */
  get ignoring(): ReadonlySet<Signal> {
    const all = [...this.#traps].filter(([, handler]) => handler === ignored);
    return new Set(all.map(([signal]) => signal));
  }

  sleep(ms: number): Promise<void> {
    return this.block((wake) => {
      const timer = this.clock.after(ms, wake);
      return () => timer.cancel();
    });
  }

  wait<T>(promise: Promise<T>): Promise<T> {
    const refused = this.#refusal();
    if (refused) return Promise.reject(refused);
    return new Promise((resolve, reject) => {
      this.#waits.add(reject);
      const settle = (act: () => void) =>
        this.#whenRunning(() => {
          this.#waits.delete(reject);
          act();
        });
      promise.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }

  block(start: (wake: () => void) => () => void): Promise<void> {
    const refused = this.#refusal();
    if (refused) return Promise.reject(refused);
    return new Promise((resolve, reject) => {
      let stop = () => {};
      const fail = (reason: Error) => {
        stop();
        reject(reason);
      };
      this.#waits.add(fail);
      stop = start(() =>
        this.#whenRunning(() => {
          this.#waits.delete(fail);
          resolve();
        }),
      );
    });
  }

  runnable(): Promise<void> | undefined {
    const refused = this.#refusal();
    if (refused) throw refused;
    return this.stopped ? this.block((wake) => this.#onContinue(wake)) : undefined;
  }

  tired(work: number): boolean {
    this.#work += work;
    return this.#work >= WORK_PER_MS;
  }

  rest(): Promise<void> {
    this.#work = 0;
    return this.sleep(1);
  }

  async step(work = 1): Promise<void> {
    await this.runnable();
    if (this.tired(work)) await this.rest();
  }

  interrupt(reason: Error): void {
    if (this.#waits.size === 0) this.#interrupt = reason;
    else this.#fail(reason);
  }

  trap(signal: Signal, handler: (() => void) | undefined): void {
    if (handler) this.#traps.set(signal, handler);
    else this.#traps.delete(signal);
  }

  /** `outside` is the runtime, which pid 1 of a container cannot shut out. */
  signal(signal: Signal, outside = false): void {
    if (this.dead) return;
    if (signal === "SIGCONT") this.#resume();
    if (this.stopped && signal !== "SIGKILL") {
      if (defaultAction(signal) === "end") this.#pending.push(signal);
      return;
    }
    const fixed = signal === "SIGKILL" || signal === "SIGSTOP";
    const handler = fixed ? undefined : this.#traps.get(signal);
    if (handler) return handler();
    if (this.pid === 1 && !(outside && fixed)) return;
    const action = defaultAction(signal);
    if (action === "end") this.die(signal);
    else if (action === "stop") {
      this.stopped = true;
      this.onChange();
    }
  }

  signalGroup(signal: Signal): void {
    this.#kernel.signal(-this.group, signal);
  }

  die(signal: Signal): void {
    if (this.dead) return;
    this.dead = new Killed(signal);
    this.stopped = false;
    this.#fail(this.dead);
    this.#abort?.abort(this.dead);
    this.onChange();
  }

  brokenPipe(): never {
    this.signal("SIGPIPE");
    throw this.dead ?? new BrokenPipe();
  }

  spawn(argv: readonly string[], options: SpawnOptions = {}): Child {
    const env = options.env ?? this.env;
    const where = { cwd: options.cwd ?? this.cwd, env: new Map(env), files: this.files };
    return this.#kernel.launch(this, this.#kernel.find(argv, where), options);
  }

  fork(program: Program, options: SpawnOptions = {}): Child {
    return this.#kernel.launch(this, { program, argv: this.argv }, options);
  }

  openTerminal(argv: readonly string[], options: TerminalOptions & SpawnOptions): Terminal {
    return this.#kernel.openTerminal(argv, options);
  }

  async exec(argv: readonly string[], options: SpawnOptions = {}): Promise<number> {
    const env = new Map(options.env ?? this.env);
    const { program, argv: found } = this.#kernel.find(argv, {
      cwd: this.cwd,
      env,
      files: this.files,
    });
    for (const [signal, handler] of this.#traps) {
      if (handler !== ignored) this.#traps.delete(signal);
    }
    this.env.clear();
    for (const [name, value] of env) this.env.set(name, value);
    this.argv = options.name === undefined ? found : [options.name, ...found.slice(1)];
    this.cwd = options.cwd ?? this.cwd;
    this.#reopen(options);
    if (options.user !== undefined) this.#become(options.user);
    await this.step(WORK_PER_MS / 4);
    return program(this);
  }

  /** Takes over other streams; those it had are let go. */
  #reopen({ stdin, stdout, stderr, descriptors }: SpawnOptions): void {
    const before = this.#streams();
    if (stdin) this.stdin = new BoundReader(sourceOf(stdin), this);
    if (stdout) this.stdout = new BoundWriter(sinkOf(stdout), this);
    if (stderr) this.stderr = new BoundWriter(sinkOf(stderr), this);
    if (descriptors) {
      const bind = (stream: Reader | Writer) =>
        "read" in stream
          ? new BoundReader(sourceOf(stream), this)
          : new BoundWriter(sinkOf(stream), this);
      this.descriptors = new Map([...descriptors].map(([n, stream]) => [n, bind(stream)]));
    }
    for (const stream of this.#streams()) stream.retain();
    for (const stream of before) stream.release();
  }

  #become(user: string): void {
    const identity = this.#kernel.identity(user);
    if (!identity) throw new FileError("EINVAL", user);
    this.identity = identity;
    this.files = this.#kernel.filesFor(identity);
  }

  processes(): readonly ProcessInfo[] {
    return this.#kernel.processes();
  }

  kill(pid: number, signal: Signal): boolean {
    return this.#kernel.signal(pid, signal);
  }

  open(path: string): Reader {
    return new BoundReader(this.#source(absolute(this.cwd, path), path), this);
  }

  create(path: string, options: { readonly append?: boolean } = {}): Writer {
    const full = absolute(this.cwd, path);
    return new BoundWriter(this.#sinkAt(full, path, options.append ?? false), this);
  }

  pipe(): { reader: Reader; writer: Writer } {
    const { source, sink } = createPipe();
    return { reader: new BoundReader(source, this), writer: new BoundWriter(sink, this) };
  }

  /** Lets go of a stream; called without one, of all: the process has ended. */
  close(stream?: Reader | Writer): void {
    if (stream instanceof BoundReader) stream.source.release();
    else if (stream instanceof BoundWriter) stream.sink.release();
    if (stream) return;
    for (const own of this.#streams()) own.release();
    this.#network?.close();
    this.#waits.clear();
  }

  reading(text: string): Reader {
    return new BoundReader(textSource(text), this);
  }

  source(descriptor: number | "tty"): Source | undefined {
    if (descriptor === "tty") return this.tty?.source;
    const reader = descriptor === 0 ? this.stdin : this.descriptors.get(descriptor);
    return reader instanceof BoundReader ? reader.source : undefined;
  }

  sink(descriptor: number | "tty"): Sink | undefined {
    if (descriptor === "tty") return this.tty?.sink;
    const standard = descriptor === 1 ? this.stdout : descriptor === 2 ? this.stderr : undefined;
    const writer = standard ?? this.descriptors.get(descriptor);
    return writer instanceof BoundWriter ? writer.sink : undefined;
  }

  info(): ProcessInfo {
    const { pid, parent, argv, user, started, group, session } = this;
    const state = this.stopped ? "stopped" : "running";
    const tty = this.tty?.name.replace("/dev/", "");
    return { pid, parent, argv, user, started, state, group, session, tty };
  }

  #streams(): (Source | Sink)[] {
    const extra = [...this.descriptors.values()].map((stream) =>
      stream instanceof BoundReader ? stream.source : (stream as BoundWriter).sink,
    );
    return [this.stdin.source, this.stdout.sink, this.stderr.sink, ...extra];
  }

  #source(path: string, given: string): Source {
    const open = this.#descriptor(path);
    if (open) {
      const source = open.task.source(open.number);
      if (!source) throw new FileError("ENOENT", given);
      return source;
    }
    const device = this.files.device(path);
    if (device !== undefined) return deviceSource(device, given, this);
    return textSource(this.files.read(path));
  }

  #sinkAt(path: string, given: string, append: boolean): Sink {
    const open = this.#descriptor(path);
    if (open) {
      const sink = open.task.sink(open.number);
      if (!sink) throw new FileError("ENOENT", given);
      return sink;
    }
    const device = this.files.device(path);
    if (device !== undefined) return deviceSink(device, given, this);
    this.files.write(path, "", { append });
    return fileSink(this.files, path);
  }

  /** `/dev/fd/3`, and `/proc/1/fd/1`, where a container's log is. */
  #descriptor(path: string): { task: Task; number: number } | undefined {
    const found = /^\/(?:dev|proc\/(self|\d+))\/fd\/(\d+)$/.exec(path);
    if (!found) return undefined;
    const [, owner = "self", number] = found;
    const task = owner === "self" ? this : this.#kernel.task(Number(owner));
    return task && { task, number: Number(number) };
  }

  #refusal(): Error | undefined {
    if (this.dead) return this.dead;
    const interrupt = this.#interrupt;
    this.#interrupt = undefined;
    return interrupt;
  }

  #fail(reason: Error): void {
    const waits = [...this.#waits];
    this.#waits.clear();
    for (const fail of waits) fail(reason);
  }

  #whenRunning(act: () => void): void {
    if (this.stopped) this.#continue.push(act);
    else act();
  }

  #onContinue(wake: () => void): () => void {
    this.#continue.push(wake);
    return () => {
      this.#continue = this.#continue.filter((other) => other !== wake);
    };
  }

  #resume(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.onChange();
    const waiting = this.#continue;
    this.#continue = [];
    for (const act of waiting) act();
    const pending = this.#pending;
    this.#pending = [];
    for (const signal of pending) this.signal(signal);
  }
}
