// Statements about the server rather than its data: SHOW, SET, users, transactions, locks.

import type { Cursor } from "./cursor.ts";
import { expressionsOf, tableName } from "./queries.ts";
import type { Account, Scope, Show, Statement, TableName } from "./tree.ts";

export function administration(cursor: Cursor): Statement {
  const rule = rules[cursor.token.upper];
  if (!rule) cursor.fail();
  cursor.next();
  return rule(cursor);
}

type Rule = (cursor: Cursor) => Statement;

const rules: Readonly<Record<string, Rule>> = {
  SHOW: show,
  SET: set,
  DESC: describe,
  DESCRIBE: describe,
  EXPLAIN: describe,
  BEGIN(cursor) {
    cursor.accept("WORK");
    return { kind: "begin" };
  },
  START(cursor) {
    if (cursor.is("SLAVE")) cursor.missing("START SLAVE");
    cursor.expect("TRANSACTION");
    return { kind: "begin" };
  },
  COMMIT: () => ({ kind: "commit" }),
  ROLLBACK(cursor) {
    if (cursor.is("TO")) cursor.missing("savepoints");
    return { kind: "rollback" };
  },
  CREATE(cursor) {
    cursor.expect("USER");
    const ifNot = cursor.accept("IF", "NOT", "EXISTS");
    return { kind: "create user", ifNot, users: cursor.list(() => identified(cursor)) };
  },
  ALTER(cursor) {
    cursor.expect("USER");
    const { account, password } = identified(cursor);
    return { kind: "alter user", account, password: password ?? cursor.fail() };
  },
  DROP(cursor) {
    cursor.expect("USER");
    const ifExists = cursor.accept("IF", "EXISTS");
    return { kind: "drop user", if: ifExists, accounts: cursor.list(() => account(cursor)) };
  },
  GRANT: (cursor) => grant(cursor, false),
  REVOKE: (cursor) => grant(cursor, true),
  FLUSH(cursor) {
    const words = [];
    while (cursor.token.kind === "word") words.push(cursor.next().upper);
    return { kind: "flush", what: words.join(" ") };
  },
  LOCK(cursor) {
    if (!cursor.accept("TABLES")) cursor.expect("TABLE");
    const tables = cursor.list((): TableName => {
      const table = tableName(cursor);
      if (cursor.accept("AS")) cursor.name();
      if (!cursor.accept("READ")) cursor.expect("WRITE");
      cursor.accept("LOCAL");
      return table;
    });
    return { kind: "lock", tables };
  },
  UNLOCK(cursor) {
    if (!cursor.accept("TABLES")) cursor.expect("TABLE");
    return { kind: "nothing" };
  },
  KILL(cursor) {
    if (!cursor.accept("CONNECTION")) cursor.accept("QUERY");
    return { kind: "kill", id: cursor.integer() };
  },
  SHUTDOWN: () => ({ kind: "shutdown" }),
};

/** `'user'@'host'`; without a host it is any. */
export function account(cursor: Cursor): Account {
  if (cursor.accept("CURRENT_USER")) {
    cursor.accept("(", ")");
    return { user: "", host: "" };
  }
  const user = cursor.label();
  if (cursor.accept("@")) return { user, host: cursor.label() };
  // `root@localhost` and 'root'@localhost come as a name and a variable.
  const { token } = cursor;
  if (token.kind !== "variable" || token.from !== cursor.previous.to) return { user, host: "%" };
  cursor.next();
  return { user, host: token.text.slice(1).replace(/^['`]|['`]$/g, "") };
}

function identified(cursor: Cursor): { readonly account: Account; readonly password?: string } {
  const who = account(cursor);
  if (!cursor.accept("IDENTIFIED")) return { account: who };
  if (cursor.accept("WITH")) {
    const plugin = cursor.label();
    if (plugin !== "mysql_native_password") cursor.missing(`the plugin ${plugin}`);
    if (!cursor.is("BY")) return { account: who, password: "" };
  }
  cursor.expect("BY");
  return { account: who, password: cursor.string() };
}

const privilegeWords = new Set(
  (
    "ALTER CREATE DELETE DROP EXECUTE FILE INDEX INSERT LOCK PROCESS REFERENCES RELOAD REPLICATION " +
    "SELECT SHOW SHUTDOWN SUPER TRIGGER UPDATE USAGE EVENT"
  ).split(" "),
);

function grant(cursor: Cursor, take: boolean): Statement {
  const privileges = cursor.list(() => {
    if (cursor.accept("ALL")) {
      cursor.accept("PRIVILEGES");
      return "ALL";
    }
    if (cursor.accept("GRANT", "OPTION")) return "GRANT OPTION";
    const words = [cursor.next().upper];
    if (!privilegeWords.has(words[0] ?? "")) cursor.fail();
    while (cursor.token.kind === "word" && !cursor.is("ON")) words.push(cursor.next().upper);
    if (cursor.is("(")) cursor.missing("privileges for columns");
    return words.join(" ");
  });
  cursor.expect("ON");
  cursor.accept("TABLE");
  const database = cursor.accept("*") ? "*" : cursor.name();
  cursor.expect(".");
  if (!cursor.accept("*")) cursor.missing("privileges for single tables");
  cursor.expect(take ? "FROM" : "TO");
  const accounts = cursor.list(() => identified(cursor));
  const withGrant = cursor.accept("WITH", "GRANT", "OPTION");
  return { kind: "grant", take, privileges, database, accounts, withGrant };
}

function describe(cursor: Cursor): Statement {
  if (cursor.is("SELECT") || cursor.is("FORMAT")) cursor.missing("EXPLAIN of a query");
  cursor.accept("TABLE");
  const table = tableName(cursor);
  const like = cursor.atName || cursor.token.kind === "string" ? cursor.next().text : undefined;
  return { kind: "describe", table, ...(like !== undefined && { like }) };
}

/** What SHOW shows, by its words; the longest that fits counts. */
const shown: readonly string[] = [
  ..."MASTER STATUS,SLAVE STATUS,MASTER LOGS,BINARY LOGS,SLAVE HOSTS".split(","),
  ..."ENGINE INNODB STATUS,ENGINES,STORAGE ENGINES,PLUGINS,PRIVILEGES,PROCESSLIST".split(","),
  ..."CHARACTER SET,COLLATION,OPEN TABLES,TRIGGERS,EVENTS,WARNINGS,ERRORS".split(","),
  ..."DATABASES,SCHEMAS,TABLE STATUS,TABLES,COLUMNS,FIELDS,INDEXES,INDEX,KEYS".split(","),
  ..."CREATE DATABASE,CREATE SCHEMA,CREATE TABLE,CREATE USER,GRANTS,VARIABLES,STATUS".split(","),
];

function show(cursor: Cursor): Show {
  const full = cursor.accept("FULL");
  const scope = scopeOf(cursor);
  const what = shown.find((words) => cursor.accept(...words.split(" ")));
  if (what === undefined) return cursor.fail();
  let of: TableName | undefined;
  let who: Account | undefined;
  if (what === "CREATE USER" || (what === "GRANTS" && cursor.accept("FOR"))) who = account(cursor);
  else if (what.startsWith("CREATE DATABASE") || what.startsWith("CREATE SCHEMA")) {
    cursor.accept("IF", "NOT", "EXISTS");
    of = { name: cursor.name() };
  } else if (what === "CREATE TABLE") of = tableName(cursor);
  while (cursor.oneOf("FROM", "IN")) {
    const next = tableName(cursor);
    of = of ? { database: next.name, name: of.name } : next;
  }
  const like = cursor.accept("LIKE") ? cursor.string() : undefined;
  const where = cursor.accept("WHERE") ? expressionsOf(cursor).parse() : undefined;
  return {
    ...{ kind: "show", what, full, scope },
    ...(of && { of }),
    ...(who && { account: who }),
    ...(like !== undefined && { like }),
    ...(where && { where }),
  };
}

function scopeOf(cursor: Cursor): Scope {
  if (cursor.accept("GLOBAL")) return "global";
  if (!cursor.accept("SESSION")) cursor.accept("LOCAL");
  return "session";
}

function set(cursor: Cursor): Statement {
  if (cursor.accept("NAMES") || cursor.accept("CHARACTER", "SET")) {
    cursor.label();
    if (cursor.accept("COLLATE")) cursor.label();
    return { kind: "nothing" };
  }
  if (cursor.accept("PASSWORD")) {
    const who = cursor.accept("FOR") ? account(cursor) : undefined;
    cursor.expect("=");
    const wrapped = cursor.accept("PASSWORD");
    if (wrapped) cursor.expect("(");
    const password = cursor.string();
    if (wrapped) cursor.expect(")");
    return { kind: "alter user", account: who, password };
  }
  if (cursor.is("TRANSACTION") || cursor.ahead(1).upper === "TRANSACTION") {
    while (cursor.token.kind === "word" || cursor.is(",")) cursor.next();
    return { kind: "nothing" };
  }
  const assignments = cursor.list(() => {
    const { token } = cursor;
    if (token.kind === "variable") {
      const parsed = expressionsOf(cursor);
      cursor.next();
      const [, scope] = /^@@(global)?/i.exec(token.text) ?? [];
      const isOwn = !token.text.startsWith("@@");
      const name = token.text.replace(/^@@?(?:(?:global|session|local)\.)?/i, "");
      if (!cursor.accept("=") && !cursor.accept(":=")) cursor.fail();
      const kind: Scope | "user" = isOwn ? "user" : scope ? "global" : "session";
      return { scope: kind, name: isOwn ? name : name.toLowerCase(), value: parsed.parse() };
    }
    const scope = scopeOf(cursor);
    const name = cursor.next().text.toLowerCase();
    if (!cursor.accept("=") && !cursor.accept(":=")) cursor.fail();
    // ON and OFF are words here, not columns.
    if (cursor.is("ON")) {
      cursor.next();
      return { scope, name, value: { kind: "value", value: "ON" } as const };
    }
    const value = expressionsOf(cursor).parse();
    const word = value.kind === "column" ? ({ kind: "value", value: value.name } as const) : value;
    return { scope, name, value: word };
  });
  return { kind: "set", assignments };
}
