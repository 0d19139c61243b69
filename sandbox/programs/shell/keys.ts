// Keys as a terminal sends them, told apart: what line editors and full-screen programs read.

import type { Reader } from "../../machine/process.ts";

const sequences: Readonly<Record<string, string>> = {
  "[A": "<up>",
  "[B": "<down>",
  "[C": "<right>",
  "[D": "<left>",
  "[H": "<home>",
  "[F": "<end>",
  "[1~": "<home>",
  "[2~": "<insert>",
  "[3~": "<delete>",
  "[4~": "<end>",
  "[5~": "<page up>",
  "[6~": "<page down>",
  "[7~": "<home>",
  "[8~": "<end>",
  "[Z": "<back tab>",
  "[1;5C": "<M-f>",
  "[1;5D": "<M-b>",
  "[1;3C": "<M-f>",
  "[1;3D": "<M-b>",
  "[3;5~": "<M-d>",
};

/**
 * A key is a character, or a name: `<up>`, `<enter>`, `<C-a>`, `<M-f>`, `<escape>`. What was pasted
 * (a terminal marks it) comes as one, behind `<paste>`.
 */
export class Keys {
  readonly #reader: Reader;
  #rest = "";

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Undefined when the terminal is gone. */
  async next(): Promise<string | undefined> {
    if (this.#rest === "") {
      const text = await this.#reader.read();
      if (text === undefined) return undefined;
      this.#rest = text;
    }
    return this.#rest.startsWith("\x1b") ? this.#escape() : this.#plain();
  }

  /** Like `next`; the empty string if no key comes in `ms`. */
  async within(ms: number): Promise<string | undefined> {
    if (this.#rest !== "") return this.next();
    const text = await this.#reader.readWithin(ms);
    if (text === undefined || text === "") return text;
    this.#rest = text;
    return this.next();
  }

  /** Gives back what has been typed ahead. */
  release(): void {
    this.#reader.unread(this.#rest);
    this.#rest = "";
  }

  #take(length: number): string {
    const text = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return text;
  }

  #plain(): string {
    const unit = this.#take((this.#rest.codePointAt(0) ?? 0) > 0xffff ? 2 : 1);
    if (unit === "\r" || unit === "\n") return "<enter>";
    if (unit === "\t") return "<tab>";
    if (unit === "\x7f" || unit === "\b") return "<backspace>";
    if (unit < " ") return `<C-${String.fromCharCode(unit.charCodeAt(0) + 96)}>`;
    return unit;
  }

  async #escape(): Promise<string> {
    const paste = "\x1b[200~";
    if (this.#rest.startsWith(paste)) {
      this.#take(paste.length);
      return this.#pasted();
    }
    const match = /^\x1b([[O][\d;]*[A-Za-z~])/.exec(this.#rest);
    if (match) {
      this.#take(match[0].length);
      return sequences[(match[1] as string).replace(/^O/, "[")] ?? "<unknown>";
    }
    if (this.#rest.length === 1 || this.#rest[1] === "\x1b") {
      this.#take(1);
      return "<escape>";
    }
    const [, key = ""] = this.#take(2);
    if (key === "\x7f") return "<M-backspace>";
    return `<M-${key}>`;
  }

  async #pasted(): Promise<string> {
    const end = "\x1b[201~";
    for (;;) {
      const at = this.#rest.indexOf(end);
      if (at >= 0) {
        const text = this.#take(at);
        this.#take(end.length);
        return `<paste>${text}`;
      }
      const more = await this.#reader.read();
      if (more === undefined) return `<paste>${this.#take(this.#rest.length)}`;
      this.#rest += more;
    }
  }
}
