// SELECT: from partitions to the table that is shown. Upstream:
// cql3/statements/SelectStatement.java.

import { tokenIn } from "../local.ts";
import { keyColumns, type Table } from "../schema.ts";
import type { Update } from "../updates.ts";
import { type CqlType, compareValues, isCollection, type Value } from "../values.ts";
import { CqlError } from "./lexer.ts";
import { type PlainRow, rowsIn } from "./rows.ts";
import type { Session } from "./session.ts";
import type { Select, Selector } from "./statements.ts";
import { checkSelectable, columnOf, matches, readWhere } from "./where.ts";

export interface ResultRows {
  readonly kind: "rows";
  readonly columns: readonly {
    readonly name: string;
    readonly type: CqlType;
    readonly isKey: boolean;
  }[];
  readonly rows: readonly (readonly Value[])[];
}

const simple = (name: string): CqlType => ({ name, parts: [], frozen: false });

export async function select(session: Session, statement: Select): Promise<ResultRows> {
  const { node, level } = session;
  const table = session.table(statement.table);
  const tools = session.tools;
  const where = readWhere(table, statement.where, tools);
  const shown = statement.selectors.flatMap((selector) => outputOf(table, selector, node.now()));
  if (!statement.filtering) checkSelectable(table, where);
  const updates: Update[] = [];
  if (where.keys) {
    for (const k of where.keys) {
      const found = await node.coordinator.read(table, k, level);
      if (found) updates.push(found);
    }
  } else updates.push(...(await node.coordinator.scan(table, level)));
  let rows = updates.flatMap((update) => {
    const all = rowsIn(table, update, node.now());
    const kept = all.filter((row) => matches(table, row, where.restrictions));
    return statement.distinct ? kept.slice(0, 1) : kept;
  });
  rows = ordered(table, statement, rows);
  const isAggregate = shown.some(({ all }) => all);
  if (!isAggregate && statement.limit !== undefined) rows = rows.slice(0, statement.limit);
  const columns = shown.map(({ name, type, isKey }) => ({ name, type, isKey }));
  const [first] = rows;
  const values = isAggregate
    ? [shown.map(({ all, one }) => (all ? all(rows) : first ? one(first) : null))]
    : rows.map((row) => shown.map(({ one }) => one(row)));
  return { kind: "rows", columns, rows: values };
}

function ordered(table: Table, { order, where }: Select, rows: PlainRow[]): PlainRow[] {
  const [first] = order;
  if (!first) return rows;
  const clustering = keyColumns(table, "clustering");
  const [leading] = clustering;
  if (leading?.name !== first.column) {
    columnOf(table, first.column);
    throw new CqlError(
      `Order by is currently only supported on the clustered columns of the PRIMARY KEY, got ${first.column}`,
    );
  }
  if (where.length === 0) {
    throw new CqlError(
      "ORDER BY is only supported when the partition key is restricted by an EQ or an IN.",
    );
  }
  return (leading.descending ?? false) === first.descending ? rows : [...rows].reverse();
}

interface Output {
  readonly name: string;
  readonly type: CqlType;
  readonly isKey: boolean;
  one(row: PlainRow): Value;
  all?(rows: readonly PlainRow[]): Value;
}

function outputOf(table: Table, selector: Selector, now: number): Output[] {
  if (selector.type === "all") {
    const rest = (kind: "static" | "regular") =>
      table.columns
        .filter((column) => column.kind === kind)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    return [
      ...keyColumns(table, "partition_key"),
      ...[...keyColumns(table, "clustering"), ...rest("static"), ...rest("regular")],
    ].map(({ name }) => plain(table, name));
  }
  if (selector.type === "column") return [plain(table, selector.name, selector.alias)];
  return [call(table, selector, now)];
}

function plain(table: Table, name: string, alias = name): Output {
  const { type, kind } = columnOf(table, name);
  const isKey = kind === "partition_key" || kind === "clustering";
  return { name: alias, type, isKey, one: ({ values }) => values[name] ?? null };
}

function call(
  table: Table,
  { name, columns, alias }: Selector & { type: "call" },
  now: number,
): Output {
  const [column = ""] = columns;
  const named = (text: string) => alias ?? text;
  if (name === "count") {
    const counts = (rows: readonly PlainRow[]) =>
      column === "*" || /^\d/.test(column)
        ? rows.length
        : rows.filter(({ values }) => (values[column] ?? null) !== null).length;
    const text = column === "*" || /^\d/.test(column) ? "count" : `system.count(${column})`;
    const all = (rows: readonly PlainRow[]) => String(counts(rows));
    return { name: named(text), type: simple("bigint"), isKey: false, one: () => null, all };
  }
  if (name === "token") {
    const keys = keyColumns(table, "partition_key").map((key) => key.name);
    const one = ({ values }: PlainRow) =>
      String(tokenIn(table, { k: keys.map((key) => values[key] ?? null) }));
    return {
      name: named(`system.token(${columns.join(", ")})`),
      type: simple("bigint"),
      isKey: false,
      one,
    };
  }
  const { type, kind } = columnOf(table, column);
  if (name === "writetime" || name === "ttl") {
    if (kind !== "regular" && kind !== "static") {
      throw new CqlError(
        `Cannot use selection function ${name === "ttl" ? name : "writeTime"} on PRIMARY KEY part ${column}`,
      );
    }
    if (isCollection(type)) {
      throw new CqlError(
        `Cannot use selection function ${name === "ttl" ? name : "writeTime"} on collections`,
      );
    }
    const one = ({ cells }: PlainRow): Value => {
      const cell = cells[column];
      if (!cell) return null;
      if (name === "writetime") return String(cell.t);
      return cell.x === undefined ? null : Math.ceil((cell.x - now) / 1000);
    };
    return { name: named(`${name}(${column})`), type: simple("bigint"), isKey: false, one };
  }
  const all = aggregate(name, column, type);
  return { name: named(`system.${name}(${column})`), type, isKey: false, one: () => null, all };
}

function aggregate(
  name: string,
  column: string,
  type: CqlType,
): (rows: readonly PlainRow[]) => Value {
  if (!/^(?:min|max|sum|avg)$/.test(name)) throw new CqlError(`Unknown function '${name}'`);
  const sum = (values: readonly Value[]) =>
    values.reduce<number>((all, each) => all + Number(each), 0);
  return (rows) => {
    const values = rows.map((row) => row.values[column] ?? null).filter((value) => value !== null);
    if (name === "sum") return sum(values);
    if (name === "avg") {
      const mean = values.length === 0 ? 0 : sum(values) / values.length;
      return /^(?:double|float|decimal)$/.test(type.name) ? mean : Math.trunc(mean);
    }
    const sorted = [...values].sort((a, b) => compareValues(a, b, type));
    return (name === "min" ? sorted[0] : sorted.at(-1)) ?? null;
  };
}
