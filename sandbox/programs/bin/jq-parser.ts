// jq's language: from text to a tree.

/** The filter makes no sense: jq does not even begin. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

export type Filter =
  | { readonly type: "identity" | "recurse" | "empty" }
  | { readonly type: "literal"; readonly value: unknown }
  | {
      readonly type: "string";
      readonly format: string | undefined;
      readonly parts: readonly (string | Filter)[];
    }
  | { readonly type: "format"; readonly name: string }
  | { readonly type: "variable"; readonly name: string }
  | {
      readonly type: "index";
      readonly of: Filter;
      readonly key: Filter;
      readonly optional: boolean;
    }
  | {
      readonly type: "slice";
      readonly of: Filter;
      readonly from: Filter | undefined;
      readonly to: Filter | undefined;
      readonly optional: boolean;
    }
  | { readonly type: "each"; readonly of: Filter; readonly optional: boolean }
  | { readonly type: "try"; readonly body: Filter; readonly handler: Filter | undefined }
  | { readonly type: "array"; readonly body: Filter | undefined }
  | { readonly type: "object"; readonly entries: readonly (readonly [Filter, Filter])[] }
  | { readonly type: "negate"; readonly of: Filter }
  | {
      readonly type: "binary";
      readonly operator: string;
      readonly left: Filter;
      readonly right: Filter;
    }
  | {
      readonly type: "if";
      readonly test: Filter;
      readonly yes: Filter;
      readonly no: Filter | undefined;
    }
  | {
      readonly type: "reduce" | "foreach";
      readonly source: Filter;
      readonly pattern: Pattern;
      readonly init: Filter;
      readonly update: Filter;
      readonly extract: Filter | undefined;
    }
  | {
      readonly type: "as";
      readonly source: Filter;
      readonly pattern: Pattern;
      readonly body: Filter;
    }
  | {
      readonly type: "define";
      readonly name: string;
      readonly parameters: readonly string[];
      readonly body: Filter;
      readonly rest: Filter;
    }
  | { readonly type: "call"; readonly name: string; readonly args: readonly Filter[] };

/** What `as` binds: `$x`, `[$a, $b]`, `{a: $x}`. */
export type Pattern =
  | { readonly type: "name"; readonly name: string }
  | { readonly type: "array"; readonly items: readonly Pattern[] }
  | { readonly type: "object"; readonly entries: readonly (readonly [Filter, Pattern])[] };

interface Token {
  readonly kind:
    | "number"
    | "string"
    | "name"
    | "variable"
    | "format"
    | "field"
    | "operator"
    | "end";
  readonly text: string;
  readonly parts?: readonly (string | Filter)[];
}

const levels: Readonly<Record<string, { level: number; right?: boolean; single?: boolean }>> = {
  "|": { level: 1, right: true },
  ",": { level: 2 },
  "//": { level: 3, right: true },
  "=": { level: 4, single: true },
  "|=": { level: 4, single: true },
  "+=": { level: 4, single: true },
  "-=": { level: 4, single: true },
  "*=": { level: 4, single: true },
  "/=": { level: 4, single: true },
  "%=": { level: 4, single: true },
  "//=": { level: 4, single: true },
  or: { level: 5 },
  and: { level: 6 },
  "==": { level: 7, single: true },
  "!=": { level: 7, single: true },
  "<": { level: 7, single: true },
  "<=": { level: 7, single: true },
  ">": { level: 7, single: true },
  ">=": { level: 7, single: true },
  "+": { level: 8 },
  "-": { level: 8 },
  "*": { level: 9 },
  "/": { level: 9 },
  "%": { level: 9 },
};

const operator =
  /(?:\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[.[\](){}|,:;=<>+\-*/%?])/y;

export function parseFilter(text: string): Filter {
  return new Parser(text).whole();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #token: Token;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#lex();
  }

  whole(): Filter {
    const filter = this.#pipe();
    if (this.#token.kind !== "end") this.#fail();
    return filter;
  }

  #fail(): never {
    const { kind, text } = this.#token;
    const what =
      kind === "end"
        ? "unexpected $end"
        : `unexpected ${kind === "operator" ? `'${text}'` : text || kind}`;
    throw new CompileError(`syntax error, ${what} (Unix shell quoting issues?)`);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match?.[0];
  }

  #lex(): Token {
    this.#take(/(?:\s|#[^\n]*)+/y);
    if (this.#at >= this.#text.length) return { kind: "end", text: "" };
    if (this.#text[this.#at] === '"') return this.#string();
    const number = this.#take(/(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y);
    if (number !== undefined) return { kind: "number", text: number };
    const field = this.#take(/\.[A-Za-z_]\w*/y);
    if (field !== undefined) return { kind: "field", text: field.slice(1) };
    const variable = this.#take(/\$(?:__loc__|[A-Za-z_]\w*)/y);
    if (variable !== undefined) return { kind: "variable", text: variable.slice(1) };
    const format = this.#take(/@[a-z0-9]+/y);
    if (format !== undefined) return { kind: "format", text: format };
    const name = this.#take(/[A-Za-z_](?:\w|::)*/y);
    if (name !== undefined) return { kind: "name", text: name };
    const found = this.#take(operator);
    if (found !== undefined) return { kind: "operator", text: found };
    this.#token = { kind: "operator", text: "INVALID_CHARACTER" };
    return this.#fail();
  }

  #string(): Token {
    this.#at++;
    const parts: (string | Filter)[] = [];
    let plain = "";
    for (;;) {
      const unit = this.#text[this.#at++];
      if (unit === undefined) {
        this.#token = { kind: "end", text: "" };
        this.#fail();
      }
      if (unit === '"') break;
      if (unit !== "\\") plain += unit;
      else if (this.#text[this.#at] === "(") {
        this.#at++;
        const outer = this.#token;
        this.#token = this.#lex();
        const inner = this.#pipe();
        if (!this.#is(")")) this.#fail();
        this.#token = outer ?? { kind: "end", text: "" };
        parts.push(plain, inner);
        plain = "";
      } else plain += this.#escape();
    }
    return { kind: "string", text: plain, parts: [...parts, plain] };
  }

  #escape(): string {
    const unit = this.#text[this.#at++] ?? "";
    if (unit !== "u") return { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" }[unit] ?? unit;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #next(): Token {
    const token = this.#token;
    this.#token = this.#lex();
    return token;
  }

  #is(text: string): boolean {
    const { kind } = this.#token;
    return this.#token.text === text && (kind === "operator" || kind === "name");
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#next();
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail();
  }

  #pipe(): Filter {
    if (this.#is("def")) {
      this.#next();
      const name = this.#next().text;
      const parameters: string[] = [];
      if (this.#accept("(")) {
        do parameters.push((this.#token.kind === "variable" ? "$" : "") + this.#next().text);
        while (this.#accept(";"));
        this.#expect(")");
      }
      this.#expect(":");
      const body = this.#pipe();
      this.#expect(";");
      return { type: "define", name, parameters, body, rest: this.#pipe() };
    }
    return this.#binary(0);
  }

  #binary(minimum: number): Filter {
    let left = this.#postfix();
    for (;;) {
      if (this.#is("as") && minimum <= 10) {
        this.#next();
        const pattern = this.#pattern();
        this.#expect("|");
        return { type: "as", source: left, pattern, body: this.#pipe() };
      }
      const { text, kind } = this.#token;
      const found = kind === "operator" || kind === "name" ? levels[text] : undefined;
      if (!found || found.level < minimum) return left;
      this.#next();
      const right =
        text === "|" ? this.#pipe() : this.#binary(found.right ? found.level : found.level + 1);
      left = { type: "binary", operator: text, left, right };
    }
  }

  #pattern(): Pattern {
    if (this.#token.kind === "variable") return { type: "name", name: this.#next().text };
    if (this.#accept("[")) {
      const items: Pattern[] = [];
      do items.push(this.#pattern());
      while (this.#accept(","));
      this.#expect("]");
      return { type: "array", items };
    }
    this.#expect("{");
    const entries: [Filter, Pattern][] = [];
    do {
      const token = this.#next();
      if (token.kind === "variable") {
        entries.push([
          { type: "literal", value: token.text },
          { type: "name", name: token.text },
        ]);
        continue;
      }
      const key: Filter =
        token.text === "(" ? this.#pipe() : { type: "literal", value: token.text };
      if (token.text === "(") this.#expect(")");
      this.#expect(":");
      entries.push([key, this.#pattern()]);
    } while (this.#accept(","));
    this.#expect("}");
    return { type: "object", entries };
  }

  #postfix(): Filter {
    let filter = this.#primary();
    for (;;) {
      const { kind, text } = this.#token;
      if (kind === "field") {
        this.#next();
        filter = {
          type: "index",
          of: filter,
          key: { type: "literal", value: text },
          optional: this.#accept("?"),
        };
      } else if (this.#is(".")) {
        this.#next();
        if (this.#is("[")) continue;
        if (this.#token.kind !== "string") this.#fail();
        filter = {
          type: "index",
          of: filter,
          key: this.#stringFilter(undefined),
          optional: this.#accept("?"),
        };
      } else if (this.#is("[")) filter = this.#bracket(filter);
      else if (this.#accept("?")) filter = { type: "try", body: filter, handler: undefined };
      else return filter;
    }
  }

  #bracket(of: Filter): Filter {
    this.#expect("[");
    if (this.#accept("]")) return { type: "each", of, optional: this.#accept("?") };
    const from = this.#is(":") ? undefined : this.#pipe();
    if (this.#accept(":")) {
      const to = this.#is("]") ? undefined : this.#pipe();
      this.#expect("]");
      return { type: "slice", of, from, to, optional: this.#accept("?") };
    }
    this.#expect("]");
    if (!from) return this.#fail();
    return { type: "index", of, key: from, optional: this.#accept("?") };
  }

  #stringFilter(format: string | undefined): Filter {
    const { parts = [] } = this.#next();
    const [only] = parts;
    if (parts.length === 1 && format === undefined) return { type: "literal", value: only };
    return { type: "string", format, parts };
  }

  #primary(): Filter {
    const token = this.#token;
    switch (token.kind) {
      case "number":
        this.#next();
        return { type: "literal", value: Number(token.text) };
      case "string":
        return this.#stringFilter(undefined);
      case "format":
        this.#next();
        return this.#token.kind === "string"
          ? this.#stringFilter(token.text)
          : { type: "format", name: token.text };
      case "variable":
        this.#next();
        return { type: "variable", name: token.text };
      case "field":
        this.#next();
        return {
          type: "index",
          of: { type: "identity" },
          key: { type: "literal", value: token.text },
          optional: this.#accept("?"),
        };
      case "end":
        return this.#fail();
    }
    if (token.kind === "name") return this.#named();
    this.#next();
    switch (token.text) {
      case ".":
        if (this.#token.kind === "string")
          return {
            type: "index",
            of: { type: "identity" },
            key: this.#stringFilter(undefined),
            optional: this.#accept("?"),
          };
        return { type: "identity" };
      case "..":
        return { type: "recurse" };
      case "-":
        return { type: "negate", of: this.#postfix() };
      case "(": {
        const inner = this.#pipe();
        this.#expect(")");
        return inner;
      }
      case "[": {
        if (this.#accept("]")) return { type: "array", body: undefined };
        const body = this.#pipe();
        this.#expect("]");
        return { type: "array", body };
      }
      case "{":
        return this.#object();
    }
    this.#token = token;
    return this.#fail();
  }

  #object(): Filter {
    const entries: [Filter, Filter][] = [];
    while (!this.#accept("}")) {
      const { kind, text } = this.#token;
      let key: Filter;
      let value: Filter;
      if (kind === "variable") {
        this.#next();
        key = { type: "literal", value: text };
        value = { type: "variable", name: text };
      } else {
        if (kind === "string") key = this.#stringFilter(undefined);
        else if (kind === "format") key = this.#primary();
        else if (this.#accept("(")) {
          key = this.#pipe();
          this.#expect(")");
        } else {
          if (kind !== "name" && kind !== "number") this.#fail();
          this.#next();
          key = { type: "literal", value: text };
        }
        value = this.#accept(":")
          ? this.#objectValue()
          : { type: "index", of: { type: "identity" }, key, optional: false };
      }
      entries.push([key, value]);
      if (!this.#is("}")) this.#expect(",");
    }
    return { type: "object", entries };
  }

  /** Up to a comma; alternatives and arithmetic may stand without parentheses. */
  #objectValue(): Filter {
    return this.#binary(3);
  }

  #named(): Filter {
    const name = this.#next().text;
    switch (name) {
      case "if": {
        const test = this.#pipe();
        this.#expect("then");
        const yes = this.#pipe();
        return { type: "if", test, yes, no: this.#otherwise() };
      }
      case "try": {
        const body = this.#postfix();
        return { type: "try", body, handler: this.#accept("catch") ? this.#postfix() : undefined };
      }
      case "reduce":
      case "foreach": {
        const source = this.#postfix();
        this.#expect("as");
        const pattern = this.#pattern();
        this.#expect("(");
        const init = this.#pipe();
        this.#expect(";");
        const update = this.#pipe();
        const extract = this.#accept(";") ? this.#pipe() : undefined;
        this.#expect(")");
        return { type: name, source, pattern, init, update, extract };
      }
      case "empty":
        return { type: "empty" };
      case "null":
      case "true":
      case "false":
        return { type: "literal", value: JSON.parse(name) as unknown };
    }
    const args: Filter[] = [];
    if (this.#accept("(")) {
      do args.push(this.#pipe());
      while (this.#accept(";"));
      this.#expect(")");
    }
    return { type: "call", name, args };
  }

  #otherwise(): Filter | undefined {
    if (this.#accept("elif")) {
      const test = this.#pipe();
      this.#expect("then");
      const yes = this.#pipe();
      return { type: "if", test, yes, no: this.#otherwise() };
    }
    const no = this.#accept("else") ? this.#pipe() : undefined;
    this.#expect("end");
    return no;
  }
}
