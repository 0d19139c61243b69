// YAML 1.1 as the Go library of Kubernetes reads it, first half: from characters to tokens. Its
// rules, its limits and its error texts are that library's: gopkg.in/yaml.v2 scannerc.go, after
// libyaml.

import { type Cursor, isBlankOrEnd, isBreak, isBreakOrEnd } from "./cursor.ts";
import { scanBlock, scanPlain, scanQuoted } from "./scalars.ts";
import { YamlError } from "./yaml-error.ts";

export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly index: number;
}

export type TokenType =
  | "stream end"
  | "directive"
  | "document start"
  | "document end"
  | "block sequence"
  | "block mapping"
  | "block end"
  | "["
  | "]"
  | "{"
  | "}"
  | "-"
  | ","
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

export interface Token {
  readonly type: TokenType;
  readonly mark: Mark;
  readonly value: string;
  /** For scalars: not in quotes and not a block. */
  readonly plain: boolean;
}

interface SimpleKey {
  readonly required: boolean;
  readonly number: number;
  readonly mark: Mark;
}

const isWord = (char: string): boolean => /^[0-9A-Za-z_-]$/.test(char);

export class Scanner implements Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  column = 0;
  indent = -1;
  flow = 0;
  #indents: number[] = [];
  #tokens: Token[] = [];
  #parsed = 0;
  #keys: (SimpleKey | undefined)[] = [undefined];
  #keyAllowed = true;
  #ended = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token, left where it is. */
  token(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#tokens[0] as Token;
  }

  next(): Token {
    const token = this.token();
    this.#tokens.shift();
    this.#parsed++;
    return token;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  skip(): void {
    this.at++;
    this.column++;
  }

  breakLine(): string {
    const char = this.peek();
    this.at += char === "\r" && this.peek(1) === "\n" ? 2 : 1;
    this.line++;
    this.column = 0;
    return char === "\u2028" || char === "\u2029" ? char : "\n";
  }

  get atDocumentMark(): boolean {
    return (
      this.column === 0 &&
      /^(---|\.\.\.)$/.test(this.text.slice(this.at, this.at + 3)) &&
      isBlankOrEnd(this.peek(3))
    );
  }

  fail(problem: string): YamlError {
    return new YamlError(problem, this.line === 0 ? 0 : this.line + 1);
  }

  get mark(): Mark {
    return { line: this.line, column: this.column, index: this.at };
  }

  /** A simple key that is still open may put a token in front of what is there. */
  #needsMore(): boolean {
    if (this.#ended) return this.#tokens.length === 0;
    if (this.#tokens.length === 0) return true;
    const key = this.#keys.find((each) => each?.number === this.#parsed);
    return key !== undefined && this.#isValid(this.#keys.indexOf(key));
  }

  #isValid(level: number): boolean {
    const key = this.#keys[level];
    if (!key) return false;
    if (key.mark.line >= this.line && key.mark.index + 1024 >= this.at) return true;
    if (key.required) throw this.fail("could not find expected ':'");
    this.#keys[level] = undefined;
    return false;
  }

  #fetch(): void {
    this.#toNextToken();
    this.#unroll(this.column);
    this.#reader()();
  }

  /** What reads the token that begins here. */
  #reader(): () => void {
    const char = this.peek();
    if (char === "") return () => this.#end();
    if (this.column === 0 && char === "%") return () => this.#directive();
    if (this.atDocumentMark) return () => this.#documentMark(char);
    const lone = isBlankOrEnd(this.peek(1));
    const block = this.flow === 0;
    if (char === "[" || char === "{") return () => this.#open(char);
    if (char === "]" || char === "}") return () => this.#close(char);
    if (char === ",") return () => this.#entry();
    if (char === "*") return () => this.#anchor("alias");
    if (char === "&") return () => this.#anchor("anchor");
    if (char === "!") return () => this.#tag();
    if (char === "'" || char === '"') return () => this.#scalar(() => scanQuoted(this), false);
    if ((char === "|" || char === ">") && block) return () => this.#block();
    if (char === "-" && lone) return () => this.#blockEntry();
    if (char === "?" && (!block || lone)) return () => this.#key();
    if (char === ":" && (!block || lone)) return () => this.#value();
    if (/^[#|>%@`\t]$/.test(char)) throw this.fail("found character that cannot start any token");
    return () => this.#plain();
  }

  #plain(): void {
    this.#scalar(() => {
      const { value, broken } = scanPlain(this);
      if (broken) this.#keyAllowed = true;
      return value;
    }, true);
  }

  #toNextToken(): void {
    for (;;) {
      if (this.column === 0 && this.peek() === "\ufeff") this.skip();
      while (
        this.peek() === " " ||
        (this.peek() === "\t" && (this.flow > 0 || !this.#keyAllowed))
      ) {
        this.skip();
      }
      if (this.peek() === "#") while (!isBreakOrEnd(this.peek())) this.skip();
      if (!isBreak(this.peek())) return;
      this.breakLine();
      if (this.flow === 0) this.#keyAllowed = true;
    }
  }

  #push(type: TokenType, mark: Mark, value = ""): void {
    this.#tokens.push({ type, mark, value, plain: false });
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#dropKey();
    this.#keys[this.#keys.length - 1] = {
      required: this.flow === 0 && this.indent === this.column,
      number: this.#parsed + this.#tokens.length,
      mark: this.mark,
    };
  }

  #dropKey(): void {
    const level = this.#keys.length - 1;
    if (this.#keys[level]?.required) throw this.fail("could not find expected ':'");
    this.#keys[level] = undefined;
  }

  #roll(type: TokenType, mark: Mark, before?: number): void {
    if (this.flow > 0 || this.indent >= mark.column) return;
    this.#indents.push(this.indent);
    this.indent = mark.column;
    const at = before === undefined ? this.#tokens.length : before - this.#parsed;
    this.#tokens.splice(at, 0, { type, mark, value: "", plain: false });
  }

  #unroll(column: number): void {
    if (this.flow > 0) return;
    while (this.indent > column) {
      this.#push("block end", this.mark);
      this.indent = this.#indents.pop() ?? -1;
    }
  }

  #end(): void {
    if (this.column !== 0) {
      this.column = 0;
      this.line++;
    }
    this.#unroll(-1);
    this.#dropKey();
    this.#ended = true;
    this.#push("stream end", this.mark);
  }

  #directive(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    const mark = this.mark;
    const start = this.at;
    while (!isBreakOrEnd(this.peek())) this.skip();
    this.#push("directive", mark, this.text.slice(start, this.at).trim());
  }

  #documentMark(char: string): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    const mark = this.mark;
    for (let i = 0; i < 3; i++) this.skip();
    this.#push(char === "-" ? "document start" : "document end", mark);
  }

  #open(char: "[" | "{"): void {
    this.#saveKey();
    this.#keys.push(undefined);
    this.flow++;
    this.#keyAllowed = true;
    this.#push(char, this.mark);
    this.skip();
  }

  #close(char: "]" | "}"): void {
    this.#dropKey();
    if (this.flow > 0) {
      this.flow--;
      this.#keys.pop();
    }
    this.#keyAllowed = false;
    this.#push(char, this.mark);
    this.skip();
  }

  #entry(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#push(",", this.mark);
    this.skip();
  }

  #blockEntry(): void {
    if (this.flow === 0) {
      if (!this.#keyAllowed) {
        throw this.fail("block sequence entries are not allowed in this context");
      }
      this.#roll("block sequence", this.mark);
    }
    this.#dropKey();
    this.#keyAllowed = true;
    this.#push("-", this.mark);
    this.skip();
  }

  #key(): void {
    if (this.flow === 0) {
      if (!this.#keyAllowed) throw this.fail("mapping keys are not allowed in this context");
      this.#roll("block mapping", this.mark);
    }
    this.#dropKey();
    this.#keyAllowed = this.flow === 0;
    this.#push("key", this.mark);
    this.skip();
  }

  #value(): void {
    const level = this.#keys.length - 1;
    const key = this.#isValid(level) ? this.#keys[level] : undefined;
    if (key) {
      const at = key.number - this.#parsed;
      this.#tokens.splice(at, 0, { type: "key", mark: key.mark, value: "", plain: false });
      this.#roll("block mapping", key.mark, key.number);
      this.#keys[level] = undefined;
      this.#keyAllowed = false;
    } else {
      if (this.flow === 0) {
        if (!this.#keyAllowed) throw this.fail("mapping values are not allowed in this context");
        this.#roll("block mapping", this.mark);
      }
      this.#keyAllowed = this.flow === 0;
    }
    this.#push("value", this.mark);
    this.skip();
  }

  #anchor(type: "alias" | "anchor"): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const mark = this.mark;
    this.skip();
    const start = this.at;
    while (isWord(this.peek())) this.skip();
    const after = this.peek();
    if (this.at === start || !(isBlankOrEnd(after) || /^[?:,\]}%@`]$/.test(after))) {
      throw this.fail("did not find expected alphabetic or numeric character");
    }
    this.#push(type, mark, this.text.slice(start, this.at));
  }

  #tag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const mark = this.mark;
    const start = this.at;
    this.skip();
    while (/^[\w\-;/?:@&=+$,.!~*'()[\]%<>]$/.test(this.peek())) this.skip();
    if (!isBlankOrEnd(this.peek())) {
      throw this.fail("did not find expected whitespace or line break");
    }
    this.#push("tag", mark, this.text.slice(start, this.at));
  }

  #scalar(scan: () => string, plain: boolean): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const mark = this.mark;
    this.#tokens.push({ type: "scalar", mark, value: scan(), plain });
  }

  #block(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    const mark = this.mark;
    this.#push("scalar", mark, scanBlock(this));
  }
}
