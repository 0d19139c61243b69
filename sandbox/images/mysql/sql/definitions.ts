// What a table is made of: columns, types, keys. sql/sql_yacc.yy field_def, key_def.

import type { Cursor } from "./cursor.ts";
import { SqlError } from "./errors.ts";
import { tableName } from "./queries.ts";
import type { ColumnDefinition, ColumnType, ForeignKey, Key, TableBody } from "./tree.ts";
import { decimalOf, type Value } from "./values.ts";

const synonyms: Readonly<Record<string, string>> = {
  integer: "int",
  numeric: "decimal",
  dec: "decimal",
  real: "double",
  character: "char",
  bool: "tinyint",
  boolean: "tinyint",
  nvarchar: "varchar",
};

const types = new Set(
  (
    "tinyint smallint mediumint int bigint decimal float double char varchar tinytext text " +
    "mediumtext longtext binary varbinary tinyblob blob mediumblob longblob date datetime timestamp " +
    "time year enum json bit"
  ).split(" "),
);

/** How wide whole numbers are shown, with a sign and without. */
const widths: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [4, 3],
  smallint: [6, 5],
  mediumint: [9, 8],
  int: [11, 10],
  bigint: [20, 20],
};

export interface Column {
  readonly column: ColumnDefinition;
  /** Keys that were written behind it. */
  readonly keys: readonly Key[];
}

export function columnType(cursor: Cursor): ColumnType {
  const written = cursor.next().text.toLowerCase();
  const name = synonyms[written] ?? written;
  if (!types.has(name)) cursor.missing(`the type ${written.toUpperCase()}`);
  if (name === "double") cursor.accept("PRECISION");
  if (name === "enum") return { name, members: cursor.enclosed(() => cursor.string()) };
  let sizes: number[] = [];
  if (cursor.is("(")) sizes = cursor.enclosed(() => cursor.integer());
  const unsigned = cursor.accept("UNSIGNED");
  if (!unsigned) cursor.accept("SIGNED");
  cursor.accept("ZEROFILL");
  if (cursor.accept("CHARACTER", "SET") || cursor.accept("CHARSET")) cursor.label();
  if (cursor.accept("COLLATE")) cursor.label();
  const [size, scale] = sizes;
  const isBool = written === "bool" || written === "boolean";
  const shown = size ?? (isBool ? 1 : widths[name]?.[unsigned ? 1 : 0]);
  const given = shown ?? (name === "decimal" ? 10 : name === "char" ? 1 : undefined);
  if (name === "varchar" && given === undefined) cursor.fail();
  return {
    name,
    ...(given !== undefined && { size: given }),
    ...((scale !== undefined || name === "decimal") && { scale: scale ?? 0 }),
    ...(unsigned && { unsigned }),
  };
}

export function column(cursor: Cursor): Column {
  const name = cursor.name();
  const type = columnType(cursor);
  const made: { -readonly [K in keyof ColumnDefinition]: ColumnDefinition[K] } = {
    ...{ name, type, nullable: true },
  };
  const keys: Key[] = [];
  for (;;) {
    if (cursor.accept("NOT", "NULL")) made.nullable = false;
    else if (cursor.accept("NULL")) made.nullable = true;
    else if (cursor.accept("DEFAULT")) made.default = defaultValue(cursor);
    else if (cursor.accept("AUTO_INCREMENT")) made.autoIncrement = true;
    else if (cursor.accept("COMMENT")) made.comment = cursor.string();
    else if (cursor.accept("ON", "UPDATE")) {
      defaultValue(cursor);
      made.onUpdateNow = true;
    } else if (cursor.accept("PRIMARY", "KEY") || cursor.accept("KEY")) {
      made.nullable = false;
      keys.push({ kind: "primary", name: "PRIMARY", columns: [name] });
    } else if (cursor.accept("UNIQUE")) {
      cursor.accept("KEY");
      keys.push({ kind: "unique", name, columns: [name] });
    } else if (cursor.accept("COLLATE")) cursor.label();
    else if (cursor.accept("REFERENCES")) references(cursor);
    else return { column: made, keys };
  }
}

function defaultValue(cursor: Cursor): ColumnDefinition["default"] {
  if (cursor.accept("NULL")) return null;
  if (cursor.accept("TRUE")) return 1;
  if (cursor.accept("FALSE")) return 0;
  if (cursor.oneOf("CURRENT_TIMESTAMP", "NOW", "LOCALTIME")) {
    if (cursor.accept("(") && !cursor.accept(")")) {
      cursor.integer();
      cursor.expect(")");
    }
    return "CURRENT_TIMESTAMP()";
  }
  const sign = cursor.accept("-") ? "-" : "";
  const token = cursor.next();
  if (token.kind === "string") return token.text;
  if (token.kind !== "number") cursor.fail();
  const text = sign + token.text;
  const value: Value = token.text.includes(".") ? (decimalOf(text) ?? 0) : Number(text);
  return value;
}

interface Referred {
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: ForeignKey["onDelete"];
}

function references(cursor: Cursor): Referred {
  const { name: table } = tableName(cursor);
  const columns = cursor.enclosed(() => cursor.name());
  let onDelete: ForeignKey["onDelete"] = "RESTRICT";
  while (cursor.accept("ON")) {
    const what = cursor.oneOf("DELETE", "UPDATE");
    const action = cursor.accept("CASCADE")
      ? "CASCADE"
      : cursor.accept("SET", "NULL")
        ? "SET NULL"
        : "RESTRICT";
    if (action === "RESTRICT" && !cursor.accept("RESTRICT")) cursor.expect("NO", "ACTION");
    if (what === "DELETE") onDelete = action;
  }
  return { table, references: columns, onDelete };
}

/** `KEY name (a, b)`; undefined if none comes. */
export function key(cursor: Cursor): Key | undefined {
  const constraint =
    cursor.accept("CONSTRAINT") && cursor.atName && !cursor.is("FOREIGN")
      ? cursor.name()
      : undefined;
  const columns = () =>
    cursor.enclosed(() => {
      const name = cursor.name();
      if (cursor.accept("(")) {
        cursor.integer();
        cursor.expect(")");
      }
      if (!cursor.accept("ASC")) cursor.accept("DESC");
      return name;
    });
  if (cursor.accept("PRIMARY", "KEY")) {
    return { kind: "primary", name: "PRIMARY", columns: columns() };
  }
  const unique = cursor.accept("UNIQUE");
  const word = cursor.oneOf("KEY", "INDEX");
  if (!unique && word === undefined) return undefined;
  const name = cursor.atName ? cursor.name() : constraint;
  const listed = columns();
  return { kind: unique ? "unique" : "plain", name: name ?? listed[0] ?? "", columns: listed };
}

function foreignKey(cursor: Cursor, count: number, table: string): ForeignKey | undefined {
  const named = cursor.is("CONSTRAINT") && cursor.ahead(2).upper === "FOREIGN";
  if (!named && !cursor.is("FOREIGN")) return undefined;
  const name = cursor.accept("CONSTRAINT") ? cursor.name() : `${table}_ibfk_${count + 1}`;
  cursor.expect("FOREIGN", "KEY");
  if (cursor.atName) cursor.name();
  const columns = cursor.enclosed(() => cursor.name());
  cursor.expect("REFERENCES");
  return { name, columns, ...references(cursor) };
}

/** From the bracket to the options behind it. */
export function tableBody(cursor: Cursor, table: string): TableBody {
  const columns: ColumnDefinition[] = [];
  const keys: Key[] = [];
  const foreign: ForeignKey[] = [];
  cursor.enclosed(() => {
    const reference = foreignKey(cursor, foreign.length, table);
    if (reference) return foreign.push(reference);
    const found = key(cursor);
    if (found) return keys.push(found);
    if (cursor.oneOf("FULLTEXT", "SPATIAL")) cursor.missing("FULLTEXT and SPATIAL keys");
    const made = column(cursor);
    if (columns.some(({ name }) => name.toLowerCase() === made.column.name.toLowerCase())) {
      throw new SqlError(1060, `Duplicate column name '${made.column.name}'`);
    }
    keys.push(...made.keys);
    return columns.push(made.column);
  });
  return { columns: completed(columns, keys), keys, foreign, ...tableOptions(cursor) };
}

/** Columns of a primary key are not null. */
function completed(columns: readonly ColumnDefinition[], keys: readonly Key[]): ColumnDefinition[] {
  const primary = keys.filter(({ kind }) => kind === "primary");
  if (primary.length > 1) throw new SqlError(1068, "Multiple primary key defined");
  for (const name of keys.flatMap((each) => each.columns)) {
    if (!columns.some((each) => each.name.toLowerCase() === name.toLowerCase())) {
      throw new SqlError(1072, `Key column '${name}' doesn't exist in table`);
    }
  }
  const names = primary.flatMap((each) => each.columns.map((name) => name.toLowerCase()));
  return columns.map((each) =>
    names.includes(each.name.toLowerCase()) ? { ...each, nullable: false } : each,
  );
}

function tableOptions(cursor: Cursor): Pick<TableBody, "engine" | "charset"> {
  let engine = "InnoDB";
  let charset = "latin1";
  for (;;) {
    cursor.accept(",");
    cursor.accept("DEFAULT");
    const isCharset = cursor.accept("CHARACTER", "SET") || cursor.accept("CHARSET");
    const word = isCharset
      ? "CHARSET"
      : cursor.oneOf("ENGINE", "COLLATE", "AUTO_INCREMENT", "COMMENT", "ROW_FORMAT");
    if (word === undefined) return { engine, charset };
    cursor.accept("=");
    const value = cursor.next().text;
    if (word === "CHARSET") charset = value.toLowerCase();
    if (word === "ENGINE") {
      if (value.toLowerCase() !== "innodb") cursor.missing(`the storage engine ${value}`);
      engine = "InnoDB";
    }
  }
}
