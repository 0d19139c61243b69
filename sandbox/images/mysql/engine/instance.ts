// A running server as its sessions see it: data, accounts, variables, who is connected.

import type { Clock } from "../../../sim/clock.ts";
import type { Random } from "../../../sim/random.ts";
import { SqlError } from "../sql/errors.ts";
import type { ForeignKey } from "../sql/tree.ts";
import type { Value } from "../sql/values.ts";
import { Accounts, dbTable, userTable } from "./accounts.ts";
import type { Session } from "./session.ts";
import type { Storage } from "./storage.ts";
import { Database, Schemata, Table } from "./tables.ts";
import { initialVariables } from "./variables.ts";

export interface Release {
  /** `5.7.17` */
  readonly version: string;
  readonly charset: string;
  readonly collation: string;
  readonly sqlMode: string;
}

export interface ServerOptions {
  readonly datadir: string;
  readonly socket: string;
  readonly port: number;
  readonly networking: boolean;
  readonly serverId: number;
  readonly readOnly: boolean;
  /** Names in the data directory that are no databases. */
  readonly ignored: readonly string[];
}

export interface InstanceOptions {
  readonly release: Release;
  readonly options: ServerOptions;
  readonly hostname: string;
  readonly uuid: string;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  /** SHUTDOWN was asked for. */
  readonly stop: () => void;
}

/** Databases that are no directories of tables here. */
export const virtualDatabases = ["information_schema", "performance_schema", "sys"];

export class Instance {
  readonly release: Release;
  readonly options: ServerOptions;
  readonly hostname: string;
  readonly uuid: string;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  readonly stop: () => void;
  readonly schemata = new Schemata();
  readonly sessions = new Map<number, Session>();
  readonly variables: Map<string, Value>;
  readonly started: number;
  connections = 0;
  questions = 0;
  readonly counts = new Map<string, number>();

  constructor(given: InstanceOptions) {
    this.release = given.release;
    this.options = given.options;
    this.hostname = given.hostname;
    this.uuid = given.uuid;
    this.storage = given.storage;
    this.clock = given.clock;
    this.random = given.random;
    this.stop = given.stop;
    this.started = given.clock.now();
    this.variables = initialVariables(this);
  }

  /** The tables of accounts, on a server that has no data yet. */
  bootstrap(): void {
    const system = new Database("mysql", this.release.charset);
    this.schemata.databases.set("mysql", system);
    this.storage.createDatabase(system);
    const now = this.clock.now();
    for (const [name, body] of [
      ["user", userTable],
      ["db", dbTable],
    ] as const) {
      const table = new Table({ database: "mysql", name }, body, now);
      system.tables.set(name, table);
      this.storage.define(table);
    }
    for (const name of ["performance_schema", "sys"]) {
      const made = new Database(name, "utf8");
      this.schemata.databases.set(name, made);
      this.storage.createDatabase(made);
    }
  }

  get accounts(): Accounts {
    const table = (name: string) => this.schemata.table({ database: "mysql", name });
    return new Accounts(table("user"), table("db"));
  }

  get readOnly(): boolean {
    return this.variables.get("read_only") === "ON";
  }

  count(command: string): void {
    this.counts.set(command, (this.counts.get(command) ?? 0) + 1);
  }

  /** Tables whose foreign keys name this one. */
  referring(table: Table): { readonly table: Table; readonly key: ForeignKey }[] {
    const database = this.schemata.databases.get(table.database);
    return [...(database?.tables.values() ?? [])].flatMap((other) =>
      other.body.foreign
        .filter((key) => key.table === table.name)
        .map((key) => ({ table: other, key })),
    );
  }

  requireWritable(isSuper: boolean): void {
    if (!this.readOnly || isSuper) return;
    throw new SqlError(
      1290,
      "The MySQL server is running with the --read-only option so it cannot execute this statement",
    );
  }
}
