// From text to statements. sql/sql_yacc.yy; what is not understood is a syntax error, what is real
// SQL but not here says so.

import { administration } from "./administration.ts";
import { Cursor } from "./cursor.ts";
import { column, key, tableBody } from "./definitions.ts";
import { SqlError } from "./errors.ts";
import { expressionsOf, limit, query, tableName } from "./queries.ts";
import type { Alteration, Assignment, Expression, Statement, TableName } from "./tree.ts";

/** One statement, without its semicolon. */
export function parse(text: string): Statement {
  const cursor = new Cursor(text);
  if (atEnd(cursor)) throw new SqlError(1065, "Query was empty");
  const found = statement(cursor);
  cursor.accept(";");
  return atEnd(cursor) ? found : cursor.fail();
}

const atEnd = (cursor: Cursor): boolean => cursor.token.kind === "end";

type Rule = (cursor: Cursor) => Statement;

const rules: Readonly<Record<string, Rule>> = {
  SELECT: query,
  "(": (cursor) => {
    cursor.expect("(");
    const inner = query(cursor);
    cursor.expect(")");
    return inner;
  },
  INSERT: (cursor) => insert(cursor, false),
  REPLACE: (cursor) => insert(cursor, true),
  UPDATE: update,
  DELETE: remove,
  TRUNCATE(cursor) {
    cursor.next();
    cursor.accept("TABLE");
    return { kind: "truncate", table: tableName(cursor) };
  },
  CREATE: create,
  DROP: drop,
  ALTER: alter,
  RENAME(cursor) {
    cursor.expect("RENAME", "TABLE");
    const table = tableName(cursor);
    cursor.expect("TO");
    return { kind: "alter table", table, changes: [{ kind: "rename", to: tableName(cursor) }] };
  },
  USE(cursor) {
    cursor.next();
    return { kind: "use", name: cursor.name() };
  },
};

function statement(cursor: Cursor): Statement {
  const rule = rules[cursor.token.upper];
  if (rule) return rule(cursor);
  const { upper } = cursor.token;
  if (absent.test(upper)) cursor.missing(upper);
  return administration(cursor);
}

const absent =
  /^(?:ANALYZE|BACKUP|BINLOG|CALL|CHANGE|CHECK|CHECKSUM|DEALLOCATE|DO|EXECUTE|HANDLER|INSTALL|LOAD|OPTIMIZE|PREPARE|PURGE|REPAIR|RESET|SAVEPOINT|SLAVE|STOP|UNINSTALL|XA|WITH)$/;

function insert(cursor: Cursor, replace: boolean): Statement {
  cursor.next();
  for (const word of ["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"]) cursor.accept(word);
  const ignore = cursor.accept("IGNORE");
  cursor.accept("INTO");
  const table = tableName(cursor);
  const shared = { kind: "insert", table, ignore, replace } as const;
  if (cursor.accept("SET")) {
    const set = cursor.list(() => assignment(cursor));
    const columns = set.map((each) => each.column);
    const rows = [set.map(({ value }) => value)];
    return { ...shared, columns, rows, onDuplicate: duplicates(cursor) };
  }
  const named = cursor.is("(") && !cursor.is("(", "SELECT");
  let columns: string[] | undefined;
  if (cursor.accept("(", ")")) columns = [];
  else if (named) columns = cursor.enclosed(() => qualified(cursor));
  if (cursor.is("SELECT") || cursor.is("(", "SELECT")) {
    const bracket = cursor.accept("(");
    const from = query(cursor);
    if (bracket) cursor.expect(")");
    return { ...shared, columns, rows: [], query: from, onDuplicate: duplicates(cursor) };
  }
  if (!cursor.accept("VALUES") && !cursor.accept("VALUE")) cursor.fail();
  const expressions = expressionsOf(cursor);
  const rows = cursor.list(() => {
    if (cursor.accept("(", ")")) return [];
    return cursor.enclosed(() =>
      cursor.is("DEFAULT") && cursor.next() ? ("DEFAULT" as const) : expressions.parse(),
    );
  });
  return { ...shared, columns, rows, onDuplicate: duplicates(cursor) };
}

function duplicates(cursor: Cursor): Assignment[] {
  if (!cursor.accept("ON", "DUPLICATE", "KEY", "UPDATE")) return [];
  return cursor.list(() => assignment(cursor));
}

function qualified(cursor: Cursor): string {
  let name = cursor.name();
  while (cursor.accept(".")) name = cursor.next().text;
  return name;
}

function assignment(cursor: Cursor): Assignment {
  const name = qualified(cursor);
  if (!cursor.accept("=") && !cursor.accept(":=")) cursor.fail();
  if (cursor.is("DEFAULT") && cursor.ahead(1).upper !== "(") {
    cursor.next();
    return { column: name, value: "DEFAULT" };
  }
  return { column: name, value: expressionsOf(cursor).parse() };
}

/** WHERE, ORDER BY and LIMIT of a change. */
function bounds(cursor: Cursor) {
  const expressions = expressionsOf(cursor);
  const where: Expression | undefined = cursor.accept("WHERE") ? expressions.parse() : undefined;
  const order = cursor.accept("ORDER", "BY") ? expressions.orders() : [];
  const limited = limit(cursor);
  return { order, ...(where && { where }), ...(limited && { limit: limited }) };
}

function update(cursor: Cursor): Statement {
  cursor.next();
  cursor.accept("IGNORE");
  const table = tableName(cursor);
  const alias = cursor.accept("AS") || cursor.atName ? cursor.name() : table.name;
  if (cursor.is(",") || cursor.is("JOIN")) cursor.missing("UPDATE of several tables");
  cursor.expect("SET");
  const set = cursor.list(() => assignment(cursor));
  return { kind: "update", table, alias, set, ...bounds(cursor) };
}

function remove(cursor: Cursor): Statement {
  cursor.next();
  if (!cursor.accept("FROM")) {
    if (cursor.atName) cursor.missing("DELETE from several tables");
    cursor.fail();
  }
  const table = tableName(cursor);
  if (cursor.is(",") || cursor.is("USING")) cursor.missing("DELETE from several tables");
  return { kind: "delete", table, ...bounds(cursor) };
}

const databaseWord = (cursor: Cursor): boolean => cursor.oneOf("DATABASE", "SCHEMA") !== undefined;

function create(cursor: Cursor): Statement {
  if (cursor.ahead(1).upper === "USER") return administration(cursor);
  cursor.next();
  if (databaseWord(cursor)) {
    const ifNot = cursor.accept("IF", "NOT", "EXISTS");
    const name = cursor.name();
    let charset: string | undefined;
    for (;;) {
      cursor.accept("DEFAULT");
      const isCharset = cursor.accept("CHARACTER", "SET") || cursor.accept("CHARSET");
      if (!isCharset && !cursor.accept("COLLATE")) break;
      cursor.accept("=");
      const value = cursor.label();
      if (isCharset) charset = value.toLowerCase();
    }
    return { kind: "create database", name, ifNot, ...(charset !== undefined && { charset }) };
  }
  const unique = cursor.is("UNIQUE", "INDEX");
  if (unique || cursor.is("INDEX")) return createIndex(cursor);
  if (cursor.is("TEMPORARY")) cursor.missing("temporary tables");
  if (notTables.test(cursor.token.upper)) cursor.missing(`CREATE ${cursor.token.upper}`);
  cursor.expect("TABLE");
  const ifNot = cursor.accept("IF", "NOT", "EXISTS");
  const table = tableName(cursor);
  const shared = { kind: "create table", table, ifNot } as const;
  if (cursor.accept("LIKE")) return { ...shared, like: tableName(cursor) };
  if (cursor.accept("AS") || cursor.is("SELECT")) return { ...shared, query: query(cursor) };
  return { ...shared, body: tableBody(cursor, table.name) };
}

const notTables =
  /^(?:VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|OR|DEFINER|ALGORITHM|SERVER|TABLESPACE|FULLTEXT)$/;

function createIndex(cursor: Cursor): Statement {
  const unique = cursor.accept("UNIQUE");
  cursor.expect("INDEX");
  const name = cursor.name();
  cursor.expect("ON");
  const table = tableName(cursor);
  const columns = cursor.enclosed(() => cursor.name());
  const made = { kind: unique ? "unique" : "plain", name, columns } as const;
  return { kind: "alter table", table, changes: [{ kind: "key", key: made }] };
}

function drop(cursor: Cursor): Statement {
  if (cursor.ahead(1).upper === "USER") return administration(cursor);
  cursor.next();
  const ifExists = () => cursor.accept("IF", "EXISTS");
  if (databaseWord(cursor)) return { kind: "drop database", if: ifExists(), name: cursor.name() };
  if (cursor.accept("INDEX")) {
    const name = cursor.name();
    cursor.expect("ON");
    return { kind: "alter table", table: tableName(cursor), changes: [{ kind: "drop key", name }] };
  }
  if (notTables.test(cursor.token.upper)) cursor.missing(`DROP ${cursor.token.upper}`);
  cursor.expect("TABLE");
  return { kind: "drop table", if: ifExists(), tables: cursor.list(() => tableName(cursor)) };
}

function alter(cursor: Cursor): Statement {
  if (cursor.ahead(1).upper !== "TABLE") return administration(cursor);
  cursor.expect("ALTER", "TABLE");
  const table: TableName = tableName(cursor);
  return { kind: "alter table", table, changes: cursor.list(() => alteration(cursor)) };
}

function alteration(cursor: Cursor): Alteration {
  if (cursor.accept("ADD")) {
    const made = key(cursor);
    if (made) return { kind: "key", key: made };
    if (cursor.is("FOREIGN") || cursor.is("CONSTRAINT")) cursor.missing("ADD FOREIGN KEY");
    cursor.accept("COLUMN");
    const added = column(cursor);
    if (cursor.accept("FIRST")) return { kind: "add", ...added, place: "" };
    return { kind: "add", ...added, ...(cursor.accept("AFTER") && { place: cursor.name() }) };
  }
  if (cursor.accept("DROP")) {
    if (cursor.accept("PRIMARY", "KEY")) return { kind: "drop key", name: "PRIMARY" };
    if (cursor.oneOf("KEY", "INDEX")) return { kind: "drop key", name: cursor.name() };
    cursor.accept("COLUMN");
    return { kind: "drop", column: cursor.name() };
  }
  if (cursor.accept("MODIFY")) {
    cursor.accept("COLUMN");
    const changed = column(cursor);
    return { kind: "change", from: changed.column.name, ...changed };
  }
  if (cursor.accept("CHANGE")) {
    cursor.accept("COLUMN");
    return { kind: "change", from: cursor.name(), ...column(cursor) };
  }
  if (cursor.accept("RENAME")) {
    if (!cursor.accept("TO")) cursor.accept("AS");
    return { kind: "rename", to: tableName(cursor) };
  }
  if (cursor.accept("AUTO_INCREMENT")) {
    cursor.accept("=");
    return { kind: "auto increment", value: cursor.integer() };
  }
  return cursor.missing(`ALTER TABLE ... ${cursor.token.text}`);
}
