// YAML as the Go library of Kubernetes writes it: keys in their natural order, quotes where the
// text would be read as something else, long lines folded. gopkg.in/yaml.v2 encode.go,
// emitterc.go, sorter.go.

import { staysText } from "./resolve.ts";

/** Column behind which a line is folded at the next blank. */
const WIDTH = 80;

/** The text of a plain value, with a newline at its end. */
export function writeYaml(value: unknown): string {
  const writer = new Writer();
  writer.node(value, { indent: -2, inMapping: false, root: true });
  return `${writer.text}\n`;
}

interface Place {
  /** Of the collection that the value stands in. */
  readonly indent: number;
  readonly inMapping: boolean;
  readonly root: boolean;
}

class Writer {
  text = "";
  #lineStart = 0;

  node(value: unknown, place: Place): void {
    if (Array.isArray(value)) this.#sequence(value, place);
    else if (typeof value === "object" && value !== null) {
      this.#mapping(value as Record<string, unknown>, place);
    } else if (typeof value === "string") this.#string(value, Math.max(place.indent + 2, 0));
    else this.#blank(goNumber(value));
  }

  get #column(): number {
    return this.text.length - this.#lineStart;
  }

  /** With a blank before it, unless it begins a line or an item. */
  #blank(text: string): void {
    const begins =
      this.text === "" || this.text.endsWith("\n") || /(^|\n)[ -]*- $/.test(this.#line());
    this.text += begins ? text : ` ${text}`;
  }

  #line(): string {
    return this.text.slice(this.#lineStart);
  }

  #newLine(indent: number): void {
    this.text += `\n${" ".repeat(indent)}`;
    this.#lineStart = this.text.length - indent;
  }

  #sequence(items: readonly unknown[], { indent, inMapping, root }: Place): void {
    if (items.length === 0) this.#blank("[]");
    // A list below a key is not indented, one within a list is.
    const own = inMapping ? indent : root ? 0 : indent + 2;
    for (const [index, item] of items.entries()) {
      if (inMapping || index > 0) this.#newLine(own);
      this.text += "- ";
      this.node(item, { indent: own, inMapping: false, root: false });
    }
  }

  #mapping(fields: Record<string, unknown>, { indent, inMapping }: Place): void {
    const keys = Object.keys(fields)
      .filter((key) => fields[key] !== undefined)
      .sort(naturally);
    if (keys.length === 0) this.#blank("{}");
    const own = indent + 2;
    for (const [index, key] of keys.entries()) {
      if (inMapping || index > 0) this.#newLine(own);
      this.text += `${keyText(key)}:`;
      this.node(fields[key], { indent: own, inMapping: true, root: false });
    }
  }

  #string(text: string, indent: number): void {
    const { block, plain, single } = stylesOf(text);
    const multiline = text.includes("\n");
    const stays = !multiline && staysText(text);
    if (multiline && block) this.#literal(text, indent);
    else if (stays && plain) {
      this.#blank("");
      this.#fold(text, indent, false);
    } else {
      const quote = stays && single ? "'" : '"';
      this.#blank(quote);
      const inside = quote === "'" ? text.replaceAll("'", "''") : escaped(text);
      this.#fold(inside, indent, quote === '"');
      this.text += quote;
    }
  }

  #literal(text: string, indent: number): void {
    const hint = /^[ \n]/.test(text) ? "2" : "";
    const chomp = !text.endsWith("\n") ? "-" : /^\n$|\n\n$/.test(text) ? "+" : "";
    this.#blank(`|${hint}${chomp}`);
    const lines = text.replace(/\n$/, "").split("\n");
    for (const line of lines) {
      this.text += line === "" ? "\n" : `\n${" ".repeat(indent)}${line}`;
    }
    this.#lineStart = this.text.lastIndexOf("\n") + 1;
  }

  /** Writes words; behind the width a blank becomes a line break. */
  #fold(text: string, indent: number, double: boolean): void {
    let spaces = false;
    for (let i = 0; i < text.length; i++) {
      const char = text.charAt(i);
      const next = text.charAt(i + 1);
      const inside = i > 0 && i < text.length - 1;
      if (char === " " && !spaces && this.#column > WIDTH && inside && (double || next !== " ")) {
        this.#newLine(indent);
        if (double && next === " ") this.text += "\\";
      } else this.text += char;
      spaces = char === " ";
    }
  }
}

function keyText(key: string): string {
  const { plain, single } = stylesOf(key);
  if (key.includes("\n") || !staysText(key)) return `"${escaped(key)}"`;
  if (plain && key !== "") return key;
  return single ? `'${key.replaceAll("'", "''")}'` : `"${escaped(key)}"`;
}

/** Which ways of writing a text keep it as it is. */
function stylesOf(text: string): { plain: boolean; single: boolean; block: boolean } {
  const special = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(
    text,
  );
  const spaceBreak = / \n/.test(text);
  const breakSpace = /\n /.test(text);
  const indicator =
    /^(---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[-?:]([ \t]|$))/.test(text) ||
    /:([ \t]|$)|[\s]#/.test(text.slice(1));
  const edges = /^[ \n]|[ \n]$/.test(text);
  return {
    plain: !(special || spaceBreak || breakSpace || indicator || edges || text.includes("\n")),
    single: !(special || spaceBreak || breakSpace),
    block: !(special || spaceBreak || text.endsWith(" ") || text === ""),
  };
}

const letters: Readonly<Record<string, string>> = {
  ...{ "\0": "0", "\x07": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r" },
  ...{ "\x1b": "e", '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P" },
};

function escaped(text: string): string {
  return text.replace(
    /["\\\n]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029]/gu,
    (char) => {
      const letter = letters[char];
      if (letter !== undefined) return `\\${letter}`;
      const code = char.codePointAt(0) ?? 0;
      const hex = code.toString(16).toUpperCase();
      return code <= 0xff ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
    },
  );
}

/** A number as Go's %g has it; true, false, null. */
export function goNumber(value: unknown): string {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return String(value ?? null);
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e6) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

const isLetter = (char: string): boolean => /^\p{L}$/u.test(char);

/** The order of keys: letters as they are, numbers within them by value. */
export function naturally(a: string, b: string): number {
  const x = [...a];
  const y = [...b];
  for (let i = 0; i < x.length && i < y.length; i++) {
    const [p = "", q = ""] = [x[i], y[i]];
    if (p === q) continue;
    const [pLetter, qLetter] = [isLetter(p), isLetter(q)];
    if (pLetter && qLetter) return p < q ? -1 : 1;
    if (pLetter || qLetter) return qLetter ? -1 : 1;
    const lead = p === "0" || q === "0" ? leading(x, i) : "";
    const [m, n] = [lead + digitsFrom(x, i), lead + digitsFrom(y, i)];
    const difference = Number(m || "0") - Number(n || "0");
    if (difference !== 0) return difference;
    if (m.length !== n.length) return m.length - n.length;
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}

/** `1` if another digit than 0 stands before. */
function leading(chars: readonly string[], at: number): string {
  for (let i = at - 1; i >= 0 && /^\d$/.test(chars[i] ?? ""); i--) if (chars[i] !== "0") return "1";
  return "";
}

const digitsFrom = (chars: readonly string[], at: number): string =>
  /^\d*/.exec(chars.slice(at).join(""))?.[0] ?? "";
