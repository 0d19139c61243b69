// A full screen for one program: keys in, whole pages out, and the terminal as it was when it ends.

import { absolute, FileError } from "../../machine/files.ts";
import type { Process, Reader } from "../../machine/process.ts";
import { rawMode } from "../../machine/tty.ts";
import { Keys } from "../shell/keys.ts";

export interface Cursor {
  /** Counted from 0. */
  readonly row: number;
  readonly column: number;
}

export class Screen {
  readonly keys: Keys;
  readonly #process: Process;
  #resized = false;

  constructor(process: Process, input: Reader) {
    this.#process = process;
    this.keys = new Keys(input);
  }

  get rows(): number {
    return this.#process.tty?.rows || 24;
  }

  get columns(): number {
    return this.#process.tty?.columns || 80;
  }

  /** The next key; `<resize>` when the terminal has another size. */
  async key(): Promise<string | undefined> {
    for (;;) {
      try {
        return await this.keys.next();
      } catch (error) {
        if (!(error instanceof Resized)) throw error;
        this.#resized = false;
        return "<resize>";
      }
    }
  }

  /** Shows these lines from the top; what does not fit is cut. */
  async draw(lines: readonly string[], cursor: Cursor): Promise<void> {
    const page = Array.from({ length: this.rows }, (_, i) => `${lines[i] ?? ""}\x1b[K`);
    const place = `\x1b[${cursor.row + 1};${cursor.column + 1}H`;
    await this.#process.stdout.write(`\x1b[?25l\x1b[H${page.join("\r\n")}${place}\x1b[?25h`);
  }

  resized(): void {
    if (this.#resized) return;
    this.#resized = true;
    this.#process.interrupt(new Resized());
  }
}

class Resized extends Error {}

/** Takes the terminal for as long as `use` runs. Undefined if there is none. */
export async function withScreen<T>(
  process: Process,
  use: (screen: Screen) => Promise<T>,
): Promise<T | undefined> {
  const { tty } = process;
  if (!tty) return undefined;
  const input = process.stdin.isTerminal ? process.stdin : process.open("/dev/tty");
  const screen = new Screen(process, input);
  const mode = tty.mode;
  tty.mode = rawMode;
  process.trap("SIGWINCH", () => screen.resized());
  await process.stdout.write("\x1b[?1049h\x1b[H\x1b[2J");
  try {
    return await use(screen);
  } finally {
    if (!process.killed.aborted) {
      await process.stdout.write("\x1b[?1049l");
      tty.mode = mode;
      screen.keys.release();
    }
  }
}

/** A text with its control characters made visible and its tabs spread. */
export function displayed(text: string): string {
  let out = "";
  for (const unit of text) {
    if (unit === "\t") out += " ".repeat(8 - (out.length % 8));
    else if (unit < " " && unit !== "\x1b")
      out += `^${String.fromCharCode(unit.charCodeAt(0) + 64)}`;
    else out += unit;
  }
  return out;
}

/** The lines of a file to be edited; undefined if there is none yet. */
export function linesOf(process: Process, path: string): { lines: string[]; isNew: boolean } {
  try {
    const text = process.files.read(absolute(process.cwd, path));
    const lines = text.split("\n");
    if (lines.at(-1) === "" && lines.length > 1) lines.pop();
    return { lines, isNew: false };
  } catch (error) {
    if (error instanceof FileError && error.code === "ENOENT") return { lines: [""], isNew: true };
    throw error;
  }
}
