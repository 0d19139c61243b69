// The functions of SQL that need nothing but their arguments and the session. sql/item_func.cc,
// item_strfunc.cc, item_timefunc.cc.

import { SqlError } from "../sql/errors.ts";
import {
  arithmetic,
  compare,
  decimalOf,
  isDecimal,
  isTrue,
  numberOf,
  rescaled,
  textOf,
  type Value,
} from "../sql/values.ts";
import { dateText, formatted, later, momentOf, momentText } from "./dates.ts";
import type { Environment } from "./evaluate.ts";

export type SqlFunction = (values: readonly Value[], env: Environment) => Value;

/** NULL as soon as one argument is. */
const strict =
  (run: (...values: readonly Exclude<Value, null>[]) => Value): SqlFunction =>
  (values) => {
    const given: Exclude<Value, null>[] = [];
    for (const value of values) {
      if (value === null) return null;
      given.push(value);
    }
    return run(...given);
  };

const text = (run: (first: string, ...rest: readonly string[]) => Value): SqlFunction =>
  strict((...values) => {
    const [first = "", ...rest] = values.map(textOf);
    return run(first, ...rest);
  });

const number = (run: (first: number, ...rest: readonly number[]) => Value): SqlFunction =>
  strict((...values) => {
    const [first = 0, ...rest] = values.map(numberOf);
    return run(first, ...rest);
  });

const moment = (run: (at: number) => Value): SqlFunction =>
  text((given) => {
    const at = momentOf(given);
    return at === undefined ? null : run(at);
  });

const utf8Length = (given: string) => new TextEncoder().encode(given).length;

function round(value: Exclude<Value, null>, digits: number): Value {
  const exact = isDecimal(value) ? value : undefined;
  if (exact) {
    const made = rescaled(exact, Math.max(0, digits));
    return digits <= 0 ? Number(made.units) : made;
  }
  const plain = numberOf(value);
  const factor = 10 ** digits;
  const rounded = (Math.sign(plain) * Math.round(Math.abs(plain) * factor)) / factor;
  return Object.is(rounded, -0) ? 0 : rounded;
}

const moved =
  (sign: number): SqlFunction =>
  ([date = null, amount = null, unit = "DAY"]) => {
    if (date === null || amount === null || unit === null) return null;
    const given = textOf(date);
    const at = momentOf(given);
    const made = at === undefined ? undefined : later(at, sign * numberOf(amount), textOf(unit));
    if (made === undefined) return null;
    const isDay =
      given.trim().length <= 10 && /^(?:DAY|WEEK|MONTH|QUARTER|YEAR)$/.test(textOf(unit));
    return isDay ? momentText(made).slice(0, 10) : momentText(made);
  };

const now: SqlFunction = (_, env) => momentText(env.now());
const today: SqlFunction = (_, env) => momentText(env.now()).slice(0, 10);
const unitMs: Readonly<Record<string, number>> = {
  ...{ SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000, WEEK: 604_800_000 },
};

function cast(value: Value, type: string): Value {
  if (value === null) return null;
  if (/^(?:SIGNED|UNSIGNED)/.test(type)) return round(numberOf(value), 0);
  const [, size] = /^DECIMAL(?: \( \d+ , (\d+) \))?/.exec(type) ?? [];
  if (type.startsWith("DECIMAL")) {
    const exact = decimalOf(textOf(value)) ?? decimalOf(String(numberOf(value)));
    return exact ? rescaled(exact, Number(size ?? 0)) : null;
  }
  if (type === "DATE") return dateText(textOf(value)) ?? null;
  if (type === "DATETIME") {
    const at = momentOf(textOf(value));
    return at === undefined ? null : momentText(at);
  }
  return textOf(value);
}

const pick = (sign: number): SqlFunction =>
  strict((first = 0, ...rest) =>
    rest.reduce((best, value) => (sign * compare(value, best) > 0 ? value : best), first),
  );

function substring(given: string, from: string, count = "9999999999"): string {
  const start = Number(from);
  if (start === 0 || Number(count) < 1) return "";
  const begin = start > 0 ? start - 1 : given.length + start;
  return begin < 0 ? "" : given.slice(begin, begin + Number(count));
}

const pad = (given: string, length: string, fill: string): string =>
  fill.repeat(Math.ceil(Math.max(0, Number(length) - given.length) / Math.max(1, fill.length)));

const strings: Readonly<Record<string, SqlFunction>> = {
  CONCAT: text((...parts) => parts.join("")),
  CONCAT_WS: ([separator = null, ...values]) =>
    separator === null
      ? null
      : values.flatMap((value) => (value === null ? [] : [textOf(value)])).join(textOf(separator)),
  LENGTH: text((given) => utf8Length(given)),
  CHAR_LENGTH: text((given) => [...given].length),
  CHARACTER_LENGTH: text((given) => [...given].length),
  UPPER: text((given) => given.toUpperCase()),
  UCASE: text((given) => given.toUpperCase()),
  LOWER: text((given) => given.toLowerCase()),
  LCASE: text((given) => given.toLowerCase()),
  TRIM: text((given) => given.replace(/^ +| +$/g, "")),
  LTRIM: text((given) => given.replace(/^ +/, "")),
  RTRIM: text((given) => given.replace(/ +$/, "")),
  REVERSE: text((given) => [...given].reverse().join("")),
  REPEAT: text((given, count = "0") => given.repeat(Math.max(0, Number(count)))),
  REPLACE: text((given, from = "", to = "") => (from === "" ? given : given.replaceAll(from, to))),
  SUBSTRING: text(substring),
  SUBSTR: text(substring),
  MID: text(substring),
  LEFT: text((given, count = "0") => given.slice(0, Math.max(0, Number(count)))),
  RIGHT: text((given, count = "0") => (Number(count) > 0 ? given.slice(-Number(count)) : "")),
  LPAD: text((given, length = "0", fill = "") =>
    (pad(given, length, fill) + given).slice(0, Number(length)),
  ),
  RPAD: text((given, length = "0", fill = "") =>
    (given + pad(given, length, fill)).slice(0, Number(length)),
  ),
  INSTR: text((given, part = "") => given.toLowerCase().indexOf(part.toLowerCase()) + 1),
  LOCATE: text((part, given = "") => given.toLowerCase().indexOf(part.toLowerCase()) + 1),
  ASCII: text((given) => (given === "" ? 0 : given.charCodeAt(0))),
  HEX: strict((value = 0) =>
    typeof value === "string"
      ? [...new TextEncoder().encode(value)]
          .map((byte) => byte.toString(16).padStart(2, "0"))
          .join("")
          .toUpperCase()
      : Math.round(numberOf(value)).toString(16).toUpperCase(),
  ),
  PASSWORD: (values, env) => {
    const [given = null] = values;
    return given === null ? null : env.hash(textOf(given));
  },
};

const numbers: Readonly<Record<string, SqlFunction>> = {
  ABS: strict((value = 0) => (numberOf(value) < 0 ? arithmetic("-", 0, value) : value)),
  CEIL: number((value) => Math.ceil(value)),
  CEILING: number((value) => Math.ceil(value)),
  FLOOR: number((value) => Math.floor(value)),
  ROUND: strict((value = 0, digits = 0) => round(value, numberOf(digits))),
  TRUNCATE: number((value, digits = 0) => Math.trunc(value * 10 ** digits) / 10 ** digits),
  MOD: strict((a = 0, b = 0) => arithmetic("%", a, b)),
  POW: number((a, b = 0) => a ** b),
  POWER: number((a, b = 0) => a ** b),
  SQRT: number((value) => (value < 0 ? null : Math.sqrt(value))),
  SIGN: number((value) => Math.sign(value)),
  PI: () => Number(Math.PI.toFixed(6)),
  GREATEST: pick(1),
  LEAST: pick(-1),
  RAND: (_, env) => env.random(),
};

const times: Readonly<Record<string, SqlFunction>> = {
  NOW: now,
  SYSDATE: now,
  CURRENT_TIMESTAMP: now,
  LOCALTIME: now,
  LOCALTIMESTAMP: now,
  UTC_TIMESTAMP: now,
  CURDATE: today,
  CURRENT_DATE: today,
  CURTIME: (_, env) => momentText(env.now()).slice(11),
  CURRENT_TIME: (_, env) => momentText(env.now()).slice(11),
  UNIX_TIMESTAMP: ([given], env) => {
    const at =
      given === undefined ? env.now() : given === null ? undefined : momentOf(textOf(given));
    return at === undefined ? null : Math.floor(at / 1000);
  },
  FROM_UNIXTIME: number((seconds) => momentText(seconds * 1000)),
  DATE: moment((at) => momentText(at).slice(0, 10)),
  TIME: moment((at) => momentText(at).slice(11)),
  YEAR: moment((at) => new Date(at).getUTCFullYear()),
  MONTH: moment((at) => new Date(at).getUTCMonth() + 1),
  DAY: moment((at) => new Date(at).getUTCDate()),
  DAYOFMONTH: moment((at) => new Date(at).getUTCDate()),
  DAYOFWEEK: moment((at) => new Date(at).getUTCDay() + 1),
  DAYNAME: moment((at) => formatted(at, "%W")),
  MONTHNAME: moment((at) => formatted(at, "%M")),
  HOUR: moment((at) => new Date(at).getUTCHours()),
  MINUTE: moment((at) => new Date(at).getUTCMinutes()),
  SECOND: moment((at) => new Date(at).getUTCSeconds()),
  DATE_ADD: moved(1),
  ADDDATE: moved(1),
  DATE_SUB: moved(-1),
  SUBDATE: moved(-1),
  DATEDIFF: text((a, b = "") => {
    const [x, y] = [momentOf(dateText(a) ?? ""), momentOf(dateText(b) ?? "")];
    return x === undefined || y === undefined ? null : Math.round((x - y) / 86_400_000);
  }),
  TIMESTAMPDIFF: text((unit, a = "", b = "") => {
    const [x, y, ms] = [momentOf(a), momentOf(b), unitMs[unit]];
    return x === undefined || y === undefined || ms === undefined ? null : Math.trunc((y - x) / ms);
  }),
  DATE_FORMAT: text((given, format = "") => {
    const at = momentOf(given);
    return at === undefined ? null : formatted(at, format);
  }),
};

/** Names as they are called, in capitals. */
export const functions: Readonly<Record<string, SqlFunction>> = {
  ...strings,
  ...numbers,
  ...times,
  IF: ([condition = null, then = null, otherwise = null]) => (isTrue(condition) ? then : otherwise),
  IFNULL: ([first = null, second = null]) => first ?? second,
  COALESCE: (values) => values.find((value) => value !== null) ?? null,
  NULLIF: ([a = null, b = null]) => (a !== null && b !== null && compare(a, b) === 0 ? null : a),
  ISNULL: ([value = null]) => Number(value === null),
  CAST: ([value = null, type = ""]) => cast(value, type === null ? "" : textOf(type)),
  VERSION: (_, env) => env.version,
  DATABASE: (_, env) => env.database ?? null,
  SCHEMA: (_, env) => env.database ?? null,
  USER: (_, env) => env.user,
  SESSION_USER: (_, env) => env.user,
  SYSTEM_USER: (_, env) => env.user,
  CURRENT_USER: (_, env) => env.account,
  CONNECTION_ID: (_, env) => env.connection,
  LAST_INSERT_ID: (_, env) => env.lastInsertId,
  FOUND_ROWS: (_, env) => env.foundRows,
  ROW_COUNT: (_, env) => env.rowCount,
  UUID: (_, env) => env.uuid(),
  SLEEP([seconds = null], env) {
    if (seconds === null) throw new SqlError(1210, "Incorrect arguments to sleep.");
    env.sleep(numberOf(seconds));
    return 0;
  },
};
