// SELECT. sql/sql_yacc.yy select_init, join_table_list.

import type { Cursor } from "./cursor.ts";
import { Expressions } from "./expressions.ts";
import type { Item, Limit, Select, Source, TableName } from "./tree.ts";

export const expressionsOf = (cursor: Cursor): Expressions => new Expressions(cursor, query);

export function tableName(cursor: Cursor): TableName {
  const first = cursor.name();
  if (!cursor.accept(".")) return { name: first };
  return { database: first, name: cursor.next().text };
}

/** From SELECT to the end of what belongs to it. */
export function query(cursor: Cursor): Select {
  cursor.expect("SELECT");
  const expressions = expressionsOf(cursor);
  const distinct = cursor.accept("DISTINCT");
  if (!distinct) cursor.accept("ALL");
  cursor.accept("SQL_NO_CACHE");
  const items = cursor.list(() => item(cursor, expressions));
  const from = cursor.accept("FROM") ? sources(cursor, expressions) : [];
  const where = cursor.accept("WHERE") ? expressions.parse() : undefined;
  const group = cursor.accept("GROUP", "BY")
    ? expressions.orders().map(({ expression }) => expression)
    : [];
  const having = cursor.accept("HAVING") ? expressions.parse() : undefined;
  let union: Select["union"];
  if (cursor.accept("UNION")) {
    const all = cursor.accept("ALL");
    if (!all) cursor.accept("DISTINCT");
    union = { all, query: query(cursor) };
  }
  const order = cursor.accept("ORDER", "BY") ? expressions.orders() : [];
  const bounds = limit(cursor);
  if (cursor.is("INTO")) cursor.missing("SELECT ... INTO");
  if (!cursor.accept("FOR", "UPDATE")) cursor.accept("LOCK", "IN", "SHARE", "MODE");
  return {
    ...{ kind: "select", distinct, items, from, group, order },
    ...(where && { where }),
    ...(having && { having }),
    ...(bounds && { limit: bounds }),
    ...(union && { union }),
  };
}

export function limit(cursor: Cursor): Limit | undefined {
  if (!cursor.accept("LIMIT")) return undefined;
  const first = cursor.integer();
  if (cursor.accept(",")) return { offset: first, count: cursor.integer() };
  return { count: first, offset: cursor.accept("OFFSET") ? cursor.integer() : 0 };
}

function item(cursor: Cursor, expressions: Expressions): Item {
  if (cursor.accept("*")) return { heading: "*" };
  if (cursor.atName && cursor.ahead(1).upper === "." && cursor.ahead(2).upper === "*") {
    const table = cursor.name();
    cursor.expect(".", "*");
    return { heading: "*", table };
  }
  const { from } = cursor.token;
  const expression = expressions.parse();
  const written = cursor.text.slice(from, cursor.previous.to);
  const alias = aliasOf(cursor);
  const heading = expression.kind === "column" ? expression.name : headingOf(written);
  return { expression, heading: alias ?? heading, ...(alias !== undefined && { alias }) };
}

/** A text is headed by what it says. */
const headingOf = (written: string): string => {
  const [, text] = /^(?:'([^'\\]*)'|"[^"\\]*")$/.exec(written) ?? [];
  return text ?? written.replace(/^"([^"\\]*)"$/, "$1");
};

function aliasOf(cursor: Cursor): string | undefined {
  if (cursor.accept("AS")) return cursor.label();
  return cursor.atName || cursor.token.kind === "string" ? cursor.next().text : undefined;
}

function sources(cursor: Cursor, expressions: Expressions): Source[] {
  const all = [source(cursor, "cross")];
  for (;;) {
    if (cursor.accept(",")) all.push(source(cursor, "cross"));
    else if (cursor.is("NATURAL")) cursor.missing("NATURAL JOIN");
    else {
      const join = joinOf(cursor);
      if (!join) return all;
      const joined = source(cursor, join);
      if (cursor.accept("ON")) all.push({ ...joined, on: expressions.parse() });
      else if (cursor.accept("USING")) {
        all.push({ ...joined, using: cursor.enclosed(() => cursor.name()) });
      } else if (join === "left" || join === "right") cursor.fail();
      else all.push(joined);
    }
  }
}

function joinOf(cursor: Cursor): Source["join"] | undefined {
  if (cursor.accept("JOIN") || cursor.accept("INNER", "JOIN") || cursor.accept("STRAIGHT_JOIN")) {
    return "inner";
  }
  if (cursor.accept("CROSS", "JOIN")) return "cross";
  for (const side of ["left", "right"] as const) {
    if (!cursor.accept(side.toUpperCase())) continue;
    cursor.accept("OUTER");
    cursor.expect("JOIN");
    return side;
  }
  return undefined;
}

function source(cursor: Cursor, join: Source["join"]): Source {
  if (cursor.accept("(")) {
    const inner = query(cursor);
    cursor.expect(")");
    cursor.accept("AS");
    return { table: inner, alias: cursor.name(), join };
  }
  const table = tableName(cursor);
  const named = cursor.accept("AS") || cursor.atName;
  return { table, alias: named ? cursor.name() : table.name, join };
}
