// less and more: a pager.

import { FileError } from "../../machine/files.ts";
import type { Reader } from "../../machine/process.ts";
import { displayed, type Screen, withScreen } from "./screen.ts";
import { type Tool, tool } from "./tool.ts";

const spec = {
  options: "N S R r F X E i I M m n s f q e c P: p: x: +: K",
  usage: "[options] [file]...",
  version: "590 (GNU regular expressions)",
};

export const less = tool(spec, async (it) => {
  const operands = it.operands.filter((word) => !word.startsWith("+"));
  if (operands.length === 0 && it.process.stdin.isTerminal) {
    await it.process.stderr.write('Missing filename ("less --help" for help)\n');
    return 1;
  }
  if (!it.process.stdout.isTerminal) return copy(it, operands);
  const pages: Pager[] = [];
  for (const path of operands.length > 0 ? operands : ["-"]) {
    try {
      if (path !== "-" && it.files.kind(it.path(path)) === "directory") {
        await it.process.stdout.write(`${path} is a directory\n`);
        continue;
      }
      const reader = path === "-" ? it.process.stdin : it.process.open(path);
      pages.push(new Pager(it, reader, path === "-" ? "" : path));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await it.process.stderr.write(`${path}: ${error.message}\n`);
    }
  }
  if (pages.length === 0) return 1;
  const [first] = pages;
  if (it.has("F") && first && (await first.fits())) {
    await it.process.stdout.write(first.all());
    return 0;
  }
  await withScreen(it.process, async (screen) => {
    for (let at = 0; at < pages.length; ) at += (await pages[at]?.show(screen)) ?? pages.length;
  });
  return 0;
});

async function copy(it: Tool, operands: readonly string[]): Promise<number> {
  for (const path of operands.length > 0 ? operands : ["-"]) {
    const reader = await it.open(path);
    for (let text = await reader?.read(); text !== undefined; text = await reader?.read()) {
      await it.process.stdout.write(text);
    }
  }
  return it.status;
}

class Pager {
  readonly #it: Tool;
  readonly #reader: Reader;
  readonly #name: string;
  readonly #lines: string[] = [];
  #ended = false;
  #rest = "";
  #top = 0;
  #pattern: RegExp | undefined;
  #backwards = false;
  #message: string | undefined;

  constructor(it: Tool, reader: Reader, name: string) {
    this.#it = it;
    this.#reader = reader;
    this.#name = name;
  }

  all(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  /** True if everything fits on one page. */
  async fits(): Promise<boolean> {
    const rows = (this.#it.process.tty?.rows ?? 24) - 1;
    await this.#fill(rows + 1);
    return this.#ended && this.#lines.length <= rows;
  }

  /** Reads until there are so many lines, or no more. */
  async #fill(count: number): Promise<void> {
    while (!this.#ended && this.#lines.length < count) {
      const text = await this.#reader.read();
      if (text === undefined) {
        this.#ended = true;
        if (this.#rest !== "") this.#lines.push(this.#rest);
        return;
      }
      const parts = (this.#rest + text).split("\n");
      this.#rest = parts.pop() ?? "";
      for (const part of parts) this.#lines.push(part);
    }
  }

  /** Shows until it is left; 1 for the next file, -1 for the one before, undefined to quit. */
  async show(screen: Screen): Promise<number | undefined> {
    let count = "";
    for (;;) {
      await this.#draw(screen);
      const key = await screen.key();
      if (key === undefined) return undefined;
      this.#message = undefined;
      if (/^\d$/.test(key)) {
        count += key;
        continue;
      }
      const page = screen.rows - 1;
      if (await this.#scroll(key, { page, count })) {
        count = "";
        continue;
      }
      switch (key) {
        case "q":
        case "Q":
        case "Z":
        case "<C-c>":
          return undefined;
        case "/":
        case "?":
          await this.#search(screen, key);
          break;
        case "n":
        case "N":
          await this.#find(this.#backwards === (key === "N") ? 1 : -1);
          break;
        case ":": {
          const next = await screen.key();
          if (next === "n") return 1;
          if (next === "p") return -1;
          if (next === "q") return undefined;
          break;
        }
        case "=":
        case "<C-g>":
          await this.#fill(Infinity);
          this.#message = `${this.#name} lines ${this.#top + 1}-${Math.min(this.#lines.length, this.#top + page)}/${this.#lines.length}`;
          break;
        case "h":
          this.#message = "space b j k g G /pattern n N q";
      }
      count = "";
    }
  }

  /** True if the key leads to another line; `count` is what was typed before it. */
  async #scroll(
    key: string,
    { page, count }: { readonly page: number; readonly count: string },
  ): Promise<boolean> {
    const n = Number(count || 1);
    const half = Math.floor(page / 2);
    if (/^(?:[ f]|<page down>|<C-[fv]>)$/.test(key)) await this.#go(this.#top + page, page);
    else if (/^(?:b|<page up>|<C-b>)$/.test(key)) await this.#go(this.#top - page, page);
    else if (/^(?:d|<C-d>)$/.test(key)) await this.#go(this.#top + half, page);
    else if (/^(?:u|<C-u>)$/.test(key)) await this.#go(this.#top - half, page);
    else if (/^(?:[je]|<down>|<enter>|<C-n>)$/.test(key)) await this.#go(this.#top + n, page);
    else if (/^(?:[ky]|<up>|<C-p>)$/.test(key)) await this.#go(this.#top - n, page);
    else if (/^(?:[g<]|<home>)$/.test(key)) await this.#go(count ? n - 1 : 0, page);
    else if (/^(?:[G>]|<end>)$/.test(key)) {
      await this.#fill(Infinity);
      await this.#go(count ? n - 1 : this.#lines.length, page);
    } else return false;
    return true;
  }

  async #go(to: number, page: number): Promise<void> {
    await this.#fill(to + page + 1);
    const last = Math.max(0, this.#lines.length - page);
    this.#top = Math.max(0, this.#ended ? Math.min(to, last) : to);
  }

  async #search(screen: Screen, mark: string): Promise<void> {
    let text = "";
    for (;;) {
      await this.#draw(screen, mark + text);
      const key = await screen.key();
      if (key === undefined || key === "<escape>" || key === "<C-c>") return;
      if (key === "<enter>") break;
      if (key === "<backspace>") {
        if (text === "") return;
        text = text.slice(0, -1);
      } else if (!key.startsWith("<") || key === "<") text += key;
    }
    this.#backwards = mark === "?";
    try {
      if (text !== "")
        this.#pattern = new RegExp(text, this.#it.has("i") || this.#it.has("I") ? "i" : "");
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#message = "Invalid pattern  (press RETURN)";
      return;
    }
    await this.#find(this.#backwards ? -1 : 1);
  }

  async #find(step: number): Promise<void> {
    if (!this.#pattern) {
      this.#message = "No previous regular expression  (press RETURN)";
      return;
    }
    if (step > 0) await this.#fill(Infinity);
    for (let i = this.#top + step; i >= 0 && i < this.#lines.length; i += step) {
      if (!this.#pattern.test(this.#lines[i] as string)) continue;
      this.#top = i;
      return;
    }
    this.#message = "Pattern not found  (press RETURN)";
  }

  async #draw(screen: Screen, prompt?: string): Promise<void> {
    const page = screen.rows - 1;
    await this.#fill(this.#top + page + 1);
    const rows: string[] = [];
    for (let i = this.#top; rows.length < page && i < this.#lines.length; i++) {
      const number = this.#it.has("N") ? `${String(i + 1).padStart(7)} ` : "";
      const text = number + displayed(this.#lines[i] as string);
      const width = this.#it.has("S") ? Infinity : screen.columns;
      for (let at = 0; at === 0 || at < text.length; at += width) {
        if (rows.length < page)
          rows.push(this.#marked(text.slice(at, at + Math.min(width, screen.columns))));
      }
    }
    while (rows.length < page) rows.push("~");
    const atEnd = this.#ended && this.#top + page >= this.#lines.length;
    const status =
      this.#message ?? (atEnd ? "(END)" : this.#top === 0 && this.#name ? this.#name : ":");
    const shown = prompt ?? (status === ":" ? ":" : `\x1b[7m${status}\x1b[27m`);
    const column = prompt === undefined ? status.length : prompt.length;
    await screen.draw([...rows, shown], { row: page, column });
  }

  #marked(text: string): string {
    if (!this.#pattern) return text;
    const all = new RegExp(this.#pattern, `${this.#pattern.flags}g`);
    return text.replace(all, (found) => (found === "" ? "" : `\x1b[7m${found}\x1b[27m`));
  }
}
