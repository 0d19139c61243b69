// DESCRIBE. Upstream: bin/cqlsh.py describe_*, cassandra-driver cassandra/metadata.py.

import type { Column, Keyspace, Table } from "../schema.ts";
import { isSystem, keyColumns } from "../schema.ts";
import { typeText, type Value } from "../values.ts";
import type { Console } from "./special.ts";

type Known = Omit<Keyspace, "tables"> & { readonly tables: readonly Table[] };

export async function describe(console: Console, words: readonly string[]): Promise<boolean> {
  const [what = "", name] = words.map((word) => word.replace(/"/g, ""));
  const all = (await console.ask("schema")) as readonly Known[];
  const text = textOf(console, all, { what, name });
  if (text.startsWith("!")) await console.complain(text.slice(1));
  else await console.print(text);
  return true;
}

interface Asked {
  readonly what: string;
  readonly name: string | undefined;
}

function textOf(console: Console, all: readonly Known[], { what, name }: Asked): string {
  const { keyspace: current, hello } = console;
  const find = (wanted: string) => all.find((each) => each.name === wanted);
  switch (what) {
    case "cluster":
      return `\nCluster: ${hello.cluster}\nPartitioner: ${hello.partitioner.replace(/^.*\./, "")}\n`;
    case "keyspaces":
      return `\n${columnize(all.map((each) => each.name))}\n`;
    case "tables": {
      const shown = current === undefined ? all : all.filter((each) => each.name === current);
      const blocks = shown.map((each) => {
        const list = each.tables.map((table) => table.name);
        const names = list.length === 0 ? "<empty>" : columnize(list);
        const title = `Keyspace ${each.name}`;
        return current === undefined
          ? `\n${title}\n${"-".repeat(title.length)}\n${names}`
          : `\n${names}`;
      });
      return `${blocks.join("\n")}\n`;
    }
    case "schema":
      return all
        .filter((each) => !isSystem(each.name))
        .map(keyspaceText)
        .join("\n");
    case "keyspace": {
      const found = find(name ?? current ?? "");
      return found ? keyspaceText(found) : `!'${name ?? ""}' not found in keyspaces`;
    }
    default:
      return named(all, { what, name }, current);
  }
}

/** `describe table x`, or only a name. */
function named(all: readonly Known[], { what, name }: Asked, current: string | undefined): string {
  const isTable = what === "table" || what === "columnfamily";
  const wanted = isTable ? (name ?? "") : what;
  const whole = all.find((each) => each.name === wanted);
  if (!isTable && whole) return keyspaceText(whole);
  const [first = "", second] = wanted.split(".");
  const place = second === undefined ? current : first;
  const table = all
    .find((each) => each.name === place)
    ?.tables.find((each) => each.name === (second ?? first));
  if (table) return `\n${tableText(table)}\n`;
  if (isTable) return `!'${second ?? first}' not found in keyspace '${place ?? "None"}'`;
  return `!'${wanted}' not found in keyspaces`;
}

/** As many columns as go into eighty places, from top to bottom. */
function columnize(names: readonly string[]): string {
  for (let rows = 1; rows <= names.length; rows++) {
    const columns: string[][] = [];
    for (let at = 0; at < names.length; at += rows) columns.push(names.slice(at, at + rows));
    const widths = columns.map((column) => Math.max(...column.map(({ length }) => length)));
    const total = widths.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1);
    if (total >= 80) continue;
    const lines = Array.from({ length: rows }, (_, row) =>
      columns
        .map((column, index) => (column[row] ?? "").padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    );
    return lines.join("\n");
  }
  return names.join("\n");
}

function keyspaceText({ name, replication, durableWrites, tables }: Known): string {
  const options = Object.entries(replication.options).map(([key, value]) => `'${key}': '${value}'`);
  const list = [`'class': '${replication.class}'`, ...options].join(", ");
  const head = `CREATE KEYSPACE ${name} WITH replication = {${list}}  AND durable_writes = ${durableWrites};`;
  return `\n${[head, ...tables.map(tableText)].join("\n\n")}\n`;
}

function tableText(table: Table): string {
  const partition = keyColumns(table, "partition_key");
  const clustering = keyColumns(table, "clustering");
  const rest = table.columns
    .filter(({ kind }) => kind === "regular" || kind === "static")
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const isSingle = partition.length === 1 && clustering.length === 0;
  const line = ({ name, type, kind }: Column) =>
    `    ${name} ${typeText(type)}${kind === "static" ? " static" : ""}${isSingle && kind === "partition_key" ? " PRIMARY KEY" : ""}`;
  const first = partition.length > 1 ? `(${names(partition)})` : names(partition);
  const key = [first, ...clustering.map(({ name }) => name)].join(", ");
  const lines = [
    ...[...partition, ...clustering, ...rest].map(line),
    ...(isSingle ? [] : [`    PRIMARY KEY (${key})`]),
  ];
  const order = clustering.map(({ name, descending }) => `${name} ${descending ? "DESC" : "ASC"}`);
  const options = [
    ...(clustering.length > 0 ? [`CLUSTERING ORDER BY (${order.join(", ")})`] : []),
    ...Object.entries(table.options)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name} = ${optionText(name, value)}`),
  ];
  const body = `CREATE TABLE ${table.keyspace}.${table.name} (\n${lines.join(",\n")}\n)`;
  return `${body} WITH ${options.join("\n    AND ")};`;
}

const names = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(", ");

function optionText(name: string, value: Value): string {
  if (Array.isArray(value)) {
    const pairs = (value as readonly (readonly string[])[]).map(
      ([key, item]) => `'${key}': '${item}'`,
    );
    return `{${pairs.join(", ")}}`;
  }
  if (typeof value !== "number") return `'${String(value)}'`;
  return /chance$/.test(name) && Number.isInteger(value) ? value.toFixed(1) : String(value);
}
