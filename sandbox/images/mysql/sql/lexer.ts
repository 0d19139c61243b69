// SQL text as tokens. sql/sql_lex.cc.

import { SqlError } from "./errors.ts";

export interface Token {
  readonly kind: "word" | "name" | "string" | "number" | "variable" | "mark" | "end";
  /** What it means: a string without its quotes, a word as it was written. */
  readonly text: string;
  /** For keywords. */
  readonly upper: string;
  readonly from: number;
  readonly to: number;
}

const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /(?:\s+|#[^\n]*|--(?=[\s]|$)[^\n]*|\/\*(?!!)[\s\S]*?\*\/|\/\*!\d*|\*\/)/y],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w$])|0x[0-9a-fA-F]+(?![\w$])/y],
  ["variable", /@@(?:global\.|session\.|local\.)?[\w$.]+|@(?:[\w$.]+|'[^']*'|`[^`]*`)/iy],
  ["word", /[A-Za-z_$\u0080-\uffff\d][\w$\u0080-\uffff]*/y],
  ["name", /`(?:[^`]|``)*`/y],
  ["string", /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/y],
  ["mark", /<=>|<<|>>|<>|!=|<=|>=|:=|\|\||&&|[-+*/%=<>(),.;!~^&|?@{}:]/y],
];

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\x1a",
};

/** Throws a syntax error at what is no token. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const [kind, raw] = match(text, at);
    const to = at + raw.length;
    if (kind !== "space") {
      const value = kind === "string" || kind === "name" ? unquoted(raw) : raw;
      const upper = kind === "word" || kind === "mark" ? raw.toUpperCase() : "";
      found.push({ kind, text: value, upper, from: at, to });
    }
    at = to;
  }
  found.push({ kind: "end", text: "", upper: "", from: text.length, to: text.length });
  return found;
}

function match(text: string, at: number): readonly [Token["kind"] | "space", string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return [kind, found[0]];
  }
  throw syntaxError(text, at);
}

function unquoted(raw: string): string {
  const quote = raw.charAt(0);
  const inner = raw.slice(1, -1).replaceAll(quote + quote, quote);
  if (quote === "`") return inner;
  // A pattern keeps the backslash of \% and \_.
  return inner.replace(/\\([\s\S])/g, (all, letter: string) =>
    letter === "%" || letter === "_" ? all : (escapes[letter] ?? letter),
  );
}

const NEAR = 80;

export function syntaxError(text: string, at: number): SqlError {
  const line = text.slice(0, at).split("\n").length;
  const near = text.slice(at).trimEnd().slice(0, NEAR);
  return new SqlError(
    1064,
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${near}' at line ${line}`,
  );
}
