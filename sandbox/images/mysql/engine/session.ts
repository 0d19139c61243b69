// One client of the server: it runs statements one after the other, and keeps what belongs to it:
// the database in use, variables, the transaction under way. sql/sql_parse.cc.
// differs: other sessions see changes before they are committed; nothing waits for locks.

import { FileError } from "../../../machine/files.ts";
import { uuid } from "../../../sim/random.ts";
import { SqlError } from "../sql/errors.ts";
import { parse } from "../sql/parser.ts";
import type { Account, Statement, TableName } from "../sql/tree.ts";
import { textOf, type Value } from "../sql/values.ts";
import { passwordHash } from "./accounts.ts";
import { type Changed, insert, remove, update, type Writer } from "./changes.ts";
import { isNumeric } from "./coercion.ts";
import { define } from "./defining.ts";
import { type Environment, evaluate } from "./evaluate.ts";
import { informationSchema } from "./information.ts";
import type { Instance } from "./instance.ts";
import { Privileges } from "./privileges.ts";
import { type Relation, type Result, select } from "./select.ts";
import { describe, show } from "./show.ts";
import type { Change, Table } from "./tables.ts";
import { checkSettable, selected, settled, unknownVariable } from "./variables.ts";

/** What a statement gives back. */
export type Outcome =
  | {
      readonly kind: "rows";
      readonly columns: Result["columns"];
      readonly rows: readonly (readonly (string | null)[])[];
    }
  | {
      readonly kind: "done";
      readonly affected: number;
      readonly info?: string;
      /** USE. */
      readonly database?: string;
    };

export interface SessionOptions {
  readonly id: number;
  readonly account: Account;
  /** As it logged in. */
  readonly user: string;
  readonly host: string;
  /** Ends its connection. */
  readonly close: () => void;
}

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export class Session {
  readonly id: number;
  readonly account: Account;
  readonly user: string;
  readonly host: string;
  readonly close: () => void;
  readonly instance: Instance;
  readonly privileges: Privileges;
  database: string | undefined;
  command = "Sleep";
  running: string | undefined;
  since: number;
  readonly #own = new Map<string, Value>();
  readonly #userVariables = new Map<string, Value>();
  #changes: Change[] = [];
  #inTransaction = false;
  #lastInsertId = 0;
  #foundRows = 0;
  #rowCount = -1;
  #sleep = 0;

  constructor(instance: Instance, { id, account, user, host, close }: SessionOptions) {
    this.instance = instance;
    this.id = id;
    this.account = account;
    this.user = user;
    this.host = host;
    this.close = close;
    this.since = instance.clock.now();
    this.privileges = new Privileges(instance, account);
  }

  /** Notes a change that is part of the statement. */
  note(change: Change): void {
    this.#changes.push(change);
  }

  /** Runs one statement. Throws SqlError; then nothing of it has happened. */
  execute(text: string): Outcome {
    const { instance } = this;
    instance.questions++;
    this.#sleep = 0;
    const statement = parse(text);
    instance.count(statement.kind);
    const mark = this.#changes.length;
    try {
      const outcome = this.#run(statement);
      if (!this.#inTransaction && this.#autocommit) this.#commit();
      return outcome;
    } catch (error) {
      this.#undo(mark);
      if (error instanceof FileError && error.code === "ENOSPC") {
        throw new SqlError(1114, `The table is full`);
      }
      throw error;
    }
  }

  /** Seconds that the last statement asked to wait. */
  get pause(): number {
    return this.#sleep;
  }

  /** It is gone: what was not committed never was. */
  end(): void {
    this.#undo(0);
    this.instance.sessions.delete(this.id);
  }

  use(name: string): void {
    this.privileges.requireDatabase(name);
    if (name !== "information_schema") this.instance.schemata.database(name);
    this.database = name;
  }

  get #autocommit(): boolean {
    return (this.#own.get("autocommit") ?? this.instance.variables.get("autocommit")) === "ON";
  }

  #commit(): void {
    const changes = this.#changes;
    this.#changes = [];
    this.#inTransaction = false;
    try {
      this.instance.storage.commit(changes);
    } catch (error) {
      this.#changes = changes;
      throw error;
    }
  }

  #undo(to: number): void {
    for (const { table, id, before } of this.#changes.splice(to).reverse()) table.apply(id, before);
  }

  #run(statement: Statement): Outcome {
    switch (statement.kind) {
      case "select":
        return this.#select(statement);
      case "insert":
      case "update":
      case "delete":
        return this.#change(statement);
      case "show":
        return this.#rows(show(statement, this));
      case "describe":
        return this.#rows(describe(this.table(statement.table, "SELECT"), statement.like));
      case "use":
        this.use(statement.name);
        return { ...done(0), database: statement.name };
      case "set":
        return this.#set(statement);
      case "begin":
        this.#commit();
        this.#inTransaction = true;
        return done(0);
      case "commit":
        this.#commit();
        return done(0);
      case "rollback":
        this.#undo(0);
        this.#inTransaction = false;
        return done(0);
      case "nothing":
        return done(0);
      case "lock":
        for (const name of statement.tables) this.table(name, "LOCK TABLES");
        return done(0);
      case "flush":
        this.privileges.requireGlobal("RELOAD");
        return done(0);
      case "kill":
        return this.#kill(statement.id);
      case "shutdown":
        this.privileges.requireGlobal("SHUTDOWN");
        this.instance.stop();
        return done(0);
    }
    // All others end the transaction that is under way.
    this.#commit();
    this.instance.requireWritable(this.privileges.global.has("SUPER"));
    const { affected, info } = define(statement, this);
    return { ...done(affected), ...(info !== undefined && { info }) };
  }

  #select(statement: Of<"select">): Outcome {
    const result = select(statement, this.reader());
    this.#foundRows = result.rows.length;
    return this.#rows(result);
  }

  #rows({ columns, rows }: Result): Outcome {
    this.#rowCount = -1;
    const text = (value: Value) => (value === null ? null : textOf(value));
    return {
      kind: "rows",
      columns,
      rows: rows.map((row) => row.map(text)),
    };
  }

  #change(statement: Of<"insert"> | Of<"update"> | Of<"delete">): Outcome {
    const table = this.table(statement.table, statement.kind.toUpperCase());
    this.instance.requireWritable(this.privileges.global.has("SUPER"));
    const writer: Writer = {
      ...this.reader(),
      note: (change) => this.#changes.push(change),
      referring: (of) => (this.#checksKeys ? this.instance.referring(of) : []),
      referred: (of, key) =>
        this.#checksKeys
          ? this.instance.schemata.find({ database: of.database, name: key.table })
          : undefined,
    };
    const changed = changes(statement, table, writer);
    this.#rowCount = changed.affected;
    if (changed.insertId) this.#lastInsertId = changed.insertId;
    return { ...done(changed.affected), ...infoOf(statement, changed) };
  }

  get #checksKeys(): boolean {
    const own = this.#own.get("foreign_key_checks");
    return (own ?? this.instance.variables.get("foreign_key_checks")) === "ON";
  }

  #kill(id: number): Outcome {
    const found = this.instance.sessions.get(id);
    if (!found) throw new SqlError(1094, `Unknown thread id: ${id}`);
    if (found.account.user !== this.account.user) this.privileges.requireGlobal("SUPER");
    found.close();
    return done(0);
  }

  #set({ assignments }: Of<"set">): Outcome {
    const env = this.environment();
    for (const { scope, name, value: expression } of assignments) {
      const value = evaluate(expression, { bound: [], env, clause: "field list" });
      if (scope === "user") {
        this.#userVariables.set(name.toLowerCase(), value);
        continue;
      }
      const { variables } = this.instance;
      checkSettable(name, variables);
      if (scope === "global") {
        this.privileges.requireGlobal("SUPER");
        variables.set(name, settled(name, value));
      } else {
        const wasOff = !this.#autocommit;
        this.#own.set(name, settled(name, value));
        if (name === "autocommit" && wasOff && this.#autocommit) this.#commit();
      }
    }
    return done(0);
  }

  /** A table by its name, for somebody who wants to do this with it. */
  table(name: TableName, privilege: string): Table {
    const full = this.resolve(name);
    this.privileges.requireTable(privilege, full);
    return this.instance.schemata.table(full);
  }

  resolve({ database = this.database, name }: TableName): Required<TableName> {
    if (database === undefined) throw new SqlError(1046, "No database selected");
    return { database, name };
  }

  reader() {
    return {
      env: this.environment(),
      relation: (name: TableName): Relation => {
        const full = this.resolve(name);
        if (full.database.toLowerCase() === "information_schema") {
          return informationSchema(full.name, this);
        }
        return relationOf(this.table(full, "SELECT"));
      },
    };
  }

  environment(): Environment {
    const { instance, user, host, account } = this;
    return {
      now: () => instance.clock.now(),
      random: () => instance.random.next(),
      sleep: (seconds) => {
        this.#sleep += seconds;
      },
      database: this.database,
      user: `${user}@${host.replace(/:\d+$/, "")}`,
      account: `${account.user}@${account.host}`,
      connection: this.id,
      version: instance.release.version,
      lastInsertId: this.#lastInsertId,
      foundRows: this.#foundRows,
      rowCount: this.#rowCount,
      uuid: () => uuid(instance.random),
      hash: passwordHash,
      variable: (name, scope) => selected(name, this.#variable(name, scope)),
      assign: (name, value) => void this.#userVariables.set(name.toLowerCase(), value),
      rows: (query, outer) => select(query, this.reader(), outer).rows,
    };
  }

  #variable(name: string, scope: "global" | "session" | "user"): Value {
    if (scope === "user") return this.#userVariables.get(name.toLowerCase()) ?? null;
    const { variables } = this.instance;
    if (!variables.has(name)) throw unknownVariable(name);
    const own = scope === "session" ? this.#own.get(name) : undefined;
    return own ?? variables.get(name) ?? null;
  }

  /** All variables, as this session has them. */
  variables(scope: "global" | "session"): (readonly [string, Value])[] {
    const all = [...this.instance.variables.keys()].sort();
    return all.map((name) => [name, this.#variable(name, scope)]);
  }
}

const done = (affected: number) => ({ kind: "done", affected }) as const;

function changes(
  statement: Of<"insert"> | Of<"update"> | Of<"delete">,
  table: Table,
  writer: Writer,
): Changed {
  if (statement.kind === "insert") return insert(statement, table, writer);
  if (statement.kind === "update") return update(statement, table, writer);
  return remove(statement, table, writer);
}

function infoOf(statement: Statement, changed: Changed): { info?: string } {
  if (statement.kind === "update") {
    return { info: `Rows matched: ${changed.matched}  Changed: ${changed.affected}  Warnings: 0` };
  }
  const { records = 0, duplicates = 0 } = changed;
  if (statement.kind !== "insert" || (records < 2 && !statement.query)) return {};
  return { info: `Records: ${records}  Duplicates: ${duplicates}  Warnings: 0` };
}

function relationOf(table: Table): Relation {
  return {
    database: table.database,
    columns: table.columns.map(({ name }) => name),
    numeric: table.columns.map(({ type }) => isNumeric(type)),
    rows: table.ordered().map(([, row]) => row),
  };
}
