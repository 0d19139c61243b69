// jq's builtins for strings, regular expressions and dates.

import {
  type Builtin,
  brief,
  compare,
  JqError,
  type Json,
  list,
  numberOf,
  text,
  typeOf,
  wrong,
} from "./jq-values.ts";
import { parseDate } from "./parse-date.ts";
import { formatTime } from "./time-format.ts";

const stringOf = (value: Json, name: string): string =>
  typeof value === "string" ? value : wrong(value, `cannot be ${name}d, only strings`);

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
    const found = [...value.matchAll(new RegExp(source, `gu${given.includes("i") ? "i" : ""}`))];
    return all ? found : found.slice(0, 1);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new JqError(`${source} (at offset 0) is not a valid regex: ${error.message}`);
    throw error;
  }
}

const groupsOf = (match: RegExpMatchArray): Json =>
  Object.fromEntries(
    Object.entries(match.groups ?? {}).map(([name, group]) => [name, group ?? null]),
  );

/** For those that take strings and nothing else. */
const changed =
  (change: (value: string) => Json): Builtin =>
  (value, _, name) => [change(stringOf(value, name))];

/** The input and the argument, which must both be strings. */
const both = (of: (value: string, other: string) => boolean): Builtin => {
  return (value, [a], name) => {
    if (typeof value !== "string" || typeof a !== "string")
      throw new JqError(`${name}() requires string inputs`);
    return [of(value, a)];
  };
};

const tonumber: Builtin = (value, _, name) => {
  const result = typeof value === "number" ? value : Number(stringOf(value, name));
  if (Number.isNaN(result) || value === "") {
    const shown = text(value);
    const where = `at EOF at line 1, column ${shown.length}`;
    throw new JqError(`Invalid numeric literal ${where} (while parsing '${shown}')`);
  }
  return [result];
};

const fromjson: Builtin = (value, _, name) => {
  try {
    return [JSON.parse(stringOf(value, name)) as Json];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JqError(`${text(value)} (while parsing '${text(value)}')`);
  }
};

const escaped = (pattern: string) => pattern.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

const indices: Builtin = (value, [a = null], name) => {
  const found =
    typeof value === "string"
      ? [...value.matchAll(new RegExp(escaped(String(a)), "gu"))].map(({ index }) => index)
      : list(value, name).flatMap((item, i) => (compare(item, a) === 0 ? [i] : []));
  return [name === "indices" ? found : ((name === "index" ? found[0] : found.at(-1)) ?? null)];
};

const match: Builtin = (value, args, name) =>
  matches(value, args, name).map((found) => ({
    ...{ offset: found.index ?? 0, length: found[0].length, string: found[0] },
    captures: found.slice(1).map((group) => ({
      offset: group === undefined ? -1 : (found.index ?? 0) + found[0].indexOf(group),
      length: group?.length ?? 0,
      string: group ?? null,
      name: null,
    })),
  }));

const scan: Builtin = (value, args, name) =>
  matches(value, args, name).map((found) =>
    found.length > 1 ? found.slice(1).map((group) => group ?? null) : found[0],
  );

const substituted: Builtin = (value, [a = null, b = null, given = ""], name) => {
  const flags = text(given);
  const all = name === "gsub" || flags.includes("g");
  const pattern = new RegExp(String(a), `${all ? "g" : ""}u${flags.includes("i") ? "i" : ""}`);
  return [stringOf(value, name).replace(pattern, () => String(b))];
};

const test: Builtin = (value, args, name) => [matches(value, args, name).length > 0];
const capture: Builtin = (value, args, name) => matches(value, args, name).map(groupsOf);

const parts = (value: Json, pattern: Json | undefined, name: string): string[] =>
  stringOf(value, name).split(new RegExp(String(pattern ?? null), "u"));

const todate: Builtin = (value) => [formatTime("%Y-%m-%dT%H:%M:%SZ", numberOf(value) * 1000)];

const fromdate: Builtin = (value, _, name) => {
  const ms = parseDate(stringOf(value, name), 0);
  if (ms === undefined)
    throw new JqError(`date "${text(value)}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
  return [Math.floor(ms / 1000)];
};

/** By name and number of arguments. */
export const textBuiltins: Readonly<Record<string, Builtin>> = {
  "utf8bytelength/0": changed((value) => new TextEncoder().encode(value).length),
  "tostring/0": (value) => [text(value)],
  "tonumber/0": tonumber,
  "split/1": (value, [a = null]) => {
    if (typeof value !== "string") return wrong(value, "cannot be split");
    return [value === "" ? [] : value.split(String(a))];
  },
  "split/2": (value, [a], name) => [parts(value, a, name)],
  "splits/1": (value, [a], name) => parts(value, a, name),
  "splits/2": (value, [a], name) => parts(value, a, name),
  "ascii_downcase/0": changed((value) => value.toLowerCase()),
  "ascii_upcase/0": changed((value) => value.toUpperCase()),
  "ltrimstr/1": (value, [a]) => [
    typeof value === "string" && typeof a === "string" && value.startsWith(a)
      ? value.slice(a.length)
      : value,
  ],
  "rtrimstr/1": (value, [a]) => [
    typeof value === "string" && typeof a === "string" && a !== "" && value.endsWith(a)
      ? value.slice(0, -a.length)
      : value,
  ],
  "startswith/1": both((value, start) => value.startsWith(start)),
  "endswith/1": both((value, end) => value.endsWith(end)),
  "trim/0": changed((value) => value.trim()),
  "ltrim/0": changed((value) => value.trimStart()),
  "rtrim/0": changed((value) => value.trimEnd()),
  "explode/0": changed((value) => [...value].map((unit) => unit.codePointAt(0) ?? 0)),
  "implode/0": (value, _, name) => [String.fromCodePoint(...(list(value, name) as number[]))],
  "ascii/0": (value) => [String.fromCharCode(numberOf(value))],
  "tojson/0": (value) => [JSON.stringify(value)],
  "fromjson/0": fromjson,
  "index/1": indices,
  "rindex/1": indices,
  "indices/1": indices,
  "test/1": test,
  "test/2": test,
  "match/1": match,
  "match/2": match,
  "capture/1": capture,
  "capture/2": capture,
  "scan/1": scan,
  "sub/2": substituted,
  "sub/3": substituted,
  "gsub/2": substituted,
  "gsub/3": substituted,
  "todate/0": todate,
  "todateiso8601/0": todate,
  "fromdate/0": fromdate,
  "fromdateiso8601/0": fromdate,
  "strftime/1": (value, [a = null]) => [formatTime(String(a), numberOf(value) * 1000)],
};
