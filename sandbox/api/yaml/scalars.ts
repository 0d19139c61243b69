// YAML's scalars: plain, in quotes, and blocks. gopkg.in/yaml.v2 scannerc.go.

import { type Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from "./cursor.ts";

/** White space between two words of a scalar, gathered until it is known what it comes to. */
class Gap {
  broken = false;
  #blanks = "";
  #first = "";
  #more = "";

  /** Reads all white space that is next. */
  read(cursor: Cursor, check?: () => void): void {
    for (let char = cursor.peek(); isBlank(char) || isBreak(char); char = cursor.peek()) {
      if (isBlank(char)) {
        check?.();
        if (!this.broken) this.#blanks += char;
        cursor.skip();
      } else if (this.broken) this.#more += cursor.breakLine();
      else {
        this.#blanks = "";
        this.#first = cursor.breakLine();
        this.broken = true;
      }
    }
  }

  /** What it comes to: a line break is a blank, several are one fewer. */
  close(): string {
    const folded = this.#first !== "\n" ? this.#first + this.#more : this.#more || " ";
    const text = this.broken ? (this.#first === "" ? this.#more : folded) : this.#blanks;
    this.broken = false;
    this.#blanks = this.#first = this.#more = "";
    return text;
  }
}

/** `broken` says that line breaks follow. */
export function scanPlain(cursor: Cursor): { value: string; broken: boolean } {
  const indent = cursor.indent + 1;
  const gap = new Gap();
  let value = "";
  let pending = false;
  for (;;) {
    if (cursor.atDocumentMark || cursor.peek() === "#") break;
    for (let char = cursor.peek(); !isBlankOrEnd(char); char = cursor.peek()) {
      if (char === ":" && isBlankOrEnd(cursor.peek(1))) break;
      if (cursor.flow > 0 && /^[,?[\]{}]$/.test(char)) break;
      if (pending) value += gap.close();
      pending = false;
      value += char;
      cursor.skip();
    }
    if (!isBlank(cursor.peek()) && !isBreak(cursor.peek())) break;
    gap.read(cursor, () => {
      if (gap.broken && cursor.column < indent && cursor.peek() === "\t") {
        throw cursor.fail("found a tab character that violates indentation");
      }
    });
    pending = true;
    if (cursor.flow === 0 && cursor.column < indent) break;
  }
  return { value, broken: gap.broken };
}

const escapes: Readonly<Record<string, string>> = {
  ...{ "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r" },
  ...{ e: "\x1b", " ": " ", '"': '"', "'": "'", "\\": "\\", N: "\x85", _: "\xa0" },
  ...{ L: "\u2028", P: "\u2029" },
};
const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

export function scanQuoted(cursor: Cursor): string {
  const quote = cursor.peek();
  const gap = new Gap();
  let value = "";
  cursor.skip();
  for (;;) {
    if (cursor.atDocumentMark) throw cursor.fail("found unexpected document indicator");
    if (cursor.peek() === "") throw cursor.fail("found unexpected end of stream");
    for (let char = cursor.peek(); !isBlankOrEnd(char); char = cursor.peek()) {
      if (char === quote) {
        if (quote === '"' || cursor.peek(1) !== quote) break;
        value += char;
        cursor.skip();
        cursor.skip();
      } else if (char === "\\" && quote === '"') {
        if (isBreak(cursor.peek(1))) {
          cursor.skip();
          cursor.breakLine();
          gap.broken = true;
          break;
        }
        value += scanEscape(cursor);
      } else {
        value += char;
        cursor.skip();
      }
    }
    if (cursor.peek() === quote) break;
    gap.read(cursor);
    value += gap.close();
  }
  cursor.skip();
  return value;
}

function scanEscape(cursor: Cursor): string {
  const letter = cursor.peek(1);
  const length = escapeLengths[letter];
  const plain = escapes[letter];
  if (length === undefined && plain === undefined) {
    throw cursor.fail("found unknown escape character");
  }
  cursor.skip();
  cursor.skip();
  if (length === undefined) return plain ?? "";
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (!/^[\dA-Fa-f]+$/.test(digits) || digits.length < length) {
    throw cursor.fail("did not find expected hexdecimal number");
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw cursor.fail("found invalid Unicode character escape code");
  }
  for (let i = 0; i < length; i++) cursor.skip();
  return String.fromCodePoint(code);
}

export function scanBlock(cursor: Cursor): string {
  const literal = cursor.peek() === "|";
  cursor.skip();
  const { chomping, increment } = scanHints(cursor);
  let indent = increment === 0 ? 0 : Math.max(cursor.indent, 0) + increment;
  const readBreaks = (): string => {
    let breaks = "";
    let deepest = 0;
    for (;;) {
      while ((indent === 0 || cursor.column < indent) && cursor.peek() === " ") cursor.skip();
      deepest = Math.max(deepest, cursor.column);
      if ((indent === 0 || cursor.column < indent) && cursor.peek() === "\t") {
        throw cursor.fail("found a tab character where an indentation space is expected");
      }
      if (!isBreak(cursor.peek())) break;
      breaks += cursor.breakLine();
    }
    if (indent === 0) indent = Math.max(deepest, cursor.indent + 1, 1);
    return breaks;
  };
  let value = "";
  let lastBreak = "";
  let breaks = readBreaks();
  let wasBlank = false;
  while (cursor.column === indent && cursor.peek() !== "") {
    const blank = isBlank(cursor.peek());
    if (!literal && lastBreak === "\n" && !wasBlank && !blank) value += breaks === "" ? " " : "";
    else value += lastBreak;
    value += breaks;
    wasBlank = blank;
    const start = cursor.at;
    while (!isBreakOrEnd(cursor.peek())) cursor.skip();
    value += cursor.text.slice(start, cursor.at);
    lastBreak = cursor.peek() === "" ? "" : cursor.breakLine();
    breaks = readBreaks();
  }
  if (chomping !== "-") value += lastBreak;
  if (chomping === "+") value += breaks;
  return value;
}

function scanHints(cursor: Cursor): { chomping: string; increment: number } {
  let chomping = "";
  let increment = 0;
  for (let i = 0; i < 2; i++) {
    const char = cursor.peek();
    if (/^[+-]$/.test(char) && chomping === "") chomping = char;
    else if (/^\d$/.test(char) && increment === 0) {
      if (char === "0") throw cursor.fail("found an indentation indicator equal to 0");
      increment = Number(char);
    } else break;
    cursor.skip();
  }
  while (isBlank(cursor.peek())) cursor.skip();
  if (cursor.peek() === "#") while (!isBreakOrEnd(cursor.peek())) cursor.skip();
  if (!isBreakOrEnd(cursor.peek())) {
    throw cursor.fail("did not find expected comment or line break");
  }
  if (isBreak(cursor.peek())) cursor.breakLine();
  return { chomping, increment };
}
