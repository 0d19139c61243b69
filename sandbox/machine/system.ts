// What a machine knows of itself beyond files and processes: its services, its journal, and how
// programs complete their arguments for the shell.

import type { Process } from "./process.ts";

/** What every process of a machine can ask about. */
export interface System {
  /** When it was started, in virtual time. */
  readonly booted: number;
  readonly cpus: number;
  /** In bytes. */
  readonly memory: number;
  /** As `uname -r` prints it. */
  readonly kernel: string;
  readonly units: Units;
  /** By the name of the program whose arguments they complete. */
  readonly completers: Map<string, Completer>;
}

/** Tab, behind a program's name. Undefined: complete file names. */
export type Completer = (
  request: CompletionRequest,
  process: Process,
) => Promise<readonly string[] | undefined>;

export interface CompletionRequest {
  /** The words before the one at the cursor, quotes removed; the first is the program. */
  readonly words: readonly string[];
  /** The beginning of the word at the cursor. Candidates that do not start with it are dropped. */
  readonly current: string;
}

/** A service that the machine's init keeps: kubelet, containerd, sshd. */
export interface Unit {
  /** With its ending: `kubelet.service`. */
  readonly name: string;
  readonly description: string;
  readonly argv: readonly string[];
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Starts again when it ends; `no` unless said. */
  readonly restart?: "no" | "always" | "on-failure";
  readonly restartMs?: number;
}

export interface UnitState {
  readonly unit: Unit;
  readonly active: "active" | "inactive" | "failed" | "activating";
  readonly enabled: boolean;
  /** Since when it has been so. */
  readonly since: number;
  readonly pid: number | undefined;
  readonly exitCode: number | undefined;
}

export interface JournalEntry {
  readonly at: number;
  /** What journalctl prints before the pid: `kubelet`. */
  readonly source: string;
  readonly pid: number;
  readonly text: string;
  readonly unit: string;
}

/** The machine's init, as systemctl and journalctl see it. */
export interface Units {
  register(unit: Unit, options?: { readonly enabled?: boolean }): void;
  /** With or without `.service`. */
  state(name: string): UnitState | undefined;
  list(): readonly UnitState[];
  start(name: string): Promise<void>;
  /** SIGTERM, and SIGKILL if that does not end it. */
  stop(name: string): Promise<void>;
  enable(name: string, enabled: boolean): void;
  readonly journal: readonly JournalEntry[];
  /** Called for each new line. */
  follow(on: (entry: JournalEntry) => void): () => void;
}
