// The line editor of interactive shells: what GNU readline does with keys in its usual bindings.
// differs: dash has no line editor of its own; here it has this one too.

import type { Reader, Writer } from "../../machine/process.ts";
import type { Tty } from "../../machine/tty.ts";
import { inColumns, widthOf } from "../bin/columns.ts";
import { Keys } from "./keys.ts";
import { hiddenFrom, hiddenTo } from "./prompt.ts";

export interface Completion {
  /** Where the word that is completed begins. */
  readonly from: number;
  /** What could stand there instead, quoted as it must be. */
  readonly candidates: readonly string[];
  /** What a list of them shows: file names without their directories. */
  readonly shown: readonly string[];
}

export interface EditorOptions {
  readonly tty: Tty;
  readonly input: Reader;
  readonly output: Writer;
  readonly history: readonly string[];
  readonly complete: (line: string, cursor: number) => Promise<Completion>;
  /** Whether to ask the terminal to mark what is pasted. */
  readonly marksPastes: boolean;
}

/** What reading a line gave: text, the end of input, or ^C. */
export type Typed = { readonly line: string } | "end" | "interrupted";

const rawLine = { lines: false, echo: false, signals: false, newlines: true };
const MANY = 100;

export class Editor {
  readonly #options: EditorOptions;
  readonly #keys: Keys;
  #prompt = "";
  #text: string[] = [];
  #cursor = 0;
  /** The row of the cursor below that of the prompt. */
  #row = 0;
  #killed = "";
  #at = 0;
  /** Lines of the history as they have been changed while looking through it. */
  #edits = new Map<number, string>();
  #lastKey = "";

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#keys = new Keys(options.input);
  }

  /** Reads one line; `start` stands in it already. */
  async read(prompt: string): Promise<Typed> {
    const { tty, output, marksPastes, history } = this.#options;
    const mode = tty.mode;
    tty.mode = rawLine;
    const lines = prompt.split("\n");
    this.#prompt = lines.pop() ?? "";
    this.#text = [];
    this.#cursor = 0;
    this.#row = 0;
    this.#at = history.length;
    this.#edits.clear();
    this.#lastKey = "";
    const marked = lines.map((line) => `${plain(line)}\n`).join("");
    await output.write(`${marksPastes ? "\x1b[?2004h" : ""}${marked}${plain(this.#prompt)}`);
    try {
      const typed = await this.#loop();
      // As readline: what the shell says at the end of its input stands on a line of its own.
      const after = typed === "end" ? "\r\n" : "\r";
      if (marksPastes) await output.write(`\x1b[?2004l${after}`);
      return typed;
    } finally {
      tty.mode = mode;
      this.#keys.release();
    }
  }

  get #line(): string {
    return this.#text.join("");
  }

  async #loop(): Promise<Typed> {
    const { output } = this.#options;
    for (;;) {
      const key = await this.#keys.next();
      if (key === undefined) return "end";
      if (key === "<enter>") {
        await this.#move(this.#text.length);
        await output.write("\n");
        return { line: this.#line };
      }
      if (key === "<C-c>") {
        await this.#move(this.#text.length);
        await output.write("^C\n");
        return "interrupted";
      }
      if (key === "<C-d>" && this.#text.length === 0) return "end";
      if (key === "<C-r>") {
        const done = await this.#search();
        if (done) return done;
      } else await this.#key(key);
      this.#lastKey = key;
    }
  }

  async #key(key: string): Promise<void> {
    if (key.startsWith("<paste>")) return this.#insert(harmless(key.slice("<paste>".length)));
    if (key.length <= 2 && !key.startsWith("<")) return this.#insert(key);
    if (key === "<") return this.#insert(key);
    const before = this.#cursor;
    switch (key) {
      case "<left>":
      case "<C-b>":
        return this.#move(before - 1);
      case "<right>":
      case "<C-f>":
        return this.#move(before + 1);
      case "<home>":
      case "<C-a>":
        return this.#move(0);
      case "<end>":
      case "<C-e>":
        return this.#move(this.#text.length);
      case "<M-b>":
        return this.#move(this.#wordStart());
      case "<M-f>":
        return this.#move(this.#wordEnd());
      case "<backspace>":
        return this.#delete(before - 1, before);
      case "<C-d>":
      case "<delete>":
        return this.#delete(before, before + 1);
      case "<C-k>":
        return this.#kill(before, this.#text.length);
      case "<C-u>":
        return this.#kill(0, before);
      case "<C-w>":
        return this.#kill(this.#blankStart(), before);
      case "<M-backspace>":
        return this.#kill(this.#wordStart(), before);
      case "<M-d>":
        return this.#kill(before, this.#wordEnd());
      case "<C-y>":
        return this.#insert(this.#killed);
      case "<C-t>":
        return this.#transpose();
      case "<C-l>":
        await this.#options.output.write("\x1b[H\x1b[2J");
        this.#row = 0;
        return this.#refresh();
      case "<up>":
      case "<C-p>":
        return this.#goTo(this.#at - 1);
      case "<down>":
      case "<C-n>":
        return this.#goTo(this.#at + 1);
      case "<M-<>":
        return this.#goTo(0);
      case "<M->>":
        return this.#goTo(this.#options.history.length);
      case "<M-.>":
      case "<M-_>":
        return this.#insert(lastWord(this.#options.history.at(-1) ?? ""));
      case "<tab>":
        return this.#complete();
      case "<C-v>": {
        const next = await this.#options.input.readUntil("", 1);
        return this.#insert(next ?? "");
      }
    }
  }

  async #insert(text: string): Promise<void> {
    if (text === "") return;
    const units = [...text];
    const atEnd = this.#cursor === this.#text.length;
    this.#text.splice(this.#cursor, 0, ...units);
    this.#cursor += units.length;
    const { columns } = this.#options.tty;
    const width = widthOf(visible(this.#prompt)) + widthOf(this.#line);
    // Typing at the end of a line that fits needs no more than an echo.
    const simple = atEnd && width < columns && !/[\x00-\x1f\x7f]/.test(this.#line);
    if (simple) await this.#options.output.write(text);
    else await this.#refresh();
  }

  async #delete(from: number, to: number): Promise<void> {
    if (from < 0 || to > this.#text.length || from === to) return;
    this.#text.splice(from, to - from);
    this.#cursor = from;
    await this.#refresh();
  }

  async #kill(from: number, to: number): Promise<void> {
    if (from === to) return;
    const cut = this.#text.slice(from, to).join("");
    const grows = /^<(?:C-[kuw]|M-d|M-backspace)>$/.test(this.#lastKey);
    const back = from < this.#cursor;
    this.#killed = grows ? (back ? cut + this.#killed : this.#killed + cut) : cut;
    await this.#delete(from, to);
  }

  async #transpose(): Promise<void> {
    const at = Math.min(this.#cursor, this.#text.length - 1);
    if (at < 1) return;
    const [a, b] = [this.#text[at - 1] as string, this.#text[at] as string];
    this.#text.splice(at - 1, 2, b, a);
    this.#cursor = at + 1;
    await this.#refresh();
  }

  async #move(to: number): Promise<void> {
    if (to < 0 || to > this.#text.length || to === this.#cursor) return;
    this.#cursor = to;
    await this.#refresh();
  }

  #wordStart(): number {
    let at = this.#cursor;
    while (at > 0 && !/\w/.test(this.#text[at - 1] as string)) at--;
    while (at > 0 && /\w/.test(this.#text[at - 1] as string)) at--;
    return at;
  }

  #wordEnd(): number {
    let at = this.#cursor;
    while (at < this.#text.length && !/\w/.test(this.#text[at] as string)) at++;
    while (at < this.#text.length && /\w/.test(this.#text[at] as string)) at++;
    return at;
  }

  #blankStart(): number {
    let at = this.#cursor;
    while (at > 0 && /\s/.test(this.#text[at - 1] as string)) at--;
    while (at > 0 && /\S/.test(this.#text[at - 1] as string)) at--;
    return at;
  }

  async #goTo(at: number): Promise<void> {
    const { history } = this.#options;
    if (at < 0 || at > history.length) return;
    this.#edits.set(this.#at, this.#line);
    this.#at = at;
    this.#replace(this.#edits.get(at) ?? history[at] ?? "");
    await this.#refresh();
  }

  #replace(line: string): void {
    this.#text = [...line];
    this.#cursor = this.#text.length;
  }

  /** ^R: looks backwards for what is typed. A key that means something else ends it. */
  async #search(): Promise<Typed | undefined> {
    const { history, output } = this.#options;
    const [prompt, line, cursor] = [this.#prompt, this.#line, this.#cursor];
    let wanted = "";
    let from = history.length;
    let failed = false;
    const look = (start: number) => {
      for (let i = Math.min(start, history.length - 1); i >= 0; i--) {
        const at = (history[i] as string).indexOf(wanted);
        if (at < 0) continue;
        this.#replace(history[i] as string);
        this.#cursor = at;
        from = i;
        failed = false;
        return;
      }
      failed = true;
    };
    for (;;) {
      this.#prompt = `(${failed ? "failed " : ""}reverse-i-search)\`${wanted}': `;
      await this.#refresh();
      const key = await this.#keys.next();
      if (key === undefined) return "end";
      if (key === "<C-r>") look(from - 1);
      else if (key === "<backspace>") {
        wanted = wanted.slice(0, -1);
        look(history.length - 1);
      } else if (key.length <= 2 && !key.startsWith("<")) {
        wanted += key;
        look(from);
      } else {
        this.#prompt = prompt;
        const cancelled = key === "<C-g>" || key === "<C-c>";
        if (cancelled) {
          this.#replace(line);
          this.#cursor = cursor;
        }
        this.#at = from;
        await this.#refresh();
        if (key === "<C-c>") {
          await output.write("^C\n");
          return "interrupted";
        }
        if (key === "<enter>") {
          await this.#move(this.#text.length);
          await output.write("\n");
          return { line: this.#line };
        }
        if (!cancelled && key !== "<escape>") await this.#key(key);
        return undefined;
      }
    }
  }

  async #complete(): Promise<void> {
    const { complete, output, tty } = this.#options;
    const head = this.#text.slice(0, this.#cursor).join("");
    const { from, candidates, shown } = await complete(this.#line, head.length);
    const [first] = candidates;
    if (first === undefined) return output.write("\x07");
    const typed = head.slice(from);
    const common = candidates.length === 1 ? first : commonStart(candidates);
    if (common.length > typed.length || (candidates.length === 1 && common !== typed)) {
      const start = [...head.slice(0, from)].length;
      this.#text.splice(start, this.#cursor - start);
      this.#cursor = start;
      if (common.startsWith(typed)) {
        this.#text.splice(start, 0, ...typed);
        this.#cursor += [...typed].length;
        return this.#insert(common.slice(typed.length));
      }
      this.#text.splice(start, 0, ...common);
      this.#cursor += [...common].length;
      return this.#refresh();
    }
    if (candidates.length === 1) return;
    if (this.#lastKey !== "<tab>") return output.write("\x07");
    await output.write("\n");
    if (shown.length > MANY) {
      await output.write(`Display all ${shown.length} possibilities? (y or n)`);
      const key = await this.#keys.next();
      await output.write("\n");
      if (key !== "y" && key !== " ") {
        this.#row = 0;
        return this.#refresh();
      }
    }
    await output.write(inColumns(shown, tty.columns || 80));
    this.#row = 0;
    await this.#refresh();
  }

  /** Draws the line again, from the prompt on. */
  async #refresh(): Promise<void> {
    const { tty, output } = this.#options;
    // A terminal that does not know its size is taken for one of 80 columns.
    const columns = Math.max(tty.columns || 80, 2);
    const start = { row: 0, column: widthOf(visible(this.#prompt)) };
    const end = walk(start, this.#text, columns);
    const target = walk(start, this.#text.slice(0, this.#cursor), columns);
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : "";
    const body = this.#text.map(shownAs).join("");
    // A terminal wraps only when more comes; this makes it wrap now.
    const wrap = end.column === 0 && end.row > 0 && !this.#line.endsWith("\n") ? " \r" : "";
    const back = end.row > target.row ? `\x1b[${end.row - target.row}A` : "";
    const right = target.column > 0 ? `\x1b[${target.column}C` : "";
    const place = this.#cursor === this.#text.length && wrap === "" ? "" : `${back}\r${right}`;
    this.#row = target.row;
    await output.write(`${up}\r${plain(unmarked(this.#prompt))}${body}\x1b[J${wrap}${place}`);
  }
}

interface Position {
  readonly row: number;
  readonly column: number;
}

/** Where the cursor is after a text that begins at `from`. */
function walk(from: Position, text: readonly string[], columns: number): Position {
  let { row, column } = from;
  row += Math.floor(column / columns);
  column %= columns;
  for (const unit of text) {
    if (unit === "\n") {
      row++;
      column = 0;
      continue;
    }
    const width = widthOf(shownAs(unit));
    if (column + width > columns) {
      row++;
      column = 0;
    }
    column += width;
    if (column === columns) {
      row++;
      column = 0;
    }
  }
  return { row, column };
}

/** Control characters in the line are visible, not obeyed. */
function shownAs(unit: string): string {
  if (unit === "\n") return "\n";
  if (unit === "\t") return "  ";
  if (unit < " ") return `^${String.fromCharCode(unit.charCodeAt(0) + 64)}`;
  return unit === "\x7f" ? "^?" : unit;
}

/** What is pasted keeps its lines; a newline at the end does not run it. */
function harmless(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
}

const plain = (prompt: string) => prompt.replaceAll(hiddenFrom, "").replaceAll(hiddenTo, "");

/**
 * A prompt without the marks of OSC 133: drawn again, it is no new prompt.
 * differs: bash, which does not know what its prompt says, writes them again too.
 */
const unmarked = (prompt: string) => prompt.replace(/\x1b\]133;[^\x07]*\x07/g, "");

/** What of a prompt takes room on the screen. */
function visible(prompt: string): string {
  const shown = prompt.replace(new RegExp(`${hiddenFrom}[^${hiddenTo}]*${hiddenTo}`, "g"), "");
  return shown.replace(/\x1b\[[\d;?]*[A-Za-z]/g, "");
}

function commonStart(texts: readonly string[]): string {
  let [common = ""] = texts;
  for (const text of texts) while (!text.startsWith(common)) common = common.slice(0, -1);
  return common;
}

const lastWord = (line: string) => /(\S+)\s*$/.exec(line)?.[1] ?? "";
