// What a node does with its own data, for itself and for the others.
// Upstream: db/Keyspace.java, db/ReadCommand.java, streaming/StreamSession.java.

import { RpcError } from "../consul/link.ts";
import { tokenOf } from "./murmur3.ts";
import type { Node } from "./node.ts";
import { contains } from "./ring.ts";
import { keyColumns, type Table } from "./schema.ts";
import { type Partition, toUpdate, type Update } from "./updates.ts";
import { keyBytes } from "./values.ts";

/** A table by its names, with whatever else is asked for. */
export interface Asked {
  readonly ks: string;
  readonly t: string;
}

export interface Mutation extends Asked {
  readonly u: Update;
}

export interface ReadKey extends Asked {
  readonly k: Update["k"];
}

/** Ranges as pairs of texts. */
export interface StreamOrder {
  readonly ks: string;
  readonly ranges: readonly (readonly [string, string])[];
}

export function apply(node: Node, { ks, t, u }: Mutation): void {
  node.database.apply(found(node, { ks, t }), u);
}

export function read(node: Node, { ks, t, k }: ReadKey): Update | undefined {
  const { partitions } = node.database.store(found(node, { ks, t }));
  const partition = partitions.get(JSON.stringify(k));
  return partition && toUpdate(partition);
}

export function scan(node: Node, asked: Asked): Update[] {
  return [...node.database.store(found(node, asked)).partitions.values()].map(toUpdate);
}

export function stream(node: Node, { ks, ranges }: StreamOrder): Mutation[] {
  const parsed = ranges.map(([left, right]) => ({ left: BigInt(left), right: BigInt(right) }));
  const keyspace = node.schema.get(ks);
  return [...(keyspace?.tables.values() ?? [])].flatMap((table) =>
    [...node.database.store(table).partitions.values()].flatMap((partition) => {
      const token = tokenIn(table, partition);
      const isIn = parsed.some((range) => contains(range, token));
      return isIn ? [{ ks, t: table.name, u: toUpdate(partition) }] : [];
    }),
  );
}

export function tokenIn(table: Table, { k }: Pick<Partition, "k">): bigint {
  const types = keyColumns(table, "partition_key").map(({ type }) => type);
  return tokenOf(keyBytes(k, types));
}

export function found(node: Node, { ks, t }: Asked): Table {
  const table = node.schema.get(ks)?.tables.get(t);
  if (!table) throw new RpcError(`unknown table ${ks}.${t}`);
  return table;
}
