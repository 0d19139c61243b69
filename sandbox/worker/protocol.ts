// All that ever crosses between the page and the worker, as Comlink carries it: plain data, and
// functions that the page passes wrapped in `proxy`. Types only; the worker is reached by its URL.

import type { KubeObject } from "../api/meta.ts";
import type { Scene } from "../scene.ts";
import type { Deed, Input } from "../session.ts";
import type { About, Decision } from "../sim/trace.ts";

/** What the worker exposes. One sandbox lives in it at a time; `boot` replaces it. */
export interface Sandbox {
  /**
   * Starts a scene, does the inputs again at full speed, and stops at `until` (virtual milliseconds
   * since the scene's start; the last input's time if not given). Resolves when it stands there.
   */
  boot(options: BootOptions, listener: Listener): Promise<Booted>;
  /** Does something at the next instant, and remembers it. */
  do(deed: Deed): Promise<void>;
  /** Types command lines at a terminal's prompt, each when the one before has ended. */
  perform(terminal: number, lines: readonly string[]): Promise<void>;
  /**
   * How fast time goes: 1 is real time, 0 stands still (what is typed still runs), Infinity is as fast
   * as it can.
   */
  pace(speed: number): Promise<void>;
  /** Runs to the next change of any object, at most a minute. */
  step(): Promise<void>;
  /** Runs until nothing has changed for six seconds, at most ninety. */
  settle(): Promise<void>;
  /** One API request as the reader's user: what the details pane shows. */
  request(request: PlainRequest): Promise<PlainResponse>;
  /** Runs a command line apart from the reader's machine, for checks. Changes nothing. */
  check(command: string): Promise<CheckResult>;
  /** The last verdicts about an object. */
  why(about: About): Promise<readonly Decision[]>;
  /** Files of the workstation, for the editor. */
  read(path: string): Promise<string | undefined>;
  list(path: string): Promise<readonly FileEntry[]>;
  /** Everything that was done so far. */
  inputs(): Promise<readonly Input[]>;
  /** A fingerprint of all objects and files: equal runs have equal ones. */
  fingerprint(): Promise<string>;
  /** The editor that `kubectl edit` waits for has closed its file. */
  edited(file: number, saved: boolean): Promise<void>;
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
  /** Everything since the last call, at most some tens of times a second. Awaited: it holds back. */
  tell(news: News): Promise<void>;
  /** The sandbox broke one of its own rules and has stopped. */
  crashed(report: CrashReport): void;
}

export interface News {
  /** Virtual milliseconds since the scene's start. */
  readonly at: number;
  /** What the pace has become; 0 while time stands still. */
  readonly speed: number;
  readonly changes: readonly ObjectChange[];
  readonly output: readonly TerminalOutput[];
  readonly decisions: readonly Decision[];
  readonly inputs: readonly Input[];
  /** A program asks for a file to be edited in the page's editor. */
  readonly edits: readonly EditRequest[];
  /** Nothing is due and nothing runs: the cluster is quiet. */
  readonly quiet: boolean;
}

export interface ObjectChange {
  readonly at: number;
  readonly revision: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly plural: string;
  readonly object: KubeObject;
}

export interface TerminalOutput {
  readonly at: number;
  readonly terminal: number;
  readonly text: string;
}

export interface EditRequest {
  readonly file: number;
  readonly path: string;
  readonly text: string;
}

export interface CrashReport {
  readonly message: string;
  readonly stack: string;
  readonly scene: Scene;
  readonly inputs: readonly Input[];
}

export interface PlainRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface PlainResponse {
  readonly status: number;
  readonly body: unknown;
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
