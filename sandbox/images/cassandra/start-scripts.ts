// What runs first in the images: it writes the environment into the configuration and becomes
// Cassandra. Upstream: kubernetes/examples cassandra/image/files/run.sh, docker-library/cassandra
// docker-entrypoint.sh, bin/cassandra.

import type { FileSystem } from "../../machine/files.ts";
import type { Process, Program } from "../../machine/process.ts";
import { setOption, setSeeds } from "./config.ts";
import { CONFIG, mebibytes } from "./settings.ts";

const YAML = `${CONFIG}/cassandra.yaml`;
export const JAVA = "/usr/lib/jvm/java-8-openjdk-amd64/jre/bin/java";

/**
 * Options of cassandra.yaml that the script of the Kubernetes examples takes from the environment.
 */
const known = (
  "broadcast_address broadcast_rpc_address cluster_name disk_optimization_strategy endpoint_snitch " +
  "listen_address num_tokens rpc_address start_rpc key_cache_size_in_mb concurrent_reads " +
  "concurrent_writes memtable_cleanup_threshold memtable_allocation_type memtable_flush_writers " +
  "concurrent_compactors compaction_throughput_mb_per_sec counter_cache_size_in_mb " +
  "internode_compression gc_warn_threshold_in_ms listen_interface rpc_interface trickle_fsync"
).split(" ");

/** What it says that it has found, in its order. */
const told = (
  "CONF_DIR CFG AUTO_BOOTSTRAP BROADCAST_ADDRESS BROADCAST_RPC_ADDRESS CLUSTER_NAME " +
  "COMPACTION_THROUGHPUT_MB_PER_SEC CONCURRENT_COMPACTORS CONCURRENT_READS CONCURRENT_WRITES " +
  "COUNTER_CACHE_SIZE_IN_MB DC DISK_OPTIMIZATION_STRATEGY ENDPOINT_SNITCH GC_WARN_THRESHOLD_IN_MS " +
  "INTERNODE_COMPRESSION KEY_CACHE_SIZE_IN_MB LISTEN_ADDRESS LISTEN_INTERFACE " +
  "MEMTABLE_ALLOCATION_TYPE MEMTABLE_CLEANUP_THRESHOLD MEMTABLE_FLUSH_WRITERS MIGRATION_WAIT " +
  "NUM_TOKENS RACK RING_DELAY RPC_ADDRESS RPC_INTERFACE SEEDS SEED_PROVIDER TRICKLE_FSYNC"
).split(" ");

const usual: Readonly<Record<string, string>> = {
  ...{ RPC_ADDRESS: "0.0.0.0", NUM_TOKENS: "32", CLUSTER_NAME: "Test Cluster" },
  ...{ DISK_OPTIMIZATION_STRATEGY: "ssd", MIGRATION_WAIT: "1", ENDPOINT_SNITCH: "SimpleSnitch" },
  ...{ RING_DELAY: "30000", AUTO_BOOTSTRAP: "true", TRICKLE_FSYNC: "false" },
  SEED_PROVIDER: "org.apache.cassandra.locator.SimpleSeedProvider",
  ...{ CONF_DIR: CONFIG, CFG: YAML },
};

/** `/run.sh` of the Kubernetes examples. */
export const runScript: Program = async (process) => {
  const { env, files, stdout } = process;
  const address = env.get("POD_IP") ?? process.hostname;
  const values = new Map(
    [...told, ...known.map((name) => name.toUpperCase())].map((name) => [
      name,
      env.get(`CASSANDRA_${name}`) ?? usual[name] ?? "",
    ]),
  );
  for (const name of ["LISTEN_ADDRESS", "BROADCAST_ADDRESS", "BROADCAST_RPC_ADDRESS"]) {
    values.set(name, address);
  }
  if (values.get("SEEDS") === "") values.set("SEEDS", process.hostname);
  await stdout.write(`Starting Cassandra on ${address}\n`);
  const lines = told.map((name) => `CASSANDRA_${name} ${values.get(name)}`.trimEnd());
  await stdout.write(`${lines.join("\n")}\n`);
  const [dc, rack] = [values.get("DC") ?? "", values.get("RACK") ?? ""];
  if (dc !== "" && rack !== "") {
    files.write(`${CONFIG}/cassandra-rackdc.properties`, `dc=${dc}\nrack=${rack}\n`);
    values.set("ENDPOINT_SNITCH", "GossipingPropertyFileSnitch");
  }
  let yaml = files.read(YAML);
  for (const name of known) {
    const value = values.get(name.toUpperCase());
    if (value) yaml = setOption(yaml, name, value);
  }
  yaml = setOption(yaml, "auto_bootstrap", values.get("AUTO_BOOTSTRAP") ?? "true");
  files.write(YAML, setSeeds(yaml, values.get("SEEDS") ?? ""));
  files.write(`${CONFIG}/jvm.options`, `-Dcassandra.ring_delay_ms=${values.get("RING_DELAY")}\n`, {
    append: true,
  });
  const data = env.get("CASSANDRA_DATA") ?? "/cassandra_data";
  files.chmod(data, 0o700);
  own(files, data);
  return becomeCassandra(process);
};

/** `docker-entrypoint.sh` of the image on Docker Hub. */
export const dockerEntrypoint: Program = async (process) => {
  const { env, files, network } = process;
  const command = process.argv.slice(1);
  const isCassandra =
    command[0] === undefined || command[0] === "cassandra" || command[0].startsWith("-");
  if (!isCassandra) return process.exec(command);
  own(files, "/var/lib/cassandra");
  const first = network.addresses[0] ?? "127.0.0.1";
  const listen = env.get("CASSANDRA_LISTEN_ADDRESS") ?? "auto";
  const address = listen === "auto" ? first : listen;
  const broadcast = env.get("CASSANDRA_BROADCAST_ADDRESS") ?? address;
  const set: Record<string, string> = {
    ...{ listen_address: address, broadcast_address: broadcast },
    rpc_address: env.get("CASSANDRA_RPC_ADDRESS") ?? "0.0.0.0",
    broadcast_rpc_address: env.get("CASSANDRA_BROADCAST_RPC_ADDRESS") ?? broadcast,
  };
  for (const name of ["cluster_name", "endpoint_snitch", "num_tokens", "start_rpc"]) {
    const value = env.get(`CASSANDRA_${name.toUpperCase()}`);
    if (value !== undefined) set[name] = value;
  }
  let yaml = files.read(YAML);
  for (const [name, value] of Object.entries(set)) yaml = setOption(yaml, name, value);
  files.write(YAML, setSeeds(yaml, env.get("CASSANDRA_SEEDS") ?? broadcast));
  const dc = env.get("CASSANDRA_DC") ?? "dc1";
  const rack = env.get("CASSANDRA_RACK") ?? "rack1";
  files.write(`${CONFIG}/cassandra-rackdc.properties`, `dc=${dc}\nrack=${rack}\n`);
  return becomeCassandra(process);
};

/** `bin/cassandra -f`: checks the heap and starts the Java machine. */
async function becomeCassandra(process: Process): Promise<number> {
  const { env, stdout } = process;
  const [heap, young] = [env.get("MAX_HEAP_SIZE"), env.get("HEAP_NEWSIZE")];
  if ((heap === undefined) !== (young === undefined)) {
    const text =
      "please set or unset MAX_HEAP_SIZE and HEAP_NEWSIZE in pairs (see cassandra-env.sh)";
    await stdout.write(`${text}\n`);
    return 1;
  }
  if (heap !== undefined && mebibytes(heap) === undefined) {
    await stdout.write(
      `Invalid maximum heap size: -Xmx${heap}\nError: Could not create the Java Virtual Machine.\n` +
        "Error: A fatal exception has occurred. Program will exit.\n",
    );
    return 1;
  }
  const size = heap ?? "1024M";
  const options = [`-Xms${size}`, `-Xmx${size}`, `-Xmn${young ?? "256M"}`, "-XX:+UseParNewGC"];
  const main = "org.apache.cassandra.service.CassandraDaemon";
  return process.exec([JAVA, ...options, "-Dcassandra-foreground=yes", main], {
    user: "cassandra",
  });
}

/** Everything in a directory belongs to Cassandra, a volume that root made too. */
function own(files: FileSystem, path: string): void {
  const { uid, gid } = cassandraUser;
  files.chown(path, uid, gid);
  if (files.lstat(path).kind !== "directory") return;
  for (const name of files.list(path)) own(files, `${path}/${name}`);
}

export const cassandraUser = { uid: 999, gid: 999 } as const;
