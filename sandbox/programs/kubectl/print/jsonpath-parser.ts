// The grammar of kubectl's JSONPath, and its error texts. client-go util/jsonpath/parser.go.

import { CommandError } from "../cli/errors.ts";

export type Node =
  | { readonly type: "list"; readonly nodes: readonly Node[] }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "constant"; readonly value: number | boolean }
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "slice"; readonly slice: Slice }
  | {
      readonly type: "filter";
      readonly left: readonly Node[];
      readonly right: readonly Node[];
      readonly operator: string;
    }
  | { readonly type: "wildcard" }
  | { readonly type: "recursive" }
  | { readonly type: "union"; readonly lists: readonly (readonly Node[])[] }
  | { readonly type: "identifier"; readonly name: string };

export interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly step: number | undefined;
  /** `to` was not written: one element is meant. */
  readonly derived: boolean;
}

export function parseJsonPath(text: string): Node[] {
  return new Parser(text).all();
}

/** What is between braces, alone. */
const parseAction = (text: string): readonly Node[] => {
  const [first] = parseJsonPath(`{${text}}`);
  return first?.type === "list" ? first.nodes : [];
};

const fail = (message: string) => new CommandError(message);

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): Node[] {
    const nodes: Node[] = [];
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf("{", this.#at);
      const end = open < 0 ? this.#text.length : open;
      if (end > this.#at) nodes.push({ type: "text", text: this.#text.slice(this.#at, end) });
      this.#at = end;
      if (open >= 0) {
        this.#at++;
        nodes.push({ type: "list", nodes: this.#action() });
      }
    }
    return nodes;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #starts(prefix: string): boolean {
    return this.#text.startsWith(prefix, this.#at);
  }

  #action(): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      if (this.#starts("}")) {
        this.#at++;
        return nodes;
      }
      nodes.push(...this.#step(nodes.at(-1)));
    }
  }

  #step(last: Node | undefined): Node[] {
    if (this.#starts("[?(")) return [this.#filter()];
    if (this.#starts("..")) return this.#recursive(last);
    const char = this.#peek();
    if (char === "" || char === "\n" || char === "\r") throw fail("unclosed action");
    if (char === " " || char === "@" || char === "$") {
      this.#at++;
      return [];
    }
    if (char === "[") return this.#array();
    if (char === '"' || char === "'") return [this.#quote(char)];
    if (char === ".") {
      this.#at++;
      return [this.#field()];
    }
    if (/^[-+\d]$/.test(char)) return [this.#number()];
    if (/^[_\p{L}]$/u.test(char)) return [this.#identifier()];
    const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw fail(`unrecognized character in action: U+${code} '${char}'`);
  }

  #recursive(last: Node | undefined): Node[] {
    if (last?.type === "recursive") throw fail("invalid multiple recursive descent");
    this.#at += 2;
    if (/^[_\p{L}\d]$/u.test(this.#peek())) return [{ type: "recursive" }, this.#field()];
    return [{ type: "recursive" }];
  }

  #field(): Node {
    const [name = ""] = /^(?:\\[\s\S]|[^\s.,[\]$@{}\\])*/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += name.length;
    return name === "*" ? { type: "wildcard" } : { type: "field", name: name.replaceAll("\\", "") };
  }

  #number(): Node {
    const [digits = ""] = /^[-+]?[\d.]*/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += digits.length;
    if (!/^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(digits)) throw fail(`cannot parse number ${digits}`);
    return { type: "constant", value: Number(digits) };
  }

  #identifier(): Node {
    const [name = ""] = /^[^\s.,[\]$@{}]*/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += name.length;
    if (name === "true" || name === "false") return { type: "constant", value: name === "true" };
    return { type: "identifier", name };
  }

  #quote(quote: string): Node {
    const start = this.#at++;
    for (;;) {
      const char = this.#peek();
      if (char === "" || char === "\n") throw fail("unterminated quoted string");
      this.#at++;
      if (char === quote && this.#text.charAt(this.#at - 2) !== "\\") break;
    }
    const whole = this.#text.slice(start, this.#at);
    const text = unquote(whole.slice(1, -1), quote);
    if (text === undefined) throw fail(`unquote string ${whole} error invalid syntax`);
    return { type: "text", text };
  }

  #array(): Node[] {
    const end = this.#text.slice(this.#at).search(/[\]\n]/);
    if (end < 0 || this.#text.charAt(this.#at + end) === "\n") throw fail("unterminated array");
    const inside = this.#text.slice(this.#at + 1, this.#at + end);
    this.#at += end + 1;
    const text = inside === "*" ? ":" : inside;
    if (text.includes(",")) {
      const lists = text.split(",").map((part) => parseAction(`[${part.replace(/^ +| +$/g, "")}]`));
      return [{ type: "union", lists }];
    }
    const key = /^'([^']*)'$/.exec(text)?.[1];
    if (key !== undefined) return [...parseAction(`.${key}`)];
    const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
    if (!match) throw fail(`invalid array index ${text}`);
    const [from, to, step] = match.slice(1).map((part) => {
      const digits = part?.replace(":", "") ?? "";
      return digits === "" ? undefined : arrayIndex(digits);
    });
    const derived = match[2] === undefined || match[2] === "";
    return [{ type: "slice", slice: { from, to: derived ? (from ?? 0) + 1 : to, step, derived } }];
  }

  #filter(): Node {
    this.#at += 3;
    const start = this.#at;
    let quote = "";
    let closed = false;
    for (;;) {
      const char = this.#peek();
      if (char === "" || char === "\n") throw fail("unterminated filter");
      this.#at++;
      if (char === '"' || char === "'") {
        if (quote === "") quote = char;
        else if (char === quote && this.#text.charAt(this.#at - 2) !== "\\") closed = true;
      } else if (char === ")" && (quote !== "") === closed) break;
    }
    const text = this.#text.slice(start, this.#at - 1);
    if (this.#peek() !== "]") throw fail("unclosed array expect ]");
    this.#at++;
    const match = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(text);
    if (!match) return { type: "filter", left: parseAction(text), right: [], operator: "exists" };
    const [, left = "", operator = "", right = ""] = match;
    return { type: "filter", left: parseAction(left), right: parseAction(right), operator };
  }
}

function arrayIndex(digits: string): number {
  if (!/^-?\d+$/.test(digits)) throw fail(`array index ${digits} is not a number`);
  return Number(digits);
}

const letters: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\\": "\\" },
};

/** strconv.UnquoteChar over all of it. */
function unquote(text: string, quote: string): string | undefined {
  let bad = false;
  const plain = text.replace(
    /\\(x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|[0-7]{3}|[\s\S])/g,
    (_, escaped: string) => {
      if (/^[xu]./.test(escaped)) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
      if (/^[0-7]{3}$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
      const letter = escaped === quote ? quote : letters[escaped];
      if (letter === undefined) bad = true;
      return letter ?? "";
    },
  );
  return bad ? undefined : plain;
}
