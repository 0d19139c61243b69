// What mysqld is told: on its command line, and in the files below /etc/mysql.
// mysys_ssl/my_default.cc.

import { FileError, type FileSystem } from "../../../machine/files.ts";
import type { Process } from "../../../machine/process.ts";
import type { ServerOptions } from "../engine/instance.ts";

export interface Given extends ServerOptions {
  readonly initialize: boolean;
  readonly user: string | undefined;
}

/** Names with `-` for `_`. Later ones count. */
export type Values = ReadonlyMap<string, readonly string[]>;

export class OptionError extends Error {
  override readonly name = "OptionError";
}

const known = new Set(
  (
    "basedir bind-address character-set-server collation-server console datadir default-storage-engine " +
    "explicit-defaults-for-timestamp ignore-db-dir init-file initialize initialize-insecure " +
    "innodb-buffer-pool-size innodb-flush-log-at-trx-commit innodb-log-file-size log-error " +
    "lower-case-table-names max-allowed-packet max-connections pid-file port read-only secure-file-priv " +
    "server-id skip-host-cache skip-name-resolve skip-networking socket sql-mode symbolic-links user " +
    "verbose wait-timeout"
  ).split(" "),
);

/** Real, but without anything here that they could switch. */
const absent = /^(?:log-bin|gtid-mode|binlog|relay|master|replicate|plugin|enforce-gtid|log-slave)/;

export function readValues(argv: readonly string[], files: FileSystem): Values {
  const values = new Map<string, string[]>();
  const take = (name: string, value: string) => {
    const key = name.replaceAll("_", "-");
    if (absent.test(key)) throw new OptionError(`${key}: not simulated`);
    if (!known.has(key)) throw new OptionError(`unknown variable '${name}=${value}'`);
    values.set(key, [...(values.get(key) ?? []), value]);
  };
  for (const line of configLines(files)) {
    const [, name = "", value = ""] = /^([\w-]+)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
    if (name !== "") take(name, value.trim());
  }
  for (const word of argv) {
    const [, name, value = ""] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined) take(name, value);
    else if (word === "-u") continue;
    else if (/^-/.test(word)) throw new OptionError(`unknown option '${word}'`);
  }
  return values;
}

/** Lines of [mysqld] in the files that there are. */
function configLines(files: FileSystem): string[] {
  const paths = ["/etc/my.cnf", "/etc/mysql/my.cnf"];
  for (const directory of ["/etc/mysql/conf.d", "/etc/mysql/mysql.conf.d"]) {
    if (files.kind(directory) !== "directory") continue;
    for (const name of files.list(directory)) {
      if (name.endsWith(".cnf")) paths.push(`${directory}/${name}`);
    }
  }
  return paths.flatMap((path) => {
    if (files.kind(path) !== "file") return [];
    let section = "";
    return textOf(files, path)
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => {
        const [, name] = /^\[(.*)\]$/.exec(line) ?? [];
        if (name !== undefined) section = name;
        return name === undefined && line !== "" && !line.startsWith("!") && section === "mysqld";
      });
  });
}

function textOf(files: FileSystem, path: string): string {
  try {
    return files.read(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return "";
  }
}

export function optionsOf({ argv, files }: Pick<Process, "argv" | "files">): Given {
  const values = readValues(argv.slice(1), files);
  const last = (name: string) => values.get(name)?.at(-1);
  const isOn = (name: string) => values.has(name) && !/^(?:0|off)$/i.test(last(name) ?? "");
  return {
    datadir: (last("datadir") ?? "/var/lib/mysql").replace(/\/+$/, ""),
    socket: last("socket") ?? "/var/run/mysqld/mysqld.sock",
    port: Number(last("port") ?? 3306),
    networking: !isOn("skip-networking"),
    serverId: Number(last("server-id") ?? 0),
    readOnly: isOn("read-only"),
    ignored: values.get("ignore-db-dir") ?? [],
    initialize: values.has("initialize-insecure") || values.has("initialize"),
    user: last("user"),
  };
}
