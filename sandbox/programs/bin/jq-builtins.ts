// jq's builtins: those whose arguments are plain values, and those that are written in jq.

import { CompileError } from "./jq-parser.ts";
import {
  brief,
  calculate,
  compare,
  contains,
  isTrue,
  JqError,
  type Json,
  list,
  text,
  typeOf,
} from "./jq-values.ts";
import { parseDate } from "./parse-date.ts";
import { formatTime } from "./time-format.ts";
import { Failure } from "./tool.ts";

function matches(value: Json, [pattern, flags]: readonly Json[], name: string): RegExpMatchArray[] {
  if (typeof value !== "string")
    throw new JqError(
      `${typeOf(value)} (${brief(value)}) cannot be matched, as it is not a string`,
    );
  const [source, given] = Array.isArray(pattern)
    ? [String(pattern[0]), String(pattern[1] ?? "")]
    : [String(pattern), String(flags ?? "")];
  const all = given.includes("g") || name === "scan" || name === "gsub" || name === "splits";
  try {
    const found = [
      ...value.matchAll(
        new RegExp(source, `gu${given.includes("i") ? "i" : ""}${given.includes("x") ? "" : ""}`),
      ),
    ];
    return all ? found : found.slice(0, 1);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new JqError(`${source} (at offset 0) is not a valid regex: ${error.message}`);
    throw error;
  }
}

function flatten(items: Json[], depth: number): Json[] {
  return items.flatMap((item) =>
    Array.isArray(item) && depth > 0 ? flatten(item, depth - 1) : [item],
  );
}

const groupsOf = (match: RegExpMatchArray): Json =>
  Object.fromEntries(
    Object.entries(match.groups ?? {}).map(([name, group]) => [name, group ?? null]),
  );

/** Builtins whose arguments are plain values. */
export function simple(name: string, value: Json, args: readonly Json[]): Json[] {
  const [a = null, b = null] = args;
  const wrong = (what: string): never => {
    throw new JqError(`${typeOf(value)} (${brief(value)}) ${what}`);
  };
  const string = (): string =>
    typeof value === "string" ? value : wrong(`cannot be ${name}d, only strings`);
  const number = (): number => (typeof value === "number" ? value : wrong("number required"));
  switch (`${name}/${args.length}`) {
    case "length/0":
      if (value === null) return [0];
      if (typeof value === "boolean") return wrong("has no length");
      if (typeof value === "number") return [Math.abs(value)];
      return [
        typeof value === "string"
          ? [...value].length
          : Array.isArray(value)
            ? value.length
            : Object.keys(value).length,
      ];
    case "utf8bytelength/0":
      return [new TextEncoder().encode(string()).length];
    case "not/0":
      return [!isTrue(value)];
    case "keys/0":
    case "keys_unsorted/0":
      if (Array.isArray(value)) return [value.map((_, i) => i)];
      if (value === null || typeof value !== "object") return wrong("has no keys");
      return [name === "keys" ? Object.keys(value).sort() : Object.keys(value)];
    case "has/1":
      if (Array.isArray(value)) return [typeof a === "number" && a >= 0 && a < value.length];
      if (value === null || typeof value !== "object")
        throw new JqError(`Cannot check whether ${typeOf(value)} has a ${typeOf(a)} key`);
      return [Object.hasOwn(value, String(a))];
    case "contains/1":
      return [contains(value, a)];
    case "inside/1":
      return [contains(a, value)];
    case "add/0":
      if (value !== null && typeof value !== "object")
        throw new JqError(`Cannot iterate over ${typeOf(value)} (${brief(value)})`);
      return [
        Object.values(value ?? []).reduce<Json>((sum, item) => calculate("+", sum, item), null),
      ];
    case "any/0":
      return [list(value, name).some(isTrue)];
    case "all/0":
      return [list(value, name).every(isTrue)];
    case "flatten/0":
      return [flatten(list(value, name), Infinity)];
    case "flatten/1":
      return [flatten(list(value, name), Number(a))];
    case "floor/0":
      return [Math.floor(number())];
    case "ceil/0":
      return [Math.ceil(number())];
    case "round/0":
      return [Math.round(number())];
    case "fabs/0":
    case "abs/0":
      return [Math.abs(number())];
    case "sqrt/0":
      return [Math.sqrt(number())];
    case "pow/2":
      return [Number(a) ** Number(b)];
    case "log/0":
      return [Math.log(number())];
    case "tostring/0":
      return [text(value)];
    case "tonumber/0": {
      const result = typeof value === "number" ? value : Number(string());
      if (Number.isNaN(result) || value === "")
        throw new JqError(
          `Cannot parse '${text(value)}' as JSON`.replace(
            /^Cannot parse '(.*)' as JSON$/,
            "Invalid numeric literal at EOF at line 1, column " +
              `${text(value).length} (while parsing '$1')`,
          ),
        );
      return [result];
    }
    case "type/0":
      return [typeOf(value)];
    case "sort/0":
      if (!Array.isArray(value)) return wrong("cannot be sorted, as it is not an array");
      return [[...value].sort(compare)];
    case "unique/0": {
      const sorted = [...list(value, name)].sort(compare);
      return [sorted.filter((item, i) => i === 0 || compare(item, sorted[i - 1] as Json) !== 0)];
    }
    case "min/0":
    case "max/0": {
      const sorted = [...list(value, name)].sort(compare);
      return [(name === "min" ? sorted[0] : sorted.at(-1)) ?? null];
    }
    case "reverse/0":
      if (typeof value === "string") return [[...value].reverse().join("")];
      return [value === null ? [] : [...list(value, name)].reverse()];
    case "join/1":
      return [
        list(value, name)
          .map((item) => (item === null ? "" : text(item)))
          .join(String(a)),
      ];
    case "split/1":
      if (typeof value !== "string") return wrong("cannot be split");
      return [value === "" ? [] : value.split(String(a))];
    case "splits/1":
    case "split/2": {
      const parts = string().split(new RegExp(String(a), "u"));
      return name === "splits" ? parts : [parts];
    }
    case "ascii_downcase/0":
      return [string().toLowerCase()];
    case "ascii_upcase/0":
      return [string().toUpperCase()];
    case "ltrimstr/1":
      return [
        typeof value === "string" && typeof a === "string" && value.startsWith(a)
          ? value.slice(a.length)
          : value,
      ];
    case "rtrimstr/1":
      return [
        typeof value === "string" && typeof a === "string" && a !== "" && value.endsWith(a)
          ? value.slice(0, -a.length)
          : value,
      ];
    case "startswith/1":
      if (typeof value !== "string" || typeof a !== "string")
        throw new JqError("startswith() requires string inputs");
      return [value.startsWith(a)];
    case "endswith/1":
      if (typeof value !== "string" || typeof a !== "string")
        throw new JqError("endswith() requires string inputs");
      return [value.endsWith(a)];
    case "trim/0":
      return [string().trim()];
    case "ltrim/0":
      return [string().trimStart()];
    case "rtrim/0":
      return [string().trimEnd()];
    case "explode/0":
      return [[...string()].map((unit) => unit.codePointAt(0) ?? 0)];
    case "implode/0":
      return [String.fromCodePoint(...(list(value, name) as number[]))];
    case "tojson/0":
      return [JSON.stringify(value)];
    case "fromjson/0":
      try {
        return [JSON.parse(string()) as Json];
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw new JqError(`${text(value)} (while parsing '${text(value)}')`);
      }
    case "index/1":
    case "rindex/1":
    case "indices/1": {
      const found =
        typeof value === "string"
          ? [
              ...value.matchAll(
                new RegExp(String(a).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "gu"),
              ),
            ].map(({ index }) => index)
          : list(value, name).flatMap((item, i) => (compare(item, a) === 0 ? [i] : []));
      return [name === "indices" ? found : ((name === "index" ? found[0] : found.at(-1)) ?? null)];
    }
    case "transpose/0": {
      const rows = list(value, name) as Json[][];
      const width = Math.max(0, ...rows.map((row) => row.length));
      return [Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? null))];
    }
    case "test/1":
    case "test/2":
      return [matches(value, args, name).length > 0];
    case "match/1":
    case "match/2":
      return matches(value, args, name).map((match) => ({
        ...{ offset: match.index ?? 0, length: match[0].length, string: match[0] },
        captures: match.slice(1).map((group) => ({
          offset: group === undefined ? -1 : (match.index ?? 0) + match[0].indexOf(group),
          length: group?.length ?? 0,
          string: group ?? null,
          name: null,
        })),
      }));
    case "capture/1":
    case "capture/2":
      return matches(value, args, name).map(groupsOf);
    case "scan/1":
      return matches(value, args, name).map((match) =>
        match.length > 1 ? match.slice(1).map((group) => group ?? null) : match[0],
      );
    case "sub/2":
    case "gsub/2":
    case "sub/3":
    case "gsub/3": {
      const flags = `${name === "gsub" || text(args[2] ?? "").includes("g") ? "g" : ""}u${text(args[2] ?? "").includes("i") ? "i" : ""}`;
      return [string().replace(new RegExp(String(a), flags), () => String(b))];
    }
    case "tojson":
      return [JSON.stringify(value)];
    case "todate/0":
    case "todateiso8601/0":
      return [formatTime("%Y-%m-%dT%H:%M:%SZ", number() * 1000)];
    case "fromdate/0":
    case "fromdateiso8601/0": {
      const ms = parseDate(string(), 0);
      if (ms === undefined)
        throw new JqError(`date "${text(value)}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
      return [Math.floor(ms / 1000)];
    }
    case "strftime/1":
      return [formatTime(String(a), number() * 1000)];
    case "ascii/0":
      return [String.fromCharCode(number())];
    case "infinite/0":
      return [Number.MAX_VALUE];
    case "halt/0":
      throw new Failure("", 0);
    case "halt_error/0":
      throw new Failure(text(value), 5);
    case "debug/0":
    case "debug/1":
      return [value];
    case "splits/2":
      return string().split(new RegExp(String(a), "u"));
    case "tostream/0":
    case "input_line_number/0":
      throw new Failure(`${name} is not simulated`, 5);
  }
  throw new CompileError(`${name}/${args.length} is not defined`);
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
