// What is wrong with a manifest, before it is applied: YAML that cannot be read, kinds and fields
// that the era does not have, values of a wrong type. Each with the place where it is.

import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Definition, Type } from "../../../sandbox/api/schema/field.ts";
import type { Schema } from "../../../sandbox/api/schema.ts";
import { typeOf, typeText } from "./suggest.ts";

export interface Problem {
  readonly message: string;
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly isError: boolean;
}

export function problemsIn(schema: Schema, text: string): readonly Problem[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(documents)) return [];
  const finder = new ProblemFinder(schema, lines);
  for (const document of documents) {
    for (const { message, pos } of document.errors) finder.add(message, pos, true);
    if (document.errors.length === 0) finder.document(document.contents);
  }
  return finder.problems;
}

class ProblemFinder {
  readonly problems: Problem[] = [];
  readonly #schema: Schema;
  readonly #lines: LineCounter;

  constructor(schema: Schema, lines: LineCounter) {
    this.#schema = schema;
    this.#lines = lines;
  }

  add(message: string, [from, to]: readonly [number, number], isError: boolean): void {
    const start = this.#lines.linePos(from);
    const end = this.#lines.linePos(Math.max(to, from + 1));
    this.problems.push({
      ...{ message, isError, line: start.line, column: start.col },
      ...{ endLine: end.line, endColumn: end.col },
    });
  }

  document(root: Node | null): void {
    if (!isMap(root)) return;
    const kind = root.get("kind", true);
    const version = root.get("apiVersion");
    if (!isScalar(kind) || typeof kind.value !== "string") return;
    const known = typeof version === "string" ? version : undefined;
    const type = typeOf(this.#schema, known, kind.value);
    if (type === undefined)
      return this.#at(kind, `There is no kind ${kind.value} in this release`, true);
    if (known !== undefined && this.#schema.definition(known, kind.value) === undefined) {
      const at = root.get("apiVersion", true);
      this.#at(at, `${known} has no kind ${kind.value} in this release`, true);
    }
    this.#value(root, { is: "struct", key: type });
  }

  #at(node: unknown, message: string, isError = false): void {
    const range = (node as Node | undefined)?.range;
    if (range) this.add(message, [range[0], range[1]], isError);
  }

  #value(node: unknown, type: Type): void {
    if (isScalar(node) && node.value === null) return;
    switch (type.is) {
      case "pointer":
        return this.#value(node, type.of);
      case "struct":
        return this.#struct(node, this.#schema.type(type.key));
      case "list":
        if (isSeq(node)) for (const item of node.items) this.#value(item, type.of);
        else this.#at(node, `A list is expected here: ${typeText(type)}`, true);
        return;
      case "map":
        if (isMap(node)) for (const { value } of node.items) this.#value(value, type.of);
        else this.#at(node, `A map is expected here: ${typeText(type)}`, true);
        return;
      default:
        return this.#scalar(node, type);
    }
  }

  #struct(node: unknown, definition: Definition | undefined): void {
    if (!definition || definition.fields.size === 0) return;
    if (!isMap(node)) return this.#at(node, "An object is expected here", true);
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      const field = definition.fields.get(name);
      if (field) this.#value(value, field.type);
      else
        this.#at(
          key,
          `${definition.key.replace(/^.*\./, "")} has no field ${name} in this release`,
        );
    }
  }

  #scalar(node: unknown, type: Type & { readonly values?: readonly string[] }): void {
    if (!isScalar(node)) {
      if (
        !["any", "fields", "int-or-string", "quantity", "time", "microtime", "bytes"].includes(
          type.is,
        )
      ) {
        this.#at(node, `A ${type.is} is expected here`, true);
      }
      return;
    }
    const { value } = node;
    const wrong =
      (type.is === "string" && typeof value !== "string") ||
      (type.is === "bool" && typeof value !== "boolean") ||
      ((type.is === "int32" || type.is === "int64") && !Number.isInteger(value));
    if (wrong) this.#at(node, `A ${type.is} is expected here`, true);
    else if (type.values && !type.values.includes(String(value))) {
      this.#at(node, `One of ${type.values.join(", ")} is expected here`);
    }
  }
}
