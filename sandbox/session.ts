// A session: a cluster, what a person did to it, and when. Scene and inputs together are the saved
// work, the shared link, the bug report and the fixture: playing them again gives the same bytes.

import { boot, type Cluster, type ClusterHost } from "./cluster.ts";
import { parentOf } from "./machine/files.ts";
import type { Terminal } from "./machine/tty.ts";
import { createPageEditor, type EditListener } from "./page-editor.ts";
import type { Scene } from "./scene.ts";
import { assert, present } from "./sim/assert.ts";

/** Something a person did. `at` counts virtual milliseconds from the scene's start. */
export type Input = { readonly at: number } & Deed;

export type Deed =
  /** A terminal is opened on the workstation; its number is its place among the opened ones. */
  | { readonly type: "open"; readonly columns: number; readonly rows: number }
  | { readonly type: "keys"; readonly terminal: number; readonly keys: string }
  | {
      readonly type: "resize";
      readonly terminal: number;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly type: "hangup"; readonly terminal: number }
  /** The editor saves a file of the workstation; `~` is the reader's home. */
  | { readonly type: "save"; readonly path: string; readonly text: string }
  /** The file that a program wanted to be edited is done; without a text it stays as it was. */
  | { readonly type: "edited"; readonly number: number; readonly text?: string };

export interface SessionOptions {
  readonly scene: Scene;
  readonly host: ClusterHost;
  /**
   * What a terminal shows, as it comes; `at` counts from the scene's start. A promise holds
   * everything back until it settles.
   */
  readonly onOutput?: (terminal: number, text: string, at: number) => void | Promise<void>;
  /** Whoever can show files for editing: then it is the editor of `kubectl edit`. */
  readonly editor?: EditListener;
  /** Done again before anything new: each at its time. */
  readonly inputs?: readonly Input[];
  /** Terminals outlive their shell: the next key after its end starts another one. */
  readonly keepsTerminals?: boolean;
}

export interface Session {
  readonly cluster: Cluster;
  /** Virtual milliseconds since the scene's start. */
  readonly at: number;
  /** Everything that was done, in order; those still to come of the ones given included. */
  readonly inputs: readonly Input[];
  /** Does it at the next instant. Returns when that will be. */
  do(deed: Deed): number;
  /**
   * Runs until `at`, or until `pause()` says so, asked between turns; true if it landed there.
   * Inputs happen at the beginning of their instant, before anything else of it.
   */
  run(at: number, pause?: () => boolean): Promise<boolean>;
  /** The shell of a terminal that is kept has ended: the next key starts another one. */
  isOver(terminal: number): boolean;
  /** Resolves with its exit code when the program of a terminal has ended. */
  exit(terminal: number): Promise<number>;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * As the reader would, from home. A folder that he has deleted meanwhile comes back; where a folder
 * stands in the file's place nothing is saved.
 */
function save({ workstation, scene }: Cluster, { path, text }: Extract<Deed, { type: "save" }>) {
  const { files } = workstation;
  const { home, user } = scene.workstation;
  const full = path.replace(/^~(?=\/)/, home);
  if (files.kind(full) === "directory") return;
  const isNew = files.kind(full) === undefined;
  files.makeDirectory(parentOf(full), { parents: true });
  files.write(full, text);
  if (isNew && user !== "root") files.chown(full, READER, READER);
}

/** The reader's number on his workstation, and his group's. */
const READER = 1000;

/** The mark that a command has ended, which the shell could not set any more, and what to do. */
const shellEnded = (code: number): string =>
  `\x1b]133;D;${code}\x07\x1b[2m[The shell has ended. Press a key for another one.]\x1b[22m\r\n`;

const EDITOR = "/usr/local/bin/page-editor";

export async function startSession(options: SessionOptions): Promise<Session> {
  const { scene, host, onOutput } = options;
  const cluster = await boot(scene, host);
  const { clock } = cluster;
  const start = clock.now();
  const inputs: Input[] = [...(options.inputs ?? [])];
  const terminals: Terminal[] = [];
  const sizes: Size[] = [];
  /** Terminals whose shell has ended, until somebody wants another one. */
  const over = new Set<number>();
  const hungUp = new Set<number>();
  const editor = options.editor && createPageEditor(options.editor);
  if (editor) cluster.workstation.files.install(EDITOR, editor.program);
  const env = new Map(editor && [["EDITOR", EDITOR]]);
  let done = 0;

  function perform(input: Input): void {
    switch (input.type) {
      case "open":
        sizes.push(input);
        return open(terminals.length);
      case "keys":
        if (over.has(input.terminal)) return open(input.terminal);
        return terminalOf(input.terminal).type(input.keys);
      case "resize":
        sizes[input.terminal] = input;
        return terminalOf(input.terminal).resize(input.columns, input.rows);
      case "hangup":
        hungUp.add(input.terminal);
        return terminalOf(input.terminal).hangUp();
      case "save":
        return save(cluster, input);
      case "edited":
        return editor?.answer(input.number, input.text);
    }
  }

  /** A terminal with a shell of its own, under a new number or under one whose shell has ended. */
  function open(number: number): void {
    const { columns, rows } = present(sizes[number], `the size of terminal ${number}`);
    const output = (text: string) => onOutput?.(number, text, clock.now() - start);
    const terminal = cluster.openTerminal({ columns, rows, output, env });
    terminals[number] = terminal;
    over.delete(number);
    if (!options.keepsTerminals) return;
    void terminal.exit.then((code) => {
      if (hungUp.has(number)) return;
      over.add(number);
      return output(shellEnded(code));
    });
  }

  const terminalOf = (number: number): Terminal => present(terminals[number], `terminal ${number}`);

  return {
    cluster,
    inputs,
    get at() {
      return clock.now() - start;
    },
    do(deed) {
      const last = inputs.at(-1)?.at ?? 0;
      const at = Math.max(clock.now() - start + 1, last);
      inputs.push({ at, ...deed });
      return at;
    },
    async run(at, pause = () => false) {
      const end = start + at;
      for (;;) {
        const input = inputs[done];
        const instant = input ? start + input.at : Number.POSITIVE_INFINITY;
        if (clock.now() < Math.min(instant, end)) {
          // Something may be done while we run: then it comes first.
          const isStopped = () => inputs[done] !== input || pause();
          if (!(await clock.runUntil(Math.min(instant - 1, end), isStopped))) {
            if (inputs[done] !== input) continue;
            return false;
          }
        }
        if (!input || instant > end) return clock.runUntil(end, pause);
        if (clock.now() < instant) clock.enter(instant);
        assert(clock.now() === instant, "an input happens at its own instant");
        perform(input);
        done++;
      }
    },
    isOver: (terminal) => over.has(terminal),
    exit: (terminal) => terminalOf(terminal).exit,
  };
}
