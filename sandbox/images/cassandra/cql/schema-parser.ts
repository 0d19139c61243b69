// Statements that change the schema. Upstream: src/antlr/Parser.g.

import type { Cursor } from "./cursor.ts";
import { CqlError } from "./lexer.ts";
import type { ColumnOrder, CreateTable, Statement, Term } from "./statements.ts";

export function parseSchemaStatement(cursor: Cursor): Statement {
  if (cursor.takes("create")) return create(cursor);
  if (cursor.takes("alter")) return alter(cursor);
  if (cursor.takes("drop")) return drop(cursor);
  throw cursor.error();
}

const isKeyspace = (cursor: Cursor): boolean => cursor.takes("keyspace") || cursor.takes("schema");
const isTable = (cursor: Cursor): boolean => cursor.takes("table") || cursor.takes("columnfamily");

const absent = /^(?:index|custom|type|function|aggregate|materialized|user|role|trigger|or)$/;

function refuse(cursor: Cursor, verb: string): never {
  const { text } = cursor.token;
  if (absent.test(text)) throw new CqlError(`${verb} ${text.toUpperCase()} is not simulated`);
  throw cursor.error();
}

function create(cursor: Cursor): Statement {
  if (isKeyspace(cursor)) {
    const ifNotExists = cursor.takes("if not exists");
    const name = cursor.name();
    cursor.needs("with");
    return { type: "create keyspace", name, ifNotExists, options: options(cursor) };
  }
  if (!isTable(cursor)) refuse(cursor, "CREATE");
  const ifNotExists = cursor.takes("if not exists");
  return table(cursor, ifNotExists);
}

function options(cursor: Cursor): Map<string, Term> {
  const found = new Map<string, Term>();
  do {
    const name = cursor.name();
    cursor.needs("=");
    found.set(name, cursor.term());
  } while (cursor.takes("and"));
  return found;
}

function column(cursor: Cursor): ColumnOrder {
  const name = cursor.name();
  const type = cursor.type();
  return { name, type, isStatic: cursor.takes("static") };
}

function table(cursor: Cursor, ifNotExists: boolean): CreateTable {
  const name = cursor.qualified();
  const columns: ColumnOrder[] = [];
  let partitionKey: string[] = [];
  let clustering: string[] = [];
  cursor.needs("(");
  cursor.list(() => {
    if (cursor.takes("primary key (")) {
      partitionKey = cursor.takes("(") ? cursor.list(() => cursor.name(), ")") : [cursor.name()];
      clustering = cursor.takes(",") ? cursor.list(() => cursor.name(), ")") : [];
      if (clustering.length === 0) cursor.needs(")");
      return;
    }
    columns.push(column(cursor));
    if (cursor.takes("primary key")) partitionKey = [columns.at(-1)?.name ?? ""];
  }, ")");
  const found = new Map<string, Term>();
  const descending: string[] = [];
  if (cursor.takes("with")) {
    do {
      if (cursor.takes("clustering order by (")) {
        cursor.list(() => {
          const each = cursor.name();
          if (cursor.takes("desc")) descending.push(each);
          else cursor.takes("asc");
        }, ")");
        continue;
      }
      if (cursor.takes("compact storage")) throw new CqlError("COMPACT STORAGE is not simulated");
      const option = cursor.name();
      cursor.needs("=");
      found.set(option, cursor.term());
    } while (cursor.takes("and"));
  }
  return {
    ...{ type: "create table", table: name, columns, partitionKey, clustering, descending },
    ...{ options: found, ifNotExists },
  };
}

function alter(cursor: Cursor): Statement {
  if (isKeyspace(cursor)) {
    const name = cursor.name();
    cursor.needs("with");
    return { type: "alter keyspace", name, ifNotExists: false, options: options(cursor) };
  }
  if (!isTable(cursor)) refuse(cursor, "ALTER");
  const name = cursor.qualified();
  const plain = {
    type: "alter table",
    table: name,
    add: [],
    drop: [],
    options: new Map(),
  } as const;
  if (cursor.takes("with")) return { ...plain, options: options(cursor) };
  if (cursor.takes("drop")) {
    if (cursor.takes("(")) return { ...plain, drop: cursor.list(() => cursor.name(), ")") };
    return { ...plain, drop: [cursor.name()] };
  }
  if (cursor.isAt("rename")) throw new CqlError("ALTER TABLE RENAME is not simulated");
  cursor.needs("add");
  const add: ColumnOrder[] = [];
  const isList = cursor.takes("(");
  do add.push(column(cursor));
  while (cursor.takes(","));
  if (isList) cursor.needs(")");
  return { ...plain, add };
}

function drop(cursor: Cursor): Statement {
  if (isKeyspace(cursor)) {
    const ifExists = cursor.takes("if exists");
    return { type: "drop keyspace", name: cursor.name(), ifExists };
  }
  if (!isTable(cursor)) refuse(cursor, "DROP");
  const ifExists = cursor.takes("if exists");
  return { type: "drop table", table: cursor.qualified(), ifExists };
}
