// What an agent is told to be: by its command line and by the files that it names.
// Upstream: hashicorp/consul agent/config builder.go, flags.go.

import { parseDuration } from "../../api/time.ts";
import { absolute } from "../../machine/files.ts";
import type { Process } from "../../machine/process.ts";
import { type Flags, parseFlags } from "./flags.ts";
import { type Level, levels } from "./log.ts";

export interface Settings {
  readonly server: boolean;
  readonly bootstrap: boolean;
  readonly expect: number;
  readonly name: string;
  /** Given, or undefined: it is in the data directory, or is made. */
  readonly id: string | undefined;
  readonly datacenter: string;
  readonly dataDir: string;
  readonly bind: string;
  readonly advertise: string;
  /** Where clients may ask. */
  readonly client: readonly string[];
  readonly ports: Readonly<Record<"http" | "lan" | "wan" | "server", number>>;
  /** Once, at the beginning. */
  readonly join: readonly string[];
  readonly retryJoin: readonly string[];
  readonly retryMs: number;
  readonly retryMax: number;
  readonly ui: boolean;
  readonly level: Level;
  readonly leaveOnTerm: boolean;
  readonly leaveOnInt: boolean;
  readonly rejoin: boolean;
  /** Said before anything else. */
  readonly warnings: readonly string[];
}

/** The settings do not fit; the message is what Consul says. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const table =
  "advertise: advertise-wan: allow-write-http-from* alt-domain: bind: bootstrap bootstrap-expect# " +
  "auto-reload-config check_output_max_size# client: config-dir* config-file* config-format: " +
  "data-dir: datacenter: default-query-time: dev disable-host-node-id disable-keyring-file " +
  "dns-port# domain: enable-local-script-checks enable-script-checks encrypt: grpc-port# " +
  "grpc-tls-port# http-port# https-port# join* join-wan* log-file: log-json log-level: " +
  "log-rotate-bytes# log-rotate-duration: log-rotate-max-files# max-query-time: node: node-id: " +
  "node-meta* non-voting-server pid-file: primary-gateway* protocol# raft-protocol# read-replica " +
  "recursor* rejoin retry-interval: retry-interval-wan: retry-join* retry-join-wan* retry-max# " +
  "retry-max-wan# segment: serf-lan-allowed-cidrs* serf-lan-bind: serf-lan-port# " +
  "serf-wan-allowed-cidrs* serf-wan-bind: serf-wan-port# server server-port# syslog ui " +
  "ui-content-path: ui-dir:";

/** What would change how it behaves, and is not there. */
const absent = "dev encrypt join-wan retry-join-wan log-file log-json segment recursor".split(" ");

/** What a file may say, and the flag that says the same. */
const keys: Readonly<Record<string, string>> = {
  ...{ server: "server", bootstrap: "bootstrap", bootstrap_expect: "bootstrap-expect" },
  ...{ node_name: "node", node_id: "node-id", datacenter: "datacenter", data_dir: "data-dir" },
  ...{ bind_addr: "bind", advertise_addr: "advertise", client_addr: "client", ui: "ui" },
  ...{ start_join: "join", retry_join: "retry-join", retry_interval: "retry-interval" },
  ...{ retry_max: "retry-max", log_level: "log-level", rejoin_after_leave: "rejoin" },
  ...{ leave_on_terminate: "leave-on-term", skip_leave_on_interrupt: "skip-leave-on-int" },
};

export function readSettings(argv: readonly string[], process: Process): Settings {
  const flags = parseFlags(argv, table);
  const [extra] = flags.args;
  if (extra !== undefined) {
    throw new SettingsError(`Unexpected extra arguments: [${flags.args.join(" ")}]`);
  }
  for (const name of absent) {
    if (flags.all(name).length > 0) throw new SettingsError(`-${name}: not simulated`);
  }
  return settle(merged(readFiles(flags, process), flags), process);
}

/** What files say comes first; flags have the last word, and lists are joined. */
function merged(files: readonly string[], flags: Flags): Flags {
  const both = `${table} leave-on-term skip-leave-on-int`;
  const said = parseFlags(files, both);
  return {
    args: [],
    has: (name) => (flags.text(name) === undefined ? said.has(name) : flags.has(name)),
    text: (name) => flags.text(name) ?? said.text(name),
    number: (name) => flags.number(name) ?? said.number(name),
    all: (name) => [...said.all(name), ...flags.all(name)],
  };
}

/** As flags. */
function readFiles(flags: Flags, { files, cwd }: Process): string[] {
  const paths = [...flags.all("config-file")];
  for (const directory of flags.all("config-dir")) {
    const full = absolute(cwd, directory);
    if (files.kind(full) !== "directory") {
      throw new SettingsError(
        `config: Open failed on ${directory}. open ${full}: no such file or directory`,
      );
    }
    paths.push(...files.list(full).map((name) => `${full}/${name}`));
  }
  return paths.flatMap((path) => {
    if (path.endsWith(".hcl")) throw new SettingsError(`${path}: HCL is not simulated`);
    return path.endsWith(".json") ? readFile(path, files.read(absolute(cwd, path))) : [];
  });
}

function readFile(path: string, text: string): string[] {
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SettingsError(`failed to parse ${path}: ${error.message}`);
  }
  return Object.entries(all as Record<string, unknown>).flatMap(([key, value]) => {
    if (key === "ui_config") return [`-ui=${(value as { enabled?: boolean }).enabled === true}`];
    const flag = keys[key];
    if (flag === undefined) throw new SettingsError(`${path}: ${key} is not simulated`);
    return [value].flat().map((each) => `-${flag}=${String(each)}`);
  });
}

function settle(flags: Flags, process: Process): Settings {
  const server = flags.has("server");
  const given = flags.number("bootstrap-expect") ?? 0;
  const dataDir = flags.text("data-dir") ?? "";
  const name = flags.text("node") ?? process.hostname;
  const datacenter = (flags.text("datacenter") ?? "dc1").toLowerCase();
  const level = (flags.text("log-level") ?? "INFO").toUpperCase().replace(/^ERR$/, "ERROR");
  const warnings: string[] = [];
  check(flags, { dataDir, name, level, expect: given, server });
  if (given === 1)
    warnings.push("BootstrapExpect is set to 1; this is the same as Bootstrap mode.");
  if (given === 2) {
    warnings.push(
      "bootstrap_expect = 2: A cluster with 2 servers will provide no failure tolerance. See " +
        "https://www.consul.io/docs/internals/consensus.html#deployment-table",
    );
  } else if (given > 2 && given % 2 === 0) {
    warnings.push(
      `bootstrap_expect is even number: A cluster with an even number of servers does not achieve ` +
        "optimum fault tolerance. See https://www.consul.io/docs/internals/consensus.html#deployment-table",
    );
  }
  if (given > 1) warnings.push(`bootstrap_expect > 0: expecting ${given} servers`);
  const bootstrap = flags.has("bootstrap") || given === 1;
  if (bootstrap) warnings.push("bootstrap = true: do not enable unless necessary");
  const bind = flags.text("bind") ?? "0.0.0.0";
  const port = (name: string, usual: number) => flags.number(name) ?? usual;
  return {
    ...{ server, bootstrap, name, datacenter, bind, warnings, id: flags.text("node-id") },
    expect: bootstrap ? 0 : given,
    dataDir: absolute(process.cwd, dataDir),
    advertise: flags.text("advertise") ?? ownAddress(bind, process),
    client: (flags.text("client") ?? "127.0.0.1").split(/\s+/),
    ports: {
      ...{ http: port("http-port", 8500), lan: port("serf-lan-port", 8301) },
      ...{ wan: port("serf-wan-port", 8302), server: port("server-port", 8300) },
    },
    ...{ join: flags.all("join"), retryJoin: flags.all("retry-join") },
    retryMs: duration(flags, "retry-interval", 30_000),
    retryMax: flags.number("retry-max") ?? 0,
    ...{ ui: flags.has("ui"), level: level as Level, rejoin: flags.has("rejoin") },
    leaveOnTerm: flags.text("leave-on-term") === undefined ? !server : flags.has("leave-on-term"),
    leaveOnInt: !(flags.text("skip-leave-on-int") === undefined
      ? server
      : flags.has("skip-leave-on-int")),
  };
}

interface Checked {
  readonly dataDir: string;
  readonly name: string;
  readonly level: string;
  readonly expect: number;
  readonly server: boolean;
}

function check(flags: Flags, { dataDir, name, level, expect, server }: Checked): void {
  const refuse = (text: string) => {
    throw new SettingsError(text);
  };
  if (dataDir === "") refuse("data_dir cannot be empty");
  if (name === "") refuse("node_name cannot be empty");
  if (!(levels as readonly string[]).includes(level))
    refuse(`Invalid log level: ${level}. Valid log levels are: [TRACE DEBUG INFO WARN ERROR]`);
  if (expect < 0)
    refuse(`bootstrap_expect cannot be ${expect}. Must be greater than or equal to zero`);
  if (expect > 0 && !server) refuse("'bootstrap_expect > 0' requires 'server = true'");
  if (expect > 0 && flags.has("bootstrap"))
    refuse("'bootstrap_expect > 0' and 'bootstrap = true' are mutually exclusive");
  if (flags.has("bootstrap") && !server) refuse("'bootstrap = true' requires 'server = true'");
  if (flags.text("advertise") === "0.0.0.0")
    refuse("Advertise address cannot be 0.0.0.0, :: or [::]");
}

function duration(flags: Flags, name: string, usual: number): number {
  const text = flags.text(name);
  const ms = text === undefined ? usual : parseDuration(text);
  if (ms === undefined)
    throw new SettingsError(
      `${name.replace("-", "_")}: invalid duration: "${text}": time: invalid duration "${text}"`,
    );
  return ms;
}

function ownAddress(bind: string, { network }: Process): string {
  if (bind !== "0.0.0.0") return bind;
  const [address, other] = network.addresses;
  if (address === undefined) throw new SettingsError("No private IPv4 address found");
  if (other !== undefined)
    throw new SettingsError(
      "Multiple private IPv4 addresses found. Please configure one with 'bind' and/or 'advertise'.",
    );
  return address;
}
