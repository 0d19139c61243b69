// What InnoDB keeps in the data directory: definitions, rows as of the last checkpoint, and a log
// of all that was committed since. After a kill the log brings the rows back.
// differs: pages are lines of JSON, and the files are only as large as what is in them.
// Upstream: storage/innobase.

import type { FileSystem } from "../../../machine/files.ts";
import type { TableBody } from "../sql/tree.ts";
import { type Decimal, decimalOf, decimalText, isDecimal, type Value } from "../sql/values.ts";
import { type Change, Database, type Schemata, Table } from "./tables.ts";

const SYSTEM = "ibdata1";
const LOG = "ib_logfile0";
/** Commits after which rows are written where they belong. */
const CHECKPOINT_AFTER = 500;
/** What the system tables weigh in the log. */
const FIRST_LSN = 2_524_437;

type Packed = null | number | string | { readonly d: string };

interface Header {
  readonly lsn: number;
  /** It was shut down in good order. */
  readonly clean: boolean;
}

interface Record {
  readonly lsn: number;
  readonly changes: readonly {
    readonly t: readonly [database: string, table: string];
    readonly id: number;
    readonly row?: readonly Packed[];
    readonly next: number;
  }[];
}

export interface Recovery {
  readonly from: number;
  readonly to: number;
  readonly records: number;
}

export class Storage {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #dirty = new Set<Table>();
  #lsn = FIRST_LSN;
  #records = 0;

  constructor(files: FileSystem, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  get lsn(): number {
    return this.#lsn;
  }

  path(...parts: readonly string[]): string {
    return [this.#directory, ...parts].join("/");
  }

  /** The files of a server that has no data yet. */
  format(): void {
    this.#files.write(this.path(SYSTEM), "", { mode: 0o640 });
    for (const name of [LOG, "ib_logfile1"]) {
      this.#files.write(this.path(name), "", { mode: 0o640 });
    }
    this.#writeHeader(true);
  }

  get exists(): boolean {
    return this.#files.kind(this.path(SYSTEM)) === "file";
  }

  /** Reads all there is. What came back from the log; undefined after a shutdown in good order. */
  load(schemata: Schemata): Recovery | undefined {
    const header = JSON.parse(this.#files.read(this.path(SYSTEM)).trim()) as Header;
    for (const name of this.#files.list(this.#directory)) {
      if (
        this.#files.kind(this.path(name)) !== "directory" ||
        !this.#files.access(this.path(name), 4)
      )
        continue;
      schemata.databases.set(decoded(name), this.#database(name));
    }
    this.#lsn = header.lsn;
    const recovered = this.#replay(schemata, header.lsn);
    this.#writeHeader(false);
    return header.clean ? undefined : recovered;
  }

  #database(directory: string): Database {
    const { charset } = this.#options(directory);
    const database = new Database(decoded(directory), charset);
    for (const file of this.#files.list(this.path(directory))) {
      if (!file.endsWith(".frm")) continue;
      const bare = file.slice(0, -4);
      const name = decoded(bare);
      const stored = JSON.parse(this.#files.read(this.path(directory, file))) as {
        readonly created: number;
        readonly body: TableBody;
      };
      const body = unpackedBody(stored.body);
      const table = new Table({ database: database.name, name }, body, stored.created);
      this.#readRows(table, this.path(directory, `${bare}.ibd`));
      database.tables.set(name, table);
    }
    return database;
  }

  #options(directory: string): { charset: string } {
    const path = this.path(directory, "db.opt");
    const text = this.#files.kind(path) === "file" ? this.#files.read(path) : "";
    return { charset: /default-character-set=(\w+)/.exec(text)?.[1] ?? "latin1" };
  }

  #readRows(table: Table, path: string): void {
    if (this.#files.kind(path) !== "file") return;
    const [first = "{}", ...lines] = this.#files.read(path).split("\n");
    const head = JSON.parse(first) as { next?: number; autoIncrement?: number };
    for (const line of lines) {
      if (line === "") continue;
      const [id, row] = JSON.parse(line) as [number, readonly Packed[]];
      table.apply(id, row.map(unpacked));
    }
    table.nextId = Math.max(table.nextId, head.next ?? 1);
    table.autoIncrement = head.autoIncrement ?? 1;
  }

  #replay(schemata: Schemata, checkpoint: number): Recovery {
    let records = 0;
    for (const line of this.#files.read(this.path(LOG)).split("\n")) {
      if (line === "") continue;
      const { lsn, changes } = JSON.parse(line) as Record;
      this.#lsn = Math.max(this.#lsn, lsn);
      if (lsn <= checkpoint) continue;
      records++;
      for (const { t, id, row, next } of changes) {
        const table = schemata.find({ database: t[0], name: t[1] });
        if (!table) continue;
        if (row || table.rows.has(id)) table.apply(id, row?.map(unpacked));
        table.autoIncrement = Math.max(table.autoIncrement, next);
        this.#dirty.add(table);
      }
    }
    this.#records = records;
    return { from: checkpoint, to: this.#lsn, records };
  }

  /** Makes changes last. Throws FileError if there is no room. */
  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const listed = changes.map(({ table, id, row }) => ({
      ...{ t: [table.database, table.name], id, next: table.autoIncrement },
      ...(row && { row: row.map(packed) }),
    }));
    const size = JSON.stringify(listed).length;
    const lsn = this.#lsn + size;
    const line = `${JSON.stringify({ lsn, changes: listed })}\n`;
    this.#files.write(this.path(LOG), line, { append: true });
    this.#lsn = lsn;
    for (const { table } of changes) this.#dirty.add(table);
    if (++this.#records >= CHECKPOINT_AFTER) this.checkpoint(false);
  }

  /** Writes all rows where they belong; the log begins anew. */
  checkpoint(clean: boolean): void {
    for (const table of this.#dirty) this.#writeRows(table);
    this.#dirty.clear();
    this.#writeHeader(clean);
    this.#files.write(this.path(LOG), "");
    this.#records = 0;
  }

  createDatabase({ name, charset }: Database): void {
    const collation = collations[charset] ?? `${charset}_general_ci`;
    this.#files.makeDirectory(this.path(encoded(name)), { mode: 0o750 });
    const text = `default-character-set=${charset}\ndefault-collation=${collation}\n`;
    this.#files.write(this.path(encoded(name), "db.opt"), text, { mode: 0o640 });
  }

  dropDatabase(name: string): void {
    this.#files.removeDirectory(this.path(encoded(name)), { recursive: true });
  }

  /** A table is new, or its definition or all of its rows are. */
  define(table: Table): void {
    // What the log says of it belongs to what it was before.
    this.checkpoint(false);
    this.#lsn += 1000;
    const directory = this.path(encoded(table.database));
    const { created, body } = table;
    const text = `${JSON.stringify({ created, body: packedBody(body) })}\n`;
    this.#files.write(`${directory}/${encoded(table.name)}.frm`, text, { mode: 0o640 });
    this.#writeRows(table);
    this.#writeHeader(false);
  }

  forget(table: Table): void {
    this.checkpoint(false);
    this.#dirty.delete(table);
    const directory = this.path(encoded(table.database));
    for (const ending of ["frm", "ibd"]) {
      const path = `${directory}/${encoded(table.name)}.${ending}`;
      if (this.#files.kind(path)) this.#files.remove(path);
    }
  }

  #writeRows(table: Table): void {
    const { nextId: next, autoIncrement } = table;
    const rows = [...table.rows].map(([id, row]) => `${JSON.stringify([id, row.map(packed)])}\n`);
    const text = `${JSON.stringify({ next, autoIncrement })}\n${rows.join("")}`;
    const path = this.path(encoded(table.database), `${encoded(table.name)}.ibd`);
    this.#files.write(path, text, { mode: 0o640 });
  }

  #writeHeader(clean: boolean): void {
    const header: Header = { lsn: this.#lsn, clean };
    this.#files.write(this.path(SYSTEM), `${JSON.stringify(header)}\n`);
  }
}

export const collations: Readonly<{ [charset: string]: string }> = {
  latin1: "latin1_swedish_ci",
  utf8: "utf8_general_ci",
  utf8mb4: "utf8mb4_general_ci",
};

function packed(value: Value): Packed {
  return isDecimal(value) ? { d: decimalText(value) } : value;
}

function unpacked(value: Packed): Value {
  if (typeof value !== "object" || value === null) return value;
  return decimalOf(value.d) ?? null;
}

const isPacked = (value: unknown): value is { d: string } =>
  typeof value === "object" && value !== null && "d" in value;

/** Defaults may be decimals too. */
const packedBody = (body: TableBody): object => ({
  ...body,
  columns: body.columns.map((column) =>
    column.default !== undefined && isDecimal(column.default)
      ? { ...column, default: packed(column.default) }
      : column,
  ),
});

const unpackedBody = (body: TableBody): TableBody => ({
  ...body,
  columns: body.columns.map((column) => {
    const given: unknown = column.default;
    if (!isPacked(given)) return column;
    const made: Decimal | undefined = decimalOf(given.d);
    return { ...column, default: made ?? null };
  }),
});

/** Names as files have them: `my-app` is `my@002dapp`. */
const encoded = (name: string): string =>
  name.replace(/[^\w]/g, (letter) => `@${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

const decoded = (name: string): string =>
  name.replace(/@([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
