// What the clients are told on their command lines. client/mysql.cc get_one_option.

import type { Process } from "../../../machine/process.ts";
import type { Where } from "./connection.ts";

export interface ClientOptions extends Where {
  /** Of -e. */
  readonly execute: readonly string[];
  readonly switches: ReadonlySet<string>;
  /** Words that are no options. */
  readonly words: readonly string[];
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

const short: Readonly<Record<string, string>> = {
  ...{ h: "host", P: "port", u: "user", p: "password", e: "execute", D: "database", S: "socket" },
  ...{ N: "skip-column-names", B: "batch", t: "table", s: "silent", E: "vertical", f: "force" },
  ...{
    v: "verbose",
    V: "version",
    "?": "help",
    w: "wait",
    r: "raw",
    C: "compress",
    A: "no-auto-rehash",
  },
};

const valued = new Set(
  "host port user execute database socket protocol default-character-set".split(" "),
);
const switched = new Set(
  (
    "skip-column-names batch table silent vertical force verbose version help wait raw compress " +
    "no-auto-rehash all-databases databases no-data no-create-info single-transaction quick " +
    "add-drop-table skip-lock-tables skip-comments compact default-character-set"
  ).split(" "),
);

/** Asks for the password where `-p` stands alone. Throws UsageError. */
export async function readOptions(process: Process): Promise<ClientOptions> {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const execute: string[] = [];
  const words: string[] = [];
  const name = (process.argv[0] ?? "mysql").replace(/^.*\//, "");
  let asks = false;
  const queue = process.argv.slice(1);
  const take = (option: string, given: string | undefined) => {
    if (option === "password") {
      if (given === undefined) asks = true;
      else values.set("password", given);
    } else if (valued.has(option)) {
      const value = given ?? queue.shift();
      if (value === undefined)
        throw new UsageError(`${name}: option '--${option}' requires an argument`);
      if (option === "execute") execute.push(value);
      else values.set(option, value);
    } else if (switched.has(option)) switches.add(option);
    else throw new UsageError(`${name}: [ERROR] unknown option '--${option}'`);
  };
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (long !== undefined) take(long, value);
    else if (word.length > 1 && word.startsWith("-")) readShort(word.slice(1), name, take);
    else words.push(word);
  }
  const onCommandLine = values.get("password");
  if (onCommandLine !== undefined) {
    await process.stderr.write(
      `${name}: [Warning] Using a password on the command line interface can be insecure.\n`,
    );
  }
  const host = values.get("host") ?? process.env.get("MYSQL_HOST");
  const isLocal =
    (host ?? "localhost") === "localhost" && values.get("protocol")?.toLowerCase() !== "tcp";
  return {
    host: isLocal ? undefined : (host ?? "127.0.0.1"),
    port: Number(values.get("port") ?? process.env.get("MYSQL_TCP_PORT") ?? 3306),
    socket: values.get("socket") ?? "/var/run/mysqld/mysqld.sock",
    user: values.get("user") ?? process.user,
    password:
      onCommandLine ?? (asks ? await askPassword(process) : (process.env.get("MYSQL_PWD") ?? "")),
    database: values.get("database"),
    ...{ execute, switches, words },
  };
}

function readShort(
  letters: string,
  name: string,
  take: (option: string, given: string | undefined) => void,
): void {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters.charAt(i);
    const option = short[letter];
    if (option === undefined) throw new UsageError(`${name}: [ERROR] unknown option '-${letter}'`);
    const rest = letters.slice(i + 1);
    if (option === "password" || valued.has(option)) {
      return take(option, rest === "" ? undefined : rest);
    }
    take(option, undefined);
  }
}

async function askPassword({ tty, stdin, stderr }: Process): Promise<string> {
  await stderr.write("Enter password: ");
  const before = tty?.mode;
  if (tty) tty.mode = { ...tty.mode, echo: false };
  const line = (await stdin.readLine()) ?? "";
  if (tty && before) {
    tty.mode = before;
    await stderr.write("\n");
  }
  return line.replace(/\r?\n$/, "");
}
