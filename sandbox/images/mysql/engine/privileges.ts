// What one account may do, asked before it is done. sql/auth/sql_authorization.cc.

import { SqlError } from "../sql/errors.ts";
import type { Account, TableName } from "../sql/tree.ts";
import { accountText } from "./accounts.ts";
import type { Instance } from "./instance.ts";

export class Privileges {
  readonly #instance: Instance;
  readonly #account: Account;

  constructor(instance: Instance, account: Account) {
    this.#instance = instance;
    this.#account = account;
  }

  get global(): ReadonlySet<string> {
    return this.#instance.accounts.privileges(this.#account);
  }

  on(database: string): ReadonlySet<string> {
    return this.#instance.accounts.privileges(this.#account, database);
  }

  /** Some privilege is enough to see it. */
  sees(database: string): boolean {
    if (database === "information_schema") return true;
    return this.on(database).size > 0 || this.global.has("SHOW DATABASES");
  }

  requireGlobal(privilege: string): void {
    if (this.global.has(privilege)) return;
    throw new SqlError(
      1227,
      `Access denied; you need (at least one of) the ${privilege} privilege(s) for this operation`,
    );
  }

  requireDatabase(name: string): void {
    if (this.sees(name)) return;
    throw this.#refused(name);
  }

  require(privilege: string, database: string): void {
    if (this.on(database).has(privilege)) return;
    throw this.#refused(database);
  }

  requireTable(privilege: string, { database, name }: Required<TableName>): void {
    if (this.on(database).has(privilege)) return;
    throw new SqlError(
      1142,
      `${privilege} command denied to user ${accountText(this.#account)} for table '${name}'`,
    );
  }

  #refused(database: string): SqlError {
    return new SqlError(
      1044,
      `Access denied for user ${accountText(this.#account)} to database '${database}'`,
    );
  }
}
