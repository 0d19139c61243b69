// sed's scripts: from text to commands.

import { unescaped } from "./escapes.ts";
import { RegexError, regex } from "./regex.ts";
import { Failure } from "./tool.ts";

export type Address =
  | { readonly type: "line"; readonly line: number }
  | { readonly type: "step"; readonly first: number; readonly step: number }
  | { readonly type: "last" }
  | { readonly type: "regex"; readonly regex: RegExp | undefined }
  /** Only as a second address: so many lines more, or up to a multiple. */
  | { readonly type: "more"; readonly count: number }
  | { readonly type: "multiple"; readonly of: number };

export interface Command {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negated: boolean;
  readonly name: string;
  /** Text of a, i, c; file of r, w; label of b, t, T, `:`; exit code of q. */
  readonly text: string;
  readonly substitute: Substitute | undefined;
  /** For y. */
  readonly map: ReadonlyMap<string, string> | undefined;
  /** For `{`: where its `}` is. */
  end: number;
  /** The range is open: up to which line, or until its second expression matches. */
  active: number | boolean;
}

export interface Substitute {
  /** Undefined: the last one used. */
  readonly regex: RegExp | undefined;
  readonly replacement: readonly Part[];
  readonly global: boolean;
  readonly nth: number;
  readonly print: boolean;
  readonly file: string | undefined;
}

/** A piece of a replacement: text, a group, or a change of case. */
export type Part = string | number | { readonly letters: "U" | "L" | "u" | "l" | "E" };

export class ScriptParser {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;
  readonly #commands: Command[] = [];
  readonly #open: number[] = [];

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  parse(): Command[] {
    for (;;) {
      this.#skip(/[\s;]*/y);
      if (this.#at >= this.#text.length) break;
      if (this.#peek() === "#") {
        this.#skip(/[^\n]*/y);
        continue;
      }
      this.#command();
    }
    if (this.#open.length > 0) throw new Failure("-e expression #1, char 0: unmatched `{'");
    return this.#commands;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += text.length;
    return text;
  }

  #fail(message: string): never {
    throw new Failure(`-e expression #1, char ${this.#at}: ${message}`);
  }

  #regex(
    source: string,
    flags: { ignoreCase?: boolean; multiline?: boolean } = {},
  ): RegExp | undefined {
    if (source === "") return undefined;
    try {
      return regex(source, { extended: this.#extended, global: true, ...flags });
    } catch (error) {
      if (error instanceof RegexError) this.#fail(error.message);
      throw error;
    }
  }

  #address(second: boolean): Address | undefined {
    const unit = this.#peek();
    if (/\d/.test(unit)) {
      const line = Number(this.#skip(/\d+/y));
      if (this.#peek() !== "~") return { type: "line", line };
      this.#at++;
      return { type: "step", first: line, step: Number(this.#skip(/\d+/y)) };
    }
    if (unit === "$") {
      this.#at++;
      return { type: "last" };
    }
    if (second && (unit === "+" || unit === "~")) {
      this.#at++;
      const number = Number(this.#skip(/\d+/y));
      return unit === "+" ? { type: "more", count: number } : { type: "multiple", of: number };
    }
    if (unit !== "/" && unit !== "\\") return undefined;
    this.#at++;
    const delimiter = unit === "/" ? "/" : (this.#text[this.#at++] ?? "/");
    const source = this.#until(delimiter, true);
    if (source === undefined) this.#fail("unterminated address regex");
    const flags = this.#skip(/[IM]*/y);
    const found = this.#regex(source, {
      ignoreCase: flags.includes("I"),
      multiline: flags.includes("M"),
    });
    return { type: "regex", regex: found };
  }

  /** The text up to an unescaped delimiter, which is passed over. */
  #until(delimiter: string, isRegex: boolean): string | undefined {
    let out = "";
    let bracket = false;
    for (; this.#at < this.#text.length; this.#at++) {
      const unit = this.#text[this.#at] as string;
      if (unit === "\\") {
        const next = this.#text[++this.#at] ?? "";
        if (next === delimiter && (!isRegex || !/[.*[\]^$+?(){}|]/.test(next))) out += next;
        else if (next === "\n" && isRegex) out += "\\n";
        else out += `\\${next}`;
      } else if (unit === delimiter && !bracket) {
        this.#at++;
        return out;
      } else {
        if (isRegex && unit === "[" && !bracket) {
          bracket = true;
          const rest = /^\[\^?\]?/.exec(this.#text.slice(this.#at))?.[0] ?? "[";
          out += rest;
          this.#at += rest.length - 1;
          continue;
        }
        if (unit === "]") bracket = false;
        if (unit === "\n" && isRegex) return undefined;
        out += unit;
      }
    }
    return undefined;
  }

  #command(): void {
    const from = this.#address(false);
    this.#skip(/[ \t]*/y);
    let to: Address | undefined;
    if (from && this.#peek() === ",") {
      this.#at++;
      this.#skip(/[ \t]*/y);
      to = this.#address(true);
      if (!to) this.#fail("unexpected `,'");
    }
    this.#skip(/[ \t]*/y);
    let negated = false;
    while (this.#peek() === "!") {
      this.#at++;
      negated = true;
      this.#skip(/[ \t]*/y);
    }
    const name = this.#peek();
    if (name === "") this.#fail("missing command");
    this.#at++;
    const base = {
      from,
      to,
      negated,
      name,
      text: "",
      substitute: undefined,
      map: undefined,
      end: 0,
      active: false,
    };
    if (name === "}") {
      const open = this.#open.pop();
      if (open === undefined) this.#fail("unexpected `}'");
      (this.#commands[open] as Command).end = this.#commands.length;
    } else if (name === "{") {
      this.#open.push(this.#commands.length);
      this.#commands.push(base);
      return;
    }
    this.#commands.push(this.#body(base));
    this.#skip(/[ \t]*/y);
    if (!/^[;}\n#]?$/.test(this.#peek())) {
      this.#at++;
      this.#fail(name === "s" ? "unknown option to `s'" : "extra characters after command");
    }
  }

  #body(base: Command): Command {
    const { name } = base;
    if (name === "s") return { ...base, substitute: this.#substitute() };
    if (name === "y") return { ...base, map: this.#transliterate() };
    if ("aic".includes(name)) return { ...base, text: this.#textArgument() };
    if (name === ":") return { ...base, text: this.#skip(/[^\n;]*/y).trim() };
    if ("btT".includes(name)) return { ...base, text: this.#skip(/[^\n;}]*/y).trim() };
    if ("rRwW".includes(name)) return { ...base, text: this.#skip(/[^\n]*/y).trim() };
    if ("qQlL".includes(name)) {
      this.#skip(/[ \t]*/y);
      return { ...base, text: this.#skip(/\d*/y) };
    }
    if (!"}=dDgGhHnNpPxzF".includes(name)) this.#fail(`unknown command: \`${name}'`);
    return base;
  }

  #textArgument(): string {
    this.#skip(/[ \t]*/y);
    if (this.#peek() === "\\") {
      this.#at++;
      // `a\  text` on one line keeps its blanks.
      this.#skip(/[ \t]*\n/y);
    }
    if (this.#at >= this.#text.length) this.#fail("expected \\ after `a', `c' or `i'");
    let out = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const unit = this.#text[this.#at] as string;
      if (unit === "\n") break;
      if (unit === "\\") {
        const next = this.#text[++this.#at] ?? "";
        out += next === "t" ? "\t" : next;
      } else out += unit;
    }
    return `${out}\n`;
  }

  #transliterate(): ReadonlyMap<string, string> {
    const delimiter = this.#text[this.#at++] ?? "/";
    const from = this.#until(delimiter, false);
    const to = from === undefined ? undefined : this.#until(delimiter, false);
    if (from === undefined || to === undefined) this.#fail("unterminated `y' command");
    const [a, b] = [[...unescaped(from)], [...unescaped(to)]];
    if (a.length !== b.length) this.#fail("strings for `y' command are different lengths");
    return new Map(a.map((unit, i) => [unit, b[i] ?? unit]));
  }

  #substitute(): Substitute {
    const delimiter = this.#text[this.#at++] ?? "/";
    const source = this.#until(delimiter, true);
    const target = source === undefined ? undefined : this.#until(delimiter, false);
    if (source === undefined || target === undefined) this.#fail("unterminated `s' command");
    const flags = this.#skip(/[gpiIMme\d]*/y);
    const unknown = /^[A-Za-z]/.test(this.#peek()) && this.#peek() !== "w";
    if (unknown) {
      this.#at++;
      this.#fail("unknown option to `s'");
    }
    let file: string | undefined;
    if (this.#peek() === "w") {
      this.#at++;
      file = this.#skip(/[^\n]*/y).trim();
    }
    if (flags.includes("e")) this.#fail("the e flag is not simulated");
    const found = this.#regex(source, {
      ignoreCase: /i/i.test(flags),
      multiline: /m/i.test(flags),
    });
    const replacement = parts(target);
    const groups = found ? (new RegExp(`${found.source}|`, "su").exec("")?.length ?? 1) : 10;
    const highest = Math.max(0, ...replacement.filter((part) => typeof part === "number"));
    if (highest >= groups) this.#fail(`invalid reference \\${highest} on \`s' command's RHS`);
    return {
      regex: found,
      replacement,
      global: flags.includes("g"),
      nth: Number(/\d+/.exec(flags)?.[0] ?? 1),
      print: flags.includes("p"),
      file,
    };
  }
}

function parts(text: string): Part[] {
  const out: Part[] = [];
  let plain = "";
  const end = () => {
    if (plain !== "") out.push(plain);
    plain = "";
  };
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] as string;
    if (unit === "&") {
      end();
      out.push(0);
    } else if (unit !== "\\") plain += unit;
    else {
      const next = text[++i] ?? "";
      if (/\d/.test(next)) {
        end();
        out.push(Number(next));
      } else if (/[ULulE]/.test(next)) {
        end();
        out.push({ letters: next as "U" });
      } else plain += { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" }[next] ?? next;
    }
  }
  end();
  return out;
}
