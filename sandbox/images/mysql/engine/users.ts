// CREATE USER, DROP USER, GRANT, REVOKE: changes of mysql.user and mysql.db. sql/auth/sql_user.cc.

import { SqlError } from "../sql/errors.ts";
import type { Account, Statement } from "../sql/tree.ts";
import { accountText, allPrivileges, databasePrivileges, passwordHash } from "./accounts.ts";
import type { Session } from "./session.ts";
import type { Change, Row, Table } from "./tables.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Does it, and makes it last. */
export function administer(statement: Statement, session: Session): void {
  const changes = changesOf(statement, session);
  session.instance.storage.commit(changes);
}

function changesOf(statement: Statement, session: Session): Change[] {
  switch (statement.kind) {
    case "create user":
      session.privileges.requireGlobal("CREATE USER");
      return statement.users.flatMap((user) => create(user, { session, ifNot: statement.ifNot }));
    case "drop user":
      session.privileges.requireGlobal("CREATE USER");
      return statement.accounts.flatMap((account) => drop(account, statement, session));
    case "alter user":
      return setPassword(statement, session);
    case "grant":
      return grant(statement, session);
  }
  throw new SqlError(1105, "Unknown error");
}

const failed = (what: string, account: Account) =>
  new SqlError(1396, `Operation ${what} failed for ${accountText(account)}`);

interface NewUser {
  readonly account: Account;
  readonly password?: string;
}

function create(
  { account, password = "" }: NewUser,
  { session, ifNot }: { readonly session: Session; readonly ifNot: boolean },
): Change[] {
  const { accounts } = session.instance;
  if (accounts.find(account)) {
    if (ifNot) return [];
    throw failed("CREATE USER", account);
  }
  const { users } = accounts.tables;
  const row = accounts.userRow(account, passwordHash(password), new Set());
  return [users.apply(users.nextId, row)];
}

function drop(account: Account, { if: ifExists }: Of<"drop user">, session: Session): Change[] {
  const { accounts } = session.instance;
  const found = accounts.find(account);
  if (!found) {
    if (ifExists) return [];
    throw failed("DROP USER", account);
  }
  const { users, databases } = accounts.tables;
  const rights = accounts.perDatabase(account).flatMap(([name]) => {
    const entry = accounts.databaseEntry(account, name);
    return entry ? [databases.apply(entry[0], undefined)] : [];
  });
  return [users.apply(found[0], undefined), ...rights];
}

function setPassword({ account, password }: Of<"alter user">, session: Session): Change[] {
  const { accounts } = session.instance;
  const whose = account && account.user + account.host !== "" ? account : session.account;
  const isOwn = accountText(whose) === accountText(session.account);
  if (!isOwn) session.privileges.requireGlobal("CREATE USER");
  const found = accounts.find(whose);
  if (!found) throw failed("ALTER USER", whose);
  const { users } = accounts.tables;
  const place = users.position("authentication_string");
  const row = found[1].map((value, i) => (i === place ? passwordHash(password) : value));
  return [users.apply(found[0], row)];
}

function grant(statement: Of<"grant">, session: Session): Change[] {
  const { privileges: own, instance } = session;
  const { database, take, withGrant } = statement;
  const isGlobal = database === "*";
  if (!(isGlobal ? own.global : own.on(database)).has("GRANT OPTION")) {
    throw isGlobal
      ? new SqlError(
          1045,
          `Access denied for user ${accountText(session.account)} (using password: YES)`,
        )
      : new SqlError(
          1044,
          `Access denied for user ${accountText(session.account)} to database '${database}'`,
        );
  }
  const known = isGlobal ? allPrivileges : databasePrivileges;
  const named = statement.privileges.flatMap((each) => (each === "ALL" ? known : [each]));
  const wanted = [
    ...named.filter((each) => each !== "USAGE"),
    ...(withGrant ? ["GRANT OPTION"] : []),
  ];
  if (wanted.some((each) => !known.includes(each) && each !== "GRANT OPTION")) {
    throw new SqlError(1221, "Incorrect usage of DB GRANT and GLOBAL PRIVILEGES");
  }
  return statement.accounts.flatMap(({ account, password }) => {
    const { accounts } = instance;
    const changes: Change[] = [];
    if (!accounts.find(account)) {
      if (take) {
        throw new SqlError(
          1141,
          `There is no such grant defined for user '${account.user}' on host '${account.host}'`,
        );
      }
      // Up to 5.7 granting makes the account.
      changes.push(
        ...create(
          { account, ...(password !== undefined && { password }) },
          { session, ifNot: true },
        ),
      );
    }
    const entry = isGlobal
      ? globalEntry(account, session)
      : databaseEntry(account, database, session);
    const held = new Set(entry.held);
    for (const each of wanted) {
      if (take) held.delete(each);
      else held.add(each);
    }
    const row = held.size === 0 && !isGlobal ? undefined : entry.make(held);
    return [...changes, entry.table.apply(entry.id, row)];
  });
}

interface Entry {
  readonly table: Table;
  readonly id: number;
  readonly held: ReadonlySet<string>;
  make(held: ReadonlySet<string>): Row;
}

function globalEntry(account: Account, { instance: { accounts } }: Session): Entry {
  const { users } = accounts.tables;
  const hash = accounts.hashOf(account);
  return {
    table: users,
    id: accounts.find(account)?.[0] ?? users.nextId,
    held: accounts.privileges(account),
    make: (held) => accounts.userRow(account, hash, held),
  };
}

function databaseEntry(
  account: Account,
  database: string,
  { instance: { accounts } }: Session,
): Entry {
  const { databases } = accounts.tables;
  const found = accounts.perDatabase(account).find(([name]) => name === database);
  return {
    table: databases,
    id: accounts.databaseEntry(account, database)?.[0] ?? databases.nextId,
    held: found?.[1] ?? new Set(),
    make: (held) => accounts.databaseRow(account, database, held),
  };
}
