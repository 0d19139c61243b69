// What SHOW and DESCRIBE print. sql/sql_show.cc.

import { notSimulated, SqlError } from "../sql/errors.ts";
import type { Account, Show } from "../sql/tree.ts";
import { isTrue, likePattern, textOf, type Value } from "../sql/values.ts";
import { accountText, allPrivileges, databasePrivileges } from "./accounts.ts";
import { isNumeric, typeText } from "./coercion.ts";
import { momentText } from "./dates.ts";
import { collationOf, createText } from "./definitions.ts";
import { evaluate } from "./evaluate.ts";
import type { Result } from "./select.ts";
import type { Session } from "./session.ts";
import { innodbStatus, statusCounters } from "./status.ts";
import type { Row, Table } from "./tables.ts";

/** Headings as text; a `#` before one says that it is a number. */
function table(headings: string, rows: readonly Row[]): Result {
  const columns = headings.split(",").map((heading) => ({
    name: heading.replace(/^#/, ""),
    numeric: heading.startsWith("#"),
  }));
  return { columns, rows };
}

type Shown = (statement: Show, session: Session) => Result;

export function show(statement: Show, session: Session): Result {
  const made = shown[statement.what];
  if (!made) throw notSimulated(`SHOW ${statement.what}`);
  return filtered(made(statement, session), statement, session);
}

/** LIKE looks at the first column. */
function filtered({ columns, rows }: Result, { like, where }: Show, session: Session): Result {
  const names = columns.map(({ name }) => name);
  let kept = rows;
  if (like !== undefined) {
    const pattern = likePattern(like);
    kept = kept.filter(([first = null]) => first !== null && pattern.test(textOf(first)));
  }
  if (where) {
    const env = session.environment();
    kept = kept.filter((row) => {
      const bound = [{ alias: "", database: undefined, columns: names, row }];
      return isTrue(evaluate(where, { bound, env, clause: "where clause" }));
    });
  }
  return { columns, rows: kept };
}

function databaseOf({ of }: Show, session: Session): string {
  const name = of?.database ?? of?.name ?? session.database;
  if (name === undefined) throw new SqlError(1046, "No database selected");
  return name;
}

function tableOf({ of }: Show, session: Session): Table {
  if (!of) throw new SqlError(1046, "No database selected");
  return session.table(of, "SELECT");
}

export function visibleDatabases({ instance, privileges }: Session): string[] {
  const names = new Set(["information_schema", ...instance.schemata.names()]);
  return [...names].filter((name) => privileges.sees(name));
}

function databases(_: Show, session: Session): Result {
  return table(
    "Database",
    visibleDatabases(session).map((name) => [name]),
  );
}

function tables(statement: Show, session: Session): Result {
  const name = databaseOf(statement, session);
  session.privileges.requireDatabase(name);
  if (name === "information_schema") {
    throw notSimulated("SHOW TABLES of information_schema");
  }
  const all = session.instance.schemata.database(name).sorted();
  const like = statement.like === undefined ? "" : ` (${statement.like})`;
  const heading = `Tables_in_${name}${like}`;
  return statement.full
    ? table(
        `${heading},Table_type`,
        all.map((each) => [each.name, "BASE TABLE"]),
      )
    : table(
        heading,
        all.map((each) => [each.name]),
      );
}

function keyMark(made: Table, column: string): string {
  const keys = made.body.keys.filter(
    (key) => key.columns[0]?.toLowerCase() === column.toLowerCase(),
  );
  const isPrimary = made.primary?.columns.some(
    (each) => each.toLowerCase() === column.toLowerCase(),
  );
  if (isPrimary) return "PRI";
  const single = keys.some(({ kind, columns }) => kind === "unique" && columns.length === 1);
  return single ? "UNI" : keys.length > 0 ? "MUL" : "";
}

function fields(made: Table): Row[] {
  return made.columns.map((column): Row => {
    const { name, type, nullable, default: given, autoIncrement, onUpdateNow } = column;
    const shownDefault: Value =
      given === undefined ? null : given === "CURRENT_TIMESTAMP()" ? "CURRENT_TIMESTAMP" : given;
    const extra = autoIncrement
      ? "auto_increment"
      : onUpdateNow
        ? "on update CURRENT_TIMESTAMP"
        : "";
    return [
      name,
      typeText(type),
      nullable ? "YES" : "NO",
      keyMark(made, name),
      shownDefault,
      extra,
    ];
  });
}

export function describe(made: Table, like?: string): Result {
  const pattern = like === undefined ? undefined : likePattern(like);
  const rows = fields(made).filter(([name = ""]) => !pattern || pattern.test(String(name)));
  return table("Field,Type,Null,Key,Default,Extra", rows);
}

function columns(statement: Show, session: Session): Result {
  const made = tableOf(statement, session);
  if (!statement.full) return describe(made);
  const rows = made.columns.map((column, i): Row => {
    const [name = null, type = null, nullable = null, key = null, given = null, extra = null] =
      fields(made)[i] ?? [];
    const isText = !isNumeric(column.type) && !/date|time|blob|binary/.test(column.type.name);
    const collation = isText ? collationOf(made.body.charset) : null;
    const rights = "select,insert,update,references";
    return [name, type, collation, nullable, key, given, extra, rights, column.comment ?? ""];
  });
  return table("Field,Type,Collation,Null,Key,Default,Extra,Privileges,Comment", rows);
}

function indexes(statement: Show, session: Session): Result {
  const made = tableOf(statement, session);
  const rows = made.body.keys.flatMap((key) =>
    key.columns.map((column, i): Row => {
      const nullable = made.columns[made.position(column)]?.nullable ? "YES" : "";
      const unique = key.kind === "plain" ? 1 : 0;
      return [
        ...[made.name, unique, key.name, i + 1, column, "A", made.rows.size],
        ...[null, null, nullable, "BTREE", "", ""],
      ];
    }),
  );
  return table(
    "Table,#Non_unique,Key_name,#Seq_in_index,Column_name,Collation,#Cardinality,#Sub_part,Packed,Null,Index_type,Comment,Index_comment",
    rows,
  );
}

function processes({ full }: Show, { instance, account, privileges }: Session): Result {
  const seesAll = privileges.global.has("PROCESS");
  const now = instance.clock.now();
  const rows = [...instance.sessions.values()]
    .filter((each) => seesAll || each.account.user === account.user)
    .map((each): Row => {
      const seconds = Math.floor((now - each.since) / 1000);
      const isRunning = each.running !== undefined;
      const text = each.running ?? null;
      const info = full || text === null ? text : text.slice(0, 100);
      return [
        ...[each.id, each.user, each.host, each.database ?? null, each.command],
        ...[seconds, isRunning ? "starting" : "", info],
      ];
    });
  return table("#Id,User,Host,db,Command,#Time,State,Info", rows);
}

function grants(statement: Show, session: Session): Result {
  const { accounts } = session.instance;
  const account: Account = statement.account ?? session.account;
  if (!accounts.find(account)) {
    throw new SqlError(
      1141,
      `There is no such grant defined for user '${account.user}' on host '${account.host}'`,
    );
  }
  const line = (held: ReadonlySet<string>, all: readonly string[], on: string) => {
    const named = all.filter((each) => held.has(each));
    const what = named.length === all.length ? "ALL PRIVILEGES" : named.join(", ") || "USAGE";
    const grant = held.has("GRANT OPTION") ? " WITH GRANT OPTION" : "";
    return `GRANT ${what} ON ${on} TO ${accountText(account)}${grant}`;
  };
  const rows = [
    line(accounts.privileges(account), allPrivileges, "*.*"),
    ...accounts
      .perDatabase(account)
      .map(([name, held]) => line(held, databasePrivileges, `\`${name}\`.*`)),
  ];
  return table(
    `Grants for ${account.user}@${account.host}`,
    rows.map((each) => [each]),
  );
}

function tableStatus(statement: Show, session: Session): Result {
  const name = databaseOf(statement, session);
  const rows = session.instance.schemata
    .database(name)
    .sorted()
    .map((made): Row => {
      const counter = made.columns.some(({ autoIncrement }) => autoIncrement);
      return [
        ...[made.name, made.body.engine, 10, "Dynamic", made.rows.size, 0, 16_384, 0, 0, 0],
        ...[counter ? made.autoIncrement : null, momentText(made.created), null, null],
        ...[collationOf(made.body.charset), null, "", ""],
      ];
    });
  return table(
    "Name,Engine,#Version,Row_format,#Rows,#Avg_row_length,#Data_length,#Max_data_length,#Index_length,#Data_free,#Auto_increment,Create_time,Update_time,Check_time,Collation,#Checksum,Create_options,Comment",
    rows,
  );
}

const engines: readonly Row[] = [
  [
    "InnoDB",
    "DEFAULT",
    "Supports transactions, row-level locking, and foreign keys",
    "YES",
    "YES",
    "YES",
  ],
];

/** No replication is simulated: the server is nobody's master and nobody's slave, and says so. */
const nothing =
  (headings: string): Shown =>
  () =>
    table(headings, []);

const noBinaryLog: Shown = () => {
  throw new SqlError(1381, "You are not using binary logging");
};

const shown: Readonly<Record<string, Shown>> = {
  DATABASES: databases,
  SCHEMAS: databases,
  TABLES: tables,
  "TABLE STATUS": tableStatus,
  COLUMNS: columns,
  FIELDS: columns,
  INDEX: indexes,
  INDEXES: indexes,
  KEYS: indexes,
  "CREATE TABLE": (statement, session) => {
    const made = tableOf(statement, session);
    return table("Table,Create Table", [[made.name, createText(made)]]);
  },
  "CREATE DATABASE": createDatabase,
  "CREATE SCHEMA": createDatabase,
  PROCESSLIST: processes,
  GRANTS: grants,
  VARIABLES: ({ scope }, session) => table("Variable_name,Value", session.variables(scope)),
  STATUS: (_, session) => table("Variable_name,Value", statusCounters(session.instance)),
  ENGINES: () => table("Engine,Support,Comment,Transactions,XA,Savepoints", engines),
  "STORAGE ENGINES": () => table("Engine,Support,Comment,Transactions,XA,Savepoints", engines),
  "ENGINE INNODB STATUS": (_, session) => {
    session.privileges.requireGlobal("PROCESS");
    return table("Type,Name,Status", [["InnoDB", "", innodbStatus(session.instance)]]);
  },
  "MASTER STATUS": nothing("File,#Position,Binlog_Do_DB,Binlog_Ignore_DB,Executed_Gtid_Set"),
  "SLAVE STATUS": nothing("Slave_IO_State,Master_Host,Master_User,#Master_Port"),
  "SLAVE HOSTS": nothing("#Server_id,Host,#Port,#Master_id,Slave_UUID"),
  "MASTER LOGS": noBinaryLog,
  "BINARY LOGS": noBinaryLog,
  WARNINGS: nothing("Level,#Code,Message"),
  ERRORS: nothing("Level,#Code,Message"),
  "CHARACTER SET": () =>
    table("Charset,Description,Default collation,#Maxlen", [
      ["latin1", "cp1252 West European", "latin1_swedish_ci", 1],
      ["utf8", "UTF-8 Unicode", "utf8_general_ci", 3],
      ["utf8mb4", "UTF-8 Unicode", "utf8mb4_general_ci", 4],
    ]),
};

function createDatabase({ of }: Show, session: Session): Result {
  const { name, charset } = session.instance.schemata.database(of?.name ?? "");
  const text = `CREATE DATABASE \`${name}\` /*!40100 DEFAULT CHARACTER SET ${charset} */`;
  return table("Database,Create Database", [[name, text]]);
}
