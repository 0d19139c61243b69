// Label selectors: parsing what users write after `-l`, and matching.
// apimachinery/pkg/labels/selector.go, pkg/apis/meta/v1/helpers.go.

import type { LabelSelector } from "./meta.ts";
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

/** The selector of an object's spec. A missing selector matches nothing, an empty one everything. */
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

/** `a=b, c!=d, e in (x,y), !f, g`. Throws BadRequest in upstream's words where it cannot be read. */
export function parseSelector(text: string): Selector {
  const parser = new Parser(text);
  return parser
    .requirements()
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

const keyRule = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const valueRule = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const valueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const nameText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[=!,()<>]|[^\s=!,()<>]+/g) ?? [];
  }

  requirements(): Requirement[] {
    const all: Requirement[] = [];
    if (this.#tokens.length === 0) return all;
    for (;;) {
      all.push(this.#requirement());
      const next = this.#next();
      if (next === undefined) return all;
      if (next !== ",") throw parseFailure(`found '${next}', expected: ',' or 'end of string'`);
      const peeked = this.#tokens[this.#at];
      if (peeked === undefined || /^[=,()<>]$|^==$/.test(peeked)) {
        throw parseFailure(`found '${peeked ?? ""}', expected: identifier after ','`);
      }
    }
  }

  #next(): string | undefined {
    return this.#tokens[this.#at++];
  }

  #requirement(): Requirement {
    let key = this.#next();
    const absent = key === "!";
    if (absent) key = this.#next();
    if (key === undefined || /^[=!,()<>]/.test(key)) {
      throw parseFailure(`found '${key ?? ""}', expected: !, identifier, or 'end of string'`);
    }
    if (!keyRule.test(key)) {
      throw badRequest(`unable to parse requirement: invalid label key ${JSON.stringify(key)}: ${nameText}`);
    }
    if (absent) return { key, operator: "!", values: [] };
    return this.#comparison(key);
  }

  #comparison(key: string): Requirement {
    const operator = this.#tokens[this.#at];
    if (operator === undefined || operator === ",") return { key, operator: "exists", values: [] };
    this.#at++;
    if (operator === "in" || operator === "notin") return { key, operator, values: this.#set() };
    if (operator === "=" || operator === "==" || operator === "!=") {
      const value = this.#value();
      return { key, operator: operator === "!=" ? "!=" : "=", values: [value] };
    }
    if (operator === "<" || operator === ">") {
      return { key, operator: operator === ">" ? "gt" : "lt", values: [this.#value()] };
    }
    throw parseFailure(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  #value(): string {
    const peeked = this.#tokens[this.#at];
    if (peeked === undefined || peeked === ",") return "";
    this.#at++;
    if (!valueRule.test(peeked) || peeked.length > 63) {
      throw badRequest(
        `unable to parse requirement: invalid label value: ${JSON.stringify(peeked)}: ${valueText}`,
      );
    }
    return peeked;
  }

  #set(): string[] {
    const open = this.#next();
    if (open !== "(") throw parseFailure(`found '${open ?? ""}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      const token = this.#next();
      if (token === ")") return values;
      if (token === undefined) throw parseFailure("found '', expected: ',', or ')'");
      if (token !== ",") values.push(token);
    }
  }
}

const parseFailure = (what: string) => badRequest(`unable to parse requirement: ${what}`);
