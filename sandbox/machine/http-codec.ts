// HTTP/1.1 as text, for connections that were opened by hand: `telnet web 80`, `nc`, `curl` to an
// `nc -l`. Everything else in the sandbox passes HTTP as messages.

import { isStream, type Method, type Request, type Response } from "../api/http.ts";
import type { Connection, Server, Target } from "./network.ts";

const reasons: Readonly<Record<number, string>> = {
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

const methods = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;

/** `200 OK` */
export function statusLine(status: number): string {
  return `${status} ${reasons[status] ?? "Unknown"}`;
}

/** The text of a body that is not a stream; objects as Kubernetes prints them for curl. */
export function bodyText(body: object | string): string {
  return typeof body === "string" ? body : `${JSON.stringify(body, undefined, 2)}\n`;
}

/** Splits what stands behind the host in a URL. */
export function splitTarget(target: string): Pick<Request, "path" | "query"> {
  const [path = "/", search = ""] = target.split(/\?(.*)/s);
  const query: Record<string, string | string[]> = {};
  for (const part of search === "" ? [] : search.split("&")) {
    const [name = "", value = ""] = part.split(/=(.*)/s).map(decode);
    const there = query[name];
    if (there === undefined) query[name] = value;
    else query[name] = typeof there === "string" ? [there, value] : [...there, value];
  }
  return { path: decode(path) || "/", query };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // Not well-formed: taken as it stands, as servers do.
    return text;
  }
}

/** Answers the requests that come over a connection until it ends. */
export async function serveConnection(connection: Connection, server: Server): Promise<void> {
  try {
    for (;;) {
      const request = await readRequest(connection);
      if (!request) return;
      if (request === "bad") {
        await connection.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        return;
      }
      const response = await server(request, connection.remote.address);
      await writeResponse(connection, request, response);
      if (/close/i.test(request.headers["connection"] ?? "")) return;
    }
  } finally {
    connection.close();
  }
}

async function readHead(
  connection: Connection,
): Promise<{ first: string; headers: Record<string, string> } | undefined> {
  const lines: string[] = [];
  for (;;) {
    const line = await connection.input.readLine();
    if (line === undefined) return undefined;
    const text = line.replace(/\r?\n$/, "");
    if (text !== "") lines.push(text);
    else if (lines.length > 0) break;
  }
  const headers: Record<string, string> = {};
  for (const line of lines.slice(1)) {
    const [name = "", value = ""] = line.split(/:\s*(.*)/s);
    headers[name.toLowerCase()] = value.trim();
  }
  return { first: lines[0] ?? "", headers };
}

async function readBody(connection: Connection, length: string | undefined): Promise<string> {
  const wanted = Number(length ?? 0);
  return wanted > 0 ? ((await connection.input.readUntil("", wanted)) ?? "") : "";
}

async function readRequest(connection: Connection): Promise<Request | "bad" | undefined> {
  const head = await readHead(connection);
  if (!head) return undefined;
  const { headers } = head;
  const [method = "", target = "", version] = head.first.split(" ");
  if (!methods.test(method) || !target.startsWith("/") || !/^HTTP\/1/.test(version ?? "")) {
    return "bad";
  }
  if (version === "HTTP/1.0") headers["connection"] ??= "close";
  const text = await readBody(connection, headers["content-length"]);
  const json = /json/.test(headers["content-type"] ?? "");
  return {
    method: method as Method,
    ...splitTarget(target),
    headers,
    ...(text === "" ? {} : { body: json ? parsed(text) : text }),
  };
}

function parsed(text: string): object | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : text;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

async function writeResponse(
  connection: Connection,
  request: Request,
  response: Response,
): Promise<void> {
  const { status, headers, body } = response;
  const head = [`HTTP/1.1 ${statusLine(status)}`];
  for (const [name, value] of Object.entries(headers)) head.push(`${canonical(name)}: ${value}`);
  if (isStream(body)) {
    await connection.write(`${[...head, "Transfer-Encoding: chunked"].join("\r\n")}\r\n\r\n`);
    for await (const piece of body as AsyncIterable<string | object>) {
      const text = typeof piece === "string" ? piece : `${JSON.stringify(piece)}\n`;
      await connection.write(`${text.length.toString(16)}\r\n${text}\r\n`);
    }
    return connection.write("0\r\n\r\n");
  }
  const text = bodyText(body);
  if (headers["content-length"] === undefined) head.push(`Content-Length: ${text.length}`);
  await connection.write(`${head.join("\r\n")}\r\n\r\n${request.method === "HEAD" ? "" : text}`);
}

/** `content-type` as it is written on the wire: `Content-Type`. */
export function canonical(name: string): string {
  if (name === "etag") return "ETag";
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * Sends a request over a connection to something that is not a server of ours, and reads the
 * answer.
 */
export async function requestOver(
  connection: Connection,
  { host, port }: Target,
  request: Request,
): Promise<Response> {
  const { method, path, query, headers, body } = request;
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const target = pairs.length > 0 ? `${path}?${pairs.join("&")}` : path;
  const text = body === undefined ? "" : bodyText(body);
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${port === 80 ? host : `${host}:${port}`}`];
  for (const [name, value] of Object.entries(headers)) {
    if (name !== "host") lines.push(`${canonical(name)}: ${value}`);
  }
  if (text !== "") lines.push(`Content-Length: ${text.length}`);
  await connection.write(`${lines.join("\r\n")}\r\n\r\n${text}`);
  const head = await readHead(connection);
  if (!head) {
    connection.close();
    return { status: 0, headers: {}, body: "" };
  }
  const length = head.headers["content-length"];
  const answer =
    length === undefined ? await connection.input.readAll() : await readBody(connection, length);
  connection.close();
  return { status: Number(head.first.split(" ")[1] ?? 0), headers: head.headers, body: answer };
}
