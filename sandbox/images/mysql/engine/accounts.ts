// Who may do what: the tables mysql.user and mysql.db, and the questions that they answer.
// sql/auth.
// differs: privileges are for all or for databases, not for single tables and columns.

import { sha1 } from "../../../programs/bin/digest.ts";
import { SqlError } from "../sql/errors.ts";
import type { Account, ColumnDefinition, TableBody } from "../sql/tree.ts";
import { likePattern, textOf, type Value } from "../sql/values.ts";
import type { Row, Table } from "./tables.ts";

/** In the order of SHOW GRANTS. */
export const databasePrivileges: readonly string[] = [
  ..."SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,REFERENCES,INDEX,ALTER".split(","),
  ..."CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE,CREATE VIEW,SHOW VIEW,CREATE ROUTINE".split(","),
  ..."ALTER ROUTINE,EVENT,TRIGGER".split(","),
];

export const allPrivileges: readonly string[] = [
  ..."SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,RELOAD,SHUTDOWN,PROCESS,FILE,REFERENCES".split(","),
  ..."INDEX,ALTER,SHOW DATABASES,SUPER,CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE".split(","),
  ..."REPLICATION SLAVE,REPLICATION CLIENT,CREATE VIEW,SHOW VIEW,CREATE ROUTINE".split(","),
  ..."ALTER ROUTINE,CREATE USER,EVENT,TRIGGER,CREATE TABLESPACE".split(","),
];

const special: Readonly<Record<string, string>> = {
  "SHOW DATABASES": "Show_db_priv",
  "CREATE TEMPORARY TABLES": "Create_tmp_table_priv",
  "REPLICATION SLAVE": "Repl_slave_priv",
  "REPLICATION CLIENT": "Repl_client_priv",
  "GRANT OPTION": "Grant_priv",
};

const columnOf = (privilege: string): string =>
  special[privilege] ??
  `${privilege.charAt(0)}${privilege.slice(1).toLowerCase().replaceAll(" ", "_")}_priv`;

const column = (name: string, size: number): ColumnDefinition => ({
  ...{ name, type: { name: "char", size }, nullable: false, default: "" },
});

const yesNo = (name: string): ColumnDefinition => ({
  ...{ name, type: { name: "enum", members: ["N", "Y"] }, nullable: false, default: "N" },
});

const body = (columns: readonly ColumnDefinition[], key: readonly string[]): TableBody => ({
  ...{ columns, foreign: [], engine: "MyISAM", charset: "utf8" },
  keys: [{ kind: "primary", name: "PRIMARY", columns: key }],
});

export const userTable: TableBody = body(
  [
    ...[column("Host", 60), column("User", 32)],
    ...[...allPrivileges, "GRANT OPTION"].map((each) => yesNo(columnOf(each))),
    { ...column("plugin", 64), default: "mysql_native_password" },
    { name: "authentication_string", type: { name: "text" }, nullable: true },
    yesNo("password_expired"),
    yesNo("account_locked"),
  ],
  ["Host", "User"],
);

export const dbTable: TableBody = body(
  [
    ...[column("Host", 60), column("Db", 64), column("User", 32)],
    ...[...databasePrivileges, "GRANT OPTION"].map((each) => yesNo(columnOf(each))),
  ],
  ["Host", "Db", "User"],
);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** As mysql.user keeps a password: twice SHA-1. */
export const passwordHash = (password: string): string =>
  password === "" ? "" : `*${sha1(fromHex(sha1(bytesOf(password)))).toUpperCase()}`;

/** What a client sends instead of the password. */
export const proofOf = (hash: string, salt: string): string =>
  hash === "" ? "" : sha1(bytesOf(salt + hash));

export const accountText = ({ user, host }: Account): string => `'${user}'@'${host}'`;

/** Reads and changes the two tables. */
export class Accounts {
  readonly #users: Table;
  readonly #databases: Table;

  constructor(users: Table, databases: Table) {
    this.#users = users;
    this.#databases = databases;
  }

  /** The account that somebody from `host` becomes; the most exact host first. */
  match(user: string, host: string): Account | undefined {
    const fitting = [...this.#users.rows.values()]
      .map((row) => ({
        user: cell(this.#users, row, "User"),
        host: cell(this.#users, row, "Host"),
      }))
      .filter((each) => (each.user === user || each.user === "") && hostFits(each.host, host));
    const exactness = (each: Account) =>
      (each.host.includes("%") ? 0 : 2) + (each.user === "" ? 0 : 1) + (each.host === "%" ? -1 : 0);
    return fitting.sort((a, b) => exactness(b) - exactness(a))[0];
  }

  find(account: Account): readonly [number, Row] | undefined {
    return [...this.#users.rows].find(
      ([, row]) =>
        cell(this.#users, row, "User") === account.user &&
        cell(this.#users, row, "Host") === account.host,
    );
  }

  hashOf(account: Account): string {
    const found = this.find(account);
    return found ? cell(this.#users, found[1], "authentication_string") : "";
  }

  /** Privileges for everything, or with a database also those for it. */
  privileges(account: Account, database?: string): ReadonlySet<string> {
    const found = this.find(account);
    const held = new Set(found ? heldIn(this.#users, found[1], allPrivileges) : []);
    if (database === undefined) return held;
    for (const row of this.#databases.rows.values()) {
      const isHis =
        cell(this.#databases, row, "User") === account.user &&
        cell(this.#databases, row, "Host") === account.host;
      if (!isHis || !likePattern(cell(this.#databases, row, "Db")).test(database)) continue;
      for (const each of heldIn(this.#databases, row, databasePrivileges)) held.add(each);
    }
    return held;
  }

  /** Databases that he has privileges for, with them. */
  perDatabase(account: Account): (readonly [string, ReadonlySet<string>])[] {
    const own = [...this.#databases.rows.values()].filter(
      (row) =>
        cell(this.#databases, row, "User") === account.user &&
        cell(this.#databases, row, "Host") === account.host,
    );
    return own.map((row) => [
      cell(this.#databases, row, "Db"),
      new Set(heldIn(this.#databases, row, databasePrivileges)),
    ]);
  }

  /** The row of mysql.user for an account with these privileges. */
  userRow(account: Account, hash: string, privileges: ReadonlySet<string>): Row {
    return rowOf(this.#users, privileges, {
      ...{ Host: account.host, User: account.user, plugin: "mysql_native_password" },
      authentication_string: hash,
    });
  }

  databaseRow(account: Account, database: string, privileges: ReadonlySet<string>): Row {
    const { host, user } = account;
    return rowOf(this.#databases, privileges, { Host: host, Db: database, User: user });
  }

  databaseEntry(account: Account, database: string): readonly [number, Row] | undefined {
    const wanted = [account.host, database, account.user].join("\0");
    return [...this.#databases.rows].find(
      ([, row]) =>
        ["Host", "Db", "User"].map((name) => cell(this.#databases, row, name)).join("\0") ===
        wanted,
    );
  }

  all(): Account[] {
    return [...this.#users.rows.values()].map((row) => ({
      user: cell(this.#users, row, "User"),
      host: cell(this.#users, row, "Host"),
    }));
  }

  get tables(): { readonly users: Table; readonly databases: Table } {
    return { users: this.#users, databases: this.#databases };
  }
}

const cell = (table: Table, row: Row, name: string): string => {
  const value = row[table.position(name)] ?? null;
  return value === null ? "" : textOf(value);
};

function heldIn(table: Table, row: Row, of: readonly string[]): string[] {
  return [...of, "GRANT OPTION"].filter((each) => cell(table, row, columnOf(each)) === "Y");
}

function rowOf(
  table: Table,
  privileges: ReadonlySet<string>,
  named: Readonly<Record<string, string>>,
): Row {
  const granted = new Set([...privileges].map(columnOf));
  return table.columns.map(({ name, default: given }): Value => {
    const value = named[name];
    if (value !== undefined) return value;
    if (granted.has(name)) return "Y";
    return given === undefined ? null : given;
  });
}

function hostFits(pattern: string, host: string): boolean {
  if (pattern === "localhost" || host === "localhost") {
    return pattern === host || pattern === "%";
  }
  return likePattern(pattern).test(host);
}

export function denied(user: string, host: string, usedPassword: boolean): SqlError {
  const used = usedPassword ? "YES" : "NO";
  return new SqlError(1045, `Access denied for user '${user}'@'${host}' (using password: ${used})`);
}
