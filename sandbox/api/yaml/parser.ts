// YAML as the Go library of Kubernetes reads it, second half: from tokens to values as JSON has
// them. Errors are that library's. gopkg.in/yaml.v2 parserc.go and decode.go, sigs.k8s.io/yaml.

import { decodeBase64 } from "../base64.ts";
import { resolvePlain } from "./resolve.ts";
import { Scanner, type Token, type TokenType } from "./scanner.ts";
import { YamlError } from "./yaml-error.ts";

/** The first document of a text; null if there is none. Throws `YamlError`. */
export function parseYaml(text: string): unknown {
  return new Parser(text).document();
}

/** A key, before it is known whether it merges. */
interface Node {
  readonly value: unknown;
  readonly merges: boolean;
}

class Parser {
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, unknown>();

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  document(): unknown {
    while (this.#is("directive")) this.#scanner.next();
    if (this.#is("stream end")) return null;
    if (this.#is("document start")) {
      this.#scanner.next();
      if (this.#is("directive", "document start", "document end", "stream end")) return null;
    }
    const value = this.#node(true, false).value;
    if (!this.#is("document end", "document start", "stream end", "directive")) {
      throw this.#fail("did not find expected <document start>");
    }
    return value;
  }

  #is(...types: readonly TokenType[]): boolean {
    return types.includes(this.#scanner.token().type);
  }

  /** The line of what comes next, or of what it belongs to. */
  #fail(problem: string, context?: Token): YamlError {
    return new YamlError(problem, this.#scanner.token().mark.line || context?.mark.line || 0);
  }

  #node(block: boolean, indentless: boolean): Node {
    const start = this.#scanner.token();
    if (start.type === "alias") {
      this.#scanner.next();
      if (!this.#anchors.has(start.value)) {
        throw new YamlError(`unknown anchor '${start.value}' referenced`, 0);
      }
      return { value: this.#anchors.get(start.value), merges: false };
    }
    let anchor: string | undefined;
    let tag: string | undefined;
    while ((anchor === undefined && this.#is("anchor")) || (tag === undefined && this.#is("tag"))) {
      const { type, value } = this.#scanner.next();
      if (type === "anchor") anchor = value;
      else tag = value;
    }
    const node = this.#content({
      block,
      indentless,
      tag,
      empty: anchor !== undefined || tag !== undefined,
      start,
    });
    if (anchor !== undefined) this.#anchors.set(anchor, node.value);
    return node;
  }

  #content(options: {
    readonly block: boolean;
    readonly indentless: boolean;
    readonly tag: string | undefined;
    readonly empty: boolean;
    readonly start: Token;
  }): Node {
    const { block, indentless, tag } = options;
    const token = this.#scanner.token();
    const whole = (value: unknown): Node => ({ value, merges: false });
    if (indentless && token.type === "-") return whole(this.#indentlessSequence());
    if (token.type === "scalar") {
      this.#scanner.next();
      return scalar(token, tag);
    }
    if (token.type === "[") return whole(this.#flowSequence());
    if (token.type === "{") return whole(this.#flowMapping());
    if (block && token.type === "block sequence") return whole(this.#blockSequence());
    if (block && token.type === "block mapping") return whole(this.#blockMapping());
    if (options.empty) return whole(tag === "!!str" ? "" : null);
    throw this.#fail("did not find expected node content", options.start);
  }

  #blockSequence(): unknown[] {
    const start = this.#scanner.next();
    const items: unknown[] = [];
    while (this.#is("-")) {
      this.#scanner.next();
      items.push(this.#is("-", "block end") ? null : this.#node(true, false).value);
    }
    if (!this.#is("block end")) throw this.#fail("did not find expected '-' indicator", start);
    this.#scanner.next();
    return items;
  }

  #indentlessSequence(): unknown[] {
    const items: unknown[] = [];
    while (this.#is("-")) {
      this.#scanner.next();
      const empty = this.#is("-", "key", "value", "block end");
      items.push(empty ? null : this.#node(true, false).value);
    }
    return items;
  }

  #blockMapping(): Record<string, unknown> {
    const start = this.#scanner.next();
    const mapping = new Mapping();
    while (this.#is("key")) {
      this.#scanner.next();
      const key = this.#is("key", "value", "block end") ? nothing : this.#node(true, true);
      let value: unknown = null;
      if (this.#is("value")) {
        this.#scanner.next();
        if (!this.#is("key", "value", "block end")) value = this.#node(true, true).value;
      }
      mapping.set(key, value);
    }
    if (!this.#is("block end")) throw this.#fail("did not find expected key", start);
    this.#scanner.next();
    return mapping.value();
  }

  #flowSequence(): unknown[] {
    const start = this.#scanner.next();
    const items: unknown[] = [];
    for (let first = true; !this.#is("]"); first = false) {
      if (!first) {
        if (!this.#is(",")) throw this.#fail("did not find expected ',' or ']'", start);
        this.#scanner.next();
        if (this.#is("]")) break;
      }
      if (this.#is("key")) items.push(this.#pair());
      else items.push(this.#node(false, false).value);
    }
    this.#scanner.next();
    return items;
  }

  /** `[a: b]`: a mapping of one. */
  #pair(): Record<string, unknown> {
    this.#scanner.next();
    const mapping = new Mapping();
    const key = this.#is("value", ",", "]") ? nothing : this.#node(false, false);
    let value: unknown = null;
    if (this.#is("value")) {
      this.#scanner.next();
      if (!this.#is(",", "]")) value = this.#node(false, false).value;
    }
    mapping.set(key, value);
    return mapping.value();
  }

  #flowMapping(): Record<string, unknown> {
    const start = this.#scanner.next();
    const mapping = new Mapping();
    for (let first = true; !this.#is("}"); first = false) {
      if (!first) {
        if (!this.#is(",")) throw this.#fail("did not find expected ',' or '}'", start);
        this.#scanner.next();
        if (this.#is("}")) break;
      }
      if (!this.#is("key")) {
        mapping.set(this.#node(false, false), null);
        continue;
      }
      this.#scanner.next();
      const key = this.#is("value", ",", "}") ? nothing : this.#node(false, false);
      let value: unknown = null;
      if (this.#is("value")) {
        this.#scanner.next();
        if (!this.#is(",", "}")) value = this.#node(false, false).value;
      }
      mapping.set(key, value);
    }
    this.#scanner.next();
    return mapping.value();
  }
}

const nothing: Node = { value: null, merges: false };

function scalar({ value, plain }: Token, tag: string | undefined): Node {
  if (tag === "!!binary") return { value: decodeBase64(value) ?? value, merges: false };
  if (tag === "!!str" || (!plain && (tag === undefined || tag === "!"))) {
    return { value, merges: false };
  }
  return { value: resolvePlain(value, tag), merges: value === "<<" && plain };
}

/** Fields in their order; what is merged in gives way to what is written. */
class Mapping {
  readonly #fields: Record<string, unknown> = {};
  readonly #merged: unknown[] = [];

  set(key: Node, value: unknown): void {
    if (key.merges) this.#merged.push(...(Array.isArray(value) ? value : [value]));
    else this.#fields[keyText(key.value)] = value;
  }

  value(): Record<string, unknown> {
    if (this.#merged.length === 0) return this.#fields;
    const result: Record<string, unknown> = {};
    for (const each of this.#merged) {
      if (typeof each !== "object" || each === null || Array.isArray(each)) {
        throw new YamlError("map merge requires map or sequence of maps as the value", 0);
      }
      for (const [key, value] of Object.entries(each)) {
        if (!Object.hasOwn(result, key)) result[key] = value;
      }
    }
    return Object.assign(result, this.#fields);
  }
}

function keyText(key: unknown): string {
  if (typeof key === "string") return key;
  if (typeof key === "number" || typeof key === "boolean") return String(key);
  if (key === null) {
    throw new YamlError("Unsupported map key of type: %!s(<nil>), key: <nil>", 0);
  }
  throw new YamlError("invalid map key: map[interface {}]interface {}{}", 0);
}
