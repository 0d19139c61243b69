// How a node is set up: cassandra.yaml, the file of the snitch, and what the start script found for
// the Java machine. Upstream: config/Config.java, conf/cassandra-env.sh.

import { parseYaml } from "../../api/yaml/parser.ts";
import type { FileSystem } from "../../machine/files.ts";
import type { Process } from "../../machine/process.ts";

export interface Settings {
  readonly cluster: string;
  readonly tokens: number;
  readonly seeds: readonly string[];
  readonly address: string;
  readonly rpcAddress: string;
  readonly broadcastRpcAddress: string;
  readonly snitch: string;
  readonly dc: string;
  readonly rack: string;
  readonly autoBootstrap: boolean;
  readonly dataDirectory: string;
  readonly commitLogDirectory: string;
  readonly hintsDirectory: string;
  readonly savedCachesDirectory: string;
  /** 0: no hints are kept. */
  readonly hintWindowMs: number;
  readonly writeTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly rangeTimeoutMs: number;
  readonly storagePort: number;
  readonly nativePort: number;
  readonly ringDelayMs: number;
  readonly heapMiB: number;
}

export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

export const CONFIG = "/etc/cassandra";

export function readSettings({ files, env, hostname, network }: Process): Settings {
  const text = files.read(`${CONFIG}/cassandra.yaml`);
  const yaml = (parseYaml(text) ?? {}) as Readonly<Record<string, unknown>>;
  const of = (name: string, otherwise: string | number | boolean = "") => {
    const value = yaml[name];
    return value === undefined || value === null ? String(otherwise) : String(value);
  };
  const first = network.addresses[0] ?? "127.0.0.1";
  const plain = (address: string) => (address === "" || address === hostname ? first : address);
  const snitch = of("endpoint_snitch", "SimpleSnitch").replace(/^.*\./, "");
  const isNamed = snitch === "GossipingPropertyFileSnitch";
  if (!isNamed && snitch !== "SimpleSnitch") {
    throw new SettingsError(`the snitch ${snitch} is not simulated`);
  }
  const place = isNamed ? properties(files, `${CONFIG}/cassandra-rackdc.properties`) : new Map();
  const options = optionsOf(files, `${CONFIG}/jvm.options`);
  const data = yaml["data_file_directories"];
  const hintWindow =
    of("hinted_handoff_enabled", true) === "true" ? of("max_hint_window_in_ms", 10_800_000) : "0";
  return {
    cluster: of("cluster_name", "Test Cluster"),
    tokens: Number(of("num_tokens", 1)),
    seeds: seedsOf(yaml["seed_provider"]),
    address: plain(of("broadcast_address", of("listen_address"))),
    rpcAddress: of("rpc_address", "localhost"),
    broadcastRpcAddress: plain(of("broadcast_rpc_address")),
    snitch,
    dc: place.get("dc") ?? "datacenter1",
    rack: place.get("rack") ?? "rack1",
    autoBootstrap: of("auto_bootstrap", true) !== "false",
    dataDirectory: Array.isArray(data) ? String(data[0]) : "/var/lib/cassandra/data",
    commitLogDirectory: of("commitlog_directory", "/var/lib/cassandra/commitlog"),
    hintsDirectory: of("hints_directory", "/var/lib/cassandra/hints"),
    savedCachesDirectory: of("saved_caches_directory", "/var/lib/cassandra/saved_caches"),
    hintWindowMs: Number(hintWindow),
    writeTimeoutMs: Number(of("write_request_timeout_in_ms", 2_000)),
    readTimeoutMs: Number(of("read_request_timeout_in_ms", 5_000)),
    rangeTimeoutMs: Number(of("range_request_timeout_in_ms", 10_000)),
    storagePort: Number(of("storage_port", 7000)),
    nativePort: Number(of("native_transport_port", 9042)),
    ringDelayMs: Number(options.get("cassandra.ring_delay_ms") ?? 30_000),
    heapMiB: mebibytes(env.get("MAX_HEAP_SIZE") ?? "") ?? 1024,
  };
}

function seedsOf(provider: unknown): string[] {
  const [first] = Array.isArray(provider) ? (provider as unknown[]) : [];
  const { parameters } = (first ?? {}) as { readonly parameters?: unknown };
  const [given] = Array.isArray(parameters) ? (parameters as unknown[]) : [];
  const { seeds = "" } = (given ?? {}) as { readonly seeds?: string };
  return seeds
    .split(",")
    .map((seed) => seed.trim())
    .filter(Boolean);
}

function properties(files: FileSystem, path: string): Map<string, string> {
  if (files.kind(path) === undefined) return new Map();
  const lines = files.read(path).split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^\s*([\w.]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value ?? ""]];
    }),
  );
}

/** `-Dname=value`, by name. */
function optionsOf(files: FileSystem, path: string): Map<string, string> {
  if (files.kind(path) === undefined) return new Map();
  const found = files.read(path).matchAll(/^-D([\w.]+)=(.*)$/gm);
  return new Map([...found].map(([, name = "", value = ""]) => [name, value]));
}

export function mebibytes(text: string): number | undefined {
  const [, digits, unit = "M"] = /^(\d+)([MmGg])?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (unit.toLowerCase() === "g" ? 1024 : 1);
}
