// What an expression is worth for one row. sql/item.cc, item_cmpfunc.cc.

import { notSimulated, SqlError, unknownColumn } from "../sql/errors.ts";
import type { Expression, Select } from "../sql/tree.ts";
import {
  arithmetic,
  compare,
  isTrue,
  likePattern,
  numberOf,
  textOf,
  type Value,
} from "../sql/values.ts";
import { functions } from "./functions.ts";
import type { Row } from "./tables.ts";

/** One table of a query, at one of its rows. */
export interface Bound {
  readonly alias: string;
  readonly database: string | undefined;
  readonly columns: readonly string[];
  row: Row;
}

/** What an expression may refer to. */
export interface Scope {
  readonly bound: readonly Bound[];
  /** Of the query around this one. */
  readonly outer?: Scope;
  readonly env: Environment;
  /** The clause that is being worked on, for messages. */
  readonly clause: string;
  /** Aliases of the select list, where they may be used. */
  readonly aliases?: ReadonlyMap<string, Expression>;
  /** Rows of the group, where there is one. */
  readonly group?: readonly (readonly Row[])[];
}

/** What the server and the session know. */
export interface Environment {
  now(): number;
  random(): number;
  /** Before the statement is done. */
  sleep(seconds: number): void;
  readonly database: string | undefined;
  /** `root@localhost` as it logged in, and the account that this became. */
  readonly user: string;
  readonly account: string;
  readonly connection: number;
  readonly version: string;
  readonly lastInsertId: number;
  readonly foundRows: number;
  readonly rowCount: number;
  uuid(): string;
  variable(name: string, scope: "global" | "session" | "user"): Value;
  assign(name: string, value: Value): void;
  rows(query: Select, outer: Scope): readonly Row[];
  /** A password's hash, as mysql.user has it. */
  hash(password: string): string;
}

export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case "value":
      return expression.value;
    case "column":
      return columnValue(expression, scope);
    case "variable":
      return scope.env.variable(expression.name, expression.scope);
    case "unary":
      return unary(expression, scope);
    case "binary":
      return binary(expression, scope);
    case "is": {
      const value = evaluate(expression.operand, scope);
      if (expression.value === null) return Number(value === null);
      return Number(value !== null && isTrue(value) === expression.value);
    }
    case "between": {
      const value = evaluate(expression.operand, scope);
      const low = compared(">=", value, evaluate(expression.low, scope));
      const high = compared("<=", value, evaluate(expression.high, scope));
      return both(low, high);
    }
    case "in":
      return within(expression, scope);
    case "case":
      return chosen(expression, scope);
    case "exists":
      return Number(scope.env.rows(expression.query, scope).length > 0);
    case "select":
      return scalar(expression.query, scope);
    case "call":
      return call(expression, scope);
    case "interval":
      throw notSimulated("INTERVAL at this place");
  }
}

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

function columnValue({ name, table }: Of<"column">, scope: Scope): Value {
  for (let level: Scope | undefined = scope; level; level = level.outer) {
    const found = lookUp(level, name, table);
    if (found) return found.bound.row[found.place] ?? null;
    const alias = table === undefined ? level.aliases?.get(name.toLowerCase()) : undefined;
    if (alias) {
      const { aliases: _none, ...rest } = level;
      return evaluate(alias, rest);
    }
  }
  throw unknownColumn(table === undefined ? name : `${table}.${name}`, scope.clause);
}

/** Where a column is. Throws if it may be in several tables. */
export function lookUp(
  { bound, clause }: Scope,
  name: string,
  table: string | undefined,
): { readonly bound: Bound; readonly place: number } | undefined {
  const wanted = name.toLowerCase();
  let found: { bound: Bound; place: number } | undefined;
  for (const each of bound) {
    if (table !== undefined && each.alias !== table) continue;
    const place = each.columns.findIndex((column) => column.toLowerCase() === wanted);
    if (place < 0) continue;
    if (found) throw new SqlError(1052, `Column '${name}' in ${clause} is ambiguous`);
    found = { bound: each, place };
  }
  return found;
}

function unary({ op, operand }: Of<"unary">, scope: Scope): Value {
  const value = evaluate(operand, scope);
  if (value === null) return null;
  if (op === "NOT") return Number(!isTrue(value));
  if (op === "-") return arithmetic("-", 0, value);
  throw notSimulated("the operator ~");
}

const both = (a: Value, b: Value): Value => {
  if ((a !== null && !isTrue(a)) || (b !== null && !isTrue(b))) return 0;
  return a === null || b === null ? null : 1;
};

function binary({ op, left, right }: Of<"binary">, scope: Scope): Value {
  if (right.kind === "interval") {
    const name = op === "-" ? "DATE_SUB" : "DATE_ADD";
    return call({ kind: "call", name, args: [left, right] }, scope);
  }
  const a = evaluate(left, scope);
  if (op === "AND" && a !== null && !isTrue(a)) return 0;
  if (op === "OR" && isTrue(a)) return 1;
  const b = evaluate(right, scope);
  switch (op) {
    case "AND":
      return both(a, b);
    case "OR":
      return isTrue(b) ? 1 : a === null || b === null ? null : 0;
    case "XOR":
      return a === null || b === null ? null : Number(isTrue(a) !== isTrue(b));
    case "<=>":
      return a === null || b === null ? Number(a === b) : Number(compare(a, b) === 0);
    case "LIKE":
      return a === null || b === null ? null : Number(likePattern(textOf(b)).test(textOf(a)));
    case "REGEXP":
      return a === null || b === null ? null : Number(new RegExp(textOf(b), "iu").test(textOf(a)));
    case "=":
    case "<>":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compared(op, a, b);
  }
  return arithmetic(op, a, b);
}

function compared(op: string, a: Value, b: Value): Value {
  if (a === null || b === null) return null;
  const order = compare(a, b);
  const holds =
    (order === 0 && /^(?:=|<=|>=)$/.test(op)) ||
    (order < 0 && op.startsWith("<")) ||
    (order > 0 && /^(?:>|>=|<>)$/.test(op));
  return Number(holds);
}

function within({ operand, list }: Of<"in">, scope: Scope): Value {
  const value = evaluate(operand, scope);
  const candidates: readonly Value[] =
    "kind" in list
      ? scope.env.rows(list, scope).map(one)
      : list.map((each) => evaluate(each, scope));
  if (value === null) return candidates.length === 0 ? 0 : null;
  if (candidates.some((each) => each !== null && compare(value, each) === 0)) return 1;
  return candidates.includes(null) ? null : 0;
}

function one(row: Row): Value {
  if (row.length !== 1) throw new SqlError(1241, "Operand should contain 1 column(s)");
  return row[0] ?? null;
}

function scalar(query: Select, scope: Scope): Value {
  const rows = scope.env.rows(query, scope);
  if (rows.length > 1) throw new SqlError(1242, "Subquery returns more than 1 row");
  return rows[0] ? one(rows[0]) : null;
}

function chosen({ operand, whens, otherwise }: Of<"case">, scope: Scope): Value {
  const value = operand && evaluate(operand, scope);
  for (const { when, value: result } of whens) {
    const condition = evaluate(when, scope);
    const holds =
      value === undefined
        ? isTrue(condition)
        : value !== null && condition !== null && compare(value, condition) === 0;
    if (holds) return evaluate(result, scope);
  }
  return otherwise ? evaluate(otherwise, scope) : null;
}

/** Functions of all rows of a group. */
export const aggregates: ReadonlySet<string> = new Set(
  "COUNT SUM AVG MIN MAX GROUP_CONCAT".split(" "),
);

function call(expression: Of<"call">, scope: Scope): Value {
  const { name, args } = expression;
  if (aggregates.has(name)) return aggregated(expression, scope);
  const found = functions[name];
  if (!found) {
    const { database } = scope.env;
    if (database === undefined) throw new SqlError(1046, "No database selected");
    throw new SqlError(1305, `FUNCTION ${database}.${name.toLowerCase()} does not exist`);
  }
  const [, interval] = args;
  if (interval?.kind === "interval") {
    const amount = evaluate(interval.count, scope);
    const date = args[0] ? evaluate(args[0], scope) : null;
    return found([date, amount, interval.unit], scope.env);
  }
  const unit = name === "TIMESTAMPDIFF" && args[0]?.kind === "column" ? args[0].name : undefined;
  const values = args.map((each, i) =>
    i === 0 && unit !== undefined ? unit.toUpperCase() : evaluate(each, scope),
  );
  return found(values, scope.env);
}

function aggregated(expression: Of<"call">, scope: Scope): Value {
  const { name, args, star, distinct } = expression;
  const { group } = scope;
  if (!group) throw new SqlError(1111, "Invalid use of group function");
  if (star) return group.length;
  const { group: _group, ...within } = scope;
  const at = (rows: readonly Row[], each: Expression): Value => {
    const bound = scope.bound.map((table, i) => ({ ...table, row: rows[i] ?? [] }));
    return evaluate(each, { ...within, bound });
  };
  const [first] = args;
  if (!first)
    throw new SqlError(1582, `Incorrect parameter count in the call to native function '${name}'`);
  let values = group.flatMap((rows) => {
    const value = at(rows, first);
    return value === null ? [] : [value];
  });
  if (distinct) {
    const seen = new Set<string>();
    values = values.filter((value) => {
      const text = textOf(value).toLowerCase();
      return !seen.has(text) && seen.add(text);
    });
  }
  if (name === "COUNT") return values.length;
  if (values.length === 0) return null;
  const least = (sign: number) =>
    values.reduce((best, value) => (sign * compare(value, best) < 0 ? value : best));
  if (name === "MIN") return least(1);
  if (name === "MAX") return least(-1);
  if (name === "GROUP_CONCAT") return values.map(textOf).join(expression.separator ?? ",");
  const numbers = values.map((value) => (typeof value === "string" ? numberOf(value) : value));
  const sum = numbers.reduce<Value>((total, value) => arithmetic("+", total, value), 0);
  return name === "SUM" ? sum : arithmetic("/", sum, values.length);
}

/** Whether it can only be worked out for a group. */
export function hasAggregate(expression: Expression): boolean {
  if (expression.kind === "call" && aggregates.has(expression.name)) return true;
  if (expression.kind === "select" || expression.kind === "exists") return false;
  return Object.values(expression).some((part) => holdsAggregate(part));
}

function holdsAggregate(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(holdsAggregate);
  if (typeof part !== "object" || part === null) return false;
  if ("kind" in part) return part.kind !== "select" && hasAggregate(part as Expression);
  return Object.values(part).some(holdsAggregate);
}
