// One client's connection: its keyspace and its consistency level, and what its statements do.
// Upstream: cql3/QueryProcessor.java, service/ClientState.java.

import { levels, RequestError } from "../coordinator.ts";
import type { Node } from "../node.ts";
import { isSystem, type Table } from "../schema.ts";
import { type ChangeResult, change } from "./change.ts";
import { CqlError } from "./lexer.ts";
import { parseCql } from "./parser.ts";
import { changeSchema } from "./schema-change.ts";
import { type ResultRows, select } from "./select.ts";
import type { Name, Statement } from "./statements.ts";
import type { TermTools } from "./terms.ts";

export type Result =
  | ResultRows
  | ChangeResult
  | { readonly kind: "keyspace"; readonly keyspace: string }
  | { readonly kind: "schema" }
  | Refusal;

export interface Refusal {
  readonly kind: "error";
  /** As the driver names it: `InvalidRequest`. */
  readonly error: string;
  readonly code: string;
  readonly message: string;
  readonly info?: Readonly<Record<string, string | number>>;
}

const CODES = {
  SyntaxException: "2000",
  InvalidRequest: "2200",
  ConfigurationException: "2300",
  AlreadyExists: "2400",
} as const;

export class Session {
  readonly node: Node;
  keyspace: string | undefined;
  level = "ONE";

  constructor(node: Node) {
    this.node = node;
  }

  get tools(): TermTools {
    return { random: this.node.process.random, now: () => this.node.now() };
  }

  /** Never rejects for what the client did. */
  async query(text: string, level: string): Promise<Result> {
    this.level = levels.includes(level) ? level : "ONE";
    try {
      return await this.#run(parseCql(text));
    } catch (error) {
      if (error instanceof CqlError) {
        return {
          kind: "error",
          error: error.kind,
          code: CODES[error.kind],
          message: error.message,
        };
      }
      if (error instanceof RequestError) {
        const { kind, code, message, info } = error;
        return { kind: "error", error: kind, code, message, info };
      }
      throw error;
    }
  }

  table({ keyspace = this.keyspace, name }: Name): Table {
    if (keyspace === undefined) {
      throw new CqlError(
        "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename",
      );
    }
    const found = this.node.schema.get(keyspace);
    if (!found) throw new CqlError(`Keyspace ${keyspace} does not exist`);
    const table = found.tables.get(name);
    if (!table) throw new CqlError(`unconfigured table ${name}`);
    return table;
  }

  async #run(statement: Statement): Promise<Result> {
    switch (statement.type) {
      case "select":
        return select(this, statement);
      case "insert":
      case "update":
      case "delete":
        this.#own(statement.table);
        return change(this, statement);
      case "batch":
        for (const each of statement.changes) await change(this, each);
        return { kind: "void" };
      case "use":
        if (!this.node.schema.has(statement.name)) {
          throw new CqlError(`Keyspace '${statement.name}' does not exist`);
        }
        this.keyspace = statement.name;
        return { kind: "keyspace", keyspace: statement.name };
      case "truncate":
        this.#own(statement.table);
        await this.node.coordinator.truncate(this.table(statement.table));
        return { kind: "void" };
      default:
        await changeSchema(this, statement);
        return { kind: "schema" };
    }
  }

  /** Cassandra's own tables are written by Cassandra alone. */
  #own({ keyspace = this.keyspace ?? "", name }: Name): void {
    if (isSystem(keyspace)) {
      throw new CqlError(`Unauthorized: ${keyspace}.${name} is not user-modifiable.`);
    }
  }
}
