// Queries: nested loops over the tables, then groups, order and limit, in the order in which SQL
// says so. No plans, no indexes. sql/sql_select.cc, sql_executor.cc.

import { SqlError, unknownColumn } from "../sql/errors.ts";
import type { Expression, Item, Order, Select, Source, TableName } from "../sql/tree.ts";
import { identityText, isDecimal, isTrue, order, type Value } from "../sql/values.ts";
import {
  type Bound,
  type Environment,
  evaluate,
  hasAggregate,
  lookUp,
  type Scope,
} from "./evaluate.ts";
import type { Row } from "./tables.ts";

/** What a query can read: a table, or something that looks like one. */
export interface Relation {
  readonly database?: string;
  readonly columns: readonly string[];
  /** By column, where it is known. */
  readonly numeric: readonly (boolean | undefined)[];
  readonly rows: readonly Row[];
}

export interface Result {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  readonly rows: readonly Row[];
}

export interface Reader {
  readonly env: Environment;
  /** Throws if there is none, or if it may not be read. */
  relation(name: TableName): Relation;
}

interface Joined {
  readonly bound: readonly Bound[];
  readonly relations: readonly Relation[];
  /** One row of each table. */
  readonly rows: readonly (readonly Row[])[];
}

interface Output {
  readonly row: Row;
  /** What it was made of, for ORDER BY. */
  readonly scope: Scope;
}

export function select(query: Select, reader: Reader, outer?: Scope): Result {
  if (query.union) return unite(query, reader, outer);
  const joined = join(query, reader, outer);
  const items = query.items.flatMap((item) => expanded(item, joined));
  const outputs = produce(query, items, { joined, reader, ...(outer && { outer }) });
  const unique = query.distinct ? distinctOf(outputs, ({ row }) => row) : outputs;
  const sorted = sort(unique, query.order, items);
  const rows = limited(sorted, query).map(({ row }) => row);
  return { columns: headings(items, joined, rows), rows };
}

function limited<T>(all: readonly T[], { limit }: Select): readonly T[] {
  return limit ? all.slice(limit.offset, limit.offset + limit.count) : all;
}

function unite(query: Select, reader: Reader, outer?: Scope): Result {
  const { union, order: orders, limit, ...first } = query;
  if (!union) throw new SqlError(1064, "no union");
  const { order: lastOrders, limit: lastLimit, ...second } = union.query;
  const top = select({ ...first, order: [] }, reader, outer);
  const below = select({ ...second, order: [] }, reader, outer);
  if (top.columns.length !== below.columns.length) {
    throw new SqlError(1222, "The used SELECT statements have a different number of columns");
  }
  const together = [...top.rows, ...below.rows];
  const rows = union.all ? together : distinctOf(together, (row) => row);
  const bound = [
    { alias: "", database: undefined, columns: top.columns.map(({ name }) => name), row: [] },
  ];
  const outputs = rows.map((row): Output => {
    const scope = { bound: bound.map((each) => ({ ...each, row })), env: reader.env };
    return { row, scope: { ...scope, clause: "order clause" } };
  });
  const used = [...orders, ...lastOrders];
  const shown = lastLimit ?? limit;
  const sorted = sort(outputs, used, []).map(({ row }) => row);
  return { ...top, rows: limited(sorted, shown ? { ...query, limit: shown } : query) };
}

function distinctOf<T>(all: readonly T[], rowOf: (one: T) => Row): T[] {
  const seen = new Set<string>();
  return all.filter((one) => {
    const text = rowOf(one).map(identityText).join("\0");
    return !seen.has(text) && seen.add(text);
  });
}

function join(query: Select, reader: Reader, outer: Scope | undefined): Joined {
  const bound: Bound[] = [];
  const relations: Relation[] = [];
  let rows: (readonly Row[])[] = [[]];
  for (const source of query.from) {
    const relation = relationOf(source, reader, outer);
    if (bound.some(({ alias }) => alias === source.alias)) {
      throw new SqlError(1066, `Not unique table/alias: '${source.alias}'`);
    }
    const next: Bound = {
      ...{ alias: source.alias, database: relation.database, columns: relation.columns, row: [] },
    };
    const on = onOf(source, bound, next);
    const scope: Scope = {
      ...{ bound: [...bound, next], env: reader.env, clause: "on clause" },
      ...(outer && { outer }),
    };
    const matches = (left: readonly Row[], right: Row) =>
      !on || isTrue(evaluate(on, at(scope, [...left, right])));
    rows = combine(rows, relation, { join: source.join, matches, width: relations.map(emptyRow) });
    bound.push(next);
    relations.push(relation);
  }
  return { bound, relations, rows };
}

const emptyRow = ({ columns }: Relation): Row => columns.map(() => null);

interface Combining {
  readonly join: Source["join"];
  readonly matches: (left: readonly Row[], right: Row) => boolean;
  /** A row of NULLs of each table on the left. */
  readonly width: readonly Row[];
}

function combine(
  left: readonly (readonly Row[])[],
  right: Relation,
  { join: kind, matches, width }: Combining,
): (readonly Row[])[] {
  const made: (readonly Row[])[] = [];
  if (kind === "right") {
    for (const row of right.rows) {
      const found = left.filter((each) => matches(each, row));
      for (const each of found.length > 0 ? found : [width]) made.push([...each, row]);
    }
    return made;
  }
  for (const each of left) {
    const found = right.rows.filter((row) => matches(each, row));
    for (const row of found) made.push([...each, row]);
    if (found.length === 0 && kind === "left") made.push([...each, emptyRow(right)]);
  }
  return made;
}

function relationOf({ table }: Source, reader: Reader, outer: Scope | undefined): Relation {
  if (!("kind" in table)) return reader.relation(table);
  const { columns, rows } = select(table, reader, outer);
  return {
    columns: columns.map(({ name }) => name),
    numeric: columns.map(({ numeric }) => numeric),
    rows,
  };
}

/** USING is ON with equal columns. */
function onOf({ on, using }: Source, bound: readonly Bound[], next: Bound): Expression | undefined {
  if (!using) return on;
  return using
    .map((name): Expression => {
      const owner = bound.find(({ columns }) => columns.includes(name));
      if (!owner) throw unknownColumn(name, "from clause");
      const column = (table: string): Expression => ({ kind: "column", name, table });
      return { kind: "binary", op: "=", left: column(owner.alias), right: column(next.alias) };
    })
    .reduce((left, right) => ({ kind: "binary", op: "AND", left, right }));
}

/** The same scope at these rows. */
const at = (scope: Scope, rows: readonly Row[]): Scope => ({
  ...scope,
  bound: scope.bound.map((each, i) => ({ ...each, row: rows[i] ?? [] })),
});

interface Named {
  readonly expression: Expression;
  readonly heading: string;
  readonly alias?: string;
}

/** `*` becomes the columns it stands for. */
function expanded({ expression, heading, table, alias }: Item, { bound }: Joined): Named[] {
  if (expression) return [{ expression, heading, ...(alias !== undefined && { alias }) }];
  if (bound.length === 0) throw new SqlError(1096, "No tables used");
  const chosen = bound.filter((each) => table === undefined || each.alias === table);
  if (chosen.length === 0) throw new SqlError(1051, `Unknown table '${table}'`);
  return chosen.flatMap(({ alias: owner, columns }) =>
    columns.map((name) => ({
      ...{ expression: { kind: "column", name, table: owner } as const, heading: name },
    })),
  );
}

interface Producing {
  readonly joined: Joined;
  readonly reader: Reader;
  readonly outer?: Scope;
}

function produce(
  query: Select,
  items: readonly Named[],
  { joined, reader, outer }: Producing,
): Output[] {
  const aliases = new Map(
    items.flatMap(({ alias, expression }) =>
      alias === undefined ? [] : [[alias.toLowerCase(), expression] as const],
    ),
  );
  const base: Scope = {
    ...{ bound: joined.bound, env: reader.env, clause: "field list" },
    ...(outer && { outer }),
  };
  const check = { ...base, clause: "where clause" };
  const { where } = query;
  const kept = where
    ? joined.rows.filter((rows) => isTrue(evaluate(where, at(check, rows))))
    : joined.rows;
  const later: Scope = { ...base, aliases };
  const needsGroup =
    query.group.length > 0 ||
    [...items.map(({ expression }) => expression), ...(query.having ? [query.having] : [])].some(
      hasAggregate,
    );
  if (!needsGroup) {
    // The names are looked at even where there is no row.
    for (const { expression } of kept.length === 0 ? items : []) checkColumns(expression, base);
    const scopes = kept.map((rows) => at(later, rows));
    const wanted = query.having;
    const chosen = wanted ? scopes.filter((scope) => isTrue(evaluate(wanted, scope))) : scopes;
    return chosen.map((scope) => outputOf(items, scope));
  }
  const groups = grouped(query.group, kept, { ...later, clause: "group statement" });
  const scopes = groups.map((group): Scope => {
    const first = group[0] ?? joined.relations.map(emptyRow);
    return { ...at(later, first), group };
  });
  const { having } = query;
  const chosen = having
    ? scopes.filter((scope) => isTrue(evaluate(having, { ...scope, clause: "having clause" })))
    : scopes;
  return chosen.map((scope) => outputOf(items, scope));
}

function outputOf(items: readonly Named[], scope: Scope): Output {
  const { aliases: _none, ...plain } = scope;
  return { row: items.map(({ expression }) => evaluate(expression, plain)), scope };
}

function checkColumns(expression: Expression, scope: Scope): void {
  if (expression.kind === "column") {
    for (let level: Scope | undefined = scope; level; level = level.outer) {
      if (lookUp(level, expression.name, expression.table)) return;
    }
    const { table, name } = expression;
    throw unknownColumn(table === undefined ? name : `${table}.${name}`, scope.clause);
  }
  if (expression.kind === "binary") {
    checkColumns(expression.left, scope);
    checkColumns(expression.right, scope);
  } else if (expression.kind === "call") {
    for (const each of expression.args) checkColumns(each, scope);
  }
}

function grouped(
  by: readonly Expression[],
  rows: readonly (readonly Row[])[],
  scope: Scope,
): (readonly (readonly Row[])[])[] {
  if (by.length === 0) return [rows];
  const groups = new Map<string, { readonly key: Row; readonly rows: (readonly Row[])[] }>();
  for (const each of rows) {
    const here = at(scope, each);
    const key = by.map((expression) => evaluate(expression, here));
    const text = key.map(identityText).join("\0");
    const group = groups.get(text);
    if (group) group.rows.push(each);
    else groups.set(text, { key, rows: [each] });
  }
  // Up to 5.7 grouping also sorts.
  const sorted = [...groups.values()].sort((a, b) => orderOfRows(a.key, b.key));
  return sorted.map((group) => group.rows);
}

function orderOfRows(a: Row, b: Row): number {
  for (let i = 0; i < a.length; i++) {
    const difference = order(a[i] ?? null, b[i] ?? null);
    if (difference !== 0) return difference;
  }
  return 0;
}

function sort(
  outputs: readonly Output[],
  orders: readonly Order[],
  items: readonly Named[],
): readonly Output[] {
  if (orders.length === 0) return outputs;
  const keyed = outputs.map((output) => ({
    output,
    key: orders.map(({ expression }): Value => {
      const place = placeOf(expression, items, output.row.length);
      if (place !== undefined) return output.row[place] ?? null;
      return evaluate(expression, { ...output.scope, clause: "order clause" });
    }),
  }));
  keyed.sort((a, b) => {
    for (const [i, { descending }] of orders.entries()) {
      const difference = order(a.key[i] ?? null, b.key[i] ?? null);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
  return keyed.map(({ output }) => output);
}

/** `ORDER BY 2`, or by an alias. */
function placeOf(
  expression: Expression,
  items: readonly Named[],
  width: number,
): number | undefined {
  if (expression.kind === "value" && typeof expression.value === "number") {
    const place = expression.value - 1;
    if (place < 0 || place >= width) throw unknownColumn(String(expression.value), "order clause");
    return place;
  }
  if (expression.kind !== "column" || expression.table !== undefined) return undefined;
  const name = expression.name.toLowerCase();
  const found = items.findIndex(({ alias }) => alias?.toLowerCase() === name);
  return found < 0 ? undefined : found;
}

function headings(
  items: readonly Named[],
  joined: Joined,
  rows: readonly Row[],
): Result["columns"] {
  return items.map(({ expression, heading }, i) => {
    const known = expression.kind === "column" ? numericColumn(expression, joined) : undefined;
    return { name: heading, numeric: known ?? rowsAreNumeric(rows, i) };
  });
}

function numericColumn(
  { name, table }: { readonly name: string; readonly table?: string },
  { bound, relations }: Joined,
): boolean | undefined {
  for (const [i, each] of bound.entries()) {
    if (table !== undefined && each.alias !== table) continue;
    const place = each.columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
    if (place >= 0) return relations[i]?.numeric[place];
  }
  return undefined;
}

function rowsAreNumeric(rows: readonly Row[], place: number): boolean {
  const values = rows.map((row) => row[place] ?? null).filter((value) => value !== null);
  return (
    values.length > 0 && values.every((value) => typeof value === "number" || isDecimal(value))
  );
}
