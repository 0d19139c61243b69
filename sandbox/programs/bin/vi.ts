// vi: a modal editor, as much of it as editing a manifest takes.

import { FileError } from "../../machine/files.ts";
import type { Process, Program } from "../../machine/process.ts";
import { widthOf } from "./columns.ts";
import { RegexError, regex } from "./regex.ts";
import { displayed, linesOf, type Screen, withScreen } from "./screen.ts";
import { Buffer, type Span } from "./vi-buffer.ts";
import { edits, inserts } from "./vi-edits.ts";
import { execute, type ViFile } from "./vi-ex.ts";
import { motions } from "./vi-motions.ts";

export const vi: Program = async (process) => {
  const [path] = process.argv.slice(1).filter((arg) => !/^[-+]/.test(arg));
  if (!process.tty || !process.stdout.isTerminal) {
    await process.stderr.write("Vim: Warning: Output is not to a terminal\n");
    return 1;
  }
  const start = /^\+(\d*)$/.exec(process.argv.find((arg) => arg.startsWith("+")) ?? "")?.[1];
  let opened: ReturnType<typeof linesOf>;
  try {
    opened = path === undefined ? { lines: [""], isNew: true } : linesOf(process, path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await process.stderr.write(`"${path}" ${error.message}\n`);
    return 1;
  }
  const vi = new Vi(process, path, opened);
  if (start !== undefined) vi.start(start === "" ? Infinity : Number(start));
  return (await withScreen(process, (screen) => vi.run(screen))) ?? 1;
};

class Vi implements ViFile {
  readonly process: Process;
  path: string | undefined;
  readonly buffer: Buffer;
  #top = 0;
  /** The keys of the last change, for `.`; and those of the one under way. */
  #last: string[] = [];
  #recorded: string[] = [];
  #queued: string[] = [];
  exit: number | undefined;

  constructor(
    process: Process,
    path: string | undefined,
    { lines, isNew }: { lines: string[]; isNew: boolean },
  ) {
    this.process = process;
    this.path = path;
    this.buffer = new Buffer(lines);
    const bytes = lines.join("\n").length + 1;
    if (path === undefined) this.buffer.message = "";
    else this.buffer.message = isNew ? `"${path}" [New]` : `"${path}" ${lines.length}L, ${bytes}B`;
  }

  start(line: number): void {
    this.buffer.row = Math.max(0, Math.min(line, this.buffer.lines.length) - 1);
  }

  async run(screen: Screen): Promise<number> {
    while (this.exit === undefined) {
      await this.#draw(screen);
      const key = await this.#key(screen);
      if (key === undefined) return 1;
      if (key === "<resize>") continue;
      this.buffer.message = "";
      if (this.buffer.mode === "command") await this.#command(screen, key);
      else this.#typed(key);
    }
    return this.exit;
  }

  async #key(screen: Screen): Promise<string | undefined> {
    const queued = this.#queued.shift();
    if (queued !== undefined) return queued;
    const key = await screen.key();
    if (key !== undefined) this.#recorded.push(key);
    // Escape and a letter that come together are two keys here.
    const alt = key?.startsWith("<M-") ? key.slice(3, -1) : undefined;
    if (alt !== undefined && alt.length <= 2) {
      this.#queued.unshift(alt);
      return "<escape>";
    }
    return key;
  }

  // Insert mode.

  #typed(key: string): void {
    if (key === "<escape>" || key === "<C-c>") {
      this.buffer.mode = "command";
      this.buffer.place(this.buffer.row, this.buffer.column - 1);
      this.#last = [...this.#recorded];
      return;
    }
    const text = key.startsWith("<paste>") ? key.slice(7).replace(/\r\n?/g, "\n") : key;
    if (text === "<enter>") this.buffer.insert("\n");
    else if (text === "<tab>") this.buffer.insert("\t");
    else if (text === "<backspace>") this.buffer.backspace();
    else if (text === "<delete>")
      this.buffer.line =
        this.buffer.line.slice(0, this.buffer.column) +
        this.buffer.line.slice(this.buffer.column + 1);
    else if (text === "<C-w>") {
      const head = this.buffer.line.slice(0, this.buffer.column).replace(/\S+\s*$|\s+$/, "");
      this.buffer.line = head + this.buffer.line.slice(this.buffer.column);
      this.buffer.column = head.length;
    } else if (text === "<C-u>") {
      this.buffer.line = this.buffer.line.slice(this.buffer.column);
      this.buffer.column = 0;
    } else if (motions[text] && text.startsWith("<")) this.buffer.move(text, 1);
    else if (!/^<[\w -]+>$/.test(text) || key.startsWith("<paste>")) this.buffer.insert(text);
  }

  #begin(mode: "insert" | "replace" = "insert"): void {
    this.buffer.mode = mode;
  }

  // Commands.

  async #command(screen: Screen, first: string): Promise<void> {
    if (this.#queued.length === 0) this.#recorded = [first];
    let key = first;
    let digits = "";
    while (/^[1-9]$/.test(key) || (key === "0" && digits !== "")) {
      digits += key;
      const next = await this.#key(screen);
      if (next === undefined) return;
      key = next;
    }
    const count = Number(digits || 1);
    if (key === ":" || key === "/" || key === "?") return this.#prompted(screen, key);
    if (key === "d" || key === "c" || key === "y" || key === ">" || key === "<") {
      return this.#operate(screen, key, count);
    }
    if (await this.#edit(screen, key, count)) return;
    await this.#go(screen, key, { count, given: digits !== "" });
  }

  /** Commands that change the text; true if it was one. */
  async #edit(screen: Screen, key: string, count: number): Promise<boolean> {
    const begin = inserts[key];
    if (begin) {
      begin(this.buffer, count);
      return true;
    }
    const edit = edits[key];
    if (edit) {
      edit(this.buffer, count);
      this.#last = [...this.#recorded];
      return true;
    }
    switch (key) {
      case "S":
        await this.#operateLines("c", count);
        return true;
      case "Y":
        this.buffer.yank(this.buffer.wholeLines(count));
        return true;
      case "r":
        await this.#replace(screen);
        return true;
      case "u":
        for (let i = 0; i < count; i++) this.buffer.restore(this.buffer.undo, this.buffer.redo);
        return true;
      case "<C-r>":
        this.buffer.restore(this.buffer.redo, this.buffer.undo);
        return true;
      case ".":
        this.#queued = [...this.#last];
        return true;
      case "Z": {
        const next = await this.#key(screen);
        if (next === "Z") execute(this, "x");
        else if (next === "Q") execute(this, "q!");
        return true;
      }
    }
    return false;
  }

  /** One letter by another, or by the end of the line. */
  async #replace(screen: Screen): Promise<void> {
    const unit = await this.#key(screen);
    const { line, column, row } = this.buffer;
    if (unit === undefined || unit === "<escape>" || line.length === 0) return;
    this.buffer.save();
    const text = unit === "<enter>" ? "\n" : unit;
    const changed = line.slice(0, column) + text + line.slice(column + 1);
    this.buffer.lines.splice(row, 1, ...changed.split("\n"));
    this.buffer.changed = true;
    this.#last = [...this.#recorded];
  }

  async #operate(screen: Screen, operator: string, count: number): Promise<void> {
    let key = await this.#key(screen);
    let digits = "";
    while (key !== undefined && /^[1-9]$/.test(key)) {
      digits += key;
      key = await this.#key(screen);
    }
    if (key === undefined || key === "<escape>") return;
    const times = count * Number(digits || 1);
    if (key === operator) return this.#operateLines(operator, times);
    const before = this.buffer.here;
    // `cw` ends with the word, not with the blanks behind it.
    const motion =
      operator === "c" && key === "w" && /\S/.test(this.buffer.line[this.buffer.column] ?? "")
        ? "e"
        : key;
    // The word may end where the cursor is.
    if (motion !== key) this.buffer.column--;
    if (motion === "i" || motion === "a") return this.#operateInside(screen, operator, motion);
    if (
      !(await this.#go(screen, motion, {
        count: times,
        given: digits !== "" || count > 1,
        operating: true,
      }))
    )
      return;
    const after = this.buffer.here;
    const backwards =
      after.row < before.row || (after.row === before.row && after.column < before.column);
    const [from, end] = backwards ? [after, before] : [before, after];
    const inclusive = /^(?:e|E|\$|<end>|f|t|%|;)$/.test(motion) && !backwards;
    const lines =
      /^(?:j|k|G|gg|g|<down>|<up>|H|L|M|\{|\})$/.test(motion) && operator !== "c"
        ? true
        : /^(?:j|k|G|g|<down>|<up>)$/.test(motion);
    let to = { row: end.row, column: end.column + (inclusive ? 1 : 0) };
    // A word motion does not take the newline with it.
    if (/^[wW]$/.test(motion) && end.row > from.row)
      to = { row: from.row, column: (this.buffer.lines[from.row] ?? "").length };
    this.#apply(
      operator,
      lines
        ? { from: { row: from.row, column: 0 }, to: { row: end.row + 1, column: 0 }, lines }
        : { from, to, lines },
    );
    this.#last = [...this.#recorded];
  }

  async #operateInside(screen: Screen, operator: string, kind: string): Promise<void> {
    const unit = await this.#key(screen);
    const line = this.buffer.line;
    let [from, to] = [this.buffer.column, this.buffer.column];
    if (unit === "w") {
      const inside = /\w/.test(line[from] ?? "") ? /\w/ : /[^\w\s]/;
      while (from > 0 && inside.test(line[from - 1] as string)) from--;
      while (to < line.length && inside.test(line[to] as string)) to++;
      if (kind === "a") while (/\s/.test(line[to] ?? "")) to++;
    } else if (unit !== undefined && /^["'`([{]$/.test(unit)) {
      const close = { "(": ")", "[": "]", "{": "}" }[unit] ?? unit;
      from = line.lastIndexOf(unit, this.buffer.column) + 1;
      to = line.indexOf(close, Math.max(from, this.buffer.column));
      if (from === 0 || to < 0) return;
      if (kind === "a") [from, to] = [from - 1, to + 1];
    } else return;
    const row = this.buffer.row;
    this.#apply(operator, { from: { row, column: from }, to: { row, column: to }, lines: false });
    this.#last = [...this.#recorded];
  }

  async #operateLines(operator: string, count: number): Promise<void> {
    this.#apply(operator, this.buffer.wholeLines(count));
    this.#last = [...this.#recorded];
  }

  #apply(operator: string, span: Span): void {
    if (operator === "y") {
      this.buffer.yank(span);
      if (!span.lines) this.buffer.place(span.from.row, span.from.column);
      return;
    }
    if (operator === ">" || operator === "<") {
      this.buffer.save();
      for (let row = span.from.row; row < Math.max(span.to.row, span.from.row + 1); row++) {
        const line = this.buffer.lines[row] ?? "";
        this.buffer.lines[row] =
          operator === ">" ? (line === "" ? "" : `\t${line}`) : line.replace(/^(\t| {1,8})/, "");
      }
      this.buffer.changed = true;
      return this.buffer.place(
        span.from.row,
        /^\s*/.exec(this.buffer.lines[span.from.row] ?? "")?.[0].length ?? 0,
      );
    }
    if (operator === "c" && span.lines) {
      this.buffer.yank(span);
      this.buffer.save();
      const indent = /^\s*/.exec(this.buffer.lines[span.from.row] ?? "")?.[0] ?? "";
      this.buffer.lines.splice(span.from.row, span.to.row - span.from.row, indent);
      this.buffer.changed = true;
      this.#begin();
      return this.buffer.place(span.from.row, indent.length);
    }
    this.buffer.cut(span);
    if (operator !== "c") return;
    this.#begin();
    this.buffer.place(span.from.row, span.from.column);
  }

  // Moving.

  async #go(
    screen: Screen,
    key: string,
    { count, given, operating = false }: { count: number; given: boolean; operating?: boolean },
  ): Promise<boolean> {
    const page = screen.rows - 2;
    switch (key) {
      case "G":
        this.buffer.place(given ? count - 1 : this.buffer.lines.length - 1, 0);
        return true;
      case "g": {
        const next = await this.#key(screen);
        if (next === "g") this.buffer.place(given ? count - 1 : 0, 0);
        return next === "g";
      }
      case "<C-f>":
      case "<page down>":
        this.buffer.place(this.buffer.row + page, this.buffer.column);
        return true;
      case "<C-b>":
      case "<page up>":
        this.buffer.place(this.buffer.row - page, this.buffer.column);
        return true;
      case "<C-d>":
        this.buffer.place(this.buffer.row + Math.floor(page / 2), this.buffer.column);
        return true;
      case "<C-u>":
        this.buffer.place(this.buffer.row - Math.floor(page / 2), this.buffer.column);
        return true;
      case "H":
        this.buffer.place(this.#top, 0);
        return true;
      case "M":
        this.buffer.place(this.#top + Math.floor(page / 2), 0);
        return true;
      case "L":
        this.buffer.place(this.#top + page, 0);
        return true;
      case "n":
      case "N":
        this.buffer.find(key === "n");
        return true;
      case "f":
      case "F":
      case "t":
      case "T": {
        const unit = await this.#key(screen);
        return unit !== undefined && this.buffer.findOnLine(key, unit, count);
      }
      case "<C-g>":
        this.buffer.message = `"${this.path ?? "[No Name]"}"${this.buffer.changed ? " [Modified]" : ""} ${this.buffer.lines.length} lines --${Math.round(((this.buffer.row + 1) / this.buffer.lines.length) * 100)}%--`;
        return false;
      case "<C-l>":
        return false;
    }
    if (!motions[key]) return false;
    const column = this.buffer.column;
    this.buffer.move(key, count);
    // An operator may reach behind the last character.
    if (
      operating &&
      (key === "l" || key === "<right>" || key === " ") &&
      this.buffer.column === column + count - 1
    )
      this.buffer.column = column + count;
    return true;
  }

  /** A line at the bottom: `:wq`, `/text`. */
  async #prompted(screen: Screen, mark: string): Promise<void> {
    let text = "";
    for (;;) {
      await this.#draw(screen, mark + text);
      const key = await this.#key(screen);
      if (key === undefined || key === "<escape>" || key === "<C-c>") return;
      if (key === "<enter>") break;
      if (key === "<backspace>") {
        if (text === "") return;
        text = text.slice(0, -1);
      } else if (key.startsWith("<paste>")) text += key.slice(7);
      else if (!key.startsWith("<") || key === "<") text += key;
    }
    if (mark === ":") return execute(this, text.trim());
    try {
      if (text !== "") this.buffer.pattern = { regex: regex(text), forward: mark === "/" };
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.buffer.message = `E383: Invalid search string: ${text}`;
      return;
    }
    this.buffer.find(true);
  }

  async #draw(screen: Screen, prompt?: string): Promise<void> {
    const page = screen.rows - 1;
    if (this.buffer.row < this.#top) this.#top = this.buffer.row;
    if (this.buffer.row >= this.#top + page) this.#top = this.buffer.row - page + 1;
    const rows = Array.from({ length: page }, (_, i) => {
      const line = this.buffer.lines[this.#top + i];
      return line === undefined ? "~" : displayed(line).slice(0, screen.columns);
    });
    const mode = { command: "", insert: "-- INSERT --", replace: "-- REPLACE --" }[
      this.buffer.mode
    ];
    const status = prompt ?? (mode || this.buffer.message);
    const where = prompt === undefined ? `${this.buffer.row + 1},${this.buffer.column + 1}` : "";
    const bottom =
      status.slice(0, screen.columns - 20).padEnd(Math.max(0, screen.columns - 18)) + where;
    const column = Math.min(
      widthOf(displayed(this.buffer.line.slice(0, this.buffer.column))),
      screen.columns - 1,
    );
    const cursor =
      prompt === undefined
        ? { row: this.buffer.row - this.#top, column }
        : { row: page, column: prompt.length };
    await screen.draw([...rows, bottom.trimEnd()], cursor);
  }
}
