// awk's values: numbers, text, and text from outside that may look like a number.

import { translate } from "./regex.ts";

export const unquoted = (text: string) =>
  text.replace(
    /\\([ntr\\"/])/g,
    (_, unit: string) => ({ n: "\n", t: "\t", r: "\r" })[unit] ?? unit,
  );

/** Text from outside: a number if it looks like one. */
export class Input {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Value = number | string | Input | undefined;
export type AwkArray = Map<string, Value>;

export class Leave extends Error {
  readonly how: string;
  readonly value: Value;
  constructor(how: string, value?: Value) {
    super(how);
    this.how = how;
    this.value = value;
  }
}

export const looksNumeric = (text: string) =>
  /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(text);

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  const text = value instanceof Input ? value.text : value;
  return Number(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);
}

export function isNumeric(value: Value): boolean {
  return (
    typeof value === "number" ||
    value === undefined ||
    (value instanceof Input && looksNumeric(value.text))
  );
}

export function records(text: string, separator: string): string[] {
  if (text === "") return [];
  if (separator === "") return text.replace(/^\n+|\n+$/g, "").split(/\n\n+/);
  const split = separator.length === 1 ? separator : new RegExp(translate(separator, true), "su");
  const parts = text.split(split);
  if (parts.at(-1) === "" || (separator !== "\n" && parts.at(-1) === "\n")) parts.pop();
  return parts;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    default:
      return a ** b;
  }
}
