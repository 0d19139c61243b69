// information_schema: what there is, as tables. sql/sql_show.cc.

import { notSimulated, SqlError } from "../sql/errors.ts";
import { textOf, type Value } from "../sql/values.ts";
import { typeText } from "./coercion.ts";
import { momentText } from "./dates.ts";
import { collationOf } from "./definitions.ts";
import type { Relation } from "./select.ts";
import type { Session } from "./session.ts";
import { visibleDatabases } from "./show.ts";
import { statusCounters } from "./status.ts";
import type { Row, Table } from "./tables.ts";

type View = (session: Session) => { readonly columns: string; readonly rows: readonly Row[] };

function visibleTables(session: Session): Table[] {
  return visibleDatabases(session).flatMap(
    (name) => session.instance.schemata.databases.get(name)?.sorted() ?? [],
  );
}

const views: Readonly<Record<string, View>> = {
  SCHEMATA: (session) => ({
    columns: "CATALOG_NAME,SCHEMA_NAME,DEFAULT_CHARACTER_SET_NAME,DEFAULT_COLLATION_NAME,SQL_PATH",
    rows: visibleDatabases(session).map((name) => {
      const charset = session.instance.schemata.databases.get(name)?.charset ?? "utf8";
      return ["def", name, charset, collationOf(charset), null];
    }),
  }),
  TABLES: (session) => ({
    columns:
      "TABLE_CATALOG,TABLE_SCHEMA,TABLE_NAME,TABLE_TYPE,ENGINE,VERSION,ROW_FORMAT,TABLE_ROWS,AUTO_INCREMENT,CREATE_TIME,TABLE_COLLATION,TABLE_COMMENT",
    rows: visibleTables(session).map(({ database, name, body, rows, autoIncrement, created }) => [
      ...["def", database, name, "BASE TABLE", body.engine, 10, "Dynamic", rows.size],
      ...[autoIncrement, momentText(created), collationOf(body.charset), ""],
    ]),
  }),
  COLUMNS: (session) => ({
    columns:
      "TABLE_CATALOG,TABLE_SCHEMA,TABLE_NAME,COLUMN_NAME,ORDINAL_POSITION,COLUMN_DEFAULT,IS_NULLABLE,DATA_TYPE,COLUMN_TYPE,EXTRA",
    rows: visibleTables(session).flatMap(({ database, name, columns }) =>
      columns.map((column, i): Row => {
        const { default: given, nullable, type, autoIncrement } = column;
        const shown: Value = given === undefined || given === null ? null : textOf(given);
        return [
          ...["def", database, name, column.name, i + 1, shown, nullable ? "YES" : "NO"],
          ...[type.name, typeText(type), autoIncrement ? "auto_increment" : ""],
        ];
      }),
    ),
  }),
  PROCESSLIST: ({ instance }) => ({
    columns: "ID,USER,HOST,DB,COMMAND,TIME,STATE,INFO",
    rows: [...instance.sessions.values()].map((each): Row => {
      const seconds = Math.floor((instance.clock.now() - each.since) / 1000);
      return [
        ...[each.id, each.user, each.host, each.database ?? null, each.command],
        ...[seconds, "", each.running ?? null],
      ];
    }),
  }),
  GLOBAL_STATUS: ({ instance }) => ({
    columns: "VARIABLE_NAME,VARIABLE_VALUE",
    rows: statusCounters(instance).map(([name, value]) => [name.toUpperCase(), value]),
  }),
};

const real = new Set(
  (
    "CHARACTER_SETS COLLATIONS COLUMN_PRIVILEGES ENGINES EVENTS FILES GLOBAL_VARIABLES INNODB_TRX " +
    "KEY_COLUMN_USAGE OPTIMIZER_TRACE PARAMETERS PARTITIONS PLUGINS PROFILING ROUTINES " +
    "REFERENTIAL_CONSTRAINTS SCHEMA_PRIVILEGES SESSION_STATUS SESSION_VARIABLES STATISTICS " +
    "TABLE_CONSTRAINTS TABLE_PRIVILEGES TRIGGERS USER_PRIVILEGES VIEWS"
  ).split(" "),
);

export function informationSchema(name: string, session: Session): Relation {
  const upper = name.toUpperCase();
  const view = views[upper];
  if (!view) {
    if (real.has(upper)) throw notSimulated(`information_schema.${upper}`);
    throw new SqlError(1109, `Unknown table '${name}' in information_schema`);
  }
  const { columns, rows } = view(session);
  const names = columns.split(",");
  return {
    database: "information_schema",
    columns: names,
    numeric: names.map(() => undefined),
    rows,
  };
}
