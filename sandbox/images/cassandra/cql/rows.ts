// Rows as a client sees them: the cells of a merged partition under the names of their columns.

import { keyColumns, type Table } from "../schema.ts";
import { type Cell, ELEMENT, type Update, visible } from "../updates.ts";
import { type CqlType, compareValues, isCollection, type Value } from "../values.ts";

export interface PlainRow {
  readonly values: Readonly<Record<string, Value>>;
  /** What is behind them: when it was written, when it ends. */
  readonly cells: Readonly<Record<string, Cell>>;
}

/** The rows of one partition in their order, each with the static columns. */
export function rowsIn(table: Table, update: Update, now: number): PlainRow[] {
  const keys = keyColumns(table, "partition_key");
  const clustering = keyColumns(table, "clustering");
  const values = keys.map(({ name }, index) => [name, update.k[index] ?? null] as const);
  const deleted = update.d ?? 0;
  const common = update.rows.find(({ s }) => s);
  const commonCells = (common && visible(common, deleted, now)) ?? {};
  const rows = update.rows.flatMap((row) => {
    const cells = row.s ? undefined : visible(row, deleted, now);
    if (!cells) return [];
    const own = clustering.map(({ name }, index) => [name, row.c[index] ?? null] as const);
    return [plain(table, { ...commonCells, ...cells }, [...values, ...own])];
  });
  if (rows.length === 0 && Object.keys(commonCells).length > 0) {
    return [
      plain(table, commonCells, [
        ...values,
        ...clustering.map(({ name }) => [name, null] as const),
      ]),
    ];
  }
  return rows.sort((a, b) => {
    for (const { name, type, descending } of clustering) {
      const order = compareValues(a.values[name] ?? null, b.values[name] ?? null, type);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

function plain(
  { columns }: Table,
  cells: Readonly<Record<string, Cell>>,
  keys: readonly (readonly [string, Value])[],
): PlainRow {
  const values: Record<string, Value> = Object.fromEntries(keys);
  for (const { name, type, kind } of columns) {
    if (kind === "regular" || kind === "static") values[name] = valueIn(cells, name, type);
  }
  return { values, cells };
}

function valueIn(cells: Readonly<Record<string, Cell>>, name: string, type: CqlType): Value {
  const whole = cells[name]?.v ?? null;
  if (!isCollection(type) || type.frozen || whole !== null) return whole;
  const prefix = name + ELEMENT;
  const items = Object.entries(cells)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, { v }]) => ({ key: key.slice(prefix.length), v }));
  if (items.length === 0) return null;
  const [first = type] = type.parts;
  if (type.name === "list") return items.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ v }) => v);
  if (type.name === "set")
    return items.map(({ v }) => v).sort((a, b) => compareValues(a, b, first));
  return items
    .map(({ key, v }) => [JSON.parse(key) as Value, v] as const)
    .sort(([a], [b]) => compareValues(a, b, first));
}
