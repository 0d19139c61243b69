// jq's builtins: those whose arguments are plain values, and those that are written in jq.

import { CompileError } from "./jq-parser.ts";
import { textBuiltins } from "./jq-text.ts";
import {
  type Builtin,
  brief,
  calculate,
  compare,
  contains,
  isTrue,
  JqError,
  type Json,
  list,
  numberOf,
  text,
  typeOf,
  wrong,
} from "./jq-values.ts";
import { Failure } from "./tool.ts";

function flatten(items: Json[], depth: number): Json[] {
  return items.flatMap((item) =>
    Array.isArray(item) && depth > 0 ? flatten(item, depth - 1) : [item],
  );
}

const length: Builtin = (value) => {
  if (value === null) return [0];
  if (typeof value === "boolean") return wrong(value, "has no length");
  if (typeof value === "number") return [Math.abs(value)];
  if (typeof value === "string") return [[...value].length];
  return [Array.isArray(value) ? value.length : Object.keys(value).length];
};

const keys: Builtin = (value, _, name) => {
  if (Array.isArray(value)) return [value.map((_, i) => i)];
  if (value === null || typeof value !== "object") return wrong(value, "has no keys");
  return [name === "keys" ? Object.keys(value).sort() : Object.keys(value)];
};

const has: Builtin = (value, [a = null]) => {
  if (Array.isArray(value)) return [typeof a === "number" && a >= 0 && a < value.length];
  if (value === null || typeof value !== "object")
    throw new JqError(`Cannot check whether ${typeOf(value)} has a ${typeOf(a)} key`);
  return [Object.hasOwn(value, String(a))];
};

const add: Builtin = (value) => {
  if (value !== null && typeof value !== "object")
    throw new JqError(`Cannot iterate over ${typeOf(value)} (${brief(value)})`);
  return [Object.values(value ?? []).reduce<Json>((sum, item) => calculate("+", sum, item), null)];
};

const unique: Builtin = (value, _, name) => {
  const sorted = [...list(value, name)].sort(compare);
  return [sorted.filter((item, i) => i === 0 || compare(item, sorted[i - 1] as Json) !== 0)];
};

const extreme: Builtin = (value, _, name) => {
  const sorted = [...list(value, name)].sort(compare);
  return [sorted.at(name === "min" ? 0 : -1) ?? null];
};

const transpose: Builtin = (value, _, name) => {
  const rows = list(value, name) as Json[][];
  const width = Math.max(0, ...rows.map((row) => row.length));
  return [Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? null))];
};

const computed =
  (compute: (value: number) => number): Builtin =>
  (value) => [compute(numberOf(value))];

const itself: Builtin = (value) => [value];

const notSimulated: Builtin = (_value, _args, name) => {
  throw new Failure(`${name} is not simulated`, 5);
};

/** By name and number of arguments. */
const builtins: Readonly<Record<string, Builtin>> = {
  ...textBuiltins,
  "length/0": length,
  "not/0": (value) => [!isTrue(value)],
  "keys/0": keys,
  "keys_unsorted/0": keys,
  "has/1": has,
  "contains/1": (value, [a = null]) => [contains(value, a)],
  "inside/1": (value, [a = null]) => [contains(a, value)],
  "add/0": add,
  "any/0": (value, _, name) => [list(value, name).some(isTrue)],
  "all/0": (value, _, name) => [list(value, name).every(isTrue)],
  "flatten/0": (value, _, name) => [flatten(list(value, name), Infinity)],
  "flatten/1": (value, [a], name) => [flatten(list(value, name), Number(a))],
  "floor/0": computed(Math.floor),
  "ceil/0": computed(Math.ceil),
  "round/0": computed(Math.round),
  "fabs/0": computed(Math.abs),
  "abs/0": computed(Math.abs),
  "sqrt/0": computed(Math.sqrt),
  "log/0": computed(Math.log),
  "pow/2": (_, [a, b]) => [Number(a) ** Number(b)],
  "infinite/0": () => [Number.MAX_VALUE],
  "type/0": (value) => [typeOf(value)],
  "sort/0": (value) => [
    Array.isArray(value)
      ? [...value].sort(compare)
      : wrong(value, "cannot be sorted, as it is not an array"),
  ],
  "unique/0": unique,
  "min/0": extreme,
  "max/0": extreme,
  "reverse/0": (value, _, name) => {
    if (typeof value === "string") return [[...value].reverse().join("")];
    return [value === null ? [] : [...list(value, name)].reverse()];
  },
  "join/1": (value, [a = null], name) => [
    list(value, name)
      .map((item) => (item === null ? "" : text(item)))
      .join(String(a)),
  ],
  "transpose/0": transpose,
  "halt/0": () => {
    throw new Failure("", 0);
  },
  "halt_error/0": (value) => {
    throw new Failure(text(value), 5);
  },
  "debug/0": itself,
  "debug/1": itself,
  "tostream/0": notSimulated,
  "input_line_number/0": notSimulated,
};

/** Builtins whose arguments are plain values. Throws `CompileError` if there is none. */
export function simple(name: string, value: Json, args: readonly Json[]): Json[] {
  const builtin = builtins[`${name}/${args.length}`];
  if (!builtin) throw new CompileError(`${name}/${args.length} is not defined`);
  return builtin(value, args, name);
}

/** Builtins that jq itself writes in jq. */
export const library: readonly (readonly [head: string, body: string])[] = [
  ["map(f)", "[.[] | f]"],
  ["select(f)", "if f then . else empty end"],
  ["recurse", ".."],
  ["recurse(f)", ". , (f | recurse(f))"],
  ["recurse(f;c)", ". , (f | select(c) | recurse(f; c))"],
  ["map_values(f)", ".[] |= f"],
  ["to_entries", "[keys_unsorted[] as $k | {key: $k, value: .[$k]}]"],
  [
    "from_entries",
    'reduce .[] as $e ({}; . + {(($e | if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name else .Key end) | if type == "string" then . else tojson end): ($e | if has("value") then .value elif has("v") then .v else .Value end)})',
  ],
  ["with_entries(f)", "to_entries | map(f) | from_entries"],
  ["any(f)", "[.[] | f] | any"],
  ["all(f)", "[.[] | f] | all"],
  ["any(g;f)", "[g | f] | any"],
  ["all(g;f)", "[g | f] | all"],
  ["in(o)", ". as $k | o | has($k)"],
  ["values", "select(. != null)"],
  ["nulls", "select(. == null)"],
  ["strings", 'select(type == "string")'],
  ["numbers", 'select(type == "number")'],
  ["arrays", 'select(type == "array")'],
  ["objects", 'select(type == "object")'],
  ["booleans", 'select(type == "boolean")'],
  ["iterables", 'select(type == "array" or type == "object")'],
  ["scalars", 'select(type != "array" and type != "object")'],
  ["first", ".[0]"],
  ["last", ".[-1]"],
  ["last(f)", "reduce f as $x (null; $x)"],
  ["nth($n)", ".[$n]"],
  ["nth($n;f)", "last(limit($n + 1; f))"],
  ["until(c;f)", "if c then . else (f | until(c; f)) end"],
  ["while(c;f)", "if c then ., (f | while(c; f)) else empty end"],
  ["repeat(f)", "., (f | repeat(f))"],
  ["paths", "path(..) | select(length > 0)"],
  ["paths(f)", "path(.. | select(f)) | select(length > 0)"],
  ["leaf_paths", "paths(scalars)"],
  ["pick(f)", ". as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p)))"],
  [
    "walk(f)",
    'if type == "object" then map_values(walk(f)) elif type == "array" then map(walk(f)) else . end | f',
  ],
  [
    "combinations",
    "if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end",
  ],
  ["ascii", "[.] | implode"],
  ["tojson", "@json"],
];
