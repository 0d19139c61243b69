// INSERT, UPDATE, DELETE: each row is checked before it is put, and undone if the statement fails.
// sql/sql_insert.cc, sql_update.cc, sql_delete.cc.

import { SqlError, unknownColumn } from "../sql/errors.ts";
import type {
  Assignment,
  ColumnDefinition,
  Expression,
  ForeignKey,
  Statement,
} from "../sql/tree.ts";
import {
  identityText,
  isTrue,
  numberOf,
  order as orderOf,
  textOf,
  type Value,
} from "../sql/values.ts";
import { coerce, isNumeric } from "./coercion.ts";
import { momentText } from "./dates.ts";
import { type Environment, evaluate, type Scope } from "./evaluate.ts";
import { type Reader, select } from "./select.ts";
import type { Change, Row, Table } from "./tables.ts";

/** What a change of data works with. */
export interface Writer extends Reader {
  /** Notes what happened, to be logged or undone. */
  note(change: Change): void;
  /** Tables that refer to this one, and by what. */
  referring(table: Table): readonly { readonly table: Table; readonly key: ForeignKey }[];
  referred(table: Table, key: ForeignKey): Table | undefined;
}

export interface Changed {
  readonly affected: number;
  readonly matched?: number;
  /** The first number that was given out. */
  readonly insertId?: number;
  readonly duplicates?: number;
  readonly records?: number;
}

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const scopeOf = (table: Table, env: Environment, alias: string): Scope => ({
  bound: [
    { alias, database: table.database, columns: table.columns.map(({ name }) => name), row: [] },
  ],
  env,
  clause: "field list",
});

const onRow = (scope: Scope, row: Row): Scope => ({
  ...scope,
  bound: scope.bound.map((bound) => ({ ...bound, row })),
});

export function insert(statement: Of<"insert">, table: Table, writer: Writer): Changed {
  const places = placesOf(statement.columns, table);
  const scope = scopeOf(table, writer.env, table.name);
  const blank: Row = table.columns.map(() => null);
  const rows: readonly (readonly (Value | "DEFAULT!")[])[] = statement.query
    ? select(statement.query, writer).rows
    : statement.rows.map((row) =>
        row.map((each) => (each === "DEFAULT" ? "DEFAULT!" : evaluate(each, onRow(scope, blank)))),
      );
  let [affected, duplicates, insertId] = [0, 0, 0];
  for (const [i, given] of rows.entries()) {
    const isEmpty = given.length === 0 && (statement.columns ?? []).length === 0;
    if (!isEmpty && given.length !== places.length) {
      throw new SqlError(1136, `Column count doesn't match value count at row ${i + 1}`);
    }
    const made = completed(table, { given, places, row: i + 1, env: writer.env });
    const outcome = put(statement, table, { ...made, writer });
    affected += outcome.affected;
    duplicates += outcome.duplicate ? 1 : 0;
    if (insertId === 0 && outcome.affected > 0) insertId = made.generated ?? 0;
  }
  return { affected, duplicates, records: rows.length, ...(insertId > 0 && { insertId }) };
}

function placesOf(columns: readonly string[] | undefined, table: Table): number[] {
  const names = columns ?? table.columns.map(({ name }) => name);
  const places = names.map((name) => {
    const place = table.position(name);
    if (place < 0) throw unknownColumn(name, "field list");
    return place;
  });
  const twice = places.find((place, i) => places.indexOf(place) !== i);
  if (twice !== undefined) {
    const { name = "" } = table.columns[twice] ?? {};
    throw new SqlError(1110, `Column '${name}' specified twice`);
  }
  return places;
}

interface Given {
  readonly given: readonly (Value | "DEFAULT!")[];
  readonly places: readonly number[];
  readonly row: number;
  readonly env: Environment;
}

interface Completed {
  readonly row: Row;
  readonly generated: number | undefined;
}

function completed(table: Table, { given, places, row: number, env }: Given): Completed {
  let generated: number | undefined;
  const row = table.columns.map((column, place): Value => {
    const at = places.indexOf(place);
    const value = at < 0 || given.length === 0 ? "DEFAULT!" : (given[at] ?? null);
    if (column.autoIncrement && (value === "DEFAULT!" || value === null || value === 0)) {
      generated = table.autoIncrement;
      return generated;
    }
    // NULL in a column of moments that may not be null is now.
    const isNow = value === null && column.type.name === "timestamp" && !column.nullable;
    const used = value === "DEFAULT!" || isNow ? defaultOf(column, env) : value;
    return coerce(used, column, number);
  });
  const counter = table.columns.findIndex(({ autoIncrement }) => autoIncrement);
  const value = row[counter];
  if (counter >= 0 && value !== undefined && value !== null) {
    table.autoIncrement = Math.max(table.autoIncrement, numberOf(value) + 1);
  }
  return { row, generated };
}

export function defaultOf(column: ColumnDefinition, env: Environment): Value {
  const { default: given, nullable, name, type } = column;
  if (given === "CURRENT_TIMESTAMP()") return momentText(env.now());
  if (given !== undefined) return given;
  if (nullable) return null;
  if (type.name === "enum") return type.members?.[0] ?? null;
  throw new SqlError(1364, `Field '${name}' doesn't have a default value`);
}

/** What a column without a default gets where rows are there already. */
export function implicit(
  { nullable, type, default: given }: ColumnDefinition,
  env: Environment,
): Value {
  if (given === "CURRENT_TIMESTAMP()") return momentText(env.now());
  if (given !== undefined) return given;
  if (nullable) return null;
  if (isNumeric(type)) return 0;
  return type.name === "enum" ? (type.members?.[0] ?? "") : "";
}

interface Putting extends Completed {
  readonly writer: Writer;
}

function put(
  statement: Of<"insert">,
  table: Table,
  { row, writer }: Putting,
): { readonly affected: number; readonly duplicate: boolean } {
  let affected = 1;
  for (;;) {
    const collision = table.collision(row);
    if (!collision) break;
    if (statement.replace) {
      erase(table, collision.id, writer);
      affected++;
      continue;
    }
    if (statement.ignore) return { affected: 0, duplicate: true };
    if (statement.onDuplicate.length === 0) throw collision.error;
    const before = table.rows.get(collision.id) ?? [];
    const after = assigned(table, {
      row: before,
      set: statement.onDuplicate,
      writer,
      incoming: row,
    });
    if (same(before, after)) return { affected: 0, duplicate: true };
    store(table, collision.id, { row: after, writer });
    return { affected: 2, duplicate: true };
  }
  store(table, table.nextId, { row, writer });
  return { affected, duplicate: affected > 1 };
}

const same = (a: Row, b: Row): boolean =>
  a.every((value, i) => {
    const other = b[i] ?? null;
    if (value === null || other === null) return value === other;
    return textOf(value) === textOf(other);
  });

function store(
  table: Table,
  id: number,
  { row, writer }: { readonly row: Row; readonly writer: Writer },
): void {
  const collision = table.collision(row, id);
  if (collision) throw collision.error;
  for (const key of table.body.foreign) {
    const values = valuesAt(table, key.columns, row);
    const parent = writer.referred(table, key);
    if (values.includes(null) || !parent) continue;
    if (!hasRow(parent, key.references, values)) {
      throw new SqlError(
        1452,
        `Cannot add or update a child row: a foreign key constraint fails (${constraint(table, key)})`,
      );
    }
  }
  const before = table.rows.get(id);
  if (before) checkChildren(table, before, { writer, after: row });
  writer.note(table.apply(id, row));
}

const valuesAt = (table: Table, columns: readonly string[], row: Row): Value[] =>
  columns.map((name) => row[table.position(name)] ?? null);

const identity = (values: readonly Value[]): string => values.map(identityText).join("\0");

const hasRow = (table: Table, columns: readonly string[], values: readonly Value[]): boolean =>
  [...table.rows.values()].some(
    (row) => identity(valuesAt(table, columns, row)) === identity(values),
  );

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

const constraint = (table: Table, key: ForeignKey): string =>
  `\`${table.database}\`.\`${table.name}\`, CONSTRAINT \`${key.name}\` FOREIGN KEY (${quoted(key.columns)}) REFERENCES \`${key.table}\` (${quoted(key.references)})${key.onDelete === "RESTRICT" ? "" : ` ON DELETE ${key.onDelete}`}`;

/** Rows that refer to one which goes, or becomes another (`after`). */
function checkChildren(
  table: Table,
  before: Row,
  { writer, after }: { readonly writer: Writer; readonly after?: Row },
): void {
  for (const { table: child, key } of writer.referring(table)) {
    const values = valuesAt(table, key.references, before);
    if (after && identity(values) === identity(valuesAt(table, key.references, after))) continue;
    const found = [...child.rows].filter(
      ([, row]) => identity(valuesAt(child, key.columns, row)) === identity(values),
    );
    if (found.length === 0) continue;
    if (after || key.onDelete === "RESTRICT") {
      throw new SqlError(
        1451,
        `Cannot delete or update a parent row: a foreign key constraint fails (${constraint(child, key)})`,
      );
    }
    for (const [id, row] of found) {
      if (key.onDelete === "CASCADE") erase(child, id, writer);
      else {
        const places = key.columns.map((name) => child.position(name));
        const cleared = row.map((value, i) => (places.includes(i) ? null : value));
        writer.note(child.apply(id, cleared));
      }
    }
  }
}

function erase(table: Table, id: number, writer: Writer): void {
  const row = table.rows.get(id);
  if (row) checkChildren(table, row, { writer });
  writer.note(table.apply(id, undefined));
}

interface Assigning {
  readonly row: Row;
  readonly set: readonly Assignment[];
  readonly writer: Writer;
  readonly alias?: string;
  /** What VALUES(column) means. */
  readonly incoming?: Row;
  readonly number?: number;
}

/** A row with its assignments done, from left to right. */
function assigned(table: Table, { row, set, writer, alias, incoming, number = 1 }: Assigning): Row {
  const draft: Value[] = [...row];
  const scope = scopeOf(table, writer.env, alias ?? table.name);
  for (const { column: name, value } of set) {
    const place = table.position(name);
    const column = table.columns[place];
    if (!column) throw unknownColumn(name, "field list");
    const expression = value !== "DEFAULT" && incoming ? withValues(value, table, incoming) : value;
    const made =
      expression === "DEFAULT"
        ? defaultOf(column, writer.env)
        : evaluate(expression, onRow(scope, draft));
    draft[place] = coerce(made, column, number);
  }
  if (same(row, draft)) return row;
  const named = set.map(({ column }) => column.toLowerCase());
  for (const [place, column] of table.columns.entries()) {
    if (column.onUpdateNow && !named.includes(column.name.toLowerCase())) {
      draft[place] = momentText(writer.env.now());
    }
  }
  return draft;
}

/** VALUES(column) becomes what would have been inserted. */
function withValues(expression: Expression, table: Table, incoming: Row): Expression {
  if (expression.kind === "call" && expression.name === "VALUES") {
    const [column] = expression.args;
    const place = column?.kind === "column" ? table.position(column.name) : -1;
    return { kind: "value", value: incoming[place] ?? null };
  }
  if (expression.kind === "binary") {
    const left = withValues(expression.left, table, incoming);
    return { ...expression, left, right: withValues(expression.right, table, incoming) };
  }
  if (expression.kind === "call") {
    return {
      ...expression,
      args: expression.args.map((each) => withValues(each, table, incoming)),
    };
  }
  return expression;
}

interface Choosing {
  readonly statement: Pick<Of<"update">, "where" | "order" | "limit">;
  readonly env: Environment;
  readonly alias: string;
}

function chosen(table: Table, { statement, env, alias }: Choosing): (readonly [number, Row])[] {
  const { where, order, limit } = statement;
  const scope = { ...scopeOf(table, env, alias), clause: "where clause" };
  let rows = table.ordered();
  if (where) rows = rows.filter(([, row]) => isTrue(evaluate(where, onRow(scope, row))));
  if (order.length > 0) {
    const keyed = rows.map((each) => ({
      each,
      key: order.map(({ expression }) => evaluate(expression, onRow(scope, each[1]))),
    }));
    keyed.sort((a, b) => {
      for (const [i, { descending }] of order.entries()) {
        const difference = orderOf(a.key[i] ?? null, b.key[i] ?? null);
        if (difference !== 0) return descending ? -difference : difference;
      }
      return 0;
    });
    rows = keyed.map(({ each }) => each);
  }
  return limit ? rows.slice(0, limit.count) : rows;
}

export function update(statement: Of<"update">, table: Table, writer: Writer): Changed {
  const { alias, set } = statement;
  for (const { column } of set) {
    if (table.position(column) < 0) throw unknownColumn(column, "field list");
  }
  const rows = chosen(table, { statement, env: writer.env, alias });
  let affected = 0;
  for (const [i, [id, row]] of rows.entries()) {
    const after = assigned(table, { row, set, writer, alias, number: i + 1 });
    if (after === row) continue;
    store(table, id, { row: after, writer });
    affected++;
  }
  return { affected, matched: rows.length };
}

export function remove(statement: Of<"delete">, table: Table, writer: Writer): Changed {
  const rows = chosen(table, { statement, env: writer.env, alias: table.name });
  for (const [id] of rows) erase(table, id, writer);
  return { affected: rows.length };
}
