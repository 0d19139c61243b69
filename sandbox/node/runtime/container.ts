// One container: files over its image, a machine of its own, a log. It ends when its first process
// does. Started and stopped by the runtime, never by anybody else.

import type { Session } from "../../api/http.ts";
import { absolute, type FileSystem, type Identity, parentOf } from "../../machine/files.ts";
import { createMachine } from "../../machine/kernel.ts";
import type { Machine } from "../../machine/machine.ts";
import { type Child, type Signal, SpawnError, type SpawnOptions } from "../../machine/process.ts";
import { createPipe, type Pipe } from "../../machine/streams.ts";
import { createOverlay } from "../../machine/tree.ts";
import type { Terminal } from "../../machine/tty.ts";
import { identityOf } from "../../machine/users.ts";
import type { ContainerConfig, MountConfig } from "./config.ts";
import { ContainerLog, type Stream } from "./log.ts";
import type { RuntimeParts } from "./runtime.ts";
import type { Sandbox } from "./sandbox.ts";
import { standIn, standInPath } from "./stand-in.ts";
import { readerOf, writerOf } from "./streams.ts";

export type ContainerState = "created" | "running" | "exited";

/** The runtime could not start a program: `why` in its words. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

export class Container {
  readonly id: string;
  readonly config: ContainerConfig;
  readonly sandbox: Sandbox;
  readonly createdAt: number;
  readonly log: ContainerLog;
  state: ContainerState = "created";
  startedAt = 0;
  finishedAt = 0;
  exitCode = 0;
  /** `Completed`, `Error`, or why it could not be started. */
  reason = "";
  message = "";
  readonly machine: Machine;
  readonly #parts: RuntimeParts;
  readonly #listeners = new Set<(stream: Stream, text: string) => void>();
  #identity: Identity | undefined;
  #child: Child | undefined;
  #terminal: Terminal | undefined;
  #stdin: Pipe | undefined;
  #ended: (() => void)[] = [];

  constructor(
    { id, sandbox, config }: Pick<Container, "id" | "sandbox" | "config">,
    parts: RuntimeParts,
  ) {
    this.id = id;
    this.config = config;
    this.sandbox = sandbox;
    this.#parts = parts;
    this.createdAt = parts.clock.now();
    this.log = new ContainerLog(parts.clock.now);
    this.machine = this.#makeMachine();
  }

  get argv(): readonly string[] {
    const { command, args, image } = this.config;
    const { entrypoint = [], cmd = [] } = image.unknown ? {} : image.image.config;
    if (command.length > 0) return [...command, ...args];
    return [...entrypoint, ...(args.length > 0 ? args : cmd)];
  }

  /** Whom its first process runs as; undefined if there is nobody of that name. */
  get identity(): Identity | undefined {
    const { user, image } = this.config;
    this.#identity ??= identityOf(this.machine.files, user ?? image.image.config.user ?? "root");
    return this.#identity;
  }

  /** Runs its first process. Throws `CannotRun`, and has then ended already. */
  start(): void {
    const { clock } = this.#parts;
    this.startedAt = clock.now();
    startable(() => this.#launch());
    this.state = "running";
    const exit = this.#terminal?.exit ?? this.#child?.exit;
    exit?.then((code) => this.end(code));
  }

  /** Notes its end. */
  end(exitCode: number, reason = exitCode === 0 ? "Completed" : "Error"): void {
    if (this.state === "exited") return;
    this.state = "exited";
    this.exitCode = exitCode;
    this.reason = reason;
    this.finishedAt = this.#parts.clock.now();
    if (!this.machine.isDown) this.machine.shutdown();
    this.log.close();
    const ended = this.#ended;
    this.#ended = [];
    for (const wake of ended) wake();
    this.#parts.changed(this.sandbox.pod.uid);
  }

  /** Resolves when it is over. */
  get over(): Promise<void> {
    if (this.state !== "running") return Promise.resolve();
    return new Promise((resolve) => {
      this.#ended.push(resolve);
    });
  }

  /** Asks it to end, and makes it end when the grace is over. */
  async stop(graceMs: number): Promise<void> {
    if (this.state !== "running") return;
    const { stopSignal = "SIGTERM" } = this.config.image.image.config;
    this.signal(graceMs > 0 ? stopSignal : "SIGKILL");
    const kill = this.#parts.clock.after(graceMs, () => this.signal("SIGKILL"));
    await this.over;
    kill.cancel();
  }

  signal(signal: Signal): void {
    this.machine.kill(1, signal);
  }

  /** Runs a program in it, joined to the caller's session. Throws `CannotRun`. */
  exec(argv: readonly string[], session: Session, tty: boolean): Promise<number> {
    if (tty) return this.#execOnTerminal(argv, session);
    return this.#spawn(argv, {
      stdin: readerOf(session.stdin),
      stdout: writerOf(session.stdout),
      stderr: writerOf(session.stderr),
    }).exit;
  }

  /**
   * Runs a program in it to its end; the code is undefined if it took too long. Throws `CannotRun`.
   */
  async run(
    argv: readonly string[],
    limitMs: number,
  ): Promise<{ readonly code: number | undefined; readonly output: string }> {
    const { clock } = this.#parts;
    let output = "";
    const out = writerOf((text) => {
      output += text;
    });
    const child = this.#spawn(argv, { stdout: out, stderr: out });
    let late = false;
    const expire = () => {
      late = true;
      child.kill("SIGKILL");
    };
    const timer = Number.isFinite(limitMs) ? clock.after(limitMs, expire) : undefined;
    const code = await child.exit;
    timer?.cancel();
    return { code: late ? undefined : code, output };
  }

  /** Joins the caller's session to its first process, until that ends or the caller leaves. */
  async attach(session: Session): Promise<number> {
    const { config } = this;
    const hear = (stream: Stream, text: string) => {
      // The wire holds back whoever reads too slowly; a container does not wait for its watchers.
      void (stream === "stderr" && !config.tty ? session.stderr(text) : session.stdout(text));
    };
    this.#listeners.add(hear);
    const left = new Promise<void>((resolve) => {
      session.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    void this.#feed(session);
    await Promise.race([this.over, left]);
    this.#listeners.delete(hear);
    return this.state === "exited" ? this.exitCode : 0;
  }

  async #feed(session: Session): Promise<void> {
    if (this.#terminal) followSize(session, this.#terminal);
    if (!session.stdin) return;
    for await (const text of session.stdin) {
      if (session.signal.aborted || this.state !== "running") return;
      if (this.#terminal) this.#terminal.type(text);
      else this.#stdin?.sink.put(text);
    }
    if (this.config.stdinOnce && !session.signal.aborted) this.#stdin?.sink.release();
  }

  #execOnTerminal(argv: readonly string[], session: Session): Promise<number> {
    const terminal = startable(() =>
      this.machine.openTerminal(argv, {
        ...{ columns: 80, rows: 24, ...this.#surroundings() },
        output: (text) => session.stdout(text),
      }),
    );
    followSize(session, terminal);
    session.signal.addEventListener("abort", () => terminal.hangUp(), { once: true });
    if (session.stdin) void typeAll(session.stdin, terminal);
    return terminal.exit;
  }

  #spawn(argv: readonly string[], options: SpawnOptions): Child {
    return startable(() => this.machine.spawn(argv, { ...this.#surroundings(), ...options }));
  }

  /** What each of its processes begins with. */
  #surroundings(): SpawnOptions {
    const { config } = this;
    const { image } = config.image;
    const cwd = absolute("/", config.workingDir ?? image.config.workingDir ?? "/");
    const user = config.user ?? image.config.user;
    return { cwd, ...(user !== undefined && { user }) };
  }

  #launch(): void {
    const { config } = this;
    const { argv } = this;
    const { unknown } = config.image;
    const run = unknown ? [standInPath, ...argv.slice(1)] : argv;
    const options = { ...this.#surroundings(), ...(unknown && { name: argv[0] ?? "pause" }) };
    const output = (stream: Stream) => (text: string) => {
      this.log.append(stream, text);
      for (const hear of this.#listeners) hear(stream, text);
    };
    if (config.tty) {
      const terminal = { columns: 80, rows: 24, output: output("stdout") };
      this.#terminal = this.machine.openTerminal(run, { ...options, ...terminal });
      return;
    }
    if (config.stdin) {
      this.#stdin = createPipe();
      this.#stdin.sink.retain();
    }
    this.#child = this.machine.spawn(run, {
      ...options,
      stdout: writerOf(output("stdout")),
      stderr: writerOf(output("stderr")),
      ...(this.#stdin && { stdin: readerOf(this.#stdin) }),
    });
  }

  #makeMachine(): Machine {
    const { config, sandbox } = this;
    const { clock, machine, random, registry, disk } = this.#parts;
    const { image } = config.image;
    const tree = createOverlay(registry.layer(image), { clock, disk });
    const { files } = tree;
    const { cwd = "/" } = this.#surroundings();
    if (config.image.unknown) files.install(standInPath, standIn);
    if (!files.kind(cwd)) files.makeDirectory(cwd, { parents: true });
    const byDepth = [...sandbox.mounts, ...config.mounts].sort((a, b) => depth(a) - depth(b));
    for (const mount of byDepth) mountInto(files, mount);
    if (config.readOnlyRoot) tree.seal();
    return createMachine({
      ...{ hostname: sandbox.hostname, files, adapter: sandbox.adapter, clock, container: true },
      random: random.stream(this.id),
      env: {
        HOSTNAME: sandbox.hostname,
        ...Object.fromEntries(config.env),
        ...missing(image.config.env, config.env),
      },
      ...{
        cpus: machine.system.cpus,
        memory: machine.system.memory,
        kernel: machine.system.kernel,
      },
    });
  }
}

/** What the machine refuses to start, the runtime says in its words. */
function startable<T>(start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    throw new CannotRun(reasonOf(error));
  }
}

const depth = ({ path }: MountConfig): number => path.split("/").length;

const missing = (
  defaults: Readonly<Record<string, string>> = {},
  given: ReadonlyMap<string, string>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(defaults).filter(([name]) => !given.has(name)));

/** Makes what is missing on the way, as runc does. */
function mountInto(files: FileSystem, { path, place, kind, readOnly }: MountConfig): void {
  if (!files.kind(path)) {
    if (kind === "directory") files.makeDirectory(path, { parents: true });
    else {
      files.makeDirectory(parentOf(path), { parents: true });
      files.write(path, "");
    }
  }
  files.mount(path, place, { readOnly });
}

/** What runc says of a program that cannot be run. */
function reasonOf({ path, reason }: SpawnError): string {
  if (reason === "permission denied" || reason === "is a directory") {
    return `exec: "${path}": permission denied`;
  }
  if (reason === "exec format error") return "exec format error";
  return path.includes("/")
    ? `exec: "${path}": stat ${path}: no such file or directory`
    : `exec: "${path}": executable file not found in $PATH`;
}

function followSize({ resizes }: Session, terminal: Terminal): void {
  if (!resizes) return;
  const follow = async () => {
    for await (const { columns, rows } of resizes) terminal.resize(columns, rows);
  };
  void follow();
}

async function typeAll(stdin: AsyncIterable<string>, terminal: Terminal): Promise<void> {
  for await (const text of stdin) terminal.type(text);
}
