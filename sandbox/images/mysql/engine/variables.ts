// The server's variables and counters, as far as they mean something here. sql/sys_vars.cc.

import { SqlError } from "../sql/errors.ts";
import type { Value } from "../sql/values.ts";
import type { Instance } from "./instance.ts";

type Facts = Pick<Instance, "options" | "release" | "hostname" | "uuid">;

/** What they are when the server starts. */
export function initialVariables({ options, release, hostname, uuid }: Facts): Map<string, Value> {
  const { datadir, socket, port, serverId, readOnly } = options;
  return new Map<string, Value>(
    Object.entries({
      autocommit: "ON",
      auto_increment_increment: 1,
      auto_increment_offset: 1,
      basedir: "/usr/",
      bind_address: "*",
      character_set_client: release.charset,
      character_set_connection: release.charset,
      character_set_database: release.charset,
      character_set_results: release.charset,
      character_set_server: release.charset,
      collation_connection: release.collation,
      collation_database: release.collation,
      collation_server: release.collation,
      connect_timeout: 10,
      datadir: `${datadir}/`,
      default_storage_engine: "InnoDB",
      foreign_key_checks: "ON",
      gtid_mode: "OFF",
      hostname,
      innodb_buffer_pool_size: 134_217_728,
      innodb_file_per_table: "ON",
      innodb_flush_log_at_trx_commit: 1,
      innodb_log_file_size: 50_331_648,
      innodb_log_files_in_group: 2,
      innodb_version: release.version,
      interactive_timeout: 28_800,
      license: "GPL",
      log_bin: "OFF",
      lower_case_table_names: 0,
      max_allowed_packet: 4_194_304,
      max_connections: 151,
      pid_file: `/var/run/mysqld/mysqld.pid`,
      port,
      protocol_version: 10,
      read_only: readOnly ? "ON" : "OFF",
      server_id: serverId,
      server_uuid: uuid,
      skip_name_resolve: "ON",
      skip_networking: options.networking ? "OFF" : "ON",
      socket,
      sql_mode: release.sqlMode,
      super_read_only: "OFF",
      system_time_zone: "UTC",
      time_zone: "SYSTEM",
      tx_isolation: "REPEATABLE-READ",
      version: release.version,
      version_comment: "MySQL Community Server (GPL)",
      version_compile_machine: "x86_64",
      version_compile_os: "Linux",
      wait_timeout: 28_800,
    }),
  );
}

const fixed = new Set(
  (
    "basedir bind_address datadir hostname innodb_version license log_bin lower_case_table_names " +
    "pid_file port protocol_version server_uuid skip_name_resolve skip_networking socket " +
    "system_time_zone version version_comment version_compile_machine version_compile_os"
  ).split(" "),
);

export function unknownVariable(name: string): SqlError {
  return new SqlError(1193, `Unknown system variable '${name}'`);
}

/** Throws if it may not be changed. */
export function checkSettable(name: string, known: ReadonlyMap<string, Value>): void {
  if (!known.has(name)) throw unknownVariable(name);
  if (fixed.has(name)) throw new SqlError(1238, `Variable '${name}' is a read only variable`);
}

const switches = new Set(
  (
    "autocommit foreign_key_checks innodb_file_per_table log_bin read_only skip_name_resolve " +
    "skip_networking super_read_only"
  ).split(" "),
);

/** Switches are ON and OFF where they are listed, 1 and 0 where they are selected. */
export function selected(name: string, value: Value): Value {
  return switches.has(name) ? Number(value === "ON") : value;
}

export function settled(name: string, value: Value): Value {
  if (!switches.has(name)) return value;
  return value === 1 || (typeof value === "string" && /^(?:on|1|true)$/i.test(value))
    ? "ON"
    : "OFF";
}
