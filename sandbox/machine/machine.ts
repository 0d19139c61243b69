// A machine: a workstation, a node, or a container. It owns processes; files and network are given
// to it, because they may outlive it (volumes) or be shared (a pod's network).

import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { FileSystem } from "./files.ts";
import type { Adapter } from "./network.ts";
import type { Child, Process, ProcessInfo, Signal, SpawnOptions } from "./process.ts";
import type { System } from "./system.ts";
import type { Terminal, TerminalOptions } from "./tty.ts";

export interface MachineOptions {
  readonly hostname: string;
  /** As root sees them. /etc/passwd in it says who there is. */
  readonly files: FileSystem;
  readonly adapter: Adapter;
  readonly clock: Clock;
  readonly random: Random;
  /** For every process that does not say otherwise; PATH has a default. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The first process is pid 1 of a container: it gets no signal that it does not trap, except
   * SIGKILL from outside, and everything ends with it.
   */
  readonly container?: boolean;
  readonly cpus?: number;
  readonly memory?: number;
  readonly kernel?: string;
  /**
   * A program threw what no program may throw: our bug. Given to the host; without it the clock's
   * run fails.
   */
  readonly onBug?: (error: unknown, process: Process) => void;
}

export interface Machine {
  readonly hostname: string;
  readonly files: FileSystem;
  readonly adapter: Adapter;
  readonly clock: Clock;
  readonly system: System;
  /**
   * Starts a program in a session of its own. `env` is added to the machine's; `user` is a login
   * name or `uid` or `uid:gid`. Throws `SpawnError` if there is no such program.
   */
  spawn(argv: readonly string[], options?: SpawnOptions): Child;
  /** Starts a program on a new terminal, as its session's leader. */
  openTerminal(argv: readonly string[], options: TerminalOptions & SpawnOptions): Terminal;
  processes(): readonly ProcessInfo[];
  /** From outside: it reaches pid 1 of a container too. */
  kill(pid: number, signal: Signal): boolean;
  /** Kills every process at once. The machine is no more; files and adapter are not touched. */
  shutdown(): void;
  readonly isDown: boolean;
}
