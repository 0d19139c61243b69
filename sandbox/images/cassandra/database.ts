// The data of one node on its disk: what is written goes to the commit log and into memory, and
// from there, when it is flushed, into a new table file. Nothing is lost when the process is
// killed. Upstream: db/ColumnFamilyStore.java, db/commitlog/CommitLog.java,
// io/sstable/Component.java. differs: files hold lines of JSON, and nothing is compacted unless
// somebody asks.

import { FileError, type FileSystem } from "../../machine/files.ts";
import type { Clock } from "../../sim/clock.ts";
import { systemKeyspaces, type Table, tableOf } from "./schema.ts";
import { merge, type Partition, partition, toUpdate, type Update } from "./updates.ts";

export interface DatabaseOptions {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly dataDirectory: string;
  readonly commitLogDirectory: string;
}

export interface Store {
  readonly table: Table;
  /** By the text of their keys. */
  readonly partitions: Map<string, Partition>;
  /** What is not in a table file yet. */
  readonly fresh: Map<string, Partition>;
}

interface Logged {
  readonly ks: string;
  readonly t: string;
  readonly u: Update;
}

const components = "CompressionInfo Digest.crc32 Filter Index Statistics Summary".split(" ");

export class Database {
  readonly #options: DatabaseOptions;
  /** By the table's id. */
  readonly #stores = new Map<string, Store>();
  #log = "";
  /** What the commit log told of tables that were not known yet. */
  #waiting: Logged[] = [];

  constructor(options: DatabaseOptions) {
    this.#options = options;
    const { files, dataDirectory, commitLogDirectory } = options;
    for (const path of [dataDirectory, commitLogDirectory]) {
      files.makeDirectory(path, { parents: true, mode: 0o755 });
    }
    for (const { name } of systemKeyspaces) {
      files.makeDirectory(`${dataDirectory}/${name}`, { parents: true });
    }
  }

  /** Names of the logs that a process before this one left. */
  get leftLogs(): readonly string[] {
    const { files, commitLogDirectory } = this.#options;
    return files.list(commitLogDirectory).filter((name) => name.endsWith(".log"));
  }

  /** Reads the logs again that were left; returns how many writes there were in them. */
  replay(): number {
    const { files, commitLogDirectory } = this.#options;
    let count = 0;
    for (const name of this.leftLogs) {
      for (const line of files.read(`${commitLogDirectory}/${name}`).split("\n")) {
        if (line === "") continue;
        this.#waiting.push(JSON.parse(line) as Logged);
        count++;
      }
    }
    this.#settle((ks, name) => tableOf(ks, name));
    return count;
  }

  /** Once more tables are known: gives them what the log told of them. */
  settle(known: (keyspace: string, name: string) => Table | undefined): void {
    this.#settle(known);
    this.#waiting = [];
  }

  #settle(known: (keyspace: string, name: string) => Table | undefined): void {
    this.#waiting = this.#waiting.filter(({ ks, t, u }) => {
      const table = known(ks, t);
      if (table) this.#put(this.store(table), u);
      return !table;
    });
  }

  store(table: Table): Store {
    let store = this.#stores.get(table.id);
    if (!store) {
      store = { table, partitions: new Map(), fresh: new Map() };
      this.#stores.set(table.id, store);
      this.#load(store);
    }
    return store;
  }

  apply(table: Table, update: Update): void {
    const { files, commitLogDirectory, clock } = this.#options;
    const line: Logged = { ks: table.keyspace, t: table.name, u: update };
    if (this.#log === "") this.#log = `${commitLogDirectory}/CommitLog-6-${clock.now()}.log`;
    files.write(this.#log, `${JSON.stringify(line)}\n`, { append: true });
    this.#put(this.store(table), update);
  }

  /** Everything goes into table files, and the logs are not needed any more. */
  flush(): void {
    const { files, commitLogDirectory } = this.#options;
    for (const store of this.#stores.values()) {
      if (store.fresh.size > 0) this.#write(store, [...store.fresh.values()]);
      store.fresh.clear();
    }
    for (const name of this.leftLogs) files.remove(`${commitLogDirectory}/${name}`);
    this.#log = "";
  }

  /** Of each table one file is left. `keep` says which partitions stay. */
  compact(keep: (table: Table, each: Partition) => boolean): void {
    this.flush();
    const { files } = this.#options;
    for (const store of this.#stores.values()) {
      for (const [key, each] of store.partitions) {
        if (!keep(store.table, each)) store.partitions.delete(key);
      }
      const path = this.#pathOf(store.table);
      const old = files.list(path).filter((name) => name.startsWith("mc-"));
      if (store.partitions.size > 0) this.#write(store, [...store.partitions.values()]);
      for (const name of old) files.remove(`${path}/${name}`);
    }
  }

  /** The table is no more; its files are kept aside as a snapshot, as Cassandra does. */
  drop(table: Table): void {
    const { files, clock } = this.#options;
    this.flush();
    this.#stores.delete(table.id);
    const path = this.#pathOf(table);
    const aside = `${path}/snapshots/dropped-${clock.now()}-${table.name}`;
    files.makeDirectory(aside, { parents: true });
    for (const name of files.list(path)) {
      if (name.startsWith("mc-")) files.rename(`${path}/${name}`, `${aside}/${name}`);
    }
  }

  /** Forgets all rows of a table. */
  truncate(table: Table): void {
    this.drop(table);
    this.store(table);
  }

  /** Bytes in table files. */
  get load(): number {
    const { files } = this.#options;
    let sum = 0;
    for (const { table } of this.#stores.values()) {
      const path = this.#pathOf(table);
      for (const name of files.list(path)) {
        if (name.startsWith("mc-")) sum += files.stat(`${path}/${name}`).size;
      }
    }
    return sum;
  }

  #put(store: Store, update: Update): void {
    const key = JSON.stringify(update.k);
    for (const partitions of [store.partitions, store.fresh]) mergeInto(partitions, key, update);
  }

  #pathOf({ keyspace, name, id }: Table): string {
    return `${this.#options.dataDirectory}/${keyspace}/${name}-${id.replaceAll("-", "")}`;
  }

  #load(store: Store): void {
    const { files } = this.#options;
    const path = this.#pathOf(store.table);
    files.makeDirectory(`${path}/backups`, { parents: true });
    for (const name of files.list(path)) {
      if (!name.endsWith("-Data.db")) continue;
      for (const line of files.read(`${path}/${name}`).split("\n")) {
        if (line === "") continue;
        const update = JSON.parse(line) as Update;
        mergeInto(store.partitions, JSON.stringify(update.k), update);
      }
    }
  }

  #write({ table }: Store, partitions: readonly Partition[]): void {
    const { files } = this.#options;
    const path = this.#pathOf(table);
    const numbers = files.list(path).map((name) => Number(/^mc-(\d+)-/.exec(name)?.[1] ?? 0));
    const base = `${path}/mc-${Math.max(0, ...numbers) + 1}-big-`;
    const lines = partitions.map((each) => `${JSON.stringify(toUpdate(each))}\n`);
    files.write(`${base}Data.db`, lines.join(""));
    for (const name of components) {
      const isPlain = name.includes(".");
      const text =
        name === "Index" ? partitions.map(({ k }) => `${JSON.stringify(k)}\n`).join("") : "";
      files.write(`${base}${name}${isPlain ? "" : ".db"}`, text);
    }
    const toc = [
      ...components.map((name) => (name.includes(".") ? name : `${name}.db`)),
      "Data.db",
    ];
    files.write(`${base}TOC.txt`, `${[...toc, "TOC.txt"].join("\n")}\n`);
  }
}

function mergeInto(partitions: Map<string, Partition>, key: string, update: Update): void {
  const each = partitions.get(key) ?? partition(update.k);
  partitions.set(key, each);
  merge(each, update);
}

/** True if a directory of data can be used. */
export function isWritable(files: FileSystem, path: string): boolean {
  try {
    files.makeDirectory(path, { parents: true });
    return files.access(path, 7);
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
