// vi's colon commands: writing, leaving, substituting.

import { absolute, FileError } from "../../machine/files.ts";
import type { Process } from "../../machine/process.ts";
import { RegexError, regex } from "./regex.ts";
import { linesOf } from "./screen.ts";
import type { Buffer } from "./vi-buffer.ts";

/** What they act on. */
export interface ViFile {
  readonly buffer: Buffer;
  readonly process: Process;
  path: string | undefined;
  /** Set when vi is to end. */
  exit: number | undefined;
}

/** Does what a line behind a colon says. */
export function execute(vi: ViFile, command: string): void {
  const match = /^(%|\d+|\$|\.)?(?:,(\d+|\$|\.))?\s*([a-z]*)(!?)\s*([\s\S]*)$/.exec(command);
  const [, from, to, name = "", bang = "", rest = ""] = match ?? [];
  const line = (text: string | undefined, otherwise: number) =>
    text === undefined
      ? otherwise
      : text === "$"
        ? vi.buffer.lines.length
        : text === "."
          ? vi.buffer.row + 1
          : Number(text);
  if (name === "" && from !== undefined && rest === "")
    return vi.buffer.place(line(from, 1) - 1, 0);
  const range =
    from === "%"
      ? [1, vi.buffer.lines.length]
      : [line(from, vi.buffer.row + 1), line(to ?? from, vi.buffer.row + 1)];
  switch (name) {
    case "w":
    case "write":
      write(vi, rest || vi.path);
      return;
    case "wq":
    case "x":
    case "xit":
    case "wqa":
    case "xa":
      if ((/^w/.test(name) || vi.buffer.changed) && !write(vi, rest || vi.path)) return;
      vi.exit = 0;
      return;
    case "q":
    case "quit":
    case "qa":
      if (vi.buffer.changed && !bang)
        vi.buffer.message = "E37: No write since last change (add ! to override)";
      else vi.exit = 0;
      return;
    case "cq":
      vi.exit = 1;
      return;
    case "e":
    case "edit":
      if (vi.buffer.changed && !bang)
        vi.buffer.message = "E37: No write since last change (add ! to override)";
      else open(vi, rest || vi.path);
      return;
    case "d":
      vi.buffer.cut({
        from: { row: (range[0] ?? 1) - 1, column: 0 },
        to: { row: range[1] ?? 1, column: 0 },
        lines: true,
      });
      return;
    case "s":
      return substitute(vi, rest, range as [number, number]);
    case "u":
      return vi.buffer.restore(vi.buffer.undo, vi.buffer.redo);
    case "set":
    case "se":
    case "syntax":
    case "noh":
    case "nohlsearch":
      return;
  }
  vi.buffer.message = `E492: Not an editor command: ${command}`;
}

function open(vi: ViFile, path: string | undefined): void {
  if (path === undefined) {
    vi.buffer.message = "E32: No file name";
    return;
  }
  const { lines, isNew } = linesOf(vi.process, path);
  vi.buffer.lines = lines;
  vi.path = path;
  vi.buffer.changed = false;
  vi.buffer.place(0, 0);
  vi.buffer.message = isNew ? `"${path}" [New]` : `"${path}" ${lines.length}L`;
}

function write(vi: ViFile, path: string | undefined): boolean {
  if (path === undefined) {
    vi.buffer.message = "E32: No file name";
    return false;
  }
  const text = `${vi.buffer.lines.join("\n")}\n`;
  try {
    vi.process.files.write(absolute(vi.process.cwd, path), text);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    vi.buffer.message = `E212: Can't open file for writing: ${error.message}`;
    return false;
  }
  vi.path ??= path;
  vi.buffer.changed = false;
  vi.buffer.message = `"${path}" ${vi.buffer.lines.length}L, ${text.length}B written`;
  return true;
}

function substitute(vi: ViFile, text: string, [from, to]: [number, number]): void {
  const delimiter = text[0] ?? "/";
  const [, pattern = "", replacement = "", flags = ""] = text.split(delimiter);
  try {
    const expression = regex(pattern, {
      global: flags.includes("g"),
      ignoreCase: flags.includes("i"),
    });
    vi.buffer.save();
    let count = 0;
    for (let row = from - 1; row < to; row++) {
      const line = vi.buffer.lines[row];
      if (line === undefined) continue;
      const next = line.replace(expression, (...args: unknown[]) => {
        count++;
        return replacement.replace(/\\(\d)|&/g, (_, digit?: string) =>
          String(args[Number(digit ?? 0)] ?? ""),
        );
      });
      if (next === line) continue;
      vi.buffer.lines[row] = next;
      vi.buffer.changed = true;
      vi.buffer.place(row, 0);
    }
    if (count === 0) vi.buffer.message = `E486: Pattern not found: ${pattern}`;
    else if (count > 1)
      vi.buffer.message = `${count} substitutions on ${to - from + 1} line${to > from ? "s" : ""}`;
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    vi.buffer.message = `E486: ${error.message}: ${pattern}`;
  }
}
