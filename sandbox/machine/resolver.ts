// From a name to addresses, as the C library does it: /etc/hosts, then DNS as /etc/resolv.conf
// says. glibc: resolv/res_query.c, nss/getXXbyYY.

import type { FileSystem } from "./files.ts";
import { type DnsAnswer, NetworkError, type Question } from "./network.ts";

/** What /etc/resolv.conf says. */
export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutMs: number;
  readonly attempts: number;
}

export function resolverConfig(files: FileSystem): ResolverConfig {
  const servers: string[] = [];
  let search: string[] = [];
  const options = new Map<string, string>();
  for (const line of linesOf(files, "/etc/resolv.conf")) {
    const [keyword, ...words] = line.split(/\s+/);
    if (keyword === "nameserver" && words[0] && servers.length < 3) servers.push(words[0]);
    else if (keyword === "search" || keyword === "domain") search = words;
    else if (keyword === "options") {
      for (const word of words) options.set(word.split(":")[0] ?? "", word.split(":")[1] ?? "");
    }
  }
  const number = (name: string, otherwise: number) => Number(options.get(name) || otherwise);
  return {
    servers: servers.length > 0 ? servers : ["127.0.0.1"],
    search,
    ndots: Math.min(number("ndots", 1), 15),
    timeoutMs: number("timeout", 5) * 1000,
    attempts: number("attempts", 2),
  };
}

/** The names to ask for, in order. */
export function candidates(name: string, { search, ndots }: ResolverConfig): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, "")}`);
  return name.split(".").length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]*:[0-9a-f:.]*$/i.test(text);
}

/** Addresses that /etc/hosts gives for the name. */
export function hostsLookup(files: FileSystem, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const found: string[] = [];
  for (const line of linesOf(files, "/etc/hosts")) {
    const [address = "", ...names] = line.split(/\s+/);
    if (names.some((other) => other.toLowerCase() === wanted)) found.push(address);
  }
  const v4 = found.filter((address) => !address.includes(":"));
  if (found.length > 0) return v4.length > 0 ? v4 : found;
  return wanted === "localhost" ? ["127.0.0.1"] : [];
}

export type Ask = (server: string, question: Question, timeoutMs: number) => Promise<DnsAnswer>;

/** Addresses of a name. Rejects with ENOTFOUND, or EAGAIN if no server could say. */
export async function lookup(
  name: string,
  files: FileSystem,
  ask: Ask,
): Promise<readonly string[]> {
  if (isAddress(name)) return [name];
  const known = hostsLookup(files, name);
  if (known.length > 0) return known;
  const config = resolverConfig(files);
  let failed = false;
  for (const candidate of candidates(name, config)) {
    const answer = await askAll({ name: candidate, type: "A" }, config, ask);
    if (!answer) {
      // Nobody answered: the other names would fare no better.
      throw new NetworkError("EAGAIN", name);
    }
    const addresses = answer.answers.filter(({ type }) => type === "A").map(({ data }) => data);
    if (addresses.length > 0) return addresses;
    if (answer.code !== "NOERROR" && answer.code !== "NXDOMAIN") failed = true;
  }
  throw new NetworkError(failed ? "EAGAIN" : "ENOTFOUND", name);
}

/** The first answer that any of the servers gives; undefined if none does. */
export async function askAll(
  question: Question,
  config: ResolverConfig,
  ask: Ask,
): Promise<DnsAnswer | undefined> {
  let last: DnsAnswer | undefined;
  for (let attempt = 0; attempt < config.attempts; attempt++) {
    for (const server of config.servers) {
      try {
        last = await ask(server, question, config.timeoutMs);
        if (last.code === "NOERROR" || last.code === "NXDOMAIN") return last;
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
      }
    }
    if (last) return last;
  }
  return undefined;
}

function linesOf(files: FileSystem, path: string): string[] {
  if (files.kind(path) !== "file") return [];
  const lines = files.read(path).split("\n");
  return lines.map((line) => line.replace(/[#;].*/, "").trim()).filter((line) => line !== "");
}
