// The grammar of Go's text/template, and its error texts. Go text/template/parse lex.go, parse.go.

import { CommandError } from "../cli/errors.ts";

export type Expression =
  | { readonly type: "dot" }
  | { readonly type: "nil" }
  | { readonly type: "constant"; readonly value: string | number | bigint | boolean }
  | { readonly type: "field"; readonly names: readonly string[] }
  | { readonly type: "variable"; readonly name: string; readonly names: readonly string[] }
  | { readonly type: "function"; readonly name: string }
  | { readonly type: "chain"; readonly pipe: Pipe; readonly names: readonly string[] };

/** Something that is evaluated, and where it stands, for error texts. */
export type Operand = Expression & { readonly at: number; readonly source: string };

export interface Command {
  readonly operands: readonly Operand[];
  readonly at: number;
  readonly source: string;
}

export interface Pipe {
  readonly variables: readonly string[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export type Item =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "action"; readonly pipe: Pipe }
  | Control
  | { readonly type: "template"; readonly name: string; readonly pipe: Pipe | undefined };

export interface Template {
  readonly items: readonly Item[];
  readonly defined: ReadonlyMap<string, readonly Item[]>;
  readonly text: string;
}

export interface Control {
  readonly type: "if" | "with" | "range";
  readonly pipe: Pipe;
  readonly body: readonly Item[];
  readonly otherwise: readonly Item[];
}

interface Token {
  readonly type: string;
  readonly text: string;
  readonly at: number;
}

/** Throws in Go's words: `template: output:1: unclosed action`. */
export function parseTemplate(text: string, functions: ReadonlySet<string>): Template {
  return new Parser(text, functions).template();
}

const words =
  /^(?:(?<space>[ \t\r\n]+)|(?<number>[-+]?(?:0[xX][\dA-Fa-f]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+))(?![\w])|(?<string>"(?:[^"\\\n]|\\.)*")|(?<raw>`[^`]*`)|(?<char>'(?:[^'\\\n]|\\.)+')|(?<field>\.[A-Za-z_\p{L}][\w\p{L}]*)|(?<dot>\.)|(?<variable>\$[\w\p{L}]*)|(?<word>[A-Za-z_\p{L}][\w\p{L}]*)|(?<declare>:=)|(?<mark>[=|(),]))/u;

const keywords = new Set([
  "if",
  "else",
  "end",
  "range",
  "with",
  "define",
  "template",
  "block",
  "nil",
]);

class Parser {
  readonly #text: string;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: Token[];
  readonly #defined = new Map<string, readonly Item[]>();
  #variables: string[] = ["$"];
  #next = 0;

  constructor(text: string, functions: ReadonlySet<string>) {
    this.#text = text;
    this.#functions = functions;
    this.#tokens = this.#lex();
  }

  template(): Template {
    const { items, end } = this.#items();
    if (end !== "") throw this.#fail(`unexpected {{${end}}}`);
    return { items, defined: this.#defined, text: this.#text };
  }

  #fail(message: string, at = this.#tokens[this.#next - 1]?.at ?? 0): CommandError {
    const line = this.#text.slice(0, at).split("\n").length;
    return new CommandError(`template: output:${line}: ${message}`);
  }

  /** Text between actions, and what is in them; `}}` ends each. */
  #lex(): Token[] {
    const tokens: Token[] = [];
    let at = 0;
    let trim = false;
    while (at < this.#text.length) {
      const open = this.#text.indexOf("{{", at);
      const end = open < 0 ? this.#text.length : open;
      let text = this.#text.slice(at, end);
      if (trim) text = text.replace(/^[ \t\r\n]+/, "");
      const trimsBefore = open >= 0 && /^\{\{-[ \t\r\n]/.test(this.#text.slice(open));
      if (trimsBefore) text = text.replace(/[ \t\r\n]+$/, "");
      if (text !== "") tokens.push({ type: "text", text, at });
      if (open < 0) break;
      at = open + (trimsBefore ? 3 : 2);
      const comment = /^[ \t\r\n]*\/\*[\s\S]*?\*\/([ \t\r\n]-)?\}\}/.exec(this.#text.slice(at));
      if (comment) {
        at += comment[0].length;
        trim = comment[1] !== undefined;
        continue;
      }
      ({ at, trim } = this.#lexAction(at, tokens));
    }
    return tokens;
  }

  #lexAction(start: number, tokens: Token[]): { at: number; trim: boolean } {
    let at = start;
    for (;;) {
      const rest = this.#text.slice(at);
      const close = /^(?:[ \t\r\n]-)?\}\}/.exec(rest);
      if (close) {
        tokens.push({ type: "}}", text: "}}", at });
        return { at: at + close[0].length, trim: close[0].length > 2 };
      }
      if (rest === "") throw this.#fail("unclosed action", at);
      const match = words.exec(rest);
      if (!match?.groups) throw this.#badCharacter(rest, at);
      const [type = "", text = ""] = Object.entries(match.groups).find(([, value]) => value) ?? [];
      if (type !== "space") {
        const isKeyword = type === "word" && keywords.has(text);
        const own = type === "mark" || type === "declare" || isKeyword;
        tokens.push({ type: own ? text : type, text, at });
      }
      at += text.length;
    }
  }

  #badCharacter(rest: string, at: number): CommandError {
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (char === '"') return this.#fail("unterminated quoted string", at);
    if (char === "`") return this.#fail("unterminated raw quoted string", at);
    if (char === "'") return this.#fail("unterminated character constant", at);
    if (/^[-+\d]/.test(char)) {
      return this.#fail(
        `bad number syntax: ${JSON.stringify(/^[-+\w.]+/.exec(rest)?.[0] ?? char)}`,
        at,
      );
    }
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return this.#fail(`unexpected bad character U+${code} '${char}' in command`, at);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #take(): Token {
    const token = this.#tokens[this.#next++];
    if (!token) throw this.#fail("unexpected EOF", this.#text.length);
    return token;
  }

  /** Up to `{{end}}` or `{{else}}`, or to the end of the text. */
  #items(): { items: Item[]; end: string } {
    const items: Item[] = [];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (!token) return { items, end: "" };
      this.#next++;
      if (token.type === "text") {
        items.push({ type: "text", text: token.text });
        continue;
      }
      switch (token.type) {
        case "end":
          this.#close("end");
          return { items, end: "end" };
        case "else":
          if (this.#peek()?.type !== "if") this.#close("else");
          return { items, end: "else" };
        case "if":
        case "with":
        case "range":
          items.push(this.#control(token.type));
          break;
        case "define":
          this.#define();
          break;
        case "template":
        case "block":
          items.push(this.#call(token.type));
          break;
        default:
          this.#next--;
          items.push({ type: "action", pipe: this.#pipe("command", "}}") });
      }
    }
  }

  #close(where: string): void {
    const token = this.#take();
    if (token.type !== "}}") throw this.#fail(`unexpected ${described(token)} in ${where}`);
  }

  #control(type: "if" | "with" | "range"): Item {
    const known = this.#variables.length;
    const pipe = this.#pipe(type, "}}");
    const { items: body, end } = this.#items();
    let otherwise: readonly Item[] = [];
    if (end === "") throw this.#fail("unexpected EOF", this.#text.length);
    if (end === "else") {
      if (type === "if" && this.#peek()?.type === "if") {
        this.#next++;
        otherwise = [this.#control("if")];
      } else {
        const rest = this.#items();
        if (rest.end === "") throw this.#fail("unexpected EOF", this.#text.length);
        if (rest.end === "else") throw this.#fail("expected end; found {{else}}");
        otherwise = rest.items;
      }
    }
    this.#variables = this.#variables.slice(0, known);
    return { type, pipe, body, otherwise };
  }

  #name(where: string): string {
    const token = this.#take();
    if (token.type !== "string" && token.type !== "raw") {
      throw this.#fail(`unexpected ${described(token)} in ${where}`);
    }
    return unquoteGo(token.text) ?? "";
  }

  #define(): void {
    const name = this.#name("define clause");
    this.#close("define clause");
    const { items, end } = this.#items();
    if (end !== "end") throw this.#fail("unexpected EOF", this.#text.length);
    this.#defined.set(name, items);
  }

  #call(type: "template" | "block"): Item {
    const name = this.#name(`${type} clause`);
    const pipe = this.#peek()?.type === "}}" ? undefined : this.#pipe(`${type} clause`, "}}");
    if (!pipe) this.#next++;
    if (type === "block") {
      const { items, end } = this.#items();
      if (end !== "end") throw this.#fail("unexpected EOF", this.#text.length);
      if (!this.#defined.has(name)) this.#defined.set(name, items);
    }
    return { type: "template", name, pipe };
  }

  #pipe(where: string, end: "}}" | ")"): Pipe {
    const variables = this.#declarations(where);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#peek();
      if (token?.type === end) {
        this.#next++;
        if (commands.length === 0) throw this.#fail(`missing value for ${where}`);
        break;
      }
      commands.push(this.#command(where, end));
      if (this.#peek()?.type === "|") {
        this.#next++;
        if (this.#peek()?.type === end) throw this.#fail(`missing value for ${where}`);
      }
    }
    for (const [index, { operands }] of commands.entries()) {
      const type = operands[0]?.type;
      if (index > 0 && (type === "constant" || type === "dot" || type === "nil")) {
        throw this.#fail(`non executable command in pipeline stage ${index + 1}`);
      }
    }
    if (!variables.assigns) this.#variables.push(...variables.names);
    return { variables: variables.names, assigns: variables.assigns, commands };
  }

  #declarations(where: string): { names: string[]; assigns: boolean } {
    const start = this.#next;
    const names: string[] = [];
    while (this.#peek()?.type === "variable") {
      names.push(this.#take().text);
      const mark = this.#peek()?.type;
      if (mark === ":=" || mark === "=") {
        this.#next++;
        return { names, assigns: mark === "=" };
      }
      if (mark !== "," || where !== "range" || names.length > 1) break;
      this.#next++;
    }
    this.#next = start;
    return { names: [], assigns: false };
  }

  #command(where: string, end: string): Command {
    const operands: Operand[] = [];
    const start = this.#peek()?.at ?? 0;
    for (;;) {
      const token = this.#peek();
      if (!token || token.type === end || token.type === "|") break;
      operands.push(this.#operand(where));
    }
    if (operands.length === 0) {
      throw this.#fail(`unexpected ${described(this.#take())} in ${where}`);
    }
    const last = operands.at(-1) as Operand;
    const source = operands.map((operand) => operand.source).join(" ");
    return { operands, at: operands.length > 1 ? start : last.at, source };
  }

  #operand(where: string): Operand {
    const token = this.#take();
    const { at, text } = token;
    const found = (expression: Expression, source = text): Operand => ({
      ...expression,
      at,
      source,
    });
    switch (token.type) {
      case "dot":
        return found({ type: "dot" });
      case "nil":
        return found({ type: "nil" });
      case "field": {
        const more = this.#peek()?.at ?? at;
        const names = [text.slice(1), ...this.#fields()];
        const field = found({ type: "field", names }, `.${names.join(".")}`);
        // Go counts from the second one where there are several.
        return names.length > 1 ? { ...field, at: more } : field;
      }
      case "variable": {
        if (!this.#variables.includes(text)) throw this.#fail(`undefined variable "${text}"`);
        const names = this.#fields();
        return found({ type: "variable", name: text, names }, [text, ...names].join("."));
      }
      case "word":
        if (text === "true" || text === "false") {
          return found({ type: "constant", value: text === "true" });
        }
        if (!this.#functions.has(text)) throw this.#fail(`function "${text}" not defined`);
        return found({ type: "function", name: text });
      case "number":
        return found({ type: "constant", value: numberOf(text) });
      case "string":
      case "raw":
      case "char": {
        const value = unquoteGo(text);
        if (value === undefined) throw this.#fail("invalid syntax");
        const constant = token.type === "char" ? BigInt(value.codePointAt(0) ?? 0) : value;
        return found({ type: "constant", value: constant });
      }
      case "(": {
        const pipe = this.#pipe("parenthesized pipeline", ")");
        const names = this.#fields();
        const close = this.#tokens[this.#next - 1 - names.length]?.at ?? at;
        const source = [this.#text.slice(at, close + 1), ...names].join(".");
        return found({ type: "chain", pipe, names }, source);
      }
      default:
        throw this.#fail(`unexpected ${described(token)} in ${where}`);
    }
  }

  /** Fields that follow without a blank. */
  #fields(): string[] {
    const names: string[] = [];
    for (;;) {
      const before = this.#tokens[this.#next - 1];
      const token = this.#peek();
      if (token?.type !== "field" || !before || before.at + before.text.length !== token.at) {
        return names;
      }
      names.push(token.text.slice(1));
      this.#next++;
    }
  }
}

function described({ type, text }: Token): string {
  if (type === "}}") return '"}}"';
  if (type === "text") return JSON.stringify(text.length > 10 ? `${text.slice(0, 10)}...` : text);
  return `<${text}>`.replace(
    /^<(?!if|else|end|range|with|define|template|block|nil)(.*)>$/s,
    '"$1"',
  );
}

const numberOf = (text: string): number | bigint =>
  /^[-+]?(0[xX][\dA-Fa-f]+|\d+)$/.test(text)
    ? text.startsWith("-")
      ? -BigInt(text.slice(1))
      : BigInt(text.replace("+", ""))
    : Number(text);

const escapes: Readonly<Record<string, string>> = {
  ...{
    a: "\x07",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
  },
};

/** strconv.Unquote. */
export function unquoteGo(quoted: string): string | undefined {
  if (quoted.startsWith("`")) return quoted.slice(1, -1);
  let bad = false;
  const text = quoted
    .slice(1, -1)
    .replace(
      /\\(x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|[0-7]{3}|[\s\S])/g,
      (_, escaped: string) => {
        if (/^[xuU]./.test(escaped))
          return String.fromCodePoint(Number.parseInt(escaped.slice(1), 16));
        if (/^[0-7]{3}$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
        const plain = escapes[escaped];
        if (plain === undefined) bad = true;
        return plain ?? "";
      },
    );
  return bad ? undefined : text;
}
