// awk's language: from tokens to a tree. POSIX awk; what mawk and gawk add is not here.

import { Lexer, type Token } from "./awk-lexer.ts";
import type { AwkFunction, AwkProgram, Expression, Output, Rule, Statement } from "./awk-tree.ts";
import { translate } from "./regex.ts";
import { Failure } from "./tool.ts";

export class Parser {
  readonly #tokens: Token[] = [];
  #at = 0;
  #getline = false;
  /** `>` ends an expression inside print. */
  #noGreater = false;
  #noIn = false;
  readonly #functions = new Map<string, AwkFunction>();

  constructor(text: string) {
    const lexer = new Lexer(text);
    for (;;) {
      const token = lexer.next();
      this.#tokens.push(token);
      if (token.type === "end") break;
    }
  }

  parse(): AwkProgram {
    const rules: Rule[] = [];
    this.#separators();
    while (this.#token.type !== "end") {
      if (this.#accept("function")) this.#function();
      else rules.push(this.#rule());
      this.#separators();
    }
    return { rules, functions: this.#functions, usesGetline: this.#getline };
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #fail(): never {
    const { text, type, line } = this.#token;
    const near = type === "end" ? "end of file" : type === "newline" ? "end of line" : text;
    throw new Failure(`line ${line}: syntax error at or near ${near}`, 2);
  }

  #is(text: string): boolean {
    const { type } = this.#token;
    return this.#token.text === text && (type === "operator" || type === "keyword");
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail();
  }

  #newlines(): void {
    while (this.#token.type === "newline") this.#at++;
  }

  #separators(): void {
    while (this.#token.type === "newline" || this.#is(";")) this.#at++;
  }

  #name(): string {
    const { type, text } = this.#token;
    if (type !== "name" && type !== "call") this.#fail();
    this.#at++;
    return text;
  }

  #function(): void {
    const name = this.#name();
    this.#expect("(");
    const parameters: string[] = [];
    while (!this.#accept(")")) {
      parameters.push(this.#name());
      this.#accept(",");
      this.#newlines();
    }
    this.#newlines();
    this.#functions.set(name, { parameters, body: this.#block() });
  }

  #rule(): Rule {
    const special = this.#is("BEGIN") ? "BEGIN" : this.#is("END") ? "END" : undefined;
    if (special) {
      this.#at++;
      return { pattern: special, end: undefined, action: this.#block(), active: false };
    }
    let pattern: Expression | undefined;
    let end: Expression | undefined;
    if (!this.#is("{")) {
      pattern = this.#expression();
      if (this.#accept(",")) {
        this.#newlines();
        end = this.#expression();
      }
    }
    const action = this.#is("{") ? this.#block() : undefined;
    return { pattern, end, action, active: false };
  }

  #block(): Statement {
    this.#expect("{");
    const body: Statement[] = [];
    this.#separators();
    while (!this.#accept("}")) {
      if (this.#token.type === "end") {
        throw new Failure(`line ${this.#token.line + 1}: missing } near end of file`, 2);
      }
      body.push(this.#statement());
      this.#separators();
    }
    return { type: "block", body };
  }

  /** The statement of a loop or a condition, which may be empty. */
  #body(): Statement {
    this.#newlines();
    if (this.#accept(";")) return { type: "block", body: [] };
    return this.#statement();
  }

  #statement(): Statement {
    if (this.#is("{")) return this.#block();
    if (this.#accept("if")) return this.#if();
    if (this.#accept("while")) {
      const test = this.#condition();
      return { type: "while", test, body: this.#body(), first: false };
    }
    if (this.#accept("do")) {
      const body = this.#body();
      this.#separators();
      this.#expect("while");
      const test = this.#condition();
      this.#terminate();
      return { type: "while", test, body, first: true };
    }
    if (this.#accept("for")) return this.#for();
    const statement = this.#simple();
    this.#terminate();
    return statement;
  }

  #terminate(): void {
    if (this.#accept(";") || this.#token.type === "newline") return;
    if (!this.#is("}") && this.#token.type !== "end") this.#fail();
  }

  #condition(): Expression {
    this.#expect("(");
    const test = this.#expression();
    this.#expect(")");
    return test;
  }

  #if(): Statement {
    const test = this.#condition();
    const yes = this.#body();
    const before = this.#at;
    this.#separators();
    if (this.#accept("else")) return { type: "if", test, yes, no: this.#body() };
    this.#at = before;
    return { type: "if", test, yes, no: undefined };
  }

  #for(): Statement {
    this.#expect("(");
    const [name, word, array, close] = this.#tokens.slice(this.#at, this.#at + 4);
    if (
      name?.type === "name" &&
      word?.text === "in" &&
      array?.type === "name" &&
      close?.text === ")"
    ) {
      this.#at += 4;
      return { type: "forin", name: name.text, array: array.text, body: this.#body() };
    }
    const init = this.#is(";") ? undefined : this.#simple();
    this.#expect(";");
    this.#newlines();
    const test = this.#is(";") ? undefined : this.#expression();
    this.#expect(";");
    this.#newlines();
    const update = this.#is(")") ? undefined : this.#simple();
    this.#expect(")");
    return { type: "for", init, test, update, body: this.#body() };
  }

  #simple(): Statement {
    if (this.#is("print") || this.#is("printf")) return this.#print();
    if (this.#accept("delete")) {
      const name = this.#name();
      const index = this.#accept("[") ? this.#list("]") : undefined;
      return { type: "delete", name, index };
    }
    for (const how of ["next", "exit", "break", "continue", "return"] as const) {
      if (!this.#accept(how)) continue;
      const bare =
        this.#token.type === "newline" ||
        this.#token.type === "end" ||
        this.#is(";") ||
        this.#is("}");
      const value = bare || !/exit|return/.test(how) ? undefined : this.#expression();
      return { type: "leave", how, value };
    }
    return { type: "expression", value: this.#expression() };
  }

  #print(): Statement {
    const format = this.#token.text === "printf";
    this.#at++;
    const args: Expression[] = [];
    this.#noGreater = true;
    const ends = () =>
      /^(?:;|\}|>|>>|\||newline|)$/.test(this.#token.text) && this.#token.type !== "string";
    if (!ends()) {
      do {
        this.#newlines();
        args.push(this.#expression());
      } while (this.#accept(","));
    }
    this.#noGreater = false;
    const [only] = args;
    const list = args.length === 1 && only?.type === "group" ? only.items : args;
    let output: Output | undefined;
    for (const operator of [">", ">>", "|"] as const) {
      if (this.#accept(operator)) output = { operator, to: this.#concatenation() };
    }
    return { type: "print", args: list, format, output };
  }

  #list(close: string): Expression[] {
    const items: Expression[] = [];
    const greater = this.#noGreater;
    const noIn = this.#noIn;
    this.#noGreater = this.#noIn = false;
    this.#newlines();
    while (!this.#accept(close)) {
      items.push(this.#expression());
      this.#newlines();
      if (!this.#is(close)) this.#expect(",");
      this.#newlines();
    }
    this.#noGreater = greater;
    this.#noIn = noIn;
    return items;
  }

  #expression(): Expression {
    return this.#ternary();
  }

  #ternary(): Expression {
    const test = this.#or();
    if (this.#accept("?")) {
      this.#newlines();
      const yes = this.#ternary();
      this.#newlines();
      this.#expect(":");
      this.#newlines();
      return { type: "ternary", test, yes, no: this.#ternary() };
    }
    const operator = this.#token.text;
    if (this.#token.type === "operator" && /^(?:[-+*/%^]?=)$/.test(operator) && isTarget(test)) {
      this.#at++;
      this.#newlines();
      return { type: "assign", operator, target: test, value: this.#ternary() };
    }
    return test;
  }

  #chain(symbols: readonly string[], next: () => Expression): Expression {
    let left = next();
    for (;;) {
      const operator = symbols.find((symbol) => this.#is(symbol));
      if (operator === undefined) return left;
      this.#at++;
      this.#newlines();
      left = { type: "binary", operator, left, right: next() };
    }
  }

  #or(): Expression {
    return this.#chain(["||"], () => this.#and());
  }

  #and(): Expression {
    return this.#chain(["&&"], () => this.#in());
  }

  #in(): Expression {
    let left = this.#match();
    while (!this.#noIn && this.#accept("in")) {
      const index = left.type === "group" ? left.items : [left];
      left = { type: "in", name: this.#name(), index };
    }
    return left;
  }

  #match(): Expression {
    return this.#chain(["~", "!~"], () => this.#comparison());
  }

  #comparison(): Expression {
    const left = this.#concatenation();
    const symbols = this.#noGreater
      ? ["<", "<=", "==", "!=", ">="]
      : ["<", "<=", "==", "!=", ">=", ">"];
    const operator = symbols.find((symbol) => this.#is(symbol));
    if (operator === undefined) return left;
    this.#at++;
    return { type: "binary", operator, left, right: this.#concatenation() };
  }

  #concatenation(): Expression {
    let left = this.#sum();
    for (;;) {
      const { type, text } = this.#token;
      const starts =
        /^(?:number|string|name|call|builtin|regex)$/.test(type) ||
        (type === "operator" && /^(?:\$|!|\(|-|\+|\+\+|--)$/.test(text));
      if (!starts || (type === "keyword" && text === "in")) return left;
      if (text === "!") return left;
      left = { type: "binary", operator: " ", left, right: this.#sum() };
    }
  }

  #sum(): Expression {
    return this.#chain(["+", "-"], () => this.#product());
  }

  #product(): Expression {
    return this.#chain(["*", "/", "%"], () => this.#unary());
  }

  #unary(): Expression {
    for (const operator of ["!", "-", "+"]) {
      if (this.#accept(operator)) return { type: "unary", operator, operand: this.#unary() };
    }
    return this.#power();
  }

  #power(): Expression {
    const left = this.#postfix();
    if (!this.#accept("^")) return left;
    // Right to left, and tighter than a sign before it.
    const right = this.#is("-") || this.#is("+") || this.#is("!") ? this.#unary() : this.#power();
    return { type: "binary", operator: "^", left, right };
  }

  #postfix(): Expression {
    const target = this.#primary();
    for (const operator of ["++", "--"]) {
      if (isTarget(target) && this.#accept(operator))
        return { type: "step", operator, prefix: false, target };
    }
    return target;
  }

  #primary(): Expression {
    const { type, text } = this.#token;
    if (type === "number") {
      this.#at++;
      return { type, value: Number(text) };
    }
    if (type === "string") {
      this.#at++;
      return { type, value: text };
    }
    if (type === "regex") {
      this.#at++;
      return { type, regex: new RegExp(translate(text, true), "su") };
    }
    if (this.#accept("$")) {
      if (this.#is("++") || this.#is("--")) {
        return { type: "field", index: this.#primary() };
      }
      return {
        type: "field",
        index: this.#accept("-")
          ? { type: "unary", operator: "-", operand: this.#primary() }
          : this.#primary(),
      };
    }
    for (const operator of ["++", "--"]) {
      if (this.#accept(operator))
        return { type: "step", operator, prefix: true, target: this.#primary() };
    }
    if (this.#accept("(")) {
      const items = this.#list(")");
      return items.length === 1 && !this.#is("in")
        ? { type: "group", items }
        : { type: "group", items };
    }
    if (this.#accept("getline")) return this.#getlineRest();
    if (type === "builtin") {
      this.#at++;
      const args = this.#accept("(") ? this.#list(")") : [];
      return { type: "call", name: text, args };
    }
    if (type === "call") {
      this.#at++;
      this.#expect("(");
      return { type: "call", name: text, args: this.#list(")") };
    }
    if (type === "name") {
      this.#at++;
      return this.#accept("[")
        ? { type: "element", name: text, index: this.#list("]") }
        : { type, name: text };
    }
    return this.#fail();
  }

  #getlineRest(): Expression {
    this.#getline = true;
    const { type, text } = this.#token;
    const target =
      type === "name" || (type === "operator" && text === "$") ? this.#primary() : undefined;
    const file = this.#accept("<") ? this.#primary() : undefined;
    return { type: "getline", target, file };
  }
}

function isTarget({ type }: Expression): boolean {
  return type === "name" || type === "field" || type === "element";
}
