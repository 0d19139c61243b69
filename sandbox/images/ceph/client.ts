// How `rbd` and `ceph` reach their cluster: the monitor of ceph.conf or -m, with a key that it
// knows. Upstream: ceph src/mon/MonClient.cc.

import { NetworkError } from "../../machine/network.ts";
import type { Process } from "../../machine/process.ts";
import type { CephCluster } from "./cluster.ts";

export const MONITOR_PORT = 6789;

export class CephError extends Error {
  override readonly name = "CephError";
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

export interface Given {
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

const short: Readonly<Record<string, string>> = {
  ...{ m: "monitor", k: "keyring", p: "pool", s: "size", c: "conf", n: "name" },
};
const flags = new Set(
  "no-progress yes-i-really-really-mean-it watch read-only pretty-format long l w".split(" "),
);

export function readWords(argv: readonly string[]): Given {
  const options = new Map<string, string>();
  const words: string[] = [];
  const queue = [...argv];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const [, long, value] = /^--([\w-]+)(?:=(.*))?$/.exec(word) ?? [];
    const name = long ?? (/^-\w$/.test(word) ? (short[word.slice(1)] ?? word.slice(1)) : undefined);
    if (name === undefined) words.push(word);
    else if (flags.has(name)) options.set(name, "");
    else options.set(name, value ?? queue.shift() ?? "");
  }
  return { options, words };
}

/** Waits until the monitor answers; fails if there is none, or if it does not know the key. */
export async function reach(process: Process, cluster: CephCluster, given: Given): Promise<void> {
  const { files, network } = process;
  const conf =
    files.kind("/etc/ceph/ceph.conf") === "file" ? files.read("/etc/ceph/ceph.conf") : "";
  const monitor = given.options.get("monitor") ?? /mon[_ ]host\s*=\s*(\S+)/.exec(conf)?.[1];
  if (monitor === undefined) {
    throw new CephError("no monitors specified to connect to.\ncouldn't connect to the cluster!");
  }
  const path = given.options.get("keyring") ?? "/etc/ceph/ceph.client.admin.keyring";
  const key = readable(process, path) ? /key\s*=\s*(\S+)/.exec(files.read(path))?.[1] : undefined;
  if (key === undefined) {
    throw new CephError(
      `auth: unable to find a keyring on ${path}: (2) No such file or directory\nmonclient(hunting): ERROR: missing keyring, cannot use cephx for authentication\nlibrados: client.admin initialization error (2) No such file or directory\nError connecting to cluster: ObjectNotFound`,
    );
  }
  try {
    const [host = "", port = MONITOR_PORT] = monitor.split(":");
    const connection = await network.dial(host, Number(port), { timeoutMs: 30_000 });
    connection.close();
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    await process.sleep(error.code === "ECONNREFUSED" ? 300_000 : 0);
    throw new CephError("Error connecting to cluster: TimedOut");
  }
  if (key === cluster.key) return;
  throw new CephError(
    "librados: client.admin authentication error (1) Operation not permitted\nError connecting to cluster: PermissionError",
  );
}

const readable = ({ files }: Process, path: string): boolean =>
  files.kind(path) === "file" && files.access(path, 4);
