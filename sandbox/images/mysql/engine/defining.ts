// Statements that change what there is, for one session: the right to it, then the deed.

import { SqlError } from "../sql/errors.ts";
import type { Statement, TableName } from "../sql/tree.ts";
import { accountText } from "./accounts.ts";
import * as definitions from "./definitions.ts";
import { virtualDatabases } from "./instance.ts";
import { select } from "./select.ts";
import type { Session } from "./session.ts";
import { administer } from "./users.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export interface Defined {
  readonly affected: number;
  readonly info?: string;
}

export function define(statement: Statement, session: Session): Defined {
  const { instance, privileges } = session;
  switch (statement.kind) {
    case "create database":
      privileges.require("CREATE", statement.name);
      return { affected: definitions.createDatabase(instance, statement) };
    case "drop database": {
      privileges.require("DROP", statement.name);
      const affected = definitions.dropDatabase(instance, statement);
      if (session.database === statement.name) session.database = undefined;
      return { affected };
    }
    case "create table":
      return createTable(statement, session);
    case "drop table": {
      const names = statement.tables.map((name) => session.resolve(name));
      for (const { database } of names) privileges.require("DROP", database);
      definitions.dropTables(instance, names, statement.if);
      return { affected: 0 };
    }
    case "truncate":
      definitions.truncate(instance, session.table(statement.table, "DROP"));
      return { affected: 0 };
    case "alter table":
      return alterTable(statement, session);
  }
  administer(statement, session);
  return { affected: 0 };
}

function alterTable({ table: name, changes }: Of<"alter table">, session: Session): Defined {
  const table = session.table(name, "ALTER");
  const resolve = (to: TableName) => session.resolve(to);
  const env = session.environment();
  const rows = definitions.alterTable(session.instance, table, { changes, env, resolve });
  const affected = changes.some(({ kind }) => kind === "change") ? rows : 0;
  return { affected, info: `Records: ${affected}  Duplicates: 0  Warnings: 0` };
}

function createTable(
  { table: given, ifNot, body, like, query }: Of<"create table">,
  session: Session,
): Defined {
  const name = session.resolve(given);
  const { instance, account } = session;
  session.privileges.require("CREATE", name.database);
  if (virtualDatabases.includes(name.database)) {
    throw new SqlError(
      1044,
      `Access denied for user ${accountText(account)} to database '${name.database}'`,
    );
  }
  const result = query && select(query, session.reader());
  const { charset } = instance.schemata.database(name.database);
  const made = body
    ? { ...body, charset: body.charset === "latin1" ? charset : body.charset }
    : like
      ? { ...session.table(like, "SELECT").body, foreign: [] }
      : definitions.bodyOf(result?.columns ?? [], result?.rows ?? [], charset);
  const table = definitions.createTable(instance, name, { body: made, ifNot });
  for (const row of result?.rows ?? []) {
    if (table) session.note(table.apply(table.nextId, row));
  }
  return { affected: result?.rows.length ?? 0 };
}
