// INSERT, UPDATE, DELETE: from a statement to what is written.
// Upstream: cql3/statements/ModificationStatement.java.
// differs: conditions are checked at QUORUM before the write; two at the same instant may both win.

import { keyColumns, type Table } from "../schema.ts";
import { type Cell, ELEMENT, type RowUpdate, type Update } from "../updates.ts";
import { type CqlType, isCollection, type Value } from "../values.ts";
import { CqlError } from "./lexer.ts";
import { type PlainRow, rowsIn } from "./rows.ts";
import type { ResultRows } from "./select.ts";
import type { Session } from "./session.ts";
import type {
  Assignment,
  Change,
  Condition,
  Delete,
  Insert,
  Term,
  UpdateRows,
} from "./statements.ts";
import { termValue } from "./terms.ts";
import { changedRows, columnOf, matches, readWhere } from "./where.ts";

export type ChangeResult = ResultRows | { readonly kind: "void" };

export async function change(session: Session, statement: Change): Promise<ChangeResult> {
  const { node, level } = session;
  const table = session.table(statement.table);
  const t = statement.using.timestamp ?? node.micros();
  const updates = updatesOf(session, table, { statement, t });
  if (statement.condition !== undefined) {
    const refused = await check(session, table, { condition: statement.condition, updates });
    if (refused) return refused;
  }
  for (const update of updates) await node.coordinator.write(table, update, level);
  if (statement.condition === undefined) return { kind: "void" };
  return applied(true, undefined, table);
}

interface Timed<T> {
  readonly statement: T;
  readonly t: number;
}

function updatesOf(session: Session, table: Table, { statement, t }: Timed<Change>): Update[] {
  if (statement.type === "insert") return [insert(session, table, { statement, t })];
  if (statement.type === "update") return updated(session, table, { statement, t });
  return remove(session, table, { statement, t });
}

function endOf(session: Session, table: Table, { using }: Insert | UpdateRows): number | undefined {
  const ttl = using.ttl ?? Number(table.options["default_time_to_live"] ?? 0);
  return ttl > 0 ? session.node.now() + ttl * 1000 : undefined;
}

function insert(session: Session, table: Table, { statement, t }: Timed<Insert>): Update {
  const given = new Map(statement.columns.map((name, index) => [name, statement.values[index]]));
  for (const name of statement.columns) columnOf(table, name);
  const keyOf = (kind: "partition_key" | "clustering"): Value[] => {
    const columns = keyColumns(table, kind);
    const missing = columns.filter(({ name }) => !given.has(name));
    const isStatic = kind === "clustering" && missing.length === columns.length;
    if (missing.length > 0 && !(isStatic && onlyStatic(table, statement.columns))) {
      const names = missing.map(({ name }) => name).join(", ");
      throw new CqlError(
        `Some ${kind === "clustering" ? "clustering keys" : "partition key parts"} are missing: ${names}`,
      );
    }
    if (missing.length > 0) return [];
    return columns.map(({ name, type }) => {
      const value = termValue(given.get(name) as Term, { type, column: name }, session.tools);
      if (value === null) throw new CqlError(`Invalid null value in condition for column ${name}`);
      return value;
    });
  };
  const k = keyOf("partition_key");
  const c = keyOf("clustering");
  const x = endOf(session, table, statement);
  const end = x === undefined ? {} : { x };
  const cells: Record<string, Cell> = {};
  const common: Record<string, Cell> = {};
  for (const [name, term] of given) {
    const { kind, type } = columnOf(table, name);
    if (kind === "partition_key" || kind === "clustering" || !term) continue;
    const value = termValue(term, { type, column: name }, session.tools);
    Object.assign(
      kind === "static" ? common : cells,
      cellsOf({ name, type, value }, { t, ...end }),
    );
  }
  const hasRow = c.length > 0 || keyColumns(table, "clustering").length === 0;
  return { k, rows: rowsOf({ c, cells, common, ...(hasRow && { inserted: { l: t, ...end } }) }) };
}

const onlyStatic = (table: Table, names: readonly string[]): boolean =>
  names.every((name) => /^(?:static|partition_key)$/.test(columnOf(table, name).kind));

interface Written {
  readonly c: readonly Value[] | undefined;
  readonly cells: Readonly<Record<string, Cell>>;
  readonly common: Readonly<Record<string, Cell>>;
  readonly inserted?: { readonly l: number; readonly x?: number };
}

function rowsOf({ c, cells, common, inserted }: Written): RowUpdate[] {
  return [
    ...(c && (inserted || Object.keys(cells).length > 0) ? [{ c, cells, ...inserted }] : []),
    ...(Object.keys(common).length > 0 ? [{ c: [], s: true as const, cells: common }] : []),
  ];
}

interface Whole {
  readonly name: string;
  readonly type: CqlType;
  readonly value: Value;
}

interface When {
  readonly t: number;
  readonly x?: number;
}

/** A whole value: of a collection every element has its own cell. */
function cellsOf({ name, type, value }: Whole, when: When): Record<string, Cell> {
  if (!isCollection(type) || type.frozen) return { [name]: { v: value, ...when } };
  const gone = { [name]: { v: null, t: when.t - 1 } };
  return value === null
    ? { [name]: { v: null, t: when.t } }
    : { ...gone, ...elements({ name, type, value }, when) };
}

function elements({ name, type, value }: Whole, when: When): Record<string, Cell> {
  const items = value as readonly Value[];
  return Object.fromEntries(
    items.map((item, index) => {
      const [key = null, inner = null] =
        type.name === "map" ? (item as readonly Value[]) : [item, item];
      const place = String(when.t).padStart(17, "0") + String(index).padStart(5, "0");
      const text = type.name === "list" ? place : JSON.stringify(key);
      return [name + ELEMENT + text, { v: inner, ...when }];
    }),
  );
}

function updated(session: Session, table: Table, { statement, t }: Timed<UpdateRows>): Update[] {
  const where = readWhere(table, statement.where, session.tools);
  const x = endOf(session, table, statement);
  const cells: Record<string, Cell> = {};
  const common: Record<string, Cell> = {};
  for (const assignment of statement.assignments) {
    const { kind, type } = columnOf(table, assignment.column);
    if (kind === "partition_key" || kind === "clustering") {
      throw new CqlError(`PRIMARY KEY part ${assignment.column} found in SET part`);
    }
    const when = { t, ...(x !== undefined && { x }) };
    Object.assign(
      kind === "static" ? common : cells,
      assigned(session, { assignment, type, when }),
    );
  }
  const wholeRow = Object.keys(cells).length > 0;
  return changedRows(table, where, wholeRow).map(({ k, c }) => ({
    k,
    rows: rowsOf({ c, cells, common }),
  }));
}

interface Assigned {
  readonly assignment: Assignment;
  readonly type: CqlType;
  readonly when: When;
}

function assigned({ tools }: Session, { assignment, type, when }: Assigned): Record<string, Cell> {
  const { column: name, operator, key, term } = assignment;
  const [first = type, second = first] = type.parts;
  if (key) {
    if (type.name !== "map")
      throw new CqlError(`changing one element of a ${type.name} is not simulated`);
    const at = termValue(key, { type: first, column: `key(${name})` }, tools);
    const v = termValue(term, { type: second, column: `value(${name})` }, tools);
    return { [name + ELEMENT + JSON.stringify(at)]: { v, ...when } };
  }
  if (operator === "=")
    return cellsOf({ name, type, value: termValue(term, { type, column: name }, tools) }, when);
  if (!isCollection(type)) {
    throw new CqlError(
      `Invalid operation (${name} = ${name} ${operator} …) for non counter column ${name}`,
    );
  }
  if (operator === "prepend") throw new CqlError("prepending to a list is not simulated");
  const isMapMinus = operator === "-" && type.name === "map";
  const wanted = isMapMinus ? { name: "set", parts: [first], frozen: false } : type;
  const value = termValue(term, { type: wanted, column: name }, tools);
  if (operator === "+") return elements({ name, type, value }, when);
  if (type.name === "list") throw new CqlError("taking elements from a list is not simulated");
  const gone = (value as readonly Value[]).map((item) => [
    name + ELEMENT + JSON.stringify(item),
    { v: null, t: when.t },
  ]);
  return Object.fromEntries(gone);
}

function remove(session: Session, table: Table, { statement, t }: Timed<Delete>): Update[] {
  const where = readWhere(table, statement.where, session.tools);
  const cells: Record<string, Cell> = {};
  const common: Record<string, Cell> = {};
  for (const { column, key } of statement.columns) {
    const { kind, type } = columnOf(table, column);
    if (kind === "partition_key" || kind === "clustering") {
      throw new CqlError(
        `Invalid identifier ${column} for deletion (should not be a PRIMARY KEY part)`,
      );
    }
    const [first = type] = type.parts;
    const at = key && JSON.stringify(termValue(key, { type: first, column }, session.tools));
    const into = kind === "static" ? common : cells;
    into[at === undefined ? column : column + ELEMENT + at] = { v: null, t };
  }
  const isRow = statement.columns.length === 0;
  return changedRows(table, where, !isRow && Object.keys(cells).length > 0).map(({ k, c }) => {
    if (!isRow) return { k, rows: rowsOf({ c, cells, common }) };
    const isPartition = c === undefined || keyColumns(table, "clustering").length === 0;
    return isPartition ? { k, d: t, rows: [] } : { k, rows: [{ c, d: t, cells: {} }] };
  });
}

/** What is there already, if it does not allow the write. */
async function check(
  session: Session,
  table: Table,
  {
    condition,
    updates,
  }: { readonly condition: NonNullable<Condition>; readonly updates: readonly Update[] },
): Promise<ResultRows | undefined> {
  const [update] = updates;
  if (!update) return undefined;
  const found = await session.node.coordinator.read(table, update.k, "SERIAL");
  const c = JSON.stringify(update.rows[0]?.c ?? []);
  const clustering = keyColumns(table, "clustering");
  const rows = found ? rowsIn(table, found, session.node.now()) : [];
  const row = rows.find(
    ({ values }) => JSON.stringify(clustering.map(({ name }) => values[name] ?? null)) === c,
  );
  if (condition === "not exists") return row && applied(false, row, table);
  if (condition === "exists") return row ? undefined : applied(false, undefined, table);
  const { restrictions } = readWhere(table, condition, session.tools);
  if (row && matches(table, row, restrictions)) return undefined;
  return applied(false, row, table);
}

function applied(isApplied: boolean, row: PlainRow | undefined, table: Table): ResultRows {
  const names = row
    ? [
        ...keyColumns(table, "partition_key"),
        ...keyColumns(table, "clustering"),
        ...table.columns.filter(({ kind }) => kind === "regular"),
      ]
    : [];
  const flag = {
    name: "[applied]",
    type: { name: "boolean", parts: [], frozen: false },
    isKey: false,
  };
  return {
    kind: "rows",
    columns: [flag, ...names.map(({ name, type }) => ({ name, type, isKey: false }))],
    rows: [[isApplied, ...names.map(({ name }) => row?.values[name] ?? null)]],
  };
}
