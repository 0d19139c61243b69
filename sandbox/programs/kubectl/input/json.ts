// JSON as Go reads it, for its errors: what kubectl says of a manifest, a patch or an override
// that is not JSON. encoding/json scanner.go.

import { quoted } from "../../../api/schema/go-json.ts";

const named = (char: string): string =>
  char === "'" ? `'\\''` : char === '"' ? `'"'` : `'${quoted(char).slice(1, -1)}'`;

/** What Go says of a text that is not JSON. */
export interface JsonFault {
  readonly why: string;
  /** Lines before it. */
  readonly line: number;
}

export function jsonFault(text: string): JsonFault {
  const reader = new Reader(text);
  const why = reader.value() ?? reader.rest() ?? "unexpected end of JSON input";
  return { why, line: text.slice(0, reader.at).split("\n").length - 1 };
}

/** Each method reads on, and returns what is wrong. */
class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): string | undefined {
    this.#space();
    const char = this.#peek();
    if (char === "{") return this.#members("}");
    if (char === "[") return this.#members("]");
    if (char === '"') return this.#string();
    if (/^[-\d]$/.test(char)) return this.#number();
    for (const word of ["true", "false", "null"]) {
      if (char === word.charAt(0)) return this.#word(word);
    }
    return this.#bad("looking for beginning of value");
  }

  /** Nothing may follow. */
  rest(): string | undefined {
    this.#space();
    return this.#peek() === "" ? undefined : this.#bad("after top-level value");
  }

  #peek(): string {
    return this.#text.charAt(this.at);
  }

  #space(): void {
    while (/^[ \t\r\n]$/.test(this.#peek())) this.at++;
  }

  #bad(where: string): string {
    const char = this.#peek();
    if (char === "") return "unexpected end of JSON input";
    return `invalid character ${named(char)} ${where}`;
  }

  #members(close: "}" | "]"): string | undefined {
    this.at++;
    this.#space();
    if (this.#peek() === close) {
      this.at++;
      return undefined;
    }
    for (;;) {
      const problem = close === "}" ? this.#member() : this.value();
      if (problem) return problem;
      this.#space();
      const next = this.#peek();
      if (next !== "," && next !== close) {
        return this.#bad(close === "}" ? "after object key:value pair" : "after array element");
      }
      this.at++;
      if (next === close) return undefined;
    }
  }

  #member(): string | undefined {
    this.#space();
    if (this.#peek() !== '"') return this.#bad("looking for beginning of object key string");
    const problem = this.#string();
    if (problem) return problem;
    this.#space();
    if (this.#peek() !== ":") return this.#bad("after object key");
    this.at++;
    return this.value();
  }

  #string(): string | undefined {
    this.at++;
    for (let char = this.#peek(); char !== '"'; char = this.#peek()) {
      if (char === "" || char < " ") return this.#bad("in string literal");
      this.at++;
      if (char === "\\") {
        const problem = this.#escape();
        if (problem) return problem;
      }
    }
    this.at++;
    return undefined;
  }

  #escape(): string | undefined {
    if (this.#peek() !== "u") {
      if (!/^["\\/bfnrt]$/.test(this.#peek())) return this.#bad("in string escape code");
      this.at++;
      return undefined;
    }
    this.at++;
    for (let i = 0; i < 4; i++) {
      if (!/^[\dA-Fa-f]$/.test(this.#peek()))
        return this.#bad("in \\u hexadecimal character escape");
      this.at++;
    }
    return undefined;
  }

  #number(): string | undefined {
    if (this.#peek() === "-") this.at++;
    if (this.#peek() === "0") this.at++;
    else if (!this.#digits()) return this.#bad("in numeric literal");
    if (this.#peek() === ".") {
      this.at++;
      if (!this.#digits()) return this.#bad("after decimal point in numeric literal");
    }
    if (/^[eE]$/.test(this.#peek())) {
      this.at++;
      if (/^[-+]$/.test(this.#peek())) this.at++;
      if (!this.#digits()) return this.#bad("in exponent of numeric literal");
    }
    return undefined;
  }

  #digits(): boolean {
    const start = this.at;
    while (/^\d$/.test(this.#peek())) this.at++;
    return this.at > start;
  }

  #word(word: string): string | undefined {
    for (const [index, letter] of [...word].entries()) {
      if (this.#peek() !== letter) {
        return this.#bad(index === 0 ? "" : `in literal ${word} (expecting ${named(letter)})`);
      }
      this.at++;
    }
    return undefined;
  }
}
