// Goes through the words of a statement, and says where it does not go on.

import { type CqlType, natives } from "../values.ts";
import { CqlError, type Token, tokenize } from "./lexer.ts";
import type { Name, Term } from "./statements.ts";

export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** True, and past it, if the next words or signs are these. */
  takes(words: string): boolean {
    const wanted = words.split(" ");
    const isThere = wanted.every((word, index) => {
      const token = this.#tokens[this.#at + index];
      const isPlain = token?.kind === "word" || token?.kind === "sign";
      return isPlain && token.text === word;
    });
    if (isThere) this.#at += wanted.length;
    return isThere;
  }

  needs(words: string): void {
    if (!this.takes(words)) throw this.error();
  }

  isAt(word: string): boolean {
    const { kind, text } = this.token;
    return (kind === "word" || kind === "sign") && text === word;
  }

  /** As ANTLR says it. */
  error(): CqlError {
    const { line, column, raw, kind } = this.token;
    const near = this.#tokens.slice(Math.max(0, this.#at - 3), this.#at + 1);
    const context = near
      .map((each) => (each === this.token ? `[${each.raw}]` : each.raw))
      .join(" ");
    const what =
      kind === "end"
        ? `mismatched input '<EOF>'`
        : `no viable alternative at input '${raw}' (${context}...)`;
    return new CqlError(`line ${line}:${column} ${what}`, "SyntaxException");
  }

  name(): string {
    const { kind } = this.token;
    if (kind !== "word" && kind !== "quoted") throw this.error();
    return this.next().text;
  }

  qualified(): Name {
    const first = this.name();
    return this.takes(".")
      ? { keyspace: first, name: this.name() }
      : { keyspace: undefined, name: first };
  }

  number(): number {
    if (this.token.kind !== "number") throw this.error();
    return Number(this.next().text);
  }

  list<T>(item: () => T, end: string): T[] {
    const items: T[] = [];
    if (this.takes(end)) return items;
    do items.push(item());
    while (this.takes(","));
    this.needs(end);
    return items;
  }

  type(): CqlType {
    const name = this.name();
    const plain = name === "varchar" ? "text" : name;
    if (name === "frozen") {
      this.needs("<");
      const inner = this.type();
      this.needs(">");
      return { ...inner, frozen: true };
    }
    if (plain === "list" || plain === "set" || plain === "map") {
      this.needs("<");
      const parts = this.list(() => this.type(), ">");
      return { name: plain, parts, frozen: false };
    }
    if (!natives.has(plain)) throw new CqlError(`Unknown type ${plain}`);
    return { name: plain, parts: [], frozen: false };
  }

  term(): Term {
    const { kind, text } = this.token;
    if (kind === "string" || kind === "number" || kind === "uuid" || kind === "blob") {
      this.next();
      return { type: "literal", kind, text };
    }
    if (this.takes("null")) return { type: "null" };
    if (this.isAt("true") || this.isAt("false")) {
      this.next();
      return { type: "literal", kind: "boolean", text };
    }
    if (this.takes("[")) return { type: "list", items: this.list(() => this.term(), "]") };
    if (this.takes("{")) return this.#braces();
    if (kind === "word") {
      const name = this.name();
      this.needs("(");
      return { type: "call", name, items: this.list(() => this.term(), ")") };
    }
    throw this.error();
  }

  #braces(): Term {
    if (this.takes("}")) return { type: "set", items: [] };
    const first = this.term();
    if (this.takes(":")) {
      const pairs: (readonly [Term, Term])[] = [[first, this.term()]];
      while (this.takes(",")) {
        const key = this.term();
        this.needs(":");
        pairs.push([key, this.term()]);
      }
      this.needs("}");
      return { type: "map", items: pairs };
    }
    const items = [first];
    while (this.takes(",")) items.push(this.term());
    this.needs("}");
    return { type: "set", items };
  }
}
