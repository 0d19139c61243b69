// All that ever crosses between the page and the worker, as Comlink carries it: plain data, and
// functions that the page passes wrapped in `proxy`. Types only; the worker is reached by its URL.

import type { KubeObject } from "../api/meta.ts";
import type { EditRequest } from "../page-editor.ts";
import type { Scene } from "../scene.ts";
import type { Deed, Input } from "../session.ts";
import type { Decision } from "../sim/trace.ts";

export type { Decision, Deed, EditRequest, Input, Scene };

/** What the worker exposes. One sandbox lives in it at a time; `boot` replaces it. */
export interface Sandbox {
  /**
   * Starts a scene, does the inputs again at full speed, and stops at `until` (virtual milliseconds
   * since the scene's start; the last input's time if not given). Resolves when it stands there.
   * All that happened on the way is told as news.
   */
  boot(options: BootOptions, listener: Listener): Promise<Booted>;
  /** Does something at the next instant, and remembers it. */
  do(deed: Deed): Promise<void>;
  /**
   * Types command lines at a terminal's prompt, each when the one before has ended; a line break
   * within one is typed as Enter. False if somebody interrupted it: the rest is not typed.
   */
  perform(terminal: number, lines: readonly string[]): Promise<boolean>;
  /**
   * How fast time goes: 1 is real time, 0 stands still (what is typed still runs), Infinity is as
   * fast as it can while something happens; once the cluster is quiet, that becomes 1.
   */
  pace(speed: number): Promise<void>;
  /** Runs to the next change of any object, at most a minute. */
  step(): Promise<void>;
  /** Runs until nothing has changed for six seconds, at most ninety. */
  settle(): Promise<void>;
  /** Runs until nothing more comes of itself, at most five minutes. */
  skip(): Promise<void>;
  /** Runs for so many virtual milliseconds, as fast as it can. */
  advance(ms: number): Promise<void>;
  /** Runs until the check succeeds; false if it has not within five minutes. */
  waitFor(command: string): Promise<boolean>;
  /** Runs a command line apart from the reader's terminals, for checks. */
  check(command: string): Promise<CheckResult>;
  /** Files of the workstation, for the editor. `~` is the reader's home. */
  read(path: string): Promise<string | undefined>;
  list(path: string): Promise<readonly FileEntry[]>;
  /** A fingerprint of all objects and of the reader's files: equal runs have equal ones. */
  fingerprint(): Promise<string>;
}

export interface BootOptions {
  readonly scene: Scene;
  readonly inputs?: readonly Input[];
  readonly until?: number;
}

export interface Booted {
  /** Virtual time of the scene's start, in milliseconds since the Unix epoch. */
  readonly start: number;
  /** Virtual milliseconds since then. */
  readonly at: number;
  /** Terminals that the inputs opened. */
  readonly terminals: number;
}

/** What the worker tells the page; the page passes it as a proxy. */
export interface Listener {
  /**
   * Everything since the last call, at most some tens of times a second. Awaited: it holds back.
   */
  tell(news: News): Promise<void>;
  /** The sandbox broke one of its own rules and has stopped. */
  crashed(report: CrashReport): void;
}

/** All times in it are virtual milliseconds since the scene's start. */
export interface News {
  readonly at: number;
  /** What the pace has become; 0 while time stands still. */
  readonly speed: number;
  readonly changes: readonly ObjectChange[];
  readonly output: readonly TerminalOutput[];
  readonly commands: readonly CommandNews[];
  readonly decisions: readonly Decision[];
  readonly inputs: readonly Input[];
  /** A program asks for a file to be edited in the page's editor, or does so no more. */
  readonly edits: readonly EditNews[];
  /** Nothing has changed for a while: the cluster is quiet. */
  readonly quiet: boolean;
}

export interface ObjectChange {
  readonly at: number;
  readonly revision: number;
  /** What was there when the reader came in is ADDED at 0. */
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

export interface TerminalOutput {
  readonly at: number;
  readonly terminal: number;
  readonly text: string;
}

/** A command line was entered at a shell's prompt, or what was entered has ended. */
export interface CommandNews {
  readonly at: number;
  readonly terminal: number;
  readonly line?: string;
  readonly exitCode?: number;
}

/** A request is answered by the deed `edited` with the same number. */
export type EditNews = EditRequest | { readonly number: number; readonly isGone: true };

export interface CrashReport {
  readonly message: string;
  readonly stack: string;
  readonly scene: Scene;
  readonly inputs: readonly Input[];
}

export interface CheckResult {
  /** Standard output and error together. */
  readonly output: string;
  readonly exitCode: number;
}

export interface FileEntry {
  readonly name: string;
  readonly directory: boolean;
  readonly size: number;
}
