// The schema, kept where Cassandra keeps it: as rows of tables. What nodes agree upon is the digest
// of these rows. Upstream: schema/SchemaKeyspace.java.

import { utf8 } from "../../api/base64.ts";
import { sha256 } from "../../sim/sha256.ts";
import type { Database } from "./database.ts";
import type { Replication } from "./ring.ts";
import {
  type ColumnKind,
  keyColumns,
  LOCATOR,
  type Schema,
  systemKeyspaces,
  type Table,
  tableOf,
} from "./schema.ts";
import { type RowUpdate, type Update, visible } from "./updates.ts";
import { parseType, typeText, type Value } from "./values.ts";

const SCHEMA = "system_schema";
type Plain = Readonly<Record<string, Value>>;

/** The rows of one of the tables, each with its key columns. */
function rowsOf(database: Database, name: string, now: number): Plain[] {
  const table = tableOf(SCHEMA, name);
  if (!table) return [];
  const clustering = keyColumns(table, "clustering").map((column) => column.name);
  return [...database.store(table).partitions.values()].flatMap(({ k, d, rows }) =>
    [...rows.values()].flatMap((row: RowUpdate) => {
      const cells = visible(row, d, now);
      if (!cells) return [];
      const plain: Record<string, Value> = { keyspace_name: k[0] ?? null };
      clustering.forEach((column, index) => {
        plain[column] = row.c[index] ?? null;
      });
      for (const [column, { v }] of Object.entries(cells)) plain[column] = v;
      return [plain];
    }),
  );
}

/** All keyspaces as the rows say. */
export function readSchema(database: Database, now: number): Schema {
  const schema = new Map(systemKeyspaces.map((each) => [each.name, each]));
  const tables = rowsOf(database, "tables", now);
  const columns = rowsOf(database, "columns", now);
  for (const row of rowsOf(database, "keyspaces", now)) {
    const name = String(row["keyspace_name"]);
    const own = tables.filter((each) => each["keyspace_name"] === name);
    const made = own.map((each) => toTable(each, columns));
    schema.set(name, {
      ...{ name, durableWrites: row["durable_writes"] !== false },
      replication: toReplication(row["replication"] ?? []),
      tables: new Map(made.sort(byName).map((table) => [table.name, table])),
    });
  }
  return schema;
}

const byName = (a: Table, b: Table): number => (a.name < b.name ? -1 : 1);

function toReplication(value: Value): Replication {
  const options = Object.fromEntries(value as readonly (readonly [string, string])[]);
  const { class: name = "", ...rest } = options;
  return { class: name.replace(LOCATOR, ""), options: rest };
}

function toTable(row: Plain, columns: readonly Plain[]): Table {
  const { keyspace_name, table_name, id, ...options } = row;
  const own = columns.filter(
    (each) => each["keyspace_name"] === keyspace_name && each["table_name"] === table_name,
  );
  return {
    ...{ keyspace: String(keyspace_name), name: String(table_name), id: String(id), options },
    columns: own
      .map((each) => ({
        name: String(each["column_name"]),
        type: parseType(String(each["type"])),
        kind: each["kind"] as ColumnKind,
        position: Number(each["position"]),
        ...(each["clustering_order"] === "desc" && { descending: true }),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** The version that nodes compare: a UUID of everything in the schema's tables. */
export function schemaVersion(database: Database, now: number): string {
  const rows = ["keyspaces", "tables", "columns"].map((name) =>
    rowsOf(database, name, now)
      .map((row) => JSON.stringify(row, Object.keys(row).sort()))
      .sort(),
  );
  const digest = sha256(utf8(JSON.stringify(rows)));
  const digits = `${digest.slice(0, 12)}3${digest.slice(13, 16)}a${digest.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Writes of the schema's own tables: by the table's name. */
export type SchemaChange = readonly { readonly table: string; readonly update: Update }[];

type Written = Readonly<Record<string, Value>>;

function written(
  name: string,
  { keys, cells }: { readonly keys: readonly Value[]; readonly cells: Written },
  t: number,
): SchemaChange[number] {
  const [first = null, ...c] = keys;
  const row = {
    ...{ c, l: t },
    cells: Object.fromEntries(Object.entries(cells).map(([column, v]) => [column, { v, t }])),
  };
  return { table: name, update: { k: [first], rows: [row] } };
}

export interface KeyspaceOptions {
  readonly name: string;
  readonly replication: Replication;
  readonly durableWrites: boolean;
}

export function writeKeyspace(
  { name, replication, durableWrites }: KeyspaceOptions,
  t: number,
): SchemaChange {
  const options = [["class", LOCATOR + replication.class], ...Object.entries(replication.options)];
  const cells = { durable_writes: durableWrites, replication: options };
  return [written("keyspaces", { keys: [name], cells }, t)];
}

export function writeTable(
  { keyspace, name, id, columns, options }: Table,
  t: number,
): SchemaChange {
  return [
    written("tables", { keys: [keyspace, name], cells: { ...options, id } }, t),
    ...columns.map((column) => {
      const cells = {
        clustering_order:
          column.kind === "clustering" ? (column.descending ? "desc" : "asc") : "none",
        ...{ kind: column.kind, position: column.position, type: typeText(column.type) },
      };
      return written("columns", { keys: [keyspace, name, column.name], cells }, t);
    }),
  ];
}

/** One row is gone; with `column` that of a column. */
export function dropRows(keyspace: string, table: Table, t: number): SchemaChange {
  const gone = (name: string, ...c: string[]) => ({
    table: name,
    update: { k: [keyspace], rows: [{ c, d: t, cells: {} }] },
  });
  return [
    gone("tables", table.name),
    ...table.columns.map((column) => gone("columns", table.name, column.name)),
  ];
}

export function dropColumn({ keyspace, name }: Table, column: string, t: number): SchemaChange {
  const rows = [{ c: [name, column], d: t, cells: {} }];
  return [{ table: "columns", update: { k: [keyspace], rows } }];
}

export const dropKeyspace = (name: string, t: number): SchemaChange =>
  ["keyspaces", "tables", "columns"].map((table) => ({
    ...{ table, update: { k: [name], d: t, rows: [] } },
  }));
