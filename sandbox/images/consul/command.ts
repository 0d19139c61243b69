// What all commands of `consul` have in common: flags, the API of an agent, and two streams.
// Upstream: hashicorp/consul command/flags/http.go, api/api.go.

import { isStream, type Method, type Response } from "../../api/http.ts";
import { NetworkError } from "../../machine/network.ts";
import type { Process } from "../../machine/process.ts";
import { type Flags, parseFlags } from "./flags.ts";
import { dialText } from "./link.ts";
import type { ConsulVersion } from "./versions.ts";

/** A command that has failed: what it prints, and its exit code. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

export interface Call {
  readonly process: Process;
  readonly version: ConsulVersion;
  readonly flags: Flags;
  readonly args: readonly string[];
  print(text: string): Promise<void>;
  /** An answer of the agent; 404 is one too. Throws `Failure` with `why` before the reason. */
  api(why: string, asked: Asked): Promise<Response>;
}

export interface Asked {
  readonly method?: Method;
  readonly path: string;
  /** Undefined: not asked for; the empty text: by name alone. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

export interface Command {
  /** Beside those that all have. */
  readonly flags?: string;
  readonly about: string;
  run(call: Call): Promise<number>;
}

const common =
  "http-addr: token: token-file: datacenter: stale ca-file: ca-path: client-cert: client-key: " +
  "tls-server-name: namespace: partition:";

export function callOf(process: Process, version: ConsulVersion, found: Found): Call {
  const { command, argv } = found;
  const flags = parseFlags(argv, `${common} ${command.flags ?? ""}`.trim());
  return {
    ...{ process, version, flags, args: flags.args },
    print: (text) => process.stdout.write(`${text}\n`),
    api: (why, asked) => ask(process, flags, { why, ...asked }),
  };
}

export interface Found {
  readonly command: Command;
  readonly argv: readonly string[];
}

async function ask(
  process: Process,
  flags: Flags,
  { why, method = "GET", path, query = {}, body }: Asked & { readonly why: string },
): Promise<Response> {
  const given = flags.text("http-addr") ?? process.env.get("CONSUL_HTTP_ADDR") ?? "127.0.0.1:8500";
  if (/^(?:unix|https):/.test(given)) throw new Failure(`${given}: not simulated`);
  const [host = "", port = "8500"] = given.replace(/^http:\/\//, "").split(":");
  const asked: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked[name] = value;
  if (flags.has("stale")) asked["stale"] = "";
  try {
    const response = await process.network.request(
      { host, port: Number(port) },
      { method, path, query: asked, headers: {}, ...(body !== undefined && { body }) },
    );
    const { status } = response;
    if (status === 200 || status === 404) return response;
    const said = isStream(response.body) ? "" : String(response.body).trim();
    throw new Failure(`${why}: Unexpected response code: ${status} (${said})`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const pairs = Object.entries(asked).map(
      ([name, value]) => `${name}=${encodeURIComponent(value)}`,
    );
    const url = `http://${host}:${port}${path}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
    const verb = `${method[0]}${method.slice(1).toLowerCase()}`;
    const said = error.code === "ECONNRESET" ? "EOF" : dialText(error, `${host}:${port}`);
    throw new Failure(`${why}: ${verb} "${url}": ${said}`);
  }
}

/** The JSON of an answer. */
export const parsed = <T>({ body }: Response): T => JSON.parse(String(body)) as T;
