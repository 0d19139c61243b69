// JSONPath as kubectl has it: text with actions in braces, ranges, filters, unions and slices.
// client-go util/jsonpath jsonpath.go; the parser is in jsonpath-parser.ts.

import { isFields } from "../../../api/patch.ts";
import { goJson } from "../../../api/schema/go-json.ts";
import { CommandError } from "../cli/errors.ts";
import { goText } from "./go-text.ts";
import { type Node, parseJsonPath, type Slice } from "./jsonpath-parser.ts";

export interface JsonPathOptions {
  readonly allowMissingKeys: boolean;
  /** Results are printed as JSON lists. */
  readonly asJson?: boolean;
}

export class JsonPath {
  readonly #nodes: readonly Node[];
  readonly #options: JsonPathOptions;

  /** Throws where the text cannot be parsed. */
  constructor(text: string, options: JsonPathOptions) {
    this.#nodes = parseJsonPath(text);
    this.#options = options;
  }

  /** What each part of the template finds. */
  find(data: unknown): unknown[][] {
    const run = new Run(this.#options.allowMissingKeys);
    return run.results(this.#nodes, data);
  }

  text(data: unknown): string {
    return this.find(data)
      .map((results) =>
        this.#options.asJson
          ? `${JSON.stringify(results, null, "    ")}\n`
          : results.map(resultText).join(" "),
      )
      .join("");
  }
}

const resultText = (value: unknown): string =>
  typeof value === "object" && value !== null ? goJson(value) : goText(value);

/** One execution: it counts the ranges that are open. */
class Run {
  readonly #allowMissing: boolean;
  #begun = 0;
  #inside = 0;
  #ended = 0;
  #lastEnd: Node | undefined;

  constructor(allowMissing: boolean) {
    this.#allowMissing = allowMissing;
  }

  results(nodes: readonly Node[], data: unknown): unknown[][] {
    const all: unknown[][] = [];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as Node;
      const results = this.#walk([data], node);
      if (this.#ended > 0 && this.#ended <= this.#inside) {
        this.#ended--;
        this.#lastEnd = node;
        break;
      }
      if (this.#begun === 0) {
        all.push(results);
        continue;
      }
      this.#begun--;
      this.#inside++;
      const body = nodes.slice(i + 1);
      // With nothing to go through, the body is still walked, to find its end.
      if (results.length === 0) this.results(body, undefined);
      for (const value of results) all.push(...this.results(body, value));
      this.#inside--;
      const end = this.#lastEnd ? nodes.indexOf(this.#lastEnd, i + 1) : -1;
      if (end > 0) i = end;
    }
    return all;
  }

  #walk(values: readonly unknown[], node: Node): unknown[] {
    switch (node.type) {
      case "list":
        return this.#list(values, node.nodes);
      case "text":
        return [node.text];
      case "constant":
        return values.map(() => node.value);
      case "field":
        return this.#field(values, node.name);
      case "slice":
        return values.flatMap((value) => slice(value, node.slice));
      case "filter":
        return values.flatMap((value) => this.#filter(value, node));
      case "wildcard":
        return values.flatMap(children);
      case "recursive":
        return recurse(values);
      case "union":
        return node.lists.flatMap((list) => this.#list(values, list));
      case "identifier":
        return this.#identifier(values, node.name);
    }
  }

  #list(values: readonly unknown[], nodes: readonly Node[]): unknown[] {
    let current: unknown[] = [...values];
    for (const node of nodes) current = this.#walk(current, node);
    return current;
  }

  #identifier(values: readonly unknown[], name: string): unknown[] {
    if (name === "range") {
      this.#begun++;
      return [...values];
    }
    if (name !== "end") throw new CommandError(`unrecognized identifier ${name}`);
    if (this.#inside === 0) throw new CommandError("not in range, nothing to end");
    this.#ended++;
    return [];
  }

  #field(values: readonly unknown[], name: string): unknown[] {
    if (values.length === 0) return [];
    const results = values.flatMap((value) =>
      isFields(value) && Object.hasOwn(value, name) && value[name] !== undefined
        ? [value[name]]
        : [],
    );
    if (results.length === 0 && !this.#allowMissing) {
      throw new CommandError(`${name} is not found`);
    }
    return results;
  }

  #filter(value: unknown, node: Node & { type: "filter" }): unknown[] {
    if (!Array.isArray(value)) {
      throw new CommandError(`${goText(value)} is not array or slice and cannot be filtered`);
    }
    return value.filter((item) => {
      if (node.operator === "exists") {
        try {
          return this.#list([item], node.left).length > 0;
        } catch (error) {
          if (error instanceof CommandError) return false;
          throw error;
        }
      }
      const left = this.#list([item], node.left);
      if (left.length === 0) return false;
      const right = this.#list([item], node.right);
      if (right.length === 0) return false;
      if (left.length > 1 || right.length > 1) {
        throw new CommandError("can only compare one element at a time");
      }
      return compare(left[0], node.operator, right[0]);
    });
  }
}

const kindOf = (value: unknown): string => {
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value;
};

/** As Go's templates compare. */
export function compare(left: unknown, operator: string, right: unknown): boolean {
  const kind = kindOf(left);
  if (kind === "object" || kindOf(right) === "object") {
    throw new CommandError("invalid type for comparison");
  }
  if (kind !== kindOf(right)) throw new CommandError("incompatible types for comparison");
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (kind === "boolean") throw new CommandError("invalid type for comparison");
  const [a, b] = [left as number, right as number];
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      throw new CommandError(`unrecognized filter operator ${operator}`);
  }
}

function slice(value: unknown, { from, to, step, derived }: Slice): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    const type = isFields(value) ? "map[string]interface {}" : goType(value);
    throw new CommandError(`${type} is not array or slice`);
  }
  const { length } = value;
  const start = from === undefined ? 0 : from < 0 ? from + length : from;
  let end = to ?? length;
  if (end < 0 || (end === 0 && derived)) end += length;
  if (start === end) return [];
  if (start >= length || start < 0) throw outOfBounds(start, length);
  if (end > length || end < 0) throw outOfBounds(end - 1, length);
  if (start > end) {
    throw new CommandError(`starting index ${start} is greater than ending index ${end}`);
  }
  if (step !== undefined && step <= 0) throw new CommandError("step must be > 0");
  return value.slice(start, end).filter((_, index) => index % (step ?? 1) === 0);
}

const outOfBounds = (index: number, length: number) =>
  new CommandError(`array index out of bounds: index ${index}, length ${length}`);

const goType = (value: unknown): string => {
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
};

/** Go goes through a map in any order; here it is the order of the keys. */
function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (isFields(value))
    return Object.keys(value)
      .sort()
      .map((key) => value[key]);
  return [];
}

function recurse(values: readonly unknown[]): unknown[] {
  return values.flatMap((value) => {
    const below = children(value);
    return below.length === 0 ? [] : [value, ...recurse(below)];
  });
}
