// Somebody who goes through a lesson: types its commands at terminals of its scene, waits where it
// says so, and has its tasks checked. Takes the time that a reader takes, in virtual milliseconds,
// so that it comes out the same every time. Knows nothing of files.

import { nodeHost } from "../../cli/session.ts";
import type { Scene } from "../../sandbox/scene.ts";
import { type Session, startSession } from "../../sandbox/session.ts";
import { QuietWatch } from "../../sandbox/settle.ts";
import { CommandReader } from "../../sandbox/worker/commands.ts";
import type { ConsoleCommand } from "../../src/lessons/console.ts";
import { type Wait, waitCheck } from "../../src/lessons/fence.ts";
import type { ConsoleStep } from "../../src/lessons/steps.ts";

/** Between what one has read and what one types. */
const THINKING_MS = 2_000;
/** A command that takes longer is stuck. */
const LONGEST_MS = 600_000;
/** As long as the page waits for what a block waits for. */
const WAIT_MS = 300_000;
const CHECK_MS = 30_000;
const SECOND_MS = 1_000;
const size = { columns: 100, rows: 30 };

/** A command as it was typed, with what it printed. */
export interface Typed extends Omit<ConsoleCommand, "line"> {
  readonly exitCode: number;
}

export interface Checked {
  readonly output: string;
  readonly exitCode: number;
}

export class Reader {
  readonly #session: Session;
  readonly #screens: string[];
  readonly #commands: CommandReader;
  #terminals = 0;

  private constructor(session: Session, screens: string[], commands: CommandReader) {
    this.#session = session;
    this.#screens = screens;
    this.#commands = commands;
  }

  /** Comes into the scene, as the page lets a reader in. */
  static async enter(scene: Scene): Promise<Reader> {
    const screens: string[] = [];
    const commands = new CommandReader();
    const session = await startSession({
      scene,
      host: nodeHost,
      onOutput: (terminal, text, at) => {
        screens[terminal] = (screens[terminal] ?? "") + text;
        commands.read(terminal, text, at);
      },
    });
    return new Reader(session, screens, commands);
  }

  /** Goes through a console block: waits for what it waits for, then types its commands. */
  async block({ commands, terminal, wait, stop }: ConsoleStep): Promise<readonly Typed[]> {
    if (wait) await this.#wait(wait);
    const typed: Typed[] = [];
    for (const [index, { command }] of commands.entries()) {
      const isLast = index === commands.length - 1;
      await this.#pass(THINKING_MS);
      typed.push(
        await this.type(command, { terminal: terminal - 1, stop: isLast ? stop : undefined }),
      );
    }
    return typed;
  }

  /** Types a command and waits for its end, or for so long, and then ends it with Ctrl-C. */
  async type(
    command: string,
    { terminal = 0, stop }: { readonly terminal?: number; readonly stop?: number | undefined } = {},
  ): Promise<Typed> {
    await this.#open(terminal);
    await this.#prompt(terminal);
    const from = this.#screen(terminal).length;
    let exitCode: number | undefined;
    void this.#commands.end(terminal).then((code) => {
      exitCode = code;
    });
    this.#keys(terminal, `${command.replaceAll("\n", "\r")}\r`);
    if (stop !== undefined) {
      await this.#pass(stop);
      this.#keys(terminal, "\x03");
    }
    await this.#until(LONGEST_MS, () => exitCode !== undefined);
    if (exitCode === undefined) throw new Error(`does not end: ${command}`);
    return { command, output: printed(this.#screen(terminal).slice(from)), exitCode };
  }

  /** Runs a command line apart from the terminals, as the page checks its tasks. */
  async check(command: string): Promise<Checked> {
    const { cluster } = this.#session;
    let result: Checked | undefined;
    const running = cluster.execute(command, cluster.scene.workstation.home).then((done) => {
      result = done;
    });
    if (!(await this.#until(CHECK_MS, () => result !== undefined))) {
      return { output: "the check takes too long\n", exitCode: 124 };
    }
    await running;
    return result ?? { output: "", exitCode: 1 };
  }

  async #wait(wait: Wait): Promise<void> {
    if (wait.for === "time") return this.#pass(wait.ms);
    const command = waitCheck(wait);
    if (command === undefined) {
      const watch = new QuietWatch(this.#session.cluster);
      await this.#until(QuietWatch.longestMs, () => watch.isQuiet());
      return watch.stop();
    }
    const end = this.#session.at + WAIT_MS;
    while ((await this.check(command)).exitCode !== 0) {
      if (this.#session.at > end) throw new Error(`waits in vain for: ${command}`);
      await this.#pass(SECOND_MS);
    }
  }

  async #open(terminal: number): Promise<void> {
    for (; this.#terminals <= terminal; this.#terminals++) {
      this.#session.do({ type: "open", ...size });
      await this.#prompt(this.#terminals);
    }
  }

  async #prompt(terminal: number): Promise<void> {
    let isThere = false;
    void this.#commands.prompt(terminal).then(() => {
      isThere = true;
    });
    await this.#until(LONGEST_MS, () => isThere);
  }

  #keys(terminal: number, keys: string): void {
    this.#session.do({ type: "keys", terminal, keys });
  }

  #screen = (terminal: number): string => this.#screens[terminal] ?? "";

  async #pass(ms: number): Promise<void> {
    await this.#until(ms, () => false);
  }

  /** False if it has not become true within so many milliseconds. */
  async #until(ms: number, isReached: () => boolean): Promise<boolean> {
    await this.#session.run(this.#session.at + ms, isReached);
    return isReached();
  }
}

/**
 * What a command printed, of all that the terminal showed since it was typed: what stands between
 * the marks of its beginning and its end, without the blanks at the ends of its lines.
 */
function printed(screen: string): string {
  const start = screen.indexOf("\u0007", screen.indexOf("\u001b]133;C")) + 1;
  const text = screen.slice(start, screen.indexOf("\u001b]133;D", start));
  const lines = text.replaceAll("\r\n", "\n").replace(/[ \t]+$/gm, "");
  return lines === "" || lines.endsWith("\n") ? lines : `${lines}\n`;
}
