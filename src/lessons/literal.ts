// Reads the values of attributes in MDX: strings in any quotes, numbers, true and false, and lists
// of them. No more, so that a lesson can be read without being run.

export type Literal = string | number | boolean | readonly Literal[];

/** Throws a SyntaxError that says what it met. */
export function readLiteral(source: string): Literal {
  const reader = new LiteralReader(source);
  const value = reader.value();
  reader.end();
  return value;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", 0: "\0", "\n": "" };

class LiteralReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  value(): Literal {
    this.#space();
    const next = this.#source[this.#at] ?? "";
    if (next === "[") return this.#list();
    if (/["'`]/.test(next)) return this.#string(next);
    const word = /^(?:true|false|-?\d+(?:\.\d+)?)/.exec(this.#source.slice(this.#at))?.[0];
    if (word === undefined) throw new SyntaxError(`${next || "the end"} where a value should be`);
    this.#at += word.length;
    return /^[tf]/.test(word) ? word === "true" : Number(word);
  }

  end(): void {
    this.#space();
    const rest = this.#source.slice(this.#at);
    if (rest) throw new SyntaxError(`${rest.slice(0, 20)} behind the value`);
  }

  #list(): Literal[] {
    const values: Literal[] = [];
    this.#at++;
    for (;;) {
      this.#space();
      if (this.#take("]")) return values;
      values.push(this.value());
      this.#space();
      if (!this.#take(",") && this.#source[this.#at] !== "]") {
        throw new SyntaxError("no comma between two values of a list");
      }
    }
  }

  #string(quote: string): string {
    let text = "";
    for (this.#at++; ; this.#at++) {
      const next = this.#source[this.#at];
      if (next === undefined) throw new SyntaxError(`a string without its closing ${quote}`);
      if (next === quote) break;
      if (next === "$" && quote === "`" && this.#source[this.#at + 1] === "{") {
        throw new SyntaxError("a string with something to be computed in it");
      }
      if (next !== "\\") text += next;
      else {
        const escaped = this.#source[++this.#at] ?? "";
        text += escapes[escaped] ?? escaped;
      }
    }
    this.#at++;
    return text;
  }

  #take(token: string): boolean {
    if (this.#source[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (/\s/.test(this.#source[this.#at] ?? "")) this.#at++;
  }
}
