// What a configuration means: who listens where, and which location a request belongs to.
// differs: directives that change nothing in the sandbox, and those it does not know, are ignored.

import type { Request } from "../../api/http.ts";
import { argsOf, ConfigError, type Directive, wrong } from "./config.ts";

export interface Site {
  readonly servers: readonly VirtualServer[];
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
  /** What stands directly in `http`. */
  readonly http: readonly Directive[];
  /** What stands outside of everything. */
  readonly main: readonly Directive[];
}

export interface VirtualServer {
  readonly listens: readonly Listen[];
  readonly names: readonly string[];
  readonly locations: readonly Location[];
  readonly block: readonly Directive[];
}

export interface Listen {
  readonly address: string | undefined;
  readonly port: number;
  readonly secure: boolean;
  readonly isDefault: boolean;
}

export interface Location {
  readonly kind: "exact" | "prefix" | "regular";
  /** No regular expression is looked at if this prefix is the longest. */
  readonly final: boolean;
  readonly path: string;
  readonly pattern: RegExp | undefined;
  readonly block: readonly Directive[];
}

/** Where directives may stand that are often put elsewhere. */
const contexts: Readonly<Record<string, readonly string[]>> = {
  events: ["main"],
  http: ["main"],
  upstream: ["http"],
  server: ["http", "upstream"],
  listen: ["server"],
  server_name: ["server"],
  location: ["server", "location"],
  proxy_pass: ["location", "if"],
  root: ["http", "server", "location", "if"],
};

export function readSite(main: readonly Directive[]): Site {
  checkPlaces(main, "main");
  if (!main.some(({ name }) => name === "events")) {
    throw new ConfigError('no "events" section in configuration');
  }
  const http = main.filter(({ name }) => name === "http").flatMap(({ block = [] }) => block);
  const servers = http.filter(({ name }) => name === "server").map(readServer);
  const upstreams = http.filter(({ name }) => name === "upstream").map(readUpstream);
  return { main, http, servers, upstreams: new Map(upstreams) };
}

function checkPlaces(block: readonly Directive[], context: string): void {
  for (const directive of block) {
    const { name } = directive;
    const allowed = contexts[name];
    if (allowed && !allowed.includes(context)) {
      throw wrong(directive, `"${name}" directive is not allowed here`);
    }
    if (directive.block) checkPlaces(directive.block, name);
  }
}

function readUpstream({ args: [name = ""], block = [] }: Directive): [string, string[]] {
  const members = block.filter((each) => each.name === "server").map(({ args }) => args[0] ?? "");
  return [name, members];
}

function readServer({ block = [] }: Directive): VirtualServer {
  const listens = block.filter(({ name }) => name === "listen").flatMap(readListen);
  const standard = { address: undefined, port: 80, secure: false, isDefault: false };
  return {
    listens: listens.length > 0 ? listens : [standard],
    names: block.filter(({ name }) => name === "server_name").flatMap(({ args }) => args),
    locations: block.filter(({ name }) => name === "location").map(readLocation),
    block,
  };
}

function readListen(directive: Directive): Listen[] {
  const [where = "", ...options] = directive.args;
  if (where.startsWith("[") || where.startsWith("unix:")) return [];
  const [, address, digits] = /^(?:([^:]*):)?(\d+)$/.exec(where) ?? [];
  const port = digits === undefined ? 80 : Number(digits);
  if (port < 1 || port > 65_535) throw wrong(directive, `invalid port in "${where}"`);
  return [
    {
      address: address === "*" || address === "0.0.0.0" ? undefined : address,
      port,
      secure: options.includes("ssl"),
      isDefault: options.includes("default_server") || options.includes("default"),
    },
  ];
}

function readLocation(directive: Directive): Location {
  const { args, block = [] } = directive;
  const [first = "", second] = args;
  const path = second ?? first;
  const kind = second === undefined ? "prefix" : first;
  if (kind === "~" || kind === "~*") {
    const pattern = new RegExp(path, kind === "~*" ? "i" : "");
    return { kind: "regular", final: false, path, pattern, block };
  }
  const rest = { path, pattern: undefined, block };
  if (kind === "=") return { kind: "exact", final: true, ...rest };
  return { kind: "prefix", final: kind === "^~", ...rest };
}

/** The server that a request on a port is for: by its name, or the port's default. */
export function serverFor(
  { servers }: Site,
  port: number,
  request: Pick<Request, "headers">,
): VirtualServer | undefined {
  const host = (request.headers["host"] ?? "").replace(/:\d+$/, "");
  const here = servers.filter(({ listens }) => listens.some((listen) => listen.port === port));
  const named = here.find(({ names }) => names.some((name) => isNamed(name, host)));
  const isDefault = ({ listens }: VirtualServer) =>
    listens.some((listen) => listen.port === port && listen.isDefault);
  return named ?? here.find(isDefault) ?? here[0];
}

function isNamed(name: string, host: string): boolean {
  if (name.startsWith("*.")) return host.endsWith(name.slice(1));
  if (name.startsWith("~")) return new RegExp(name.slice(1)).test(host);
  return name === host;
}

/** src/http/ngx_http_core_module.c, ngx_http_core_find_location. */
export function locationFor({ locations }: VirtualServer, path: string): Location | undefined {
  const exact = locations.find((each) => each.kind === "exact" && each.path === path);
  if (exact) return exact;
  let longest: Location | undefined;
  for (const each of locations) {
    if (each.kind !== "prefix" || !path.startsWith(each.path)) continue;
    if (each.path.length > (longest?.path.length ?? -1)) longest = each;
  }
  if (longest?.final) return longest;
  return locations.find(({ pattern }) => pattern?.test(path)) ?? longest;
}

/** The arguments of a directive in force: the innermost block that has it decides. */
export function inForce(
  blocks: readonly (readonly Directive[])[],
  name: string,
): readonly string[] | undefined {
  for (const block of blocks) {
    const args = argsOf(block, name);
    if (args) return args;
  }
  return undefined;
}
