// CREATE, ALTER, DROP of tables and databases. sql/sql_table.cc, sql_db.cc.

import { notSimulated, SqlError, unknownColumn } from "../sql/errors.ts";
import type {
  Alteration,
  ColumnDefinition,
  Key,
  Statement,
  TableBody,
  TableName,
} from "../sql/tree.ts";
import { textOf, type Value } from "../sql/values.ts";
import { implicit } from "./changes.ts";
import { coerce, typeText } from "./coercion.ts";
import type { Environment } from "./evaluate.ts";
import type { Instance } from "./instance.ts";
import { collations } from "./storage.ts";
import { Database, type Row, Table } from "./tables.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;
type Named = Required<TableName>;

/** 1 if it is new. */
export function createDatabase(
  { schemata, storage, release }: Instance,
  { name, ifNot, charset }: Of<"create database">,
): number {
  if (schemata.databases.has(name)) {
    if (ifNot) return 1;
    throw new SqlError(1007, `Can't create database '${name}'; database exists`);
  }
  const made = new Database(name, charset ?? release.charset);
  storage.createDatabase(made);
  schemata.databases.set(name, made);
  return 1;
}

/** How many tables went with it. */
export function dropDatabase(
  { schemata, storage }: Instance,
  { name, if: ifExists }: Of<"drop database">,
): number {
  const found = schemata.databases.get(name);
  if (!found) {
    if (ifExists) return 0;
    throw new SqlError(1008, `Can't drop database '${name}'; database doesn't exist`);
  }
  schemata.databases.delete(name);
  for (const table of found.tables.values()) storage.forget(table);
  storage.dropDatabase(name);
  return found.tables.size;
}

/** False if it was there already. */
export function createTable(
  instance: Instance,
  name: Named,
  { body, ifNot }: { readonly body: TableBody; readonly ifNot: boolean },
): Table | undefined {
  const { schemata, storage, clock } = instance;
  const database = schemata.database(name.database);
  if (database.tables.has(name.name)) {
    if (ifNot) return undefined;
    throw new SqlError(1050, `Table '${name.name}' already exists`);
  }
  checkCounter(body);
  for (const key of body.foreign) {
    if (key.table !== name.name && !database.tables.has(key.table)) {
      throw new SqlError(1215, "Cannot add foreign key constraint");
    }
  }
  const table = new Table(name, body, clock.now());
  database.tables.set(name.name, table);
  storage.define(table);
  return table;
}

function checkCounter({ columns, keys }: TableBody): void {
  const counters = columns.filter(({ autoIncrement }) => autoIncrement);
  const first = keys.map((key) => key.columns[0]?.toLowerCase());
  if (counters.length > 1 || counters.some(({ name }) => !first.includes(name.toLowerCase()))) {
    throw new SqlError(
      1075,
      "Incorrect table definition; there can be only one auto column and it must be defined as a key",
    );
  }
}

export function dropTables(instance: Instance, names: readonly Named[], ifExists: boolean): void {
  const { schemata, storage } = instance;
  const missing = names.filter((name) => !schemata.find(name));
  for (const name of names) {
    const table = schemata.find(name);
    if (!table) continue;
    const children = instance
      .referring(table)
      .filter((each) => !names.some((one) => one.name === each.table.name));
    if (children.length > 0) {
      throw new SqlError(
        1217,
        "Cannot delete or update a parent row: a foreign key constraint fails",
      );
    }
    schemata.databases.get(name.database)?.tables.delete(name.name);
    storage.forget(table);
  }
  if (missing.length > 0 && !ifExists) {
    const list = missing.map(({ database, name }) => `${database}.${name}`).join(",");
    throw new SqlError(1051, `Unknown table '${list}'`);
  }
}

export function truncate(instance: Instance, table: Table): void {
  if (instance.referring(table).length > 0) {
    throw new SqlError(1701, "Cannot truncate a table referenced in a foreign key constraint");
  }
  table.clear();
  instance.storage.define(table);
}

export interface Altering {
  readonly env: Environment;
  resolve(name: TableName): Named;
}

/** How many rows were written anew. */
export function alterTable(
  instance: Instance,
  table: Table,
  { changes, env, resolve }: Altering & { readonly changes: readonly Alteration[] },
): number {
  for (const change of changes) {
    if (change.kind === "rename") rename(instance, table, resolve(change.to));
    else if (change.kind === "auto increment") table.autoIncrement = change.value;
    else alterOnce(table, change, env);
  }
  const current = instance.schemata.find({ database: table.database, name: table.name });
  if (current === table) instance.storage.define(table);
  return table.rows.size;
}

function rename({ schemata, storage }: Instance, table: Table, to: Named): void {
  const database = schemata.database(to.database);
  if (database.tables.has(to.name)) {
    throw new SqlError(1050, `Table '${to.name}' already exists`);
  }
  const made = new Table(to, table.body, table.created);
  for (const [id, row] of table.rows) made.apply(id, row);
  made.autoIncrement = table.autoIncrement;
  schemata.databases.get(table.database)?.tables.delete(table.name);
  storage.forget(table);
  database.tables.set(to.name, made);
  storage.define(made);
}

type Definition = Exclude<Alteration, { kind: "rename" | "auto increment" }>;

function alterOnce(table: Table, change: Definition, env: Environment): void {
  const { body } = table;
  switch (change.kind) {
    case "key":
      return addKeys(table, [change.key]);
    case "drop key": {
      const keys = body.keys.filter(({ name }) => name !== change.name);
      if (keys.length === body.keys.length) throw cannotDrop(change.name);
      return table.redefine({ ...body, keys });
    }
    case "add": {
      if (table.position(change.column.name) >= 0) {
        throw new SqlError(1060, `Duplicate column name '${change.column.name}'`);
      }
      const at = placeOf(table, change.place);
      rebuild(table, {
        columns: [...body.columns.slice(0, at), change.column, ...body.columns.slice(at)],
        convert: (row, i) => [...row.slice(0, at), filled(change.column, env, i), ...row.slice(at)],
      });
      return addKeys(table, change.keys);
    }
    case "drop": {
      const at = table.position(change.column);
      if (at < 0) throw cannotDrop(change.column);
      if (body.columns.length === 1) {
        throw new SqlError(
          1090,
          "You can't delete all columns with ALTER TABLE; use DROP TABLE instead",
        );
      }
      const without = <T>(all: readonly T[]) => all.filter((_, i) => i !== at);
      return rebuild(table, { columns: without(body.columns), convert: without });
    }
    case "change": {
      const at = table.position(change.from);
      if (at < 0) throw unknownColumn(change.from, table.name);
      const columns = body.columns.map((column, i) => (i === at ? change.column : column));
      const convert = (row: Row, i: number) =>
        row.map((value, place) => (place === at ? coerce(value, change.column, i) : value));
      rebuild(table, { columns, convert, renamed: [change.from, change.column.name] });
      return addKeys(table, change.keys);
    }
  }
}

const filled = (column: ColumnDefinition, env: Environment, row: number): Value =>
  column.autoIncrement ? row : implicit(column, env);

function placeOf(table: Table, after: string | undefined): number {
  if (after === undefined) return table.columns.length;
  if (after === "") return 0;
  const at = table.position(after);
  if (at < 0) throw unknownColumn(after, table.name);
  return at + 1;
}

const cannotDrop = (name: string) =>
  new SqlError(1091, `Can't DROP '${name}'; check that column/key exists`);

function addKeys(table: Table, keys: readonly Key[]): void {
  const { body } = table;
  for (const key of keys) {
    for (const name of key.columns) {
      if (table.position(name) < 0) {
        throw new SqlError(1072, `Key column '${name}' doesn't exist in table`);
      }
    }
    if (body.keys.some(({ name }) => name === key.name)) {
      throw key.kind === "primary"
        ? new SqlError(1068, "Multiple primary key defined")
        : new SqlError(1061, `Duplicate key name '${key.name}'`);
    }
  }
  if (keys.length > 0) table.redefine({ ...body, keys: [...body.keys, ...keys] });
}

interface Rebuilding {
  readonly columns: readonly ColumnDefinition[];
  readonly convert: (row: Row, number: number) => Row;
  readonly renamed?: readonly [from: string, to: string];
}

function rebuild(table: Table, { columns, convert, renamed }: Rebuilding): void {
  const rows = table.ordered();
  const converted = rows.map(([id, row], i) => [id, convert(row, i + 1)] as const);
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const current = (name: string) => (renamed && name === renamed[0] ? renamed[1] : name);
  const keys = table.body.keys
    .map((key) => ({
      ...key,
      columns: key.columns.map(current).filter((name) => names.has(name.toLowerCase())),
    }))
    .filter((key) => key.columns.length > 0);
  const counter = table.autoIncrement;
  table.clear();
  table.redefine({ ...table.body, columns, keys });
  for (const [id, row] of converted) table.apply(id, row);
  table.autoIncrement = Math.max(
    counter,
    columns.some((each) => each.autoIncrement) ? rows.length + 1 : 1,
  );
}

/** CREATE TABLE ... SELECT: columns as the rows are. */
export function bodyOf(
  columns: readonly { readonly name: string; readonly numeric: boolean }[],
  rows: readonly Row[],
  charset: string,
): TableBody {
  return {
    ...{ keys: [], foreign: [], engine: "InnoDB", charset },
    columns: columns.map(({ name, numeric }, i) => {
      const values = rows.flatMap((row) => row[i] ?? []);
      const size = Math.max(1, ...values.map((value) => textOf(value).length));
      const isWhole = values.every((value) => typeof value === "number" && Number.isInteger(value));
      if (numeric && !isWhole) throw notSimulated("CREATE TABLE ... SELECT of fractions");
      const type = numeric ? { name: "bigint", size: 20 } : { name: "varchar", size };
      return { name, type, nullable: true };
    }),
  };
}

const ticked = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(",");

/** What SHOW CREATE TABLE prints. */
export function createText({ name, body, autoIncrement }: Table): string {
  const lines = body.columns.map((column) => `  \`${column.name}\` ${columnText(column)}`);
  for (const key of body.keys) {
    const columns = `(${ticked(key.columns)})`;
    if (key.kind === "primary") lines.push(`  PRIMARY KEY ${columns}`);
    else lines.push(`  ${key.kind === "unique" ? "UNIQUE " : ""}KEY \`${key.name}\` ${columns}`);
  }
  for (const key of body.foreign) {
    const action = key.onDelete === "RESTRICT" ? "" : ` ON DELETE ${key.onDelete}`;
    lines.push(
      `  CONSTRAINT \`${key.name}\` FOREIGN KEY (${ticked(key.columns)}) REFERENCES \`${key.table}\` (${ticked(key.references)})${action}`,
    );
  }
  const counts = body.columns.some((column) => column.autoIncrement) && autoIncrement > 1;
  const counter = counts ? ` AUTO_INCREMENT=${autoIncrement}` : "";
  return `CREATE TABLE \`${name}\` (\n${lines.join(",\n")}\n) ENGINE=${body.engine}${counter} DEFAULT CHARSET=${body.charset}`;
}

function columnText(column: ColumnDefinition): string {
  const { type, nullable, autoIncrement, comment, onUpdateNow, default: given } = column;
  const words = [typeText(type)];
  if (!nullable) words.push("NOT NULL");
  else if (type.name === "timestamp") words.push("NULL");
  const isText = /text|blob|json/.test(type.name);
  if (given === "CURRENT_TIMESTAMP()") words.push("DEFAULT CURRENT_TIMESTAMP");
  else if (given !== undefined && given !== null) words.push(`DEFAULT '${textOf(given)}'`);
  else if (nullable && !autoIncrement && !isText) words.push("DEFAULT NULL");
  if (onUpdateNow) words.push("ON UPDATE CURRENT_TIMESTAMP");
  if (autoIncrement) words.push("AUTO_INCREMENT");
  if (comment !== undefined) words.push(`COMMENT '${comment.replaceAll("'", "''")}'`);
  return words.join(" ");
}

export const collationOf = (charset: string): string =>
  collations[charset] ?? `${charset}_general_ci`;
