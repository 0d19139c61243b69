// What answering a request takes, and the answers that need no file and nobody else.

import type { Request, Response } from "../../api/http.ts";
import type { FileSystem } from "../../machine/files.ts";
import type { Network } from "../../machine/network.ts";
import { formatTime } from "../../programs/bin/time-format.ts";
import type { Directive } from "./config.ts";
import { type NginxVersion, statusPage } from "./pages.ts";
import { inForce, type Location, type Site, serverFor } from "./site.ts";

export interface Answering {
  readonly site: Site;
  readonly nginx: NginxVersion;
  /** As the worker sees them, who is not root. */
  readonly files: FileSystem;
  readonly network: Network;
  readonly hostname: string;
  now(): number;
  /** What names in `proxy_pass` meant when the configuration was read. */
  readonly known: ReadonlyMap<string, readonly string[]>;
  /** How often each upstream was asked. */
  readonly turns: Map<string, number>;
  /** Writes to the error log, with the request behind it. */
  complain(message: string, asked: Asked): void;
}

export interface Asked {
  readonly request: Request;
  readonly from: string;
  readonly port: number;
  /** As the request line has it, with its query. */
  readonly target: string;
}

/** The path and what is in force there. */
export interface Place {
  readonly asked: Asked;
  readonly path: string;
  readonly location: Location | undefined;
  readonly blocks: readonly (readonly Directive[])[];
}

export const hostOf = ({ request, port }: Asked): string =>
  request.headers["host"] ?? `localhost${port === 80 ? "" : `:${port}`}`;

/** `$uri` and its like. */
export function expand(answering: Answering, asked: Asked, value: string): string {
  const { request, from, target, port } = asked;
  const values: Readonly<Record<string, string>> = {
    uri: request.path,
    request_uri: target,
    args: target.split(/\?(.*)/s)[1] ?? "",
    is_args: target.includes("?") ? "?" : "",
    host: hostOf(asked).replace(/:\d+$/, ""),
    http_host: request.headers["host"] ?? "",
    hostname: answering.hostname,
    remote_addr: from,
    proxy_add_x_forwarded_for: [request.headers["x-forwarded-for"], from]
      .filter(Boolean)
      .join(", "),
    server_addr: answering.network.addresses[0] ?? "",
    server_port: String(port),
    server_name: serverFor(answering.site, port, request)?.names[0] ?? "",
    scheme: "http",
    request_method: request.method,
    nginx_version: answering.nginx.version,
    time_local: formatTime("%d/%b/%Y:%H:%M:%S +0000", answering.now()),
    time_iso8601: formatTime("%Y-%m-%dT%H:%M:%S+00:00", answering.now()),
    document_root: "/usr/share/nginx/html",
  };
  return value.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? "";
    const header = name.startsWith("http_") ? name.slice(5).replaceAll("_", "-") : undefined;
    return values[name] ?? (header === undefined ? "" : (request.headers[header] ?? ""));
  });
}

export function redirect(answering: Answering, to: string, code: number): Response {
  const response = fixed(answering, code);
  return { ...response, headers: { ...response.headers, location: to } };
}

/** The page that nginx has for a status. */
export function fixed(answering: Answering, code: number): Response {
  const body = statusPage(code, answering.nginx);
  return { status: code, headers: common(answering, "text/html", body.length), body };
}

/** A text that stands in the configuration. */
export function text(answering: Answering, { blocks }: Place, body: string): Response {
  const type = inForce(blocks, "default_type")?.[0] ?? "text/plain";
  return { status: 200, headers: common(answering, type, body.length), body };
}

export const common = (answering: Answering, type: string, length: number) => ({
  server: `nginx/${answering.nginx.version}`,
  date: formatTime("%a, %d %b %Y %H:%M:%S GMT", answering.now()),
  "content-type": type,
  "content-length": String(length),
  connection: "keep-alive",
});
