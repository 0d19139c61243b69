// Finds the command lines in what a terminal shows, by the marks that the shell writes around them:
// OSC 133 with A before the prompt, B behind it, C (and the command line) before it runs, D behind
// it.

import type { CommandNews } from "./protocol.ts";

const marks = /\x1b\]133;([ABCD])((?:;[^\x07\x1b]*)*)(?:\x07|\x1b\\)/g;

/** What a shell reports of a command that ^C has ended. */
export const INTERRUPTED = 130;

interface Reading {
  /** The beginning of a mark whose end has not come yet. */
  torn: string;
  /** How far it is: the prompt can be typed at, something has been entered, it runs. */
  state: "starting" | "prompt" | "entered" | "running";
  atPrompt: (() => void)[];
  atEnd: ((exitCode: number) => void)[];
}

/** Reads the output of all terminals, piece by piece. */
export class CommandReader {
  readonly #terminals: Reading[] = [];

  read(terminal: number, text: string, at: number): readonly CommandNews[] {
    const reading = this.#reading(terminal);
    const whole = reading.torn + text;
    const news: CommandNews[] = [];
    for (const [, mark, details = ""] of whole.matchAll(marks)) {
      if (mark === "B") this.#prompted(reading);
      if (mark === "C") {
        reading.state = "running";
        news.push({ at, terminal, line: lineIn(details) });
      }
      if (mark === "D") {
        const exitCode = Number(details.slice(1) || 0);
        reading.state = "starting";
        news.push({ at, terminal, exitCode });
        for (const end of reading.atEnd.splice(0)) end(exitCode);
      }
    }
    const start = whole.lastIndexOf("\x1b");
    const isTorn = start >= 0 && /^\x1b(?:\][^\x07\x1b]*\x1b?)?$/.test(whole.slice(start));
    reading.torn = isTorn ? whole.slice(start) : "";
    return news;
  }

  /** In any terminal a command runs that was entered at its own prompt. */
  get isRunning(): boolean {
    return this.#terminals.some(({ state }) => state === "running");
  }

  /** A command was entered and has not ended. */
  isPending(terminal: number): boolean {
    const { state } = this.#reading(terminal);
    return state === "entered" || state === "running";
  }

  /** Resolves when the terminal's own shell waits for a command. */
  prompt(terminal: number): Promise<void> {
    const reading = this.#reading(terminal);
    if (reading.state === "prompt") return Promise.resolve();
    return new Promise((resolve) => reading.atPrompt.push(resolve));
  }

  /** Resolves with the exit code of what is entered next. */
  end(terminal: number): Promise<number> {
    const reading = this.#reading(terminal);
    reading.state = "entered";
    return new Promise((resolve) => reading.atEnd.push(resolve));
  }

  /** There is no more to read: nobody waits any longer, and what was entered was interrupted. */
  close(): void {
    for (const { atPrompt, atEnd } of this.#terminals) {
      for (const resolve of atEnd.splice(0)) resolve(INTERRUPTED);
      for (const resolve of atPrompt.splice(0)) resolve();
    }
  }

  /** A shell inside of what runs has a prompt too: that one does not count. */
  #prompted(reading: Reading): void {
    if (reading.state === "running") return;
    reading.state = "prompt";
    for (const resolve of reading.atPrompt.splice(0)) resolve();
  }

  #reading(terminal: number): Reading {
    this.#terminals[terminal] ??= { torn: "", state: "starting", atPrompt: [], atEnd: [] };
    return this.#terminals[terminal];
  }
}

/** `;cmdline_url=kubectl%20get%20pods`, as other terminals have it. */
function lineIn(details: string): string {
  const encoded = /;cmdline_url=([^;]*)/.exec(details)?.[1];
  return encoded === undefined ? "" : decodeURIComponent(encoded);
}
