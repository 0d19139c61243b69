// Values that Go reads with a function of their own: amounts, times, numbers that may be text. How
// each is written in the end, and what is said of one that cannot be read.
// apimachinery/pkg/api/resource/quantity.go, pkg/util/intstr, pkg/apis/meta/v1/time.go.

import { formatQuantity, parseQuantity, quantityRule } from "../quantity.ts";
import { microTimestamp, parseTime, timestamp } from "../time.ts";
import type { Scalar } from "./field.ts";
import { goJson, quoted } from "./go-json.ts";

/** The value as it is kept; undefined where `refusal` has something to say. */
export function readScalar(is: Scalar, value: unknown): unknown {
  switch (is) {
    case "quantity":
      return typeof value === "string" || typeof value === "number" ? amount(value) : undefined;
    case "int-or-string":
      return typeof value === "string" || isInt32(value) ? value : undefined;
    case "time":
      return time(value, timestamp);
    case "microtime":
      return time(value, microTimestamp);
    case "bytes":
      return typeof value === "string" && badBase64At(value) === undefined ? value : undefined;
    default:
      return value;
  }
}

export const isInt32 = (value: unknown): boolean =>
  typeof value === "number" && (value | 0) === value;

function amount(value: string | number): string | undefined {
  const quantity = parseQuantity(typeof value === "string" ? value.trim() : value);
  return quantity && formatQuantity(quantity);
}

function time(value: unknown, write: (ms: number) => string): string | undefined {
  if (typeof value !== "string" || timeRefusal(value) !== undefined) return undefined;
  const ms = parseTime(value);
  return ms === undefined ? undefined : exactTime.test(value) ? value : write(ms);
}

/** What needs no rewriting. */
const exactTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;

/** What Go says of a value that these readers refuse; undefined if they take it. */
export function refusal(is: Scalar, value: unknown): string | undefined {
  switch (is) {
    case "quantity":
      return quantityRefusal(typeof value === "string" ? value.trim() : goJson(value));
    case "int-or-string":
      if (typeof value === "string" || isInt32(value)) return undefined;
      return `json: cannot unmarshal ${kindOf(value, true)} into Go value of type int32`;
    case "time":
    case "microtime":
      if (typeof value === "string") return timeRefusal(value);
      return `json: cannot unmarshal ${kindOf(value)} into Go value of type string`;
    default:
      return undefined;
  }
}

/** `string`, `number`, `bool`, `array`, `object`: what encoding/json calls a value. */
export function kindOf(value: unknown, withNumber = false): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return withNumber ? `number ${value}` : "number";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function quantityRefusal(text: string): string | undefined {
  if (parseQuantity(text)) return undefined;
  const match = /^[+-]?(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (!match || text === "") return quantityRule;
  const isSuffix = parseQuantity(`1${match[3]}`) !== undefined;
  return isSuffix
    ? "unable to parse numeric part of quantity"
    : "unable to parse quantity's suffix";
}

const layout = "2006-01-02T15:04:05Z07:00";
const layoutParts: readonly (readonly [part: string, pattern: RegExp])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d\d/],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^\d\d/],
  [":", /^:/],
  ["04", /^\d\d/],
  [":", /^:/],
  ["05", /^\d\d(\.\d+)?/],
  ["Z07:00", /^(Z|[+-]\d\d:\d\d)/],
];

/** time.Parse(time.RFC3339, text). */
function timeRefusal(text: string): string | undefined {
  let rest = text;
  for (const [part, pattern] of layoutParts) {
    const length = pattern.exec(rest)?.[0].length;
    if (length === undefined)
      return timeError(text, `cannot parse ${quoted(rest)} as ${quoted(part)}`);
    rest = rest.slice(length);
  }
  if (rest !== "") return `parsing time ${quoted(text)}: extra text: ${quoted(rest)}`;
  return Number.isNaN(Date.parse(text))
    ? `parsing time ${quoted(text)}: day out of range`
    : undefined;
}

const timeError = (text: string, why: string) =>
  `parsing time ${quoted(text)} as ${quoted(layout)}: ${why}`;

/** Where Go's base64 reader stops; undefined if all of it can be read. Line breaks are skipped. */
export function badBase64At(text: string): number | undefined {
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\n" || char === "\r") continue;
    if (char === "=") return padding(text, at, digits % 4);
    if (!/[A-Za-z0-9+/]/.test(char)) return at;
    digits++;
  }
  return digits % 4 === 0 ? undefined : text.length - (digits % 4);
}

/** The end of base64: as many `=` as make four of the last digits, and nothing behind them. */
function padding(text: string, at: number, digits: number): number | undefined {
  const rest = text.slice(at).replace(/[\r\n]/g, "");
  if (digits < 2) return at;
  const wanted = 4 - digits;
  if (rest === "=".repeat(wanted)) return undefined;
  return rest.startsWith("=".repeat(wanted)) ? at + wanted : text.length;
}
