// What a plain scalar means in YAML 1.1, as Go's library takes it: `yes` is true, `010` is eight,
// a date stays text. gopkg.in/yaml.v2 resolve.go.

import { YamlError } from "./yaml-error.ts";

const truths = /^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const falsehoods = /^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const nothings = /^(~|null|Null|NULL|)$/;
const notNumbers = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const date = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/** The value of a plain scalar; `tag` is as it is written: `!!int`. */
export function resolvePlain(text: string, tag?: string): unknown {
  const value = resolve(text);
  if (tag === undefined || tag === "!" || !/^!!(bool|int|float|null|timestamp)$/.test(tag))
    return value;
  const found = tagOf(value);
  if (found === tag || (found === "!!int" && tag === "!!float")) return value;
  if (tag === "!!timestamp" && date.test(text)) return value;
  throw new YamlError(`cannot decode ${found} \`${text}\` as a ${tag}`, 0);
}

function resolve(text: string): unknown {
  if (nothings.test(text)) return null;
  if (truths.test(text)) return true;
  if (falsehoods.test(text)) return false;
  // JSON has none of these: Go refuses them later.
  if (notNumbers.test(text)) return text;
  if (!/^[-+.\d]/.test(text) || date.test(text)) return text;
  if (text.startsWith(".")) return float.test(text) ? Number(text) : text;
  const digits = text.replaceAll("_", "");
  return integer(digits) ?? (float.test(digits) ? Number(digits) : text);
}

/** strconv.ParseInt with base 0; `_` has been taken out. */
function integer(digits: string): number | undefined {
  const [, sign, prefix = "", rest = ""] =
    /^([-+]?)(0[xX]|0[bB]|0[oO]|0(?=.))?(.+)$/.exec(digits) ?? [];
  const base = { x: 16, b: 2, o: 8, "": 8 }[prefix.slice(1).toLowerCase()];
  const radix = prefix === "" ? 10 : (base ?? 10);
  const allowed = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^\d+$/, 16: /^[\dA-Fa-f]+$/ }[radix];
  if (!allowed?.test(rest)) return undefined;
  const value = Number.parseInt(rest, radix);
  return sign === "-" ? -value : value;
}

function tagOf(value: unknown): string {
  if (value === null) return "!!null";
  if (typeof value === "boolean") return "!!bool";
  if (typeof value === "number") return Number.isInteger(value) ? "!!int" : "!!float";
  return "!!str";
}

/** True if the text would be read back as text without quotes. */
export const staysText = (text: string): boolean =>
  typeof resolve(text) === "string" &&
  !notNumbers.test(text) &&
  !date.test(text) &&
  text !== "<<" &&
  !base60.test(text);

const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
