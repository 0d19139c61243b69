// Makes machines: keeps the table of processes, starts them, delivers signals, notes their ends.

import { assert, BrokenInvariant } from "../sim/assert.ts";
import { FileError, type FileSystem, type Identity, root } from "./files.ts";
import { LineDiscipline } from "./line-discipline.ts";
import type { Machine, MachineOptions } from "./machine.ts";
import { NetworkError } from "./network.ts";
import {
  type Child,
  Killed,
  type Program,
  type Signal,
  SpawnError,
  type SpawnOptions,
} from "./process.ts";
import { defaultPath, findProgram } from "./programs.ts";
import { signalNumbers } from "./signals.ts";
import { BrokenPipe, callSink, sinkOf, sourceOf, textSource, Waiters } from "./streams.ts";
import type { System, Units } from "./system.ts";
import { type Kernel, type Runnable, Task, type TaskInit } from "./task.ts";
import type { Terminal, TerminalOptions } from "./tty.ts";
import { createUnits } from "./units.ts";
import { identityOf } from "./users.ts";

/** Virtual milliseconds until a new process runs. */
const SPAWN_MS = 1;
/** pid_max; beyond it numbers begin anew. */
const HIGHEST_PID = 4_194_304;

/** Starts a machine. Only a container has no process before the first `spawn`. */
export function createMachine(options: MachineOptions): Machine {
  const { hostname, files, adapter, clock, random, container = false } = options;
  const table = new Map<number, Running>();
  const views = new Map<string, FileSystem>();
  let lastPid = container ? 0 : 1;
  let terminals = 0;
  let isDown = false;

  const filesFor = (user: Identity): FileSystem => {
    if (user.uid === 0 && user.name === "root") return files;
    const key = `${user.name} ${user.uid} ${user.groups}`;
    let view = views.get(key);
    if (!view) {
      view = files.as(user);
      views.set(key, view);
    }
    return view;
  };

  const kernel: Kernel = {
    hostname,
    clock,
    random,
    get system() {
      return system;
    },
    filesFor,
    openNetwork: (owner) => adapter.open({ files, owner }),
    find: findProgram,
    identity: (user) => identityOf(files, user),
    launch: (parent, runnable, spawn) => launch(inherit(parent, runnable.argv, spawn), runnable),
    openTerminal: (argv, given) => openTerminal(argv, given),
    processes: () => [...table.values()].map(({ task }) => task.info()),
    task: (pid) => table.get(pid)?.task,
    signal: (pid, signal) => send(pid, signal, false),
  };

  function nextPid(): number {
    do lastPid = lastPid >= HIGHEST_PID ? 2 : lastPid + 1;
    while (table.has(lastPid));
    return lastPid;
  }

  function send(pid: number, signal: Signal, outside: boolean): boolean {
    const all = [...table.values()].map(({ task }) => task);
    const reached = all.filter((task) =>
      pid === -1 ? task.pid > 1 : pid < 0 ? task.group === -pid : task.pid === pid,
    );
    for (const task of reached) task.signal(signal, outside);
    return reached.length > 0;
  }

  /** What a new process has from its parent and what it is given. */
  function inherit(parent: Task, argv: readonly string[], spawn: SpawnOptions): TaskInit {
    const pid = nextPid();
    const identity = spawn.user === undefined ? parent.identity : who(spawn.user);
    const given = spawn.descriptors ?? parent.descriptors;
    const descriptors = [...given].map(
      ([n, stream]) => [n, "read" in stream ? sourceOf(stream) : sinkOf(stream)] as const,
    );
    const group = spawn.group === "new" || spawn.session ? pid : (spawn.group ?? parent.group);
    return {
      pid,
      parent: parent.pid,
      argv: spawn.name === undefined ? argv : [spawn.name, ...argv.slice(1)],
      env: spawn.env ?? parent.env,
      cwd: spawn.cwd ?? parent.cwd,
      identity,
      group,
      session: spawn.session ? pid : parent.session,
      tty: "tty" in spawn ? terminalOf(spawn.tty) : parent.tty,
      stdin: spawn.stdin ? sourceOf(spawn.stdin) : parent.stdin.source,
      stdout: spawn.stdout ? sinkOf(spawn.stdout) : parent.stdout.sink,
      stderr: spawn.stderr ? sinkOf(spawn.stderr) : parent.stderr.sink,
      descriptors: new Map(descriptors),
      ignoring: parent.ignoring,
    };
  }

  function who(user: string): Identity {
    const identity = identityOf(files, user);
    if (!identity) throw new SpawnError(user, "not found");
    return identity;
  }

  function launch(init: TaskInit, { program }: Runnable): Child {
    const task = new Task(kernel, init);
    const running = new Running(task);
    table.set(task.pid, running);
    const end = (code: number) => {
      if (running.code !== undefined) return;
      running.finish(code);
      task.close();
      table.delete(task.pid);
      orphan(task);
    };
    const start = clock.after(SPAWN_MS, () => {
      void run(task, program).then(end);
    });
    task.onChange = () => {
      running.waiters.wake();
      if (!task.dead) return;
      start.cancel();
      // Whatever the program still does, it has no time left to do it.
      const code = 128 + signalNumbers[task.dead.signal];
      clock.soon(() => clock.soon(() => end(code)));
    };
    if (isDown) task.die("SIGKILL");
    return running;
  }

  async function run(task: Task, program: Program): Promise<number> {
    try {
      const code = await program(task);
      return task.dead ? 128 + signalNumbers[task.dead.signal] : code & 255;
    } catch (error) {
      if (task.dead) return 128 + signalNumbers[task.dead.signal];
      if (error instanceof Killed) return 128 + signalNumbers[error.signal];
      return complain(task, error);
    }
  }

  /**
   * A program let an error of the kernel's through: it ends as a program does that checks nothing.
   */
  async function complain(task: Task, error: unknown): Promise<number> {
    if (error instanceof SpawnError) {
      // differs: a shell's script also says in which line of it.
      task.stderr.sink.put(`${task.argv[0]}: exec: ${error.message}\n`);
      return error.reason === "not found" ? 127 : 126;
    }
    const known =
      error instanceof FileError || error instanceof NetworkError || error instanceof BrokenPipe;
    if (!known) {
      const { onBug } = options;
      if (onBug && !(error instanceof BrokenInvariant)) {
        onBug(error, task);
        return 134;
      }
      // Nothing can be trusted any more: whoever runs the clock gets it.
      clock.soon(() => {
        throw error;
      });
      return new Promise(() => {});
    }
    task.stderr.sink.put(`${task.argv[0]}: ${error.message}\n`);
    return 1;
  }

  /** What an end means for others: children get a new parent, a session loses its terminal. */
  function orphan({ pid, session, tty }: Task): void {
    for (const { task } of table.values()) if (task.parent === pid) task.parent = container ? 0 : 1;
    if (pid === 1) return shutdown();
    if (pid !== session || !tty) return;
    for (const { task } of table.values()) {
      if (task.session !== session || !(task.stopped || task.group === tty.foreground)) continue;
      task.signal("SIGHUP");
      task.signal("SIGCONT");
    }
  }

  function shutdown(): void {
    isDown = true;
    for (const { task } of [...table.values()]) task.die("SIGKILL");
  }

  /** The parent of what the host starts itself. */
  function spawn(argv: readonly string[], given: SpawnOptions = {}, tty?: LineDiscipline): Child {
    const identity = given.user === undefined ? root : who(given.user);
    const home = identityOf(files, identity.name)?.home ?? identity.home;
    const env = new Map([
      ["PATH", defaultPath],
      ["HOME", home],
      ...Object.entries(options.env ?? {}),
      ...(given.env ?? []),
    ]);
    const cwd = given.cwd ?? "/";
    const runnable = findProgram(argv, { env, cwd, files: filesFor(identity) });
    const pid = nextPid();
    const init: TaskInit = {
      pid,
      parent: 0,
      argv: given.name === undefined ? runnable.argv : [given.name, ...runnable.argv.slice(1)],
      env,
      cwd,
      identity,
      group: pid,
      session: pid,
      tty,
      stdin: given.stdin ? sourceOf(given.stdin) : (tty?.source ?? textSource("")),
      stdout: given.stdout ? sinkOf(given.stdout) : (tty?.sink ?? callSink(() => {})),
      stderr: given.stderr ? sinkOf(given.stderr) : (tty?.sink ?? callSink(() => {})),
      descriptors: new Map(),
      ignoring: new Set(),
    };
    if (tty) tty.foreground = pid;
    return launch(init, runnable);
  }

  function openTerminal(argv: readonly string[], given: TerminalOptions & SpawnOptions): Terminal {
    const tty = new LineDiscipline({
      ...given,
      name: `/dev/pts/${terminals++}`,
      clock,
      signal: (group, signal) => send(-group, signal, false),
    });
    const child = spawn(argv, { ...given, ...forTerminal(given) }, tty);
    return {
      type: (keys) => tty.type(keys),
      resize: (columns, rows) => tty.resize(columns, rows),
      hangUp() {
        tty.drop();
        for (const { task } of table.values()) {
          if (task.session !== child.pid) continue;
          task.signal("SIGHUP", true);
          task.signal("SIGCONT", true);
        }
      },
      exit: child.exit,
    };
  }

  const units = createUnits({ clock, spawn, kill: (pid, signal) => send(pid, signal, true) });
  const system = systemOf(options, units);
  if (!container) {
    const init = firstProcess();
    launch(init, { program: forever, argv: init.argv });
  }

  return {
    hostname,
    files,
    adapter,
    clock,
    system,
    spawn: (argv, given) => spawn(argv, given),
    openTerminal,
    processes: kernel.processes,
    kill: (pid, signal) => send(pid, signal, true),
    shutdown,
    get isDown() {
      return isDown;
    },
  };
}

function systemOf({ clock, cpus, memory, kernel }: MachineOptions, units: Units): System {
  return {
    booted: clock.now(),
    cpus: cpus ?? 1,
    memory: memory ?? 4 * 2 ** 30,
    kernel: kernel ?? "5.15.0-91-generic",
    units,
    completers: new Map(),
  };
}

/** Of a machine that is no container. */
function firstProcess(): TaskInit {
  const stdout = callSink(() => {});
  return {
    ...{ pid: 1, parent: 0, argv: ["/sbin/init"], env: new Map(), cwd: "/", identity: root },
    ...{ group: 1, session: 1, tty: undefined, stdin: textSource(""), stdout, stderr: stdout },
    ...{ descriptors: new Map(), ignoring: new Set() },
  };
}

const forever: Program = (process) => process.wait(new Promise<number>(() => {}));

/** A terminal says what TERM is unless somebody else has. */
function forTerminal({ env }: SpawnOptions): SpawnOptions {
  return { env: new Map([["TERM", "xterm-256color"], ...(env ?? [])]) };
}

function terminalOf(tty: unknown): LineDiscipline | undefined {
  assert(tty === undefined || tty instanceof LineDiscipline, "terminals are made by the machine");
  return tty;
}

/** A process as its parent holds it. */
class Running implements Child {
  readonly task: Task;
  readonly exit: Promise<number>;
  readonly waiters = new Waiters();
  code: number | undefined;
  #finish: (code: number) => void = () => {};

  constructor(task: Task) {
    this.task = task;
    this.exit = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get pid(): number {
    return this.task.pid;
  }

  get signal(): Signal | undefined {
    return this.code === undefined ? undefined : this.task.dead?.signal;
  }

  kill(signal: Signal): void {
    this.task.signal(signal);
  }

  async change(): Promise<"stopped" | "exited"> {
    for (;;) {
      if (this.code !== undefined) return "exited";
      if (this.task.stopped) return "stopped";
      await new Promise<void>((resolve) => {
        this.waiters.add(resolve);
      });
    }
  }

  finish(code: number): void {
    this.code = code;
    this.#finish(code);
    this.waiters.wake();
  }
}
