// Values of columns: what a literal means for a type, how values are ordered, what bytes they have
// in a partition key, and how cqlsh shows them.
// Upstream: db/marshal/*.java, pylib/cqlshlib/formatting.py.

import { utf8 } from "../../api/base64.ts";

/** As it is kept: 64-bit and larger numbers, UUIDs, dates and blobs are texts. */
export type Value = string | number | boolean | null | readonly Value[];

export interface CqlType {
  /** `text`, `int`, `list` … */
  readonly name: string;
  /** Of a collection. */
  readonly parts: readonly CqlType[];
  readonly frozen: boolean;
}

export const natives = new Set(
  (
    "ascii bigint blob boolean counter date decimal double duration float inet int smallint text " +
    "time timestamp timeuuid tinyint uuid varchar varint"
  ).split(" "),
);

export function typeText({ name, parts, frozen }: CqlType): string {
  const text = parts.length === 0 ? name : `${name}<${parts.map(typeText).join(", ")}>`;
  return frozen ? `frozen<${text}>` : text;
}

const simple = (name: string): CqlType => ({ name, parts: [], frozen: false });

/** The other way; types are written by `typeText` alone. */
export function parseType(text: string): CqlType {
  const [, name = text, inner] = /^(\w+)<(.*)>$/.exec(text.trim()) ?? [];
  if (inner === undefined) return simple(name === "varchar" ? "text" : name.trim());
  if (name === "frozen") return { ...parseType(inner), frozen: true };
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= inner.length; i++) {
    if (inner[i] === "<") depth++;
    else if (inner[i] === ">") depth--;
    else if ((inner[i] === "," && depth === 0) || i === inner.length) {
      parts.push(inner.slice(from, i));
      from = i + 1;
    }
  }
  return { name, parts: parts.map(parseType), frozen: false };
}

export const isCollection = ({ name }: CqlType): boolean =>
  name === "list" || name === "set" || name === "map";

const INTEGERS: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 4, bigint: 8 };

/** What it is in a partition key. */
export function bytesOf(value: Value, { name }: CqlType): Uint8Array {
  const size = INTEGERS[name] ?? (name === "timestamp" || name === "counter" ? 8 : 0);
  if (size > 0) {
    const bytes = new Uint8Array(size);
    let rest = BigInt(String(value));
    for (let i = size - 1; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 255n);
    return bytes;
  }
  if (name === "boolean") return new Uint8Array([value ? 1 : 0]);
  if (name === "double" || name === "float") {
    const view = new DataView(new ArrayBuffer(name === "double" ? 8 : 4));
    if (name === "double") view.setFloat64(0, Number(value));
    else view.setFloat32(0, Number(value));
    return new Uint8Array(view.buffer);
  }
  const text = String(value);
  if (name === "uuid" || name === "timeuuid") return hexBytes(text.replaceAll("-", ""));
  if (name === "blob") return hexBytes(text.slice(2));
  if (name === "inet") return new Uint8Array(text.split(".").map(Number));
  return utf8(text);
}

function hexBytes(text: string): Uint8Array {
  const pairs = text.match(/../g) ?? [];
  return new Uint8Array(pairs.map((pair) => Number.parseInt(pair, 16)));
}

/** The bytes of a whole partition key. */
export function keyBytes(values: readonly Value[], types: readonly CqlType[]): Uint8Array {
  const parts = types.map((type, index) => bytesOf(values[index] ?? null, type));
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const all = parts.flatMap((bytes) => [bytes.length >> 8, bytes.length & 255, ...bytes, 0]);
  return new Uint8Array(all);
}

export function compareValues(a: Value, b: Value, { name }: CqlType): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (name === "bigint" || name === "varint" || name === "counter") {
    const [x, y] = [BigInt(String(a)), BigInt(String(b))];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (name === "decimal") return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As cqlsh shows it; inside of collections texts stand in quotes. */
export function formatValue(value: Value, type: CqlType, isInner = false): string {
  if (value === null) return "null";
  const { name, parts } = type;
  const [first = simple("text"), second = first] = parts;
  if (name === "list" || name === "set") {
    const items = (value as readonly Value[]).map((item) => formatValue(item, first, true));
    return name === "list" ? `[${items.join(", ")}]` : `{${items.join(", ")}}`;
  }
  if (name === "map") {
    const items = (value as readonly (readonly Value[])[]).map(
      ([key = null, item = null]) =>
        `${formatValue(key, first, true)}: ${formatValue(item, second, true)}`,
    );
    return `{${items.join(", ")}}`;
  }
  if (name === "boolean") return value ? "True" : "False";
  if (name === "timestamp") {
    return new Date(Number(value))
      .toISOString()
      .replace("T", " ")
      .replace(/(\d{3})Z$/, "$1000+0000");
  }
  if (name === "double" || name === "float") {
    const digits = name === "float" ? Math.fround(Number(value)) : Number(value);
    return String(Number(digits.toPrecision(5)));
  }
  const text = String(value);
  const isText = name === "text" || name === "ascii" || name === "inet";
  if (!isText) return text;
  return isInner ? `'${text}'` : text.replaceAll("\n", "\\n");
}
