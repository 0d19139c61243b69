// What becomes of a value in a column, in strict mode. sql/field.cc.

import { SqlError } from "../sql/errors.ts";
import type { ColumnDefinition, ColumnType } from "../sql/tree.ts";
import {
  decimalOf,
  folded,
  isDecimal,
  numberOf,
  rescaled,
  textOf,
  type Value,
} from "../sql/values.ts";
import { dateText, dateTimeText, timeText } from "./dates.ts";

const bits: Readonly<Record<string, number>> = {
  ...{ tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64, year: 16, bit: 63 },
};

const lengths: Readonly<Record<string, number>> = {
  ...{ tinytext: 255, text: 65_535, mediumtext: 16_777_215, longtext: 4_294_967_295 },
  ...{ tinyblob: 255, blob: 65_535, mediumblob: 16_777_215, longblob: 4_294_967_295 },
  json: 4_294_967_295,
};

/** Numbers stand at the right in the client's tables. */
export const isNumeric = ({ name }: ColumnType): boolean =>
  bits[name] !== undefined || /^(?:decimal|float|double)$/.test(name);

/** The value as the column keeps it; `row` is for messages. */
export function coerce(value: Value, column: ColumnDefinition, row: number): Value {
  const { type, name, nullable } = column;
  if (value === null) {
    if (!nullable) throw new SqlError(1048, `Column '${name}' cannot be null`);
    return null;
  }
  if (bits[type.name] !== undefined) return whole(value, column, row);
  switch (type.name) {
    case "float":
    case "double":
      return real(value, column, row);
    case "decimal":
      return decimal(value, column, row);
    case "date":
    case "datetime":
    case "timestamp":
    case "time":
      return moment(value, column, row);
    case "enum":
      return member(value, column, row);
  }
  return text(value, column, row);
}

const outOfRange = (name: string, row: number) =>
  new SqlError(1264, `Out of range value for column '${name}' at row ${row}`);

function incorrect(kind: string, value: Value, { name, row }: { name: string; row: number }) {
  const shown = value === null ? "NULL" : textOf(value);
  const code = kind === "integer" || kind === "double" || kind === "decimal" ? 1366 : 1292;
  return new SqlError(
    code,
    `Incorrect ${kind} value: '${shown}' for column '${name}' at row ${row}`,
  );
}

const isNumber = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

function whole(value: Exclude<Value, null>, { type, name }: ColumnDefinition, row: number): Value {
  if (typeof value === "string" && !isNumber.test(value)) {
    if (/^\s*[-+]?\d/.test(value)) {
      throw new SqlError(1265, `Data truncated for column '${name}' at row ${row}`);
    }
    throw incorrect("integer", value, { name, row });
  }
  const number = numberOf(value);
  const rounded = number < 0 ? -Math.round(-number) : Math.round(number);
  const range = 2 ** (bits[type.name] ?? 32);
  const [low, high] = type.unsigned ? [0, range - 1] : [-range / 2, range / 2 - 1];
  if (rounded < low || rounded > high) throw outOfRange(name, row);
  return rounded;
}

function real(value: Exclude<Value, null>, { name, type }: ColumnDefinition, row: number): Value {
  if (typeof value === "string" && !isNumber.test(value)) {
    throw incorrect("double", value, { name, row });
  }
  const number = numberOf(value);
  return type.name === "float" ? Number(Math.fround(number).toPrecision(6)) : number;
}

function decimal(value: Exclude<Value, null>, column: ColumnDefinition, row: number): Value {
  const { name, type } = column;
  const exact = isDecimal(value) ? value : decimalOf(textOf(value));
  const given = exact ?? decimalOf(String(numberOf(value)));
  if (!given || (typeof value === "string" && !isNumber.test(value))) {
    throw incorrect("decimal", value, { name, row });
  }
  const { size = 10, scale = 0 } = type;
  const made = rescaled(given, scale);
  const limit = 10n ** BigInt(size);
  if (made.units >= limit || made.units <= -limit) throw outOfRange(name, row);
  return made;
}

function moment(value: Exclude<Value, null>, column: ColumnDefinition, row: number): Value {
  const { type, name } = column;
  const given = textOf(value);
  const made =
    type.name === "date"
      ? dateText(given)
      : type.name === "time"
        ? timeText(given)
        : dateTimeText(given);
  if (made === undefined) {
    const kind = type.name === "timestamp" ? "datetime" : type.name;
    throw incorrect(kind, value, { name, row });
  }
  return made;
}

function member(value: Exclude<Value, null>, { type, name }: ColumnDefinition, row: number): Value {
  const { members = [] } = type;
  const found =
    typeof value === "number"
      ? members[value - 1]
      : members.find((each) => folded(each) === folded(textOf(value)));
  if (found === undefined) {
    throw new SqlError(1265, `Data truncated for column '${name}' at row ${row}`);
  }
  return found;
}

function text(value: Exclude<Value, null>, { type, name }: ColumnDefinition, row: number): Value {
  const made = textOf(value);
  const limit = lengths[type.name] ?? type.size ?? 65_535;
  const kept = type.name === "char" ? made.replace(/ +$/, "") : made;
  if (kept.length > limit) {
    const excess = kept.slice(limit);
    if (excess.trim() !== "") {
      throw new SqlError(1406, `Data too long for column '${name}' at row ${row}`);
    }
    return kept.slice(0, limit);
  }
  return kept;
}

/** `int(10) unsigned`, as DESCRIBE shows it. */
export function typeText({ name, size, scale, unsigned, members }: ColumnType): string {
  const listed = members?.map((each) => `'${each.replaceAll("'", "''")}'`).join(",");
  const sizes =
    listed ?? (size === undefined ? "" : scale === undefined ? size : `${size},${scale}`);
  return `${name}${sizes === "" ? "" : `(${sizes})`}${unsigned ? " unsigned" : ""}`;
}
