// ~/.kube/config and its relatives: which cluster, as whom, in which namespace. Reads and writes
// files; connects to nothing. client-go tools/clientcmd: loader.go, client_config.go,
// validation.go.

import { isFields } from "../../../api/patch.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { parseYaml } from "../../../api/yaml/parser.ts";
import { writeYaml } from "../../../api/yaml/write.ts";
import { YamlError } from "../../../api/yaml/yaml-error.ts";
import { absolute, FileError, parentOf } from "../../../machine/files.ts";
import type { Process } from "../../../machine/process.ts";
import { CommandError, PlainError } from "../cli/errors.ts";
import type { FlagValues } from "../cli/flags.ts";

type Fields = Readonly<Record<string, unknown>>;

export type Section = "clusters" | "contexts" | "users";
export const sections: Readonly<Record<Section, string>> = {
  clusters: "cluster",
  contexts: "context",
  users: "user",
};

/** One entry and the file that it comes from. */
export interface Entry {
  readonly fields: Fields;
  readonly origin: string;
}

export type Entries = ReadonlyMap<string, Entry>;

/** All files together. The first file that has an entry wins. */
export interface Kubeconfig extends Record<Section, Entries> {
  readonly current: string;
  /** Where the current context is set, or would be. */
  readonly file: string;
}

/** The files that are looked at, first things first. */
export function configPaths(process: Process, explicit: string): string[] {
  if (explicit !== "") return [absolute(process.cwd, explicit)];
  const listed = (process.env.get("KUBECONFIG") ?? "").split(":").filter((each) => each !== "");
  if (listed.length > 0) return listed.map((each) => absolute(process.cwd, each));
  return [`${homeOf(process)}/.kube/config`];
}

export const homeOf = (process: Process): string =>
  process.env.get("HOME") ?? process.identity.home;

export function loadKubeconfig(process: Process, explicit: string): Kubeconfig {
  const paths = configPaths(process, explicit);
  if (explicit !== "" && !process.files.kind(paths[0] ?? "")) {
    throw new CommandError(`stat ${explicit}: no such file or directory`);
  }
  const merged = {
    clusters: new Map<string, Entry>(),
    contexts: new Map<string, Entry>(),
    users: new Map<string, Entry>(),
  };
  let current = "";
  for (const origin of paths) {
    if (!process.files.kind(origin)) continue;
    const config = readConfig(process, origin);
    current ||= textOf(config["current-context"]);
    for (const [section, key] of Object.entries(sections)) {
      for (const [name, fields] of entriesOf(config[section], key)) {
        const entries = merged[section as Section];
        if (!entries.has(name)) entries.set(name, { fields, origin });
      }
    }
  }
  const first = paths.find((path) => process.files.kind(path)) ?? paths.at(-1) ?? "";
  return { ...merged, current, file: first };
}

function readConfig(process: Process, path: string): Fields {
  try {
    const value = parseYaml(process.files.read(path)) ?? {};
    return isFields(value) ? value : {};
  } catch (error) {
    if (error instanceof YamlError) {
      throw new CommandError(`error loading config file "${path}": ${error.message}`);
    }
    if (error instanceof FileError) {
      throw new CommandError(
        `error loading config file "${path}": open ${path}: ${error.message.toLowerCase()}`,
      );
    }
    throw error;
  }
}

function entriesOf(list: unknown, key: string): [name: string, fields: Fields][] {
  if (!Array.isArray(list)) return [];
  return list.filter(isFields).map((entry) => {
    const fields = entry[key];
    return [textOf(entry["name"]), isFields(fields) ? fields : {}];
  });
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Changes the files: entries go back to where they came from, new ones to the first file. */
export function saveKubeconfig(process: Process, old: Kubeconfig, changed: Kubeconfig): void {
  const files = new Set([changed.file]);
  for (const section of Object.keys(sections) as Section[]) {
    for (const { origin } of [...old[section].values(), ...changed[section].values()]) {
      files.add(origin);
    }
  }
  for (const file of files) {
    const text = writeYaml(configDocument(process, changed, file));
    process.files.makeDirectory(parentOf(file), { parents: true });
    process.files.write(file, text, { mode: 0o600 });
  }
}

function configDocument(process: Process, config: Kubeconfig, file: string): Fields {
  const old = process.files.kind(file) ? readConfig(process, file) : {};
  const own = (section: Section) =>
    entryList(config[section], sections[section], ({ origin }) => origin === file);
  return {
    ...old,
    apiVersion: "v1",
    kind: "Config",
    preferences: old["preferences"] ?? {},
    "current-context": file === config.file ? config.current : textOf(old["current-context"]),
    clusters: own("clusters"),
    contexts: own("contexts"),
    users: own("users"),
  };
}

/** As a kubeconfig lists them, by name; null if there are none. */
export function entryList(
  entries: Entries,
  key: string,
  wanted: (entry: Entry) => boolean = () => true,
): readonly Fields[] | null {
  const list = [...entries]
    .filter(([, entry]) => wanted(entry))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { fields }]) => ({ [key]: fields, name }));
  return list.length > 0 ? list : null;
}

/** What the files and the command line come to. */
export interface Settings {
  readonly server: string;
  readonly namespace: string;
  /** The command line named the namespace. */
  readonly isNamespaceGiven: boolean;
  readonly cluster: Fields;
  readonly user: Fields;
  /** No file says where the cluster is. */
  readonly isDefault: boolean;
}

/** Throws where names lead nowhere. */
export function settingsOf(config: Kubeconfig, given: FlagValues): Settings {
  // Several users are those that a binding is for, and none of them asks.
  const flags = given.find("user")?.type === "array" ? given.without("user") : given;
  const contextName = flags.string("context") || config.current;
  const namespace = flags.string("namespace");
  if (namespace === "" && contextName !== "" && !config.contexts.has(contextName)) {
    throw new PlainError(
      `Error in configuration: context was not found for specified context: ${contextName}`,
    );
  }
  const context = pick(config.contexts, contextName, flags.changed("context") ? "context" : "");
  const clusterName = flags.string("cluster") || textOf(context["cluster"]);
  const userName = flags.string("user") || textOf(context["user"]);
  const user = pick(config.users, userName, flags.changed("user") ? "auth info" : "");
  const cluster = pick(config.clusters, clusterName, flags.changed("cluster") ? "cluster" : "");
  const server = flags.string("server") || textOf(cluster["server"]);
  return {
    server: server || "http://localhost:8080",
    isDefault: server === "",
    namespace: namespace || textOf(context["namespace"]) || "default",
    isNamespaceGiven: namespace !== "",
    cluster,
    user: { ...user, ...userFlags(flags) },
  };
}

function pick(entries: Entries, name: string, required: string): Fields {
  const entry = entries.get(name);
  if (!entry && required !== "")
    throw new CommandError(`${required} ${quoted(name)} does not exist`);
  return entry?.fields ?? {};
}

const userFlagNames = ["token", "username", "password", "client-certificate", "client-key", "as"];

function userFlags(flags: FlagValues): Fields {
  const given = userFlagNames.filter((name) => flags.changed(name));
  const groups = flags.list("as-group");
  return {
    ...Object.fromEntries(given.map((name) => [name, flags.string(name)])),
    ...(groups.length > 0 && { "as-groups": groups }),
  };
}
