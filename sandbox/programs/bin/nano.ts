// nano: an editor for those who have never met vi.

import { absolute, FileError } from "../../machine/files.ts";
import type { Process, Program } from "../../machine/process.ts";
import { widthOf } from "./columns.ts";
import { displayed, linesOf, type Screen, withScreen } from "./screen.ts";

export const nano: Program = async (process) => {
  const [path = ""] = process.argv.slice(1).filter((arg) => !/^[-+]/.test(arg));
  if (!process.tty || !process.stdout.isTerminal) {
    await process.stderr.write("Standard input is not a terminal\n");
    return 1;
  }
  const nano = new Nano(process, path);
  return (await withScreen(process, (screen) => nano.run(screen))) ?? 1;
};

const help = [
  "^G Help      ^O Write Out ^W Where Is  ^K Cut       ^C Location",
  "^X Exit      ^R Read File ^\\ Replace   ^U Paste     ^_ Go To Line",
];

class Nano {
  readonly #process: Process;
  #path: string;
  /** The last one is always empty: the place behind the last newline. */
  #lines: string[] = [""];
  #row = 0;
  #column = 0;
  #top = 0;
  #changed = false;
  #message = "";
  #cut: string[] = [];
  #cutting = false;
  #sought = "";

  constructor(process: Process, path: string) {
    this.#process = process;
    this.#path = path;
    if (path === "") return;
    try {
      const { lines, isNew } = linesOf(process, path);
      this.#lines = isNew ? [""] : [...lines, ""];
      this.#message = isNew
        ? "[ New File ]"
        : `[ Read ${lines.length} line${lines.length === 1 ? "" : "s"} ]`;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#message =
        error.code === "EISDIR"
          ? `[ "${path}" is a directory ]`
          : `[ Error reading ${path}: ${error.message} ]`;
    }
  }

  get #line(): string {
    return this.#lines[this.#row] ?? "";
  }

  set #line(text: string) {
    this.#lines[this.#row] = text;
    this.#changed = true;
  }

  async run(screen: Screen): Promise<number> {
    for (;;) {
      await this.#draw(screen);
      const key = await screen.key();
      if (key === undefined) return 1;
      this.#message = "";
      if (key === "<C-x>") {
        if (await this.#leave(screen)) return 0;
      } else await this.#key(screen, key);
      if (this.#lines.at(-1) !== "") this.#lines.push("");
      this.#cutting = key === "<C-k>";
    }
  }

  /** True if the key only moves the cursor. */
  #move(key: string, page: number): boolean {
    const [row, column] = [this.#row, this.#column];
    switch (key) {
      case "<left>":
      case "<C-b>":
        if (column > 0) this.#place(row, column - 1);
        else if (row > 0) this.#place(row - 1, Infinity);
        return true;
      case "<right>":
      case "<C-f>":
        if (column < this.#line.length) this.#place(row, column + 1);
        else if (row + 1 < this.#lines.length) this.#place(row + 1, 0);
        return true;
    }
    const to: Readonly<Record<string, readonly [row: number, column: number]>> = {
      "<up>": [row - 1, column],
      "<C-p>": [row - 1, column],
      "<down>": [row + 1, column],
      "<C-n>": [row + 1, column],
      "<home>": [row, 0],
      "<C-a>": [row, 0],
      "<end>": [row, Infinity],
      "<C-e>": [row, Infinity],
      "<page up>": [row - page, column],
      "<C-y>": [row - page, column],
      "<page down>": [row + page, column],
      "<C-v>": [row + page, column],
    };
    const place = to[key];
    if (place) this.#place(...place);
    return place !== undefined;
  }

  async #key(screen: Screen, key: string): Promise<void> {
    if (this.#move(key, screen.rows - 5)) return;
    switch (key) {
      case "<backspace>":
      case "<C-h>":
        return this.#backspace();
      case "<delete>":
      case "<C-d>":
        if (this.#column < this.#line.length)
          this.#line = this.#line.slice(0, this.#column) + this.#line.slice(this.#column + 1);
        else if (this.#row + 1 < this.#lines.length) {
          this.#place(this.#row + 1, 0);
          this.#backspace();
        }
        return;
      case "<enter>":
        return this.#insert("\n");
      case "<tab>":
        return this.#insert("\t");
      case "<C-k>":
        return this.#cutLine();
      case "<C-u>":
        if (this.#cut.length > 0) this.#insert(`${this.#cut.join("\n")}\n`);
        return;
      case "<C-o>":
      case "<C-s>":
        await this.#save(screen, key === "<C-o>");
        return;
      case "<C-w>":
        return this.#search(screen);
      case "<C-c>":
        this.#message = `[ line ${this.#row + 1}/${this.#lines.length} (${Math.round(((this.#row + 1) / this.#lines.length) * 100)}%), col ${this.#column + 1}/${this.#line.length + 1} ]`;
        return;
      case "<C-_>":
      case "<C-/>": {
        const answer = await this.#ask(screen, "Enter line number, column number: ", "");
        if (answer) this.#place(Number(answer.split(",")[0]) - 1, 0);
        return;
      }
      case "<C-g>":
        this.#message =
          "[ ^O writes the file, ^X leaves, ^K cuts a line, ^U pastes it, ^W searches ]";
        return;
    }
    if (key.startsWith("<paste>")) this.#insert(key.slice(7).replace(/\r\n?/g, "\n"));
    else if (!/^<[\w -]+>$/.test(key)) this.#insert(key);
  }

  #place(row: number, column: number): void {
    this.#row = Math.max(0, Math.min(row, this.#lines.length - 1));
    this.#column = Math.max(0, Math.min(column, this.#line.length));
  }

  #insert(text: string): void {
    const tail = this.#line.slice(this.#column);
    const parts = (this.#line.slice(0, this.#column) + text).split("\n");
    const last = parts.at(-1) ?? "";
    this.#lines.splice(this.#row, 1, ...parts.slice(0, -1), last + tail);
    this.#changed = true;
    this.#place(this.#row + parts.length - 1, last.length);
  }

  /** Cuts in a row are pasted as one. */
  #cutLine(): void {
    if (this.#row === this.#lines.length - 1) {
      this.#message = "[ Nothing was cut ]";
      return;
    }
    if (!this.#cutting) this.#cut = [];
    this.#cut.push(...this.#lines.splice(this.#row, 1));
    this.#changed = true;
    this.#place(this.#row, 0);
  }

  #backspace(): void {
    if (this.#column > 0) {
      this.#line = this.#line.slice(0, this.#column - 1) + this.#line.slice(this.#column);
      this.#column--;
    } else if (this.#row > 0) {
      const [tail = ""] = this.#lines.splice(this.#row, 1);
      this.#place(this.#row - 1, Infinity);
      this.#line += tail;
    }
  }

  /** A question at the bottom; undefined if it was cancelled. */
  async #ask(screen: Screen, question: string, start: string): Promise<string | undefined> {
    let text = start;
    for (;;) {
      await this.#draw(screen, question + text);
      const key = await screen.key();
      if (key === undefined || key === "<C-c>" || key === "<escape>") {
        this.#message = "[ Cancelled ]";
        return undefined;
      }
      if (key === "<enter>") return text;
      if (key === "<backspace>") text = text.slice(0, -1);
      else if (!/^<[\w -]+>$/.test(key)) text += key.replace(/^<paste>/, "");
    }
  }

  async #leave(screen: Screen): Promise<boolean> {
    if (!this.#changed) return true;
    await this.#draw(screen, 'Save modified buffer? (Answering "No" will DISCARD changes.) ');
    for (;;) {
      const key = await screen.key();
      if (key === undefined || key === "n" || key === "N") return true;
      if (key === "<C-c>") {
        this.#message = "[ Cancelled ]";
        return false;
      }
      if (key === "y" || key === "Y") return this.#save(screen, true);
    }
  }

  async #save(screen: Screen, asks: boolean): Promise<boolean> {
    const path =
      asks || this.#path === ""
        ? await this.#ask(screen, "File Name to Write: ", this.#path)
        : this.#path;
    if (!path) return false;
    try {
      this.#process.files.write(absolute(this.#process.cwd, path), this.#lines.join("\n"));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#message = `[ Error writing ${path}: ${error.message} ]`;
      return false;
    }
    this.#path = path;
    this.#changed = false;
    const count = this.#lines.length - 1;
    this.#message = `[ Wrote ${count} line${count === 1 ? "" : "s"} ]`;
    return true;
  }

  async #search(screen: Screen): Promise<void> {
    const hint = this.#sought ? ` [${this.#sought}]` : "";
    const answer = await this.#ask(screen, `Search${hint}: `, "");
    if (answer === undefined) return;
    this.#sought = answer || this.#sought;
    const wanted = this.#sought.toLowerCase();
    const total = this.#lines.length;
    for (let i = 0; i <= total; i++) {
      const row = (this.#row + i) % total;
      const from = i === 0 ? this.#column + 1 : 0;
      const at = (this.#lines[row] ?? "").toLowerCase().indexOf(wanted, from);
      if (at < 0) continue;
      if (row < this.#row) this.#message = "[ Search Wrapped ]";
      return this.#place(row, at);
    }
    this.#message = `[ "${this.#sought}" not found ]`;
  }

  async #draw(screen: Screen, prompt?: string): Promise<void> {
    const page = screen.rows - 4;
    if (this.#row < this.#top) this.#top = this.#row;
    if (this.#row >= this.#top + page) this.#top = this.#row - page + 1;
    const title =
      `  GNU nano 7.2`.padEnd(20) + (this.#path || "New Buffer") + (this.#changed ? " *" : "");
    const text = Array.from({ length: page }, (_, i) =>
      displayed(this.#lines[this.#top + i] ?? "").slice(0, screen.columns),
    );
    const gap = Math.max(0, Math.floor((screen.columns - this.#message.length) / 2));
    const status = prompt ?? " ".repeat(gap) + this.#message;
    const column = Math.min(
      widthOf(displayed(this.#line.slice(0, this.#column))),
      screen.columns - 1,
    );
    const cursor =
      prompt === undefined
        ? { row: this.#row - this.#top + 1, column }
        : { row: page + 1, column: prompt.length };
    await screen.draw(
      [
        `\x1b[7m${title.padEnd(screen.columns)}\x1b[27m`,
        ...text,
        status,
        ...help.map((line) => line.slice(0, screen.columns)),
      ],
      cursor,
    );
  }
}
