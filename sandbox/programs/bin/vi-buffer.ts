// The text that vi edits: cursor, changes with their undoing, what was cut, and searching.

import { motions } from "./vi-motions.ts";

export interface State {
  readonly lines: readonly string[];
  readonly row: number;
  readonly column: number;
}

/** What `d`, `c` and `y` act on. */
export interface Span {
  readonly from: { readonly row: number; readonly column: number };
  /** Not included, unless whole lines are meant. */
  readonly to: { readonly row: number; readonly column: number };
  readonly lines: boolean;
}

export class Buffer {
  lines: string[];
  row = 0;
  column = 0;
  /** The column that up and down try to keep. */
  wanted = 0;
  mode: "command" | "insert" | "replace" = "command";
  changed = false;
  /** For the line at the bottom. */
  message = "";
  register: { text: string[]; lines: boolean } = { text: [""], lines: false };
  readonly undo: State[] = [];
  redo: State[] = [];
  pattern: { regex: RegExp; forward: boolean } | undefined;

  constructor(lines: string[]) {
    this.lines = lines;
  }

  get line(): string {
    return this.lines[this.row] ?? "";
  }

  set line(text: string) {
    this.lines[this.row] = text;
    this.changed = true;
  }

  save(): void {
    this.undo.push({ lines: [...this.lines], row: this.row, column: this.column });
    if (this.undo.length > 500) this.undo.shift();
    this.redo = [];
  }

  restore(from: State[], to: State[]): void {
    const state = from.pop();
    if (!state) {
      this.message = from === this.undo ? "Already at oldest change" : "Already at newest change";
      return;
    }
    to.push({ lines: [...this.lines], row: this.row, column: this.column });
    this.lines = [...state.lines];
    this.place(state.row, state.column);
    this.changed = true;
  }

  place(row: number, column: number): void {
    this.row = Math.max(0, Math.min(row, this.lines.length - 1));
    const last = this.line.length - (this.mode === "command" ? 1 : 0);
    this.column = Math.max(0, Math.min(column, Math.max(0, last)));
    this.wanted = this.column;
  }

  insert(text: string): void {
    const tail = this.line.slice(
      this.column + (this.mode === "replace" && !text.includes("\n") ? text.length : 0),
    );
    const parts = (this.line.slice(0, this.column) + text).split("\n");
    const last = parts.at(-1) ?? "";
    this.lines.splice(this.row, 1, ...parts.slice(0, -1), last + tail);
    this.row += parts.length - 1;
    this.column = last.length;
    this.wanted = this.column;
    this.changed = true;
  }

  backspace(): void {
    if (this.column > 0) {
      this.line = this.line.slice(0, this.column - 1) + this.line.slice(this.column);
      this.column--;
    } else if (this.row > 0) {
      const tail = this.line;
      this.lines.splice(this.row, 1);
      this.row--;
      this.column = this.line.length;
      this.line += tail;
    }
  }

  get here(): { row: number; column: number } {
    return { row: this.row, column: this.column };
  }

  wholeLines(count: number): Span {
    const last = Math.min(this.row + count, this.lines.length);
    return { from: { row: this.row, column: 0 }, to: { row: last, column: 0 }, lines: true };
  }

  yank({ from, to, lines }: Span): void {
    if (lines) {
      this.register = { text: this.lines.slice(from.row, to.row), lines };
      if (to.row - from.row > 2) this.message = `${to.row - from.row} lines yanked`;
      return;
    }
    const text = this.lines.slice(from.row, to.row + 1);
    text[text.length - 1] = (text.at(-1) ?? "").slice(0, to.column);
    text[0] = (text[0] ?? "").slice(from.column);
    this.register = { text, lines };
  }

  cut(span: Span): void {
    this.yank(span);
    this.save();
    const { from, to, lines } = span;
    this.changed = true;
    if (lines) {
      this.lines.splice(from.row, to.row - from.row);
      if (this.lines.length === 0) this.lines.push("");
      if (to.row - from.row > 2) this.message = `${to.row - from.row} fewer lines`;
      const row = Math.min(from.row, this.lines.length - 1);
      return this.place(row, /^\s*/.exec(this.lines[row] ?? "")?.[0].length ?? 0);
    }
    const head = (this.lines[from.row] ?? "").slice(0, from.column);
    const tail = (this.lines[to.row] ?? "").slice(to.column);
    this.lines.splice(from.row, to.row - from.row + 1, head + tail);
    this.place(from.row, from.column);
  }

  put(after: boolean, count: number): void {
    const { text, lines } = this.register;
    this.save();
    this.changed = true;
    if (lines) {
      const at = this.row + (after ? 1 : 0);
      const copies = Array.from({ length: count }, () => text).flat();
      this.lines.splice(at, 0, ...copies);
      return this.place(at, /^\s*/.exec(copies[0] ?? "")?.[0].length ?? 0);
    }
    const column = Math.min(
      this.column + (after && this.line.length > 0 ? 1 : 0),
      this.line.length,
    );
    const [head, tail] = [this.line.slice(0, column), this.line.slice(column)];
    const parts = (head + Array.from({ length: count }, () => text.join("\n")).join("")).split(
      "\n",
    );
    const last = parts.at(-1) ?? "";
    this.lines.splice(this.row, 1, ...parts.slice(0, -1), last + tail);
    this.place(this.row + parts.length - 1, last.length - 1);
  }

  findOnLine(key: string, unit: string, count: number): boolean {
    let at = this.column;
    for (let i = 0; i < count; i++) {
      at = /[ft]/.test(key) ? this.line.indexOf(unit, at + 1) : this.line.lastIndexOf(unit, at - 1);
      if (at < 0) return false;
    }
    this.place(this.row, key === "t" ? at - 1 : key === "T" ? at + 1 : at);
    return true;
  }

  move(key: string, count: number): void {
    for (let i = 0; i < count; i++) {
      const to = motions[key]?.({ lines: this.lines, row: this.row, column: this.column });
      if (!to) return;
      const vertical = to.row !== this.row && /^(?:j|k|<up>|<down>)$/.test(key);
      const wanted = this.wanted;
      this.place(to.row, vertical ? wanted : to.column);
      if (vertical) this.wanted = wanted;
    }
    if (key === "$" || key === "<end>") this.wanted = Infinity;
  }

  find(same: boolean): void {
    if (!this.pattern) {
      this.message = "E35: No previous regular expression";
      return;
    }
    const { regex: expression, forward } = this.pattern;
    const ahead = forward === same;
    const total = this.lines.length;
    for (let i = 0; i <= total; i++) {
      const row = (this.row + (ahead ? i : -i) + total) % total;
      const found = [...(this.lines[row] ?? "").matchAll(new RegExp(expression, "gsu"))].map(
        ({ index }) => index,
      );
      const usable =
        i === 0 ? found.filter((at) => (ahead ? at > this.column : at < this.column)) : found;
      const at = ahead ? usable[0] : usable.at(-1);
      if (at === undefined) continue;
      if (ahead ? row < this.row || i === total : row > this.row)
        this.message = `search hit ${ahead ? "BOTTOM, continuing at TOP" : "TOP, continuing at BOTTOM"}`;
      return this.place(row, at);
    }
    this.message = `E486: Pattern not found: ${expression.source}`;
  }
}
