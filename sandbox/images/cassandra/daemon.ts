// The process of Cassandra itself: what `java … CassandraDaemon` does from its first line in the
// log to its last. Upstream: service/CassandraDaemon.java, service/StorageService.java initServer.

import type { Process, Program } from "../../machine/process.ts";
import { isWritable } from "./database.ts";
import { StartError } from "./errors.ts";
import { serveJmx } from "./jmx.ts";
import { join, mode, settle } from "./joining.ts";
import { drain } from "./leaving.ts";
import { Log, type LogStyle } from "./log.ts";
import { Node } from "./node.ts";
import { readSettings, SettingsError } from "./settings.ts";
import type { CassandraVersion } from "./versions.ts";

/** From the first instruction to the first line, and on to the first table. */
const JVM_MS = 1_800;
const LOAD_MS = 1_200;
const OPEN_MS = 1_500;
/** What Cassandra ends with when it cannot start. */
const CANNOT_START = 3;

export const daemon =
  (version: CassandraVersion, style: LogStyle): Program =>
  async (process) => {
    await process.sleep(JVM_MS);
    const log = new Log(process, style);
    try {
      const node = new Node({ process, settings: readSettings(process), version, log });
      return await process.wait(Promise.race([run(node), node.life.broken]));
    } catch (error) {
      if (error instanceof SettingsError) {
        log.say(error.message, { level: "ERROR" });
        return CANNOT_START;
      }
      if (!(error instanceof StartError)) throw error;
      return failed(process, log, error);
    }
  };

async function failed({ stderr }: Process, log: Log, error: StartError): Promise<number> {
  const { type, message } = error;
  await stderr.write(`Exception (${type}) encountered during startup: ${message}\n`);
  const said = { level: "ERROR", from: "CassandraDaemon.java:708" } as const;
  log.say("Exception encountered during startup", said);
  await stderr.write(`${type}: ${message}\n`);
  return CANNOT_START;
}

async function run(node: Node): Promise<number> {
  const { process, settings, log, life, database, version } = node;
  const ended = new Promise<number>((resolve) => {
    process.trap("SIGTERM", () => life.start(end(node).then(() => resolve(143))));
  });
  log.say("Configuration location: file:/etc/cassandra/cassandra.yaml", {
    from: "YamlConfigurationLoader.java:89",
  });
  log.say(`Hostname: ${process.hostname}`, { from: "CassandraDaemon.java:476" });
  log.say("JVM vendor/version: OpenJDK 64-Bit Server VM/1.8.0_151", {
    from: "CassandraDaemon.java:483",
  });
  const heap = settings.heapMiB * 1024 * 1024;
  log.say(`Heap size: ${mib(heap)}/${mib(heap)}`, { from: "CassandraDaemon.java:484" });
  serveJmx(node);
  for (const path of [
    ...[settings.dataDirectory, settings.commitLogDirectory],
    ...[settings.hintsDirectory, settings.savedCachesDirectory],
  ]) {
    if (isWritable(process.files, path)) continue;
    log.say(`Directory ${path} doesn't exist`, { level: "WARN", from: "StartupChecks.java:267" });
    throw new StartError(`Insufficient permissions on directory ${path}`);
  }
  await life.sleep(LOAD_MS);
  replay(node);
  await life.sleep(OPEN_MS);
  log.say(`Cassandra version: ${version.release}`, { from: "StorageService.java:600" });
  log.say(`CQL supported versions: ${version.cql} (default: ${version.cql})`, {
    from: "StorageService.java:602",
  });
  log.say("Starting up server gossip", { from: "StorageService.java:780" });
  await Promise.race([start(node), ended]);
  database.flush();
  return ended;
}

async function start(node: Node): Promise<void> {
  await join(node);
  await settle(node);
  node.openNative();
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(3)}MiB`;

/** What the disk tells of the time before, and who this node is. */
function replay(node: Node): void {
  const { database, log, settings } = node;
  const logs = database.leftLogs;
  for (const name of logs) {
    log.say(`Replaying ${settings.commitLogDirectory}/${name}`, {
      from: "CommitLog.java:142",
    });
  }
  const count = database.replay();
  database.settle((keyspace, name) => node.schema.get(keyspace)?.tables.get(name));
  if (logs.length > 0) {
    log.say(`Log replay complete, ${count} replayed mutations`, { from: "CommitLog.java:144" });
  }
  const saved = node.row("local", "local") ?? {};
  const cluster = saved["cluster_name"] ?? settings.cluster;
  if (cluster !== settings.cluster) {
    throw new StartError(
      `Saved cluster name ${String(cluster)} != configured name ${settings.cluster}`,
    );
  }
  if (saved["bootstrapped"] === "DECOMMISSIONED") {
    throw new StartError(
      "This node was decommissioned and will not rejoin the ring unless " +
        "cassandra.override_decommission=true has been set, or all existing data is removed and " +
        "the node is bootstrapped again",
    );
  }
  node.hostId = String(saved["host_id"] ?? node.newHostId());
  if (saved["host_id"] === undefined) {
    log.say(
      `No host ID found, created ${node.hostId} (Note: This should happen exactly once per node).`,
      { level: "WARN", from: "SystemKeyspace.java:1074" },
    );
  }
  const { address, dc, rack } = settings;
  node.writeLocal({
    ...{ host_id: node.hostId, cluster_name: settings.cluster, data_center: dc, rack },
    ...{ broadcast_address: address, listen_address: address },
    rpc_address: settings.broadcastRpcAddress,
    ...{ gossip_generation: node.generation, release_version: node.version.release },
    ...{ cql_version: node.version.cql, native_protocol_version: node.version.protocol.slice(1) },
    partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
    schema_version: node.schemaVersion,
  });
}

/** SIGTERM: what `nodetool drain` does, unless it has done so already. */
async function end(node: Node): Promise<void> {
  if (node.mode === "DRAINED" || node.mode === "DECOMMISSIONED") return;
  if (node.gossip.isRunning) await drain(node);
  else mode(node, "DRAINED", "nothing to drain");
}
