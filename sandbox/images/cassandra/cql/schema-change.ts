// CREATE, ALTER and DROP. Upstream: cql3/statements/CreateTableStatement.java and its sisters.

import { uuid } from "../../../sim/random.ts";
import type { Replication } from "../ring.ts";
import { type Column, type ColumnKind, isSystem, LOCATOR, type Table } from "../schema.ts";
import {
  dropColumn,
  dropKeyspace,
  dropRows,
  type SchemaChange,
  writeKeyspace,
  writeTable,
} from "../schema-rows.ts";
import { typeText, type Value } from "../values.ts";
import { CqlError } from "./lexer.ts";
import type { Session } from "./session.ts";
import type { CreateTable, Name, Statement, Term } from "./statements.ts";
import { termValue } from "./terms.ts";

type SchemaStatement = Exclude<
  Statement,
  { type: "select" | "insert" | "update" | "delete" | "batch" | "use" | "truncate" }
>;

/** What a table has unless it is told otherwise. */
export const tableDefaults: Readonly<Record<string, Value>> = {
  bloom_filter_fp_chance: 0.01,
  caching: [
    ["keys", "ALL"],
    ["rows_per_partition", "NONE"],
  ],
  comment: "",
  compaction: [
    ["class", "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy"],
    ["max_threshold", "32"],
    ["min_threshold", "4"],
  ],
  compression: [
    ["chunk_length_in_kb", "64"],
    ["class", "org.apache.cassandra.io.compress.LZ4Compressor"],
  ],
  crc_check_chance: 1,
  dclocal_read_repair_chance: 0.1,
  default_time_to_live: 0,
  gc_grace_seconds: 864_000,
  max_index_interval: 2048,
  memtable_flush_period_in_ms: 0,
  min_index_interval: 128,
  read_repair_chance: 0,
  speculative_retry: "99PERCENTILE",
};

export async function changeSchema(session: Session, statement: SchemaStatement): Promise<void> {
  const { node } = session;
  const rows = rowsOf(session, statement, node.micros());
  if (rows.length > 0) await node.announceSchema(rows);
}

function rowsOf(session: Session, statement: SchemaStatement, t: number): SchemaChange {
  const { schema } = session.node;
  switch (statement.type) {
    case "create keyspace":
    case "alter keyspace":
      return keyspace(session, statement, t);
    case "drop keyspace": {
      const { name, ifExists } = statement;
      refuseSystem(name);
      if (schema.has(name)) return dropKeyspace(name, t);
      if (ifExists) return [];
      throw new CqlError(`Cannot drop non existing keyspace '${name}'.`, "ConfigurationException");
    }
    case "create table":
      return create(session, statement, t);
    case "drop table": {
      const { keyspace: where, name } = placed(session, statement.table);
      const table = schema.get(where)?.tables.get(name);
      if (table) return dropRows(where, table, t);
      if (statement.ifExists) return [];
      throw new CqlError(`unconfigured table ${name}`);
    }
    default:
      return alter(session, statement, t);
  }
}

function refuseSystem(name: string): void {
  if (isSystem(name)) throw new CqlError(`${name} keyspace is not user-modifiable.`);
}

function placed(session: Session, { keyspace: given, name }: Name) {
  const where = given ?? session.keyspace;
  if (where === undefined) {
    throw new CqlError(
      "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename",
    );
  }
  refuseSystem(where);
  return { keyspace: where, name };
}

function keyspace(
  { node }: Session,
  {
    type,
    name,
    options,
    ifNotExists,
  }: SchemaStatement & { type: "create keyspace" | "alter keyspace" },
  t: number,
): SchemaChange {
  refuseSystem(name);
  const known = node.schema.get(name);
  if (type === "create keyspace" && known) {
    if (ifNotExists) return [];
    throw new CqlError(`Keyspace '${name}' already exists`, "AlreadyExists");
  }
  if (type === "alter keyspace" && !known) throw new CqlError(`Unknown keyspace ${name}`);
  for (const option of options.keys()) {
    if (option === "replication" || option === "durable_writes") continue;
    throw new CqlError(`Unknown property '${option}'`, "SyntaxException");
  }
  const given = options.get("replication");
  const replication = given ? replicationOf(given) : known?.replication;
  if (!replication) {
    throw new CqlError("Missing mandatory replication strategy class", "ConfigurationException");
  }
  const durable = options.get("durable_writes");
  const isDurable = durable ? textOf(durable) !== "false" : (known?.durableWrites ?? true);
  return writeKeyspace({ name, replication, durableWrites: isDurable }, t);
}

const textOf = (term: Term): string => (term.type === "literal" ? term.text : "");

function replicationOf(term: Term): Replication {
  const pairs =
    term.type === "map" ? term.items.map(([key, value]) => [textOf(key), textOf(value)]) : [];
  const { class: given, ...options } = Object.fromEntries(pairs) as Record<string, string>;
  if (!given)
    throw new CqlError("Missing mandatory replication strategy class", "ConfigurationException");
  const name = given.replace(LOCATOR, "");
  if (name !== "SimpleStrategy" && name !== "NetworkTopologyStrategy") {
    throw new CqlError(
      `Unable to find replication strategy class '${LOCATOR}${name}'`,
      "ConfigurationException",
    );
  }
  if (name === "SimpleStrategy" && options["replication_factor"] === undefined) {
    throw new CqlError(
      "SimpleStrategy requires a replication_factor strategy option.",
      "ConfigurationException",
    );
  }
  if (name === "NetworkTopologyStrategy" && "replication_factor" in options) {
    throw new CqlError(
      "replication_factor is an option for SimpleStrategy, not NetworkTopologyStrategy",
      "ConfigurationException",
    );
  }
  const wrong = Object.values(options).find((factor) => !/^\d+$/.test(factor));
  if (wrong !== undefined) {
    throw new CqlError(
      `Replication factor must be numeric; found ${wrong}`,
      "ConfigurationException",
    );
  }
  return { class: name, options };
}

function create(session: Session, statement: CreateTable, t: number): SchemaChange {
  const { keyspace: where, name } = placed(session, statement.table);
  const found = session.node.schema.get(where);
  if (!found) throw new CqlError(`Keyspace '${where}' does not exist`, "ConfigurationException");
  if (found.tables.has(name)) {
    if (statement.ifNotExists) return [];
    throw new CqlError(
      `Cannot add already existing table "${name}" to keyspace "${where}"`,
      "AlreadyExists",
    );
  }
  const { partitionKey, clustering, descending, columns } = statement;
  if (partitionKey.length === 0)
    throw new CqlError("No PRIMARY KEY specifed (exactly one required)");
  for (const key of [...partitionKey, ...clustering]) {
    const column = columns.find((each) => each.name === key);
    if (!column) throw new CqlError(`Unknown definition ${key} referenced in PRIMARY KEY`);
    if (column.type.parts.length > 0 && !column.type.frozen) {
      const type = typeText(column.type);
      throw new CqlError(
        `Invalid non-frozen collection type for PRIMARY KEY component ${key}: ${type}`,
      );
    }
  }
  if (columns.some(({ type }) => type.name === "counter")) {
    throw new CqlError("counters are not simulated");
  }
  const table: Table = {
    ...{ keyspace: where, name, id: uuid(session.node.process.random) },
    columns: columns.map(({ name: column, type, isStatic }): Column => {
      const kind: ColumnKind = partitionKey.includes(column)
        ? "partition_key"
        : clustering.includes(column)
          ? "clustering"
          : isStatic
            ? "static"
            : "regular";
      const keys = kind === "partition_key" ? partitionKey : clustering;
      const isKey = kind === "partition_key" || kind === "clustering";
      return {
        ...{ name: column, type, kind, position: isKey ? keys.indexOf(column) : -1 },
        ...(descending.includes(column) && { descending: true }),
      };
    }),
    options: { ...tableDefaults, ...optionsOf(session, statement.options) },
  };
  return writeTable(table, t);
}

function optionsOf(session: Session, options: ReadonlyMap<string, Term>): Record<string, Value> {
  const text = { name: "text", parts: [], frozen: false };
  const found: Record<string, Value> = {};
  for (const [name, term] of options) {
    const usual = tableDefaults[name];
    if (usual === undefined) throw new CqlError(`Unknown property '${name}'`, "SyntaxException");
    if (term.type === "map") {
      const type = { name: "map", parts: [text, text], frozen: true };
      const plain = {
        ...term,
        items: term.items.map(([key, value]) => [asText(key), asText(value)] as const),
      };
      found[name] = termValue(plain, { type, column: name }, session.tools);
    } else found[name] = typeof usual === "number" ? Number(textOf(term)) : textOf(term);
  }
  return found;
}

const asText = (term: Term): Term => ({ type: "literal", kind: "string", text: textOf(term) });

function alter(
  session: Session,
  statement: SchemaStatement & { type: "alter table" },
  t: number,
): SchemaChange {
  const { keyspace: where, name } = placed(session, statement.table);
  const table = session.table({ keyspace: where, name });
  for (const { name: column } of statement.add) {
    if (table.columns.some((each) => each.name === column)) {
      throw new CqlError(
        `Invalid column name ${column} because it conflicts with an existing column`,
      );
    }
  }
  for (const column of statement.drop) {
    const known = table.columns.find((each) => each.name === column);
    if (!known) throw new CqlError(`Column ${column} was not found in table ${name}`);
    if (known.kind === "partition_key" || known.kind === "clustering") {
      throw new CqlError(`Cannot drop PRIMARY KEY part ${column}`);
    }
  }
  const added = statement.add.map(
    ({ name: column, type, isStatic }): Column => ({
      ...{ name: column, type, kind: isStatic ? "static" : "regular", position: -1 },
    }),
  );
  const columns = [
    ...table.columns.filter((each) => !statement.drop.includes(each.name)),
    ...added,
  ];
  const options = { ...table.options, ...optionsOf(session, statement.options) };
  return [
    ...writeTable({ ...table, columns, options }, t),
    ...statement.drop.flatMap((column) => dropColumn(table, column, t)),
  ];
}
