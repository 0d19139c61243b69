// What is written to a partition, and how writes are put together: the later one wins, cell by
// cell. The same form goes into files, over the network and out of a read.
// Upstream: db/partitions/PartitionUpdate.java, db/rows/Rows.java, Cells.java.

import type { Value } from "./values.ts";

export interface Cell {
  /** null: deleted. */
  readonly v: Value;
  /** When it was written, in microseconds. */
  readonly t: number;
  /** When it ends, in milliseconds. */
  readonly x?: number;
}

/**
 * Cells by column; an element of a collection stands behind the column's name and `ELEMENT`, and
 * the column itself then only says that all older elements are gone.
 */
export interface RowUpdate {
  readonly c: readonly Value[];
  /** The row that a partition has once. */
  readonly s?: true;
  /** An INSERT: the row is there even without cells. */
  readonly l?: number;
  /** When that ends. */
  readonly x?: number;
  readonly d?: number;
  readonly cells: Readonly<Record<string, Cell>>;
}

export interface Update {
  readonly k: readonly Value[];
  readonly d?: number;
  readonly rows: readonly RowUpdate[];
}

export const ELEMENT = "\u0000";

export interface Partition {
  readonly k: readonly Value[];
  d: number;
  readonly rows: Map<string, RowUpdate>;
}

export const partition = (k: readonly Value[]): Partition => ({ k, d: 0, rows: new Map() });

export const rowKey = ({ c, s }: Pick<RowUpdate, "c" | "s">): string =>
  s ? "static" : JSON.stringify(c);

/** Puts an update into a partition. */
export function merge(into: Partition, update: Update): void {
  into.d = Math.max(into.d, update.d ?? 0);
  for (const row of update.rows) {
    const key = rowKey(row);
    const old = into.rows.get(key);
    into.rows.set(key, old ? mergeRows(old, row) : row);
  }
}

function mergeRows(a: RowUpdate, b: RowUpdate): RowUpdate {
  const cells: Record<string, Cell> = { ...a.cells };
  for (const [name, cell] of Object.entries(b.cells)) {
    const old = cells[name];
    cells[name] = old && wins(old, cell) ? old : cell;
  }
  const { l: la = 0, d: da = 0 } = a;
  const { l: lb = 0, d: db = 0 } = b;
  const alive = la > lb ? a : b;
  return {
    c: a.c,
    ...(a.s && { s: a.s }),
    ...((la > 0 || lb > 0) && { l: Math.max(la, lb) }),
    ...(alive.x !== undefined && { x: alive.x }),
    ...((da > 0 || db > 0) && { d: Math.max(da, db) }),
    cells,
  };
}

/** At the same microsecond a deletion wins, then the larger value. */
function wins(a: Cell, b: Cell): boolean {
  if (a.t !== b.t) return a.t > b.t;
  if (a.v === null || b.v === null) return a.v === null;
  return JSON.stringify(a.v) >= JSON.stringify(b.v);
}

export function toUpdate({ k, d, rows }: Partition): Update {
  return { k, ...(d > 0 && { d }), rows: [...rows.values()] };
}

/** A row as a reader sees it, with only what is there at `now`; undefined if it is not there. */
export function visible(
  row: RowUpdate,
  partitionDeleted: number,
  now: number,
): Readonly<Record<string, Cell>> | undefined {
  const deleted = Math.max(row.d ?? 0, partitionDeleted);
  const cells: Record<string, Cell> = {};
  for (const [name, cell] of Object.entries(row.cells)) {
    const [column = "", element] = name.split(ELEMENT);
    const whole = element === undefined ? 0 : (row.cells[column]?.t ?? 0);
    const isGone = cell.v === null || cell.t <= Math.max(deleted, whole);
    if (!isGone && (cell.x === undefined || cell.x > now)) cells[name] = cell;
  }
  const isInserted = (row.l ?? 0) > deleted && (row.x === undefined || row.x > now);
  return isInserted || Object.keys(cells).length > 0 ? cells : undefined;
}
