// awk programs as rows of tokens.

import { Failure } from "./tool.ts";

export interface Token {
  readonly type:
    | "number"
    | "string"
    | "regex"
    | "name"
    | "call"
    | "builtin"
    | "keyword"
    | "operator"
    | "newline"
    | "end";
  readonly text: string;
  readonly line: number;
}

const keywords = new Set(
  "BEGIN END function func if else while for do break continue next exit return delete in getline print printf".split(
    " ",
  ),
);
const builtinNames = new Set(
  "length substr index split sub gsub match sprintf sin cos atan2 exp log sqrt int rand srand tolower toupper system close fflush systime strftime gensub".split(
    " ",
  ),
);

const operators =
  /(?:\*\*=|\*\*|\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|&&|\|\||>>|[-+*/%^!<>|?:~$=(){}[\],;])/y;

export class Lexer {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #previous: Token | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    const token = this.#read();
    this.#previous = token;
    return token;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match?.[0];
  }

  #read(): Token {
    for (;;) {
      this.#take(/[ \t\r]+/y);
      if (this.#take(/\\\r?\n/y) !== undefined) this.#line++;
      else if (this.#take(/#[^\n]*/y) === undefined) break;
    }
    const line = this.#line;
    if (this.#at >= this.#text.length) return { type: "end", text: "", line };
    if (this.#take(/\n/y) !== undefined) {
      this.#line++;
      return { type: "newline", text: "newline", line };
    }
    const number = this.#take(/(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/y);
    if (number !== undefined) return { type: "number", text: number, line };
    if (this.#text[this.#at] === '"') return { type: "string", text: this.#string(), line };
    const name = this.#take(/[A-Za-z_]\w*/y);
    if (name !== undefined) {
      if (keywords.has(name))
        return { type: "keyword", text: name === "func" ? "function" : name, line };
      if (builtinNames.has(name)) return { type: "builtin", text: name, line };
      return { type: this.#text[this.#at] === "(" ? "call" : "name", text: name, line };
    }
    if (this.#text[this.#at] === "/" && this.#regexMayStart()) {
      return { type: "regex", text: this.#regex(), line };
    }
    const operator = this.#take(operators);
    if (operator === undefined) {
      throw new Failure(`line ${line}: syntax error at or near ${this.#text[this.#at]}`, 2);
    }
    return {
      type: "operator",
      text: operator === "**" ? "^" : operator === "**=" ? "^=" : operator,
      line,
    };
  }

  /** A slash divides only behind something that has a value. */
  #regexMayStart(): boolean {
    const { type, text } = this.#previous ?? { type: "newline", text: "" };
    if (type === "number" || type === "string" || type === "name" || type === "builtin")
      return false;
    return !(type === "operator" && /^(?:\)|\]|\$|\+\+|--)$/.test(text));
  }

  #string(): string {
    const raw = this.#take(/"(?:[^"\\\n]|\\[\s\S])*"/y);
    if (raw === undefined) throw new Failure(`line ${this.#line}: unterminated string`, 2);
    return raw
      .slice(1, -1)
      .replace(/\\(?:([0-7]{1,3})|\n|([\s\S]))/g, (whole, octal?: string, unit?: string) => {
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
        if (unit === undefined) return "";
        return (
          {
            n: "\n",
            t: "\t",
            r: "\r",
            "\\": "\\",
            '"': '"',
            "/": "/",
            a: "\x07",
            b: "\b",
            f: "\f",
            v: "\v",
          }[unit] ?? whole
        );
      });
  }

  #regex(): string {
    const raw = this.#take(/\/(?:[^/\\\n[]|\\.|\[\^?\]?[^\]\n]*\])*\//y);
    if (raw === undefined) throw new Failure(`line ${this.#line}: unterminated regexp`, 2);
    return raw.slice(1, -1).replaceAll("\\/", "/");
  }
}
