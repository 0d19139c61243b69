// From a text to a statement. Upstream: src/antlr/Parser.g.
// differs: types, functions, indexes, views, roles and permissions are not simulated.

import { Cursor } from "./cursor.ts";
import { CqlError } from "./lexer.ts";
import { parseSchemaStatement } from "./schema-parser.ts";
import type {
  Assignment,
  Change,
  Condition,
  Delete,
  Insert,
  Relation,
  Select,
  Selector,
  Statement,
  UpdateRows,
  Using,
} from "./statements.ts";

export function parseCql(text: string): Statement {
  const cursor = new Cursor(text);
  const statement = parse(cursor);
  cursor.takes(";");
  if (cursor.token.kind !== "end") throw cursor.error();
  return statement;
}

function parse(cursor: Cursor): Statement {
  if (cursor.takes("select")) return select(cursor);
  if (cursor.isAt("insert") || cursor.isAt("update") || cursor.isAt("delete"))
    return change(cursor);
  if (cursor.takes("begin")) return batch(cursor);
  if (cursor.takes("use")) return { type: "use", name: cursor.name() };
  if (cursor.takes("truncate")) {
    cursor.takes("table");
    return { type: "truncate", table: cursor.qualified() };
  }
  for (const word of ["grant", "revoke", "list"]) {
    if (cursor.isAt(word)) throw new CqlError(`${word.toUpperCase()} is not simulated`);
  }
  return parseSchemaStatement(cursor);
}

function change(cursor: Cursor): Change {
  if (cursor.takes("insert into")) return insert(cursor);
  if (cursor.takes("update")) return update(cursor);
  cursor.needs("delete");
  return remove(cursor);
}

function select(cursor: Cursor): Select {
  if (cursor.isAt("json")) throw new CqlError("SELECT JSON is not simulated");
  const distinct = cursor.takes("distinct");
  const selectors: Selector[] = [];
  if (cursor.takes("*")) selectors.push({ type: "all" });
  else {
    do selectors.push(selector(cursor));
    while (cursor.takes(","));
  }
  cursor.needs("from");
  const table = cursor.qualified();
  const where = cursor.takes("where") ? relations(cursor) : [];
  if (cursor.isAt("group")) throw new CqlError("GROUP BY is not simulated");
  const order: { column: string; descending: boolean }[] = [];
  if (cursor.takes("order by")) {
    do {
      const column = cursor.name();
      const descending = cursor.takes("desc");
      if (!descending) cursor.takes("asc");
      order.push({ column, descending });
    } while (cursor.takes(","));
  }
  const limit = cursor.takes("limit") ? cursor.number() : undefined;
  const filtering = cursor.takes("allow filtering");
  return { type: "select", table, selectors, distinct, where, order, limit, filtering };
}

function selector(cursor: Cursor): Selector {
  const name = cursor.name();
  const alias = () => (cursor.takes("as") ? cursor.name() : undefined);
  if (!cursor.takes("(")) return { type: "column", name, alias: alias() };
  const columns = cursor.list(() => {
    if (cursor.takes("*")) return "*";
    return cursor.token.kind === "number" ? cursor.next().text : cursor.name();
  }, ")");
  return { type: "call", name, columns, alias: alias() };
}

function relations(cursor: Cursor): Relation[] {
  const list: Relation[] = [];
  do list.push(relation(cursor));
  while (cursor.takes("and"));
  return list;
}

function relation(cursor: Cursor): Relation {
  if (cursor.takes("token (")) {
    const [column = ""] = cursor.list(() => cursor.name(), ")");
    return { column, operator: operator(cursor), terms: [cursor.term()], isToken: true };
  }
  const column = cursor.name();
  if (cursor.takes("in")) {
    cursor.needs("(");
    const terms = cursor.list(() => cursor.term(), ")");
    return { column, operator: "IN", terms, isToken: false };
  }
  if (cursor.takes("contains")) {
    if (cursor.takes("key")) throw new CqlError("CONTAINS KEY is not simulated");
    return { column, operator: "CONTAINS", terms: [cursor.term()], isToken: false };
  }
  return { column, operator: operator(cursor), terms: [cursor.term()], isToken: false };
}

function operator(cursor: Cursor): Relation["operator"] {
  for (const sign of ["=", "<=", ">=", "<", ">", "!="] as const)
    if (cursor.takes(sign)) return sign;
  throw cursor.error();
}

function using(cursor: Cursor): Using {
  const found: { timestamp?: number; ttl?: number } = {};
  if (!cursor.takes("using")) return found;
  do {
    if (cursor.takes("ttl")) found.ttl = cursor.number();
    else {
      cursor.needs("timestamp");
      found.timestamp = cursor.number();
    }
  } while (cursor.takes("and"));
  return found;
}

function condition(cursor: Cursor): Condition {
  if (!cursor.takes("if")) return undefined;
  if (cursor.takes("not exists")) return "not exists";
  if (cursor.takes("exists")) return "exists";
  return relations(cursor);
}

function insert(cursor: Cursor): Insert {
  const table = cursor.qualified();
  if (cursor.isAt("json")) throw new CqlError("INSERT JSON is not simulated");
  cursor.needs("(");
  const columns = cursor.list(() => cursor.name(), ")");
  cursor.needs("values (");
  const values = cursor.list(() => cursor.term(), ")");
  if (columns.length !== values.length) throw new CqlError("Unmatched column names/values");
  return {
    type: "insert",
    table,
    columns,
    values,
    condition: condition(cursor),
    using: using(cursor),
  };
}

function update(cursor: Cursor): UpdateRows {
  const table = cursor.qualified();
  const found = using(cursor);
  cursor.needs("set");
  const assignments: Assignment[] = [];
  do assignments.push(assignment(cursor));
  while (cursor.takes(","));
  cursor.needs("where");
  const where = relations(cursor);
  return { type: "update", table, assignments, where, condition: condition(cursor), using: found };
}

function assignment(cursor: Cursor): Assignment {
  const column = cursor.name();
  if (cursor.takes("[")) {
    const key = cursor.term();
    cursor.needs("] =");
    return { column, operator: "=", key, term: cursor.term() };
  }
  for (const sign of ["+", "-"] as const) {
    if (cursor.takes(`${sign}=`)) {
      return { column, operator: sign, key: undefined, term: cursor.term() };
    }
  }
  cursor.needs("=");
  if (cursor.takes(column)) {
    const operator = cursor.takes("-") ? "-" : "+";
    // `c = c -1`: the sign belongs to the number.
    if (operator === "+" && cursor.token.kind !== "number") cursor.needs("+");
    else if (operator === "+") cursor.takes("+");
    return { column, operator, key: undefined, term: cursor.term() };
  }
  const term = cursor.term();
  if (!cursor.takes("+")) return { column, operator: "=", key: undefined, term };
  if (cursor.name() !== column) throw cursor.error();
  return { column, operator: "prepend", key: undefined, term };
}

function remove(cursor: Cursor): Delete {
  const columns: { column: string; key: Delete["columns"][number]["key"] }[] = [];
  if (!cursor.isAt("from")) {
    do {
      const column = cursor.name();
      const key = cursor.takes("[") ? cursor.term() : undefined;
      if (key) cursor.needs("]");
      columns.push({ column, key });
    } while (cursor.takes(","));
  }
  cursor.needs("from");
  const table = cursor.qualified();
  const found = using(cursor);
  cursor.needs("where");
  const where = relations(cursor);
  return { type: "delete", table, columns, where, condition: condition(cursor), using: found };
}

function batch(cursor: Cursor): Statement {
  if (cursor.isAt("counter")) throw new CqlError("BEGIN COUNTER BATCH is not simulated");
  cursor.takes("unlogged");
  cursor.needs("batch");
  using(cursor);
  const changes: Change[] = [];
  while (!cursor.takes("apply batch")) {
    changes.push(change(cursor));
    cursor.takes(";");
  }
  return { type: "batch", changes };
}
