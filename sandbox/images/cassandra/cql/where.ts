// What follows WHERE: which partitions, which rows in them, and what may not be asked without
// ALLOW FILTERING. Upstream: cql3/restrictions/StatementRestrictions.java.

import { tokenIn } from "../local.ts";
import { type Column, keyColumns, type Table } from "../schema.ts";
import { compareValues, type Value } from "../values.ts";
import { CqlError } from "./lexer.ts";
import type { PlainRow } from "./rows.ts";
import type { Relation } from "./statements.ts";
import { type TermTools, termValue } from "./terms.ts";

export interface Restriction {
  readonly column: Column;
  readonly operator: Relation["operator"];
  readonly values: readonly Value[];
  readonly isToken: boolean;
}

export interface Where {
  /** Undefined: all of them. */
  readonly keys: readonly (readonly Value[])[] | undefined;
  readonly restrictions: readonly Restriction[];
}

export function columnOf(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name);
  if (!found) throw new CqlError(`Undefined column name ${name}`);
  return found;
}

export function readWhere(table: Table, relations: readonly Relation[], tools: TermTools): Where {
  const restrictions = relations.map(({ column: name, operator, terms, isToken }): Restriction => {
    const column = columnOf(table, name);
    const { type } = column;
    const [first = type] = type.parts;
    const wanted =
      operator === "CONTAINS" ? first : isToken ? { ...type, name: "bigint", parts: [] } : type;
    return {
      ...{ column, operator, isToken },
      values: terms.map((term) => termValue(term, { type: wanted, column: name }, tools)),
    };
  });
  const keys = keyColumns(table, "partition_key").map(({ name }) => {
    const found = restrictions.find((each) => each.column.name === name && !each.isToken);
    return found && (found.operator === "=" || found.operator === "IN") ? found.values : undefined;
  });
  return { restrictions, keys: keys.some((values) => !values) ? undefined : product(keys) };
}

function product(lists: readonly (readonly Value[] | undefined)[]): Value[][] {
  return lists.reduce<Value[][]>(
    (all, values = []) => all.flatMap((head) => values.map((value) => [...head, value])),
    [[]],
  );
}

const FILTERING =
  "Cannot execute this query as it might involve data filtering and thus may have unpredictable " +
  "performance. If you want to execute this query despite the performance unpredictability, use " +
  "ALLOW FILTERING";

/** Throws what Cassandra says of a SELECT that it would have to search for. */
export function checkSelectable(table: Table, { keys, restrictions }: Where): void {
  const plain = restrictions.filter(({ isToken }) => !isToken);
  if (plain.length === 0) return;
  const isKey = ({ column }: Restriction) => column.kind === "partition_key";
  if (!keys || plain.some(({ column }) => column.kind === "regular" || column.kind === "static")) {
    throw new CqlError(FILTERING);
  }
  const wrong = plain.find(
    (each) => isKey(each) && each.operator !== "=" && each.operator !== "IN",
  );
  if (wrong) {
    throw new CqlError(
      "Only EQ and IN relation are supported on the partition key (unless you use the token() function)",
    );
  }
  const clustering = keyColumns(table, "clustering");
  let before: Column | undefined;
  for (const column of clustering) {
    const found = plain.find((each) => each.column.name === column.name);
    if (!found) before ??= column;
    else if (before) {
      throw new CqlError(
        `PRIMARY KEY column "${column.name}" cannot be restricted as preceding column ` +
          `"${before.name}" is not restricted`,
      );
    }
  }
}

/** The whole key of what is changed. Throws if parts of it are missing. */
export function changedRows(
  table: Table,
  where: Where,
  wholeRow: boolean,
): { readonly k: readonly Value[]; readonly c: readonly Value[] | undefined }[] {
  const named = (kind: "partition_key" | "clustering") =>
    keyColumns(table, kind).map((column) => ({
      column,
      found: where.restrictions.find((each) => each.column.name === column.name),
    }));
  const missing = (list: ReturnType<typeof named>) =>
    list.filter(({ found }) => !found).map(({ column }) => column.name);
  const partition = missing(named("partition_key"));
  if (partition.length > 0 || !where.keys) {
    throw new CqlError(`Some partition key parts are missing: ${partition.join(", ")}`);
  }
  const other = where.restrictions.find(
    ({ column }) => column.kind === "regular" || column.kind === "static",
  );
  if (other) {
    throw new CqlError(`Non PRIMARY KEY columns found in where clause: ${other.column.name} `);
  }
  const clustering = named("clustering");
  const absent = missing(clustering);
  if (absent.length > 0 && (wholeRow || absent.length < clustering.length)) {
    throw new CqlError(`Some clustering keys are missing: ${absent.join(", ")}`);
  }
  const slice = clustering.find(
    ({ found }) => found && found.operator !== "=" && found.operator !== "IN",
  );
  if (slice) throw new CqlError("changing a range of rows is not simulated");
  const rows =
    absent.length > 0 ? [undefined] : product(clustering.map(({ found }) => found?.values));
  return where.keys.flatMap((k) => rows.map((c) => ({ k, c })));
}

export function matches(
  table: Table,
  { values }: PlainRow,
  restrictions: readonly Restriction[],
): boolean {
  return restrictions.every(({ column, operator, values: wanted, isToken }) => {
    const { name, type } = column;
    const [first = null] = wanted;
    if (isToken) {
      const k = keyColumns(table, "partition_key").map((key) => values[key.name] ?? null);
      const order = compareValues(String(tokenIn(table, { k })), first, {
        ...type,
        name: "bigint",
      });
      return holds(operator, order);
    }
    const value = values[name] ?? null;
    if (operator === "IN") return wanted.some((each) => compareValues(value, each, type) === 0);
    if (operator === "CONTAINS") {
      const items = (value ?? []) as readonly Value[];
      const list =
        type.name === "map" ? items.map((pair) => (pair as readonly Value[])[1] ?? null) : items;
      return list.some((each) => JSON.stringify(each) === JSON.stringify(first));
    }
    if (value === null || first === null)
      return operator === "=" ? value === first : operator === "!=";
    if (type.parts.length > 0) return JSON.stringify(value) === JSON.stringify(first);
    return holds(operator, compareValues(value, first, type));
  });
}

function holds(operator: Relation["operator"], order: number): boolean {
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  if (operator === "<") return order < 0;
  if (operator === ">") return order > 0;
  return operator === "<=" ? order <= 0 : order >= 0;
}
