// Tables and databases as the server has them in memory: definitions, rows, unique keys.

import { noDatabase, noTable, SqlError } from "../sql/errors.ts";
import type { ColumnDefinition, Key, TableBody, TableName } from "../sql/tree.ts";
import { identityText, textOf, type Value } from "../sql/values.ts";

export type Row = readonly Value[];

/** What happened to one row; `row` undefined: it is gone. */
export interface Change {
  readonly table: Table;
  readonly id: number;
  readonly row: Row | undefined;
  readonly before: Row | undefined;
}

export class Table {
  readonly database: string;
  readonly name: string;
  body: TableBody;
  readonly rows = new Map<number, Row>();
  nextId = 1;
  autoIncrement = 1;
  /** When it was made, in virtual time. */
  readonly created: number;
  #unique: Map<Key, Map<string, number>>;

  constructor(
    { database, name }: { readonly database: string; readonly name: string },
    body: TableBody,
    created: number,
  ) {
    this.database = database;
    this.name = name;
    this.body = body;
    this.created = created;
    this.#unique = this.#index();
  }

  get columns(): readonly ColumnDefinition[] {
    return this.body.columns;
  }

  get primary(): Key | undefined {
    return this.body.keys.find(({ kind }) => kind === "primary");
  }

  position(column: string): number {
    const wanted = column.toLowerCase();
    return this.columns.findIndex(({ name }) => name.toLowerCase() === wanted);
  }

  /** The row that a new one would collide with, and in which key. */
  collision(
    row: Row,
    except?: number,
  ): { readonly id: number; readonly error: SqlError } | undefined {
    for (const [key, ids] of this.#unique) {
      const text = this.#keyText(key, row);
      const id = text === undefined ? undefined : ids.get(text);
      if (id === undefined || id === except) continue;
      const values = key.columns.map((name) => {
        const value = row[this.position(name)] ?? null;
        return value === null ? "NULL" : textOf(value);
      });
      const message = `Duplicate entry '${values.join("-")}' for key '${key.name}'`;
      return { id, error: new SqlError(1062, message) };
    }
    return undefined;
  }

  /** Puts a row or takes it away; gives the change. Keys have been checked. */
  apply(id: number, row: Row | undefined): Change {
    const before = this.rows.get(id);
    for (const [key, ids] of this.#unique) {
      const was = before && this.#keyText(key, before);
      if (was !== undefined && ids.get(was) === id) ids.delete(was);
      const is = row && this.#keyText(key, row);
      if (is !== undefined) ids.set(is, id);
    }
    if (row) this.rows.set(id, row);
    else this.rows.delete(id);
    if (id >= this.nextId) this.nextId = id + 1;
    return { table: this, id, row, before };
  }

  /** Rows in the order of their primary key, as InnoDB keeps them; of their making without one. */
  ordered(): (readonly [number, Row])[] {
    const all = [...this.rows];
    const places = this.primary?.columns.map((name) => this.position(name));
    if (!places) return all.sort(([a], [b]) => a - b);
    return all.sort(([, a], [, b]) => {
      for (const place of places) {
        const [x, y] = [a[place] ?? null, b[place] ?? null];
        if (typeof x === "number" && typeof y === "number") {
          if (x !== y) return x - y;
        } else {
          const [s, t] = [identityText(x), identityText(y)];
          if (s !== t) return s < t ? -1 : 1;
        }
      }
      return 0;
    });
  }

  /** Takes over a changed definition; keys that do not hold throw. */
  redefine(body: TableBody): void {
    const before = this.body;
    this.body = body;
    try {
      this.#unique = this.#index();
    } catch (error) {
      this.body = before;
      throw error;
    }
  }

  clear(): void {
    this.rows.clear();
    this.autoIncrement = 1;
    this.#unique = this.#index();
  }

  #index(): Map<Key, Map<string, number>> {
    const made = new Map<Key, Map<string, number>>();
    for (const key of this.body.keys) {
      if (key.kind === "plain") continue;
      const ids = new Map<string, number>();
      for (const [id, row] of this.rows) {
        const text = this.#keyText(key, row);
        if (text === undefined) continue;
        if (ids.has(text)) {
          const shown = key.columns.map((name) => {
            const value = row[this.position(name)] ?? null;
            return value === null ? "NULL" : textOf(value);
          });
          throw new SqlError(1062, `Duplicate entry '${shown.join("-")}' for key '${key.name}'`);
        }
        ids.set(text, id);
      }
      made.set(key, ids);
    }
    return made;
  }

  /** Undefined where a NULL keeps it from colliding. */
  #keyText(key: Key, row: Row): string | undefined {
    const parts: string[] = [];
    for (const name of key.columns) {
      const value = row[this.position(name)] ?? null;
      if (value === null) return undefined;
      parts.push(identityText(value));
    }
    return parts.join("\0");
  }
}

export class Database {
  readonly name: string;
  readonly charset: string;
  readonly tables = new Map<string, Table>();

  constructor(name: string, charset: string) {
    this.name = name;
    this.charset = charset;
  }

  sorted(): Table[] {
    return [...this.tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Whatever there is. Names of tables and databases tell capitals from small letters. */
export class Schemata {
  readonly databases = new Map<string, Database>();

  database(name: string): Database {
    const found = this.databases.get(name);
    if (!found) throw noDatabase(name);
    return found;
  }

  find(name: Required<TableName>): Table | undefined {
    return this.databases.get(name.database)?.tables.get(name.name);
  }

  table(name: Required<TableName>): Table {
    const found = this.find(name);
    if (!found) throw noTable(name.database, name.name);
    return found;
  }

  names(): string[] {
    return [...this.databases.keys()].sort();
  }
}
