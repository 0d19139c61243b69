// What curl and wget have in common: URLs, requests, responses as text.

import { isStream, type Method, type Request, type Response } from "../../api/http.ts";
import { bodyText, splitTarget } from "../../machine/http-codec.ts";
import type { Process } from "../../machine/process.ts";

export interface Url {
  readonly scheme: "http" | "https";
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly target: string;
}

/** Undefined if it is no URL; another scheme is in `unsupported`. */
export function parseUrl(text: string): Url | { readonly unsupported: string } | undefined {
  const match =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/]*)@)?(\[[0-9a-f:]+\]|[^/:?#]+)(?::(\d*))?([/?][^#]*)?(?:#.*)?$/i.exec(
      text,
    );
  if (!match) return undefined;
  const [, scheme = "http", user, host = "", port, target = "/"] = match;
  const lower = scheme.toLowerCase();
  if (lower !== "http" && lower !== "https") return { unsupported: lower };
  if (port !== undefined && port !== "" && Number(port) > 65_535) return undefined;
  return {
    scheme: lower,
    user,
    host: host.replace(/^\[|\]$/g, ""),
    port: port ? Number(port) : lower === "https" ? 443 : 80,
    target: target.startsWith("?") ? `/${target}` : target,
  };
}

export interface Asking {
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly connectTimeoutMs?: number;
}

export function ask(process: Process, url: Url, asking: Asking): Promise<Response> {
  const { method, headers, body, signal, connectTimeoutMs } = asking;
  const standard = url.port === (url.scheme === "https" ? 443 : 80);
  const request: Request = {
    method,
    ...splitTarget(url.target),
    headers: { host: standard ? url.host : `${url.host}:${url.port}`, ...headers },
    ...(body === undefined ? {} : { body: decoded(body, headers["content-type"]) }),
    ...(signal ? { signal } : {}),
  };
  const secure = url.scheme === "https";
  const to = { host: url.host, port: url.port, secure };
  return process.network.request(
    connectTimeoutMs === undefined ? to : { ...to, connectTimeoutMs },
    request,
  );
}

/** A body that says it is JSON travels as what it means. */
function decoded(body: string, type: string | undefined): string | object {
  if (!/json/.test(type ?? "")) return body;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : body;
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}

/** The pieces of a body, as text. */
export async function* pieces(body: Response["body"]): AsyncGenerator<string> {
  if (!isStream(body)) {
    const text = bodyText(body);
    if (text !== "") yield text;
    return;
  }
  for await (const piece of body as AsyncIterable<string | object>) {
    yield typeof piece === "string" ? piece : `${JSON.stringify(piece)}\n`;
  }
}

/** Where a redirection leads, seen from where it came. */
export function resolveUrl(base: Url, location: string): string {
  if (/^[a-z]+:\/\//i.test(location)) return location;
  const origin = `${base.scheme}://${base.host}${base.port === (base.scheme === "https" ? 443 : 80) ? "" : `:${base.port}`}`;
  if (location.startsWith("/")) return origin + location;
  return `${origin}${base.target.replace(/[^/]*$/, "")}${location}`;
}
