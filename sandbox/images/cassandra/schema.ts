// What keyspaces and tables are, and those that every cluster has from the beginning.
// Upstream: schema/TableMetadata.java, schema/SchemaKeyspace.java, db/SystemKeyspace.java.

import type { Replication } from "./ring.ts";
import { type CqlType, parseType, type Value } from "./values.ts";

export type ColumnKind = "partition_key" | "clustering" | "regular" | "static";

export interface Column {
  readonly name: string;
  readonly type: CqlType;
  readonly kind: ColumnKind;
  readonly position: number;
  readonly descending?: boolean;
}

export interface Table {
  readonly keyspace: string;
  readonly name: string;
  readonly id: string;
  readonly columns: readonly Column[];
  /** What stands behind WITH, by name. */
  readonly options: Readonly<Record<string, Value>>;
}

export interface Keyspace {
  readonly name: string;
  readonly replication: Replication;
  readonly durableWrites: boolean;
  readonly tables: ReadonlyMap<string, Table>;
}

export type Schema = ReadonlyMap<string, Keyspace>;

export const LOCATOR = "org.apache.cassandra.locator.";

const map = "frozen<map<text, text>>";

/** Columns as `name type`; a `*` marks the partition key, a `+` the clustering. */
function system([keyspace, name, id]: readonly [string, string, string], columns: string): Table {
  const list = columns.split(";").map((each, index): Column => {
    const [, mark, column = "", type = ""] = /^\s*([*+]?)(\w+) (.*)$/.exec(each) ?? [];
    const kind = mark === "*" ? "partition_key" : mark === "+" ? "clustering" : "regular";
    return { name: column, type: parseType(type), kind, position: index };
  });
  const keys = (kind: ColumnKind) => list.filter((column) => column.kind === kind);
  const numbered = list.map((column) => ({
    ...column,
    position: column.kind === "regular" ? -1 : keys(column.kind).indexOf(column),
  }));
  const dashed = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { keyspace, name, id: dashed, columns: numbered, options: {} };
}

/** differs: of the tables of Cassandra itself only those that something reads. */
export const systemTables: readonly Table[] = [
  system(
    ["system", "local", "7ad54392bcdd35a684174e047860b377"],
    "*key text;bootstrapped text;broadcast_address inet;cluster_name text;cql_version text;" +
      "data_center text;gossip_generation int;host_id uuid;listen_address inet;" +
      "native_protocol_version text;partitioner text;rack text;release_version text;" +
      "rpc_address inet;schema_version uuid;tokens set<text>",
  ),
  system(
    ["system", "peers", "37f71aca7dc2383ba70672528af04d4f"],
    "*peer inet;data_center text;host_id uuid;preferred_ip inet;rack text;release_version text;" +
      "rpc_address inet;schema_version uuid;tokens set<text>",
  ),
  system(
    ["system_schema", "keyspaces", "abac5682dea631c5b535b3d6cffd0fb6"],
    `*keyspace_name text;durable_writes boolean;replication ${map}`,
  ),
  system(
    ["system_schema", "tables", "afddfb9dbc1e30688056eed6c302ba09"],
    `*keyspace_name text;+table_name text;bloom_filter_fp_chance double;caching ${map};` +
      `comment text;compaction ${map};compression ${map};crc_check_chance double;` +
      "dclocal_read_repair_chance double;default_time_to_live int;gc_grace_seconds int;id uuid;" +
      "max_index_interval int;memtable_flush_period_in_ms int;min_index_interval int;" +
      "read_repair_chance double;speculative_retry text",
  ),
  system(
    ["system_schema", "columns", "24101c25a2ae3af787c1b40ee1aca33f"],
    "*keyspace_name text;+table_name text;+column_name text;clustering_order text;kind text;" +
      "position int;type text",
  ),
];

const tablesOf = (name: string) =>
  new Map(systemTables.filter((each) => each.keyspace === name).map((each) => [each.name, each]));

const keyspace = (name: string, replication: Replication): Keyspace => ({
  ...{ name, replication, durableWrites: true, tables: tablesOf(name) },
});

const simple = (factor: number): Replication => ({
  class: "SimpleStrategy",
  options: { replication_factor: String(factor) },
});

const local: Replication = { class: "LocalStrategy", options: {} };

/** What every cluster has from the beginning; the names in the order of cqlsh. */
export const systemKeyspaces: readonly Keyspace[] = [
  keyspace("system_traces", simple(2)),
  keyspace("system_schema", local),
  keyspace("system_auth", simple(1)),
  keyspace("system", local),
  keyspace("system_distributed", simple(3)),
];

export const isSystem = (name: string): boolean =>
  systemKeyspaces.some((each) => each.name === name);

export const tableOf = (keyspaceName: string, name: string): Table | undefined =>
  systemTables.find((each) => each.keyspace === keyspaceName && each.name === name);

export const keyColumns = ({ columns }: Table, kind: ColumnKind): Column[] =>
  columns.filter((column) => column.kind === kind).sort((a, b) => a.position - b.position);
