// `consul kv`. Upstream: hashicorp/consul command/kv.

import { decodeBase64 } from "../../api/base64.ts";
import { absolute, FileError } from "../../machine/files.ts";
import type { Process } from "../../machine/process.ts";
import { type Call, type Command, Failure, parsed } from "./command.ts";

interface Pair {
  readonly Key: string;
  readonly Value: string | null;
  readonly Flags: number;
  readonly LockIndex: number;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

interface Exported {
  readonly key: string;
  readonly flags: number;
  readonly value: string;
}

const asking = "Error querying Consul agent";

/** Keys do not begin with a slash, though people think so. */
const bare = (key = ""): string => key.replace(/^\//, "");

const decoded = ({ Value }: Pair): string => decodeBase64(Value ?? "") ?? "";

const path = (key: string): string => `/v1/kv/${key}`;

function one(args: readonly string[]): string {
  if (args.length > 1)
    throw new Failure(`Error! Too many arguments (expected 1, got ${args.length})`);
  return bare(args[0]);
}

async function list(call: Call, why: string, prefix: string): Promise<readonly Pair[]> {
  const response = await call.api(why, { path: path(prefix), query: { recurse: "" } });
  return response.status === 404 ? [] : parsed(response);
}

const get: Command = {
  about: "Retrieves or lists data from the KV store",
  flags: "base64 detailed keys recurse separator:",
  async run(call) {
    const { flags, args, print } = call;
    const [recurse, keysOnly] = [flags.has("recurse"), flags.has("keys")];
    const key = one(args);
    if (key === "" && !recurse && !keysOnly) throw new Failure("Error! Missing KEY argument");
    const encoded = flags.has("base64");
    if (keysOnly && !recurse) {
      const separator = flags.text("separator") ?? "/";
      const query = { keys: "", separator: separator === "" ? undefined : separator };
      const response = await call.api(asking, { path: path(key), query });
      const names = response.status === 404 ? [] : parsed<readonly string[]>(response);
      for (const name of names) await print(name);
      return 0;
    }
    if (recurse) {
      const pairs = await list(call, asking, key);
      for (const [i, pair] of pairs.entries()) {
        if (flags.has("detailed"))
          await print(
            `${detailed(pair, { encoded, keysOnly })}${i < pairs.length - 1 ? "\n" : ""}`,
          );
        else
          await print(keysOnly ? pair.Key : `${pair.Key}:${encoded ? pair.Value : decoded(pair)}`);
      }
      return 0;
    }
    const response = await call.api(asking, { path: path(key) });
    if (response.status === 404) throw new Failure(`Error! No key exists at: ${key}`);
    const [pair] = parsed<readonly [Pair]>(response);
    if (flags.has("detailed")) await print(detailed(pair, { encoded, keysOnly: false }));
    else await print(encoded ? (pair.Value ?? "") : decoded(pair));
    return 0;
  },
};

function detailed(
  pair: Pair,
  { encoded, keysOnly }: { readonly encoded: boolean; readonly keysOnly: boolean },
): string {
  const lines: readonly (readonly [string, string | number])[] = [
    ["CreateIndex", pair.CreateIndex],
    ["Flags", pair.Flags],
    ["Key", pair.Key],
    ["LockIndex", pair.LockIndex],
    ["ModifyIndex", pair.ModifyIndex],
    ["Session", "-"],
    ...(keysOnly ? [] : ([["Value", encoded ? (pair.Value ?? "") : decoded(pair)]] as const)),
  ];
  return lines.map(([name, value]) => `${name.padEnd(17)}${value}`).join("\n");
}

const put: Command = {
  about: "Sets or updates data in the KV store",
  flags: "acquire base64 cas flags# modify-index# release session:",
  async run(call) {
    const { flags, args, print, process } = call;
    for (const name of ["acquire", "release", "session"]) {
      if (flags.text(name) !== undefined) throw new Failure(`-${name}: not simulated`);
    }
    if (args.length === 0) throw new Failure("Error! Missing KEY argument");
    if (args.length > 2)
      throw new Failure(`Error! Too many arguments (expected 1 or 2, got ${args.length})`);
    const key = bare(args[0]);
    const data = await dataOf(args[1] ?? "", process);
    const value = flags.has("base64") ? decodeBase64(data) : data;
    if (value === undefined)
      throw new Failure("Error! Cannot base 64 decode data: illegal base64 data at input byte 0");
    if (key === "") throw new Failure("Error! Missing KEY argument");
    const cas = flags.has("cas") ? String(flags.number("modify-index") ?? 0) : undefined;
    const why = `Error! ${cas === undefined ? "Failed writing data" : `Did not write to ${key}`}`;
    const query = { cas, flags: flags.text("flags") };
    const response = await call.api(why, { method: "PUT", path: path(key), query, body: value });
    if (!parsed(response)) throw new Failure(`Error! Did not write to ${key}: CAS failed`);
    await print(`Success! Data written to: ${key}`);
    return 0;
  },
};

/** `@file` is what is in it, `-` what comes in. */
async function dataOf(text: string, { files, cwd, stdin }: Process): Promise<string> {
  if (text === "-") return stdin.readAll();
  if (!text.startsWith("@")) return text;
  const name = text.slice(1);
  try {
    return files.read(absolute(cwd, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const why = `open ${name}: ${error.message.toLowerCase()}`;
    throw new Failure(`Error! Failed to read file: ${why}`);
  }
}

const remove: Command = {
  about: "Removes data from the KV store",
  flags: "cas modify-index# recurse",
  async run(call) {
    const { flags, args, print } = call;
    const recurse = flags.has("recurse");
    const key = one(args);
    if (key === "" && !recurse) throw new Failure("Error! Missing KEY argument");
    if (recurse && flags.has("cas")) throw new Failure("Cannot specify both -cas and -recurse!");
    if (flags.has("cas") && !flags.number("modify-index"))
      throw new Failure("Must specify a -modify-index with -cas!");
    const cas = flags.has("cas") ? flags.text("modify-index") : undefined;
    const what = recurse ? `prefix ${key}` : `key ${key}`;
    const query = { cas, recurse: recurse ? "" : undefined };
    const asked = { method: "DELETE", path: path(key), query } as const;
    const response = await call.api(`Error! Did not delete ${what}`, asked);
    if (!parsed(response)) throw new Failure(`Error! Did not delete key ${key}: CAS failed`);
    await print(`Success! Deleted ${recurse ? `keys with prefix: ${key}` : `key: ${key}`}`);
    return 0;
  },
};

const exportTree: Command = {
  about: "Exports a tree from the KV store as JSON",
  async run(call) {
    const pairs = await list(call, "Error querying Consul agent", one(call.args));
    const all = pairs.map(({ Key, Flags, Value }) => ({
      key: Key,
      flags: Flags,
      value: Value ?? "",
    }));
    await call.print(JSON.stringify(all, undefined, "\t"));
    return 0;
  },
};

const importTree: Command = {
  about: "Imports a tree stored as JSON to the KV store",
  async run(call) {
    const [text] = call.args;
    if (text === undefined) throw new Failure("Error! Missing DATA argument");
    const data = await dataOf(text, call.process);
    let entries: readonly Exported[];
    try {
      entries = JSON.parse(data) as readonly Exported[];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new Failure(`Error! Cannot unmarshal data: ${error.message}`);
    }
    for (const { key, flags, value } of entries) {
      const body = decodeBase64(value);
      if (body === undefined)
        throw new Failure(`Error! Cannot base 64 decode value for key ${key}: illegal base64 data`);
      const query = { flags: flags ? String(flags) : undefined };
      const why = `Error! Failed writing data for key ${key}`;
      await call.api(why, { method: "PUT", path: path(key), query, body });
      await call.print(`Imported: ${key}`);
    }
    return 0;
  },
};

export const kvCommands: Readonly<Record<string, Command>> = {
  "kv delete": remove,
  "kv export": exportTree,
  "kv get": get,
  "kv import": importTree,
  "kv put": put,
};
