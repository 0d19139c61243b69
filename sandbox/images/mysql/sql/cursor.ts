// Where the parser is in its tokens, and what all its parts ask.

import { notSimulated } from "./errors.ts";
import { syntaxError, type Token, tokens } from "./lexer.ts";

/** Words that cannot be a name without quotes. */
const reserved = new Set(
  (
    "ADD ALL ALTER ANALYZE AND AS ASC BEFORE BETWEEN BIGINT BINARY BLOB BOTH BY CASCADE CASE CHANGE " +
    "CHAR CHARACTER CHECK COLLATE COLUMN CONSTRAINT CREATE CROSS DATABASE DATABASES DECIMAL DEFAULT " +
    "DELETE DESC DESCRIBE DISTINCT DIV DOUBLE DROP ELSE EXISTS EXPLAIN FALSE FLOAT FOR FOREIGN FROM " +
    "FULLTEXT GRANT GROUP HAVING IF IGNORE IN INDEX INNER INSERT INT INTEGER INTERVAL INTO IS JOIN " +
    "KEY KEYS KILL LEFT LIKE LIMIT LOCK LONGTEXT MEDIUMTEXT NATURAL NOT NULL NUMERIC ON OR ORDER " +
    "OUTER PRIMARY PROCEDURE READ REFERENCES REGEXP RENAME REPLACE RESTRICT REVOKE RIGHT RLIKE " +
    "SCHEMA SCHEMAS SELECT SET SHOW SMALLINT STRAIGHT_JOIN TABLE THEN TINYINT TO TRIGGER TRUE UNION " +
    "UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING VALUES VARBINARY VARCHAR WHEN WHERE WITH WRITE XOR"
  ).split(" "),
);

export class Cursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokens(text);
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  get previous(): Token {
    return this.#tokens[Math.max(0, this.#at - 1)] as Token;
  }

  ahead(by: number): Token {
    return this.#tokens[Math.min(this.#at + by, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  fail(): never {
    throw syntaxError(this.text, this.token.from);
  }

  is(...words: readonly string[]): boolean {
    return words.every((word, i) => this.ahead(i).upper === word);
  }

  /** Takes these words or marks if they come next. */
  accept(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.#at += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail();
  }

  /** The one of these words that comes next. */
  oneOf(...words: readonly string[]): string | undefined {
    const found = words.find((word) => this.token.upper === word);
    if (found !== undefined) this.#at++;
    return found;
  }

  get atName(): boolean {
    const { kind, upper } = this.token;
    return kind === "name" || (kind === "word" && !reserved.has(upper));
  }

  name(): string {
    if (!this.atName) this.fail();
    return this.next().text;
  }

  /** A name that may be quoted as a text. */
  label(): string {
    return this.token.kind === "string" ? this.next().text : this.name();
  }

  string(): string {
    if (this.token.kind !== "string") this.fail();
    return this.next().text;
  }

  integer(): number {
    if (this.token.kind !== "number" || !/^\d+$/.test(this.token.text)) this.fail();
    return Number(this.next().text);
  }

  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.accept(",")) all.push(one());
    return all;
  }

  enclosed<T>(one: () => T): T[] {
    this.expect("(");
    const all = this.list(one);
    this.expect(")");
    return all;
  }

  missing(what: string): never {
    throw notSimulated(what);
  }
}
