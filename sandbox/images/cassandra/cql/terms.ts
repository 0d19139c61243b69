// What a literal means for the type of its column. Upstream: cql3/Constants.java, Lists.java,
// Sets.java, Maps.java.

import { type Random, uuid } from "../../../sim/random.ts";
import { type CqlType, compareValues, typeText, type Value } from "../values.ts";
import { CqlError } from "./lexer.ts";
import type { Term } from "./statements.ts";

export interface TermTools {
  readonly random: Random;
  /** In milliseconds. */
  now(): number;
}

const KINDS: Readonly<Record<string, readonly string[]>> = {
  string: "ascii date decimal inet text time timestamp duration".split(" "),
  number:
    "bigint counter date decimal double float int smallint time timestamp tinyint varint".split(
      " ",
    ),
  uuid: ["uuid", "timeuuid"],
  blob: ["blob"],
  boolean: ["boolean"],
};

const WORDS: Readonly<Record<string, string>> = { number: "INTEGER", string: "STRING" };

const LIMITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

/** What a term is written for. */
export interface Place {
  readonly type: CqlType;
  /** As messages name it. */
  readonly column: string;
}

export function termValue(term: Term, place: Place, tools: TermTools): Value {
  const { type, column } = place;
  switch (term.type) {
    case "null":
      return null;
    case "call":
      return called(term, type, tools);
    case "literal":
      return literal(term, type, column);
    default:
      return collection(term, place, tools);
  }
}

function called({ name }: Term & { type: "call" }, type: CqlType, tools: TermTools): Value {
  if (name === "uuid") return uuid(tools.random);
  if (name === "now") return timeUuid(tools);
  if (/^(?:totimestamp|currenttimestamp|dateof)$/.test(name)) return tools.now();
  if (name === "todate" || name === "currentdate")
    return new Date(tools.now()).toISOString().slice(0, 10);
  if (name === "tounixtimestamp") return type.name === "bigint" ? String(tools.now()) : tools.now();
  throw new CqlError(`Unknown function '${name}'`);
}

/** Version 1: hundreds of nanoseconds since 1582. */
function timeUuid({ random, now }: TermTools): string {
  const ticks = (BigInt(now()) * 10_000n + 0x01b21dd213814000n).toString(16).padStart(16, "0");
  const rest = uuid(random).slice(19);
  return `${ticks.slice(8)}-${ticks.slice(4, 8)}-1${ticks.slice(1, 4)}-${rest}`;
}

function literal({ kind, text }: Term & { type: "literal" }, type: CqlType, column: string): Value {
  const { name } = type;
  const isWrong = !KINDS[kind]?.includes(name);
  const isFraction =
    kind === "number" && /[.eE]/.test(text) && !/^(?:decimal|double|float)$/.test(name);
  if (isWrong || isFraction) {
    const word =
      isFraction || (/[.eE]/.test(text) && kind === "number")
        ? "FLOAT"
        : (WORDS[kind] ?? kind.toUpperCase());
    throw new CqlError(
      `Invalid ${word} constant (${text}) for "${column}" of type ${typeText(type)}`,
    );
  }
  if (kind === "boolean") return text === "true";
  const bits = LIMITS[name];
  if (bits !== undefined) {
    const value = BigInt(text);
    if (value !== BigInt.asIntN(bits, value)) {
      throw new CqlError(`Unable to make ${name} from '${text}'`);
    }
    return bits === 64 ? text : Number(text);
  }
  if (name === "double" || name === "float") return Number(text);
  if (name === "timestamp") return instantOf(text, kind === "number");
  return text;
}

function instantOf(text: string, isNumber: boolean): number {
  if (isNumber) return Number(text);
  const [, day, time = "00:00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:?\d\d)?$/.exec(
      text,
    ) ?? [];
  const at =
    day === undefined
      ? Number.NaN
      : Date.parse(`${day}T${time}${zone.replace(/(\d\d):?(\d\d)$/, "$1:$2")}`);
  if (Number.isNaN(at)) {
    throw new CqlError(`Unable to coerce '${text}' to a formatted date (long)`);
  }
  return at;
}

function collection(
  term: Exclude<Term, { type: "null" | "call" | "literal" }>,
  { type, column }: Place,
  tools: TermTools,
): Value {
  const { name, parts } = type;
  const isEmptySet = term.type === "set" && term.items.length === 0;
  const [first, second] = parts;
  if (!first || (term.type !== name && !(isEmptySet && name === "map"))) {
    throw new CqlError(`Invalid ${term.type} literal for ${column} of type ${typeText(type)}`);
  }
  if (term.type === "map") {
    const pairs = term.items.map(
      ([key, value]) =>
        [
          termValue(key, { type: first, column: `key(${column})` }, tools),
          termValue(value, { type: second ?? first, column: `value(${column})` }, tools),
        ] as const,
    );
    return [...pairs].sort(([a], [b]) => compareValues(a, b, first));
  }
  const items = term.items.map((item) =>
    termValue(item, { type: first, column: `value(${column})` }, tools),
  );
  if (name !== "set") return items;
  const unique = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...unique.values()].sort((a, b) => compareValues(a, b, first));
}
