// Counters of the server: SHOW STATUS, SHOW ENGINE INNODB STATUS, `\s`, mysqladmin status.

import type { Value } from "../sql/values.ts";
import { momentText } from "./dates.ts";
import type { Instance } from "./instance.ts";

const counted = (instance: Instance, kind: string): number => instance.counts.get(kind) ?? 0;

export const uptimeOf = ({ clock, started }: Instance): number =>
  Math.floor((clock.now() - started) / 1000);

const rowsOf = ({ schemata }: Instance): number =>
  [...schemata.databases.values()]
    .flatMap(({ tables }) => [...tables.values()])
    .reduce((sum, { rows }) => sum + rows.size, 0);

export function statusCounters(instance: Instance): (readonly [string, Value])[] {
  const { sessions, connections, questions, storage } = instance;
  const running = [...sessions.values()].filter((each) => each.running !== undefined).length;
  const all: Readonly<Record<string, Value>> = {
    Aborted_clients: 0,
    Com_delete: counted(instance, "delete"),
    Com_insert: counted(instance, "insert"),
    Com_select: counted(instance, "select"),
    Com_update: counted(instance, "update"),
    Connections: connections,
    Innodb_num_open_files: [...instance.schemata.databases.values()].reduce(
      (sum, { tables }) => sum + tables.size,
      0,
    ),
    Innodb_os_log_written: storage.lsn,
    Max_used_connections: Math.max(1, sessions.size),
    Open_tables: counted(instance, "select"),
    Queries: questions,
    Questions: questions,
    Slow_queries: 0,
    Threads_cached: 0,
    Threads_connected: sessions.size,
    Threads_running: Math.max(1, running),
    Uptime: uptimeOf(instance),
  };
  return Object.entries(all);
}

/** differs: only the parts that are about something that is here. */
export function innodbStatus(instance: Instance): string {
  const rule = "-".repeat(12);
  return [
    "",
    "=====================================",
    `${momentText(instance.clock.now())} INNODB MONITOR OUTPUT`,
    "=====================================",
    rule,
    "TRANSACTIONS",
    rule,
    `Trx id counter ${instance.questions}`,
    "---",
    "LOG",
    "---",
    `Log sequence number ${instance.storage.lsn}`,
    `Log flushed up to   ${instance.storage.lsn}`,
    "--------------",
    "ROW OPERATIONS",
    "--------------",
    `Rows in memory ${rowsOf(instance)}`,
    "----------------------------",
    "END OF INNODB MONITOR OUTPUT",
    "============================",
    "",
  ].join("\n");
}
