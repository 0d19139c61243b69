// Label selectors: parsing what users write after `-l`, and matching.
// apimachinery/pkg/labels/selector.go, pkg/apis/meta/v1/helpers.go.

import type { LabelSelector } from "./meta.ts";
import { labelValueProblems, qualifiedNameProblems } from "./names.ts";
import { badRequest } from "./status.ts";

export type Labels = Readonly<Record<string, string>>;

export type Operator = "=" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** All must hold. None at all matches everything. */
export type Selector = readonly Requirement[];

export function matches(selector: Selector, labels: Labels | undefined): boolean {
  return selector.every((requirement) => satisfies(requirement, labels ?? {}));
}

function satisfies({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "=":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "gt":
    case "lt": {
      if (value === undefined || !/^-?\d+$/.test(value)) return false;
      const bound = Number(values[0]);
      return operator === "gt" ? Number(value) > bound : Number(value) < bound;
    }
  }
}

/** True if every pair of `wanted` is among `labels`: a Service's selector. */
export function hasLabels(wanted: Labels, labels: Labels | undefined): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}

/**
 * The selector of an object's spec. A missing selector matches nothing, an empty one everything.
 */
export function selectorOf(selector: LabelSelector | undefined): Selector | undefined {
  if (!selector) return undefined;
  const operators = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" } as const;
  return [
    ...Object.entries(selector.matchLabels ?? {}).map(
      ([key, value]): Requirement => ({ key, operator: "=", values: [value] }),
    ),
    ...(selector.matchExpressions ?? []).map(
      ({ key, operator, values }): Requirement => ({
        key,
        operator: operators[operator],
        values: values ?? [],
      }),
    ),
  ].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const parsed = selectorOf(selector);
  return parsed !== undefined && matches(parsed, labels);
}

/** Canonical text: `app=web,tier in (a,b),!old`. */
export function selectorText(selector: Selector): string {
  return selector
    .map(({ key, operator, values }) => {
      switch (operator) {
        case "exists":
          return key;
        case "!":
          return `!${key}`;
        case "in":
        case "notin":
          return `${key} ${operator} (${[...values].sort().join(",")})`;
        case "gt":
          return `${key}>${values[0]}`;
        case "lt":
          return `${key}<${values[0]}`;
        default:
          return `${key}${operator}${values[0] ?? ""}`;
      }
    })
    .join(",");
}

/**
 * `a=b, c!=d, e in (x,y), !f, g`. Throws BadRequest in upstream's words where it cannot be read.
 */
export function parseSelector(text: string): Selector {
  const parser = new Parser(text);
  return parser.requirements().sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[=!,()<>]|[^\s=!,()<>]+/g) ?? [];
  }

  requirements(): Requirement[] {
    const all: Requirement[] = [];
    for (;;) {
      const first = this.#peek();
      if (first === "") return all;
      if (isSymbol(first) && first !== "!") {
        throw badRequest(`found '${first}', expected: !, identifier, or 'end of string'`);
      }
      all.push(this.#requirement());
      const next = this.#next();
      if (next === "") return all;
      if (next !== ",") throw badRequest(`found '${next}', expected: ',' or 'end of string'`);
      const after = this.#peek();
      if (after === "" || (isSymbol(after) && after !== "!")) {
        throw badRequest(`found '${after}', expected: identifier after ','`);
      }
    }
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  /** The next token; empty at the end. */
  #next(): string {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #requirement(): Requirement {
    const absent = this.#peek() === "!";
    if (absent) this.#at++;
    const key = this.#next();
    if (key === "" || isSymbol(key)) throw fault(`found '${key}', expected: identifier`);
    const problems = qualifiedNameProblems(key);
    if (problems.length > 0)
      throw fault(`invalid label key ${quoted(key)}: ${problems.join("; ")}`);
    if (absent) return { key, operator: "!", values: [] };
    const next = this.#peek();
    if (next === "" || next === ",") return { key, operator: "exists", values: [] };
    return this.#comparison(key);
  }

  #comparison(key: string): Requirement {
    const operator = operators[this.#peek()];
    if (!operator) {
      throw fault(`found '${this.#peek()}', expected: '=', '!=', '==', 'in', notin'`);
    }
    this.#at++;
    const set = operator === "in" || operator === "notin";
    const values = set ? this.#set() : [this.#value()];
    if ((operator === "gt" || operator === "lt") && !/^[+-]?\d+$/.test(values[0] ?? "")) {
      throw fault("for 'Gt', 'Lt' operators, the value must be an integer");
    }
    for (const value of values) {
      const problems = labelValueProblems(value);
      if (problems.length === 0) continue;
      throw fault(
        `invalid label value: ${quoted(value)}: at key: ${quoted(key)}: ${problems.join("; ")}`,
      );
    }
    return { key, operator, values: [...new Set(values)].sort() };
  }

  /** Where nothing follows, it is the empty string that is meant. */
  #value(): string {
    const token = this.#peek();
    if (token === "" || token === ",") return "";
    if (isSymbol(token)) throw fault(`found '${token}', expected: identifier`);
    return this.#next();
  }

  #set(): string[] {
    const open = this.#next();
    if (open !== "(") throw fault(`found '${open}' expected: '('`);
    const values: string[] = [];
    let pending = true;
    for (;;) {
      const token = this.#next();
      if (token === ")") return pending ? [...values, ""] : values;
      if (token === ",") {
        if (pending) values.push("");
        pending = true;
      } else if (token === "" || isSymbol(token)) {
        throw fault(`found '${token}', expected: ${pending ? "',', or identifier" : "',' or ')'"}`);
      } else if (pending) {
        values.push(token);
        pending = false;
      } else throw fault(`found '${token}', expected: ',' or ')'`);
    }
  }
}

const operators: Readonly<Record<string, Operator>> = {
  "=": "=",
  "==": "=",
  "!=": "!=",
  in: "in",
  notin: "notin",
  ">": "gt",
  "<": "lt",
};

const isSymbol = (token: string): boolean => /^[=!,()<>]/.test(token);
const quoted = (text: string): string => JSON.stringify(text);
const fault = (what: string) => badRequest(`unable to parse requirement: ${what}`);
