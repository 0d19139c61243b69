// HTTP on a port of this machine in front of a handler of the sandbox: what a stock kubectl talks
// to. Only here do objects become JSON.

import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { parse as parseYaml } from "yaml";
import {
  type Handler,
  isStream,
  type Method,
  type Request,
  type Response,
  Unreachable,
} from "../../sandbox/api/http.ts";
import { encodeOpenApiV2, openApiProtobuf } from "../openapi-protobuf.ts";
import type { Pipe } from "./frames.ts";
import { forwardPorts } from "./port-forward.ts";
import { overSpdy, overWebSocket } from "./remote-command.ts";
import { acceptance, messagesOf } from "./websocket.ts";

/** A server that is not listening yet. */
export function createBridge(handler: Handler): http.Server {
  const server = http.createServer((message, reply) => {
    answer(handler, message, reply).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
      // Nobody listens behind the bridge: as if nobody listened on the port.
      message.socket.destroy();
    });
  });
  server.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    void upgrade(handler, message, pipeOf(socket, head));
  });
  return server;
}

async function answer(
  handler: Handler,
  message: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const stop = new AbortController();
  reply.on("close", () => stop.abort());
  const body = await bodyOf(message);
  const response = await handler({
    ...requestOf(message),
    ...(body !== undefined && { body }),
    signal: stop.signal,
  });
  const headers: Record<string, string> = { ...response.headers };
  if (isStream(response.body)) return stream(response, reply, headers);
  if (
    (message.headers.accept ?? "").includes(openApiProtobuf.asked) &&
    typeof response.body === "object"
  ) {
    headers["content-type"] = openApiProtobuf.answered;
    reply.writeHead(response.status, headers);
    reply.end(encodeOpenApiV2(response.body as never));
    return;
  }
  const isText = typeof response.body === "string";
  headers["content-type"] ??= isText ? "text/plain" : "application/json";
  reply.writeHead(response.status, headers);
  reply.end(isText ? (response.body as string) : JSON.stringify(response.body));
}

async function stream(response: Response, reply: ServerResponse, headers: Record<string, string>) {
  let isStarted = false;
  const start = (type: string) => {
    if (isStarted) return;
    isStarted = true;
    reply.writeHead(response.status, { "content-type": type, ...headers });
    reply.flushHeaders();
  };
  // A watch may say nothing for long; whoever waits is told at once that it has begun.
  setImmediate(() => start("application/json"));
  for await (const piece of response.body as AsyncIterable<object | string>) {
    start(typeof piece === "string" ? "text/plain" : "application/json");
    reply.write(typeof piece === "string" ? piece : `${JSON.stringify(piece)}\n`);
  }
  start("text/plain");
  reply.end();
}

function requestOf(message: IncomingMessage): Request {
  const url = new URL(message.url ?? "/", "http://localhost");
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { method: (message.method ?? "GET") as Method, path: url.pathname, query, headers };
}

async function bodyOf(message: IncomingMessage): Promise<object | string | undefined> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  if (text === "") return undefined;
  const type = message.headers["content-type"] ?? "";
  // The server reads JSON text itself, and says itself what is wrong with it.
  return type.includes("yaml") ? (parseYaml(text) as object) : text;
}

async function upgrade(handler: Handler, message: IncomingMessage, pipe: Pipe): Promise<void> {
  const request = requestOf(message);
  const isPort = request.path.endsWith("/portforward");
  const key = message.headers["sec-websocket-key"];
  const protocols =
    `${message.headers["sec-websocket-protocol"] ?? message.headers["x-stream-protocol-version"] ?? ""}`.split(
      /,\s*/,
    );
  const ask = (query: Request["query"]) =>
    handler({ ...request, query: { ...request.query, ...query } });
  const response = isPort ? undefined : await ask({});
  if (response && !response.upgrade) return refuse(pipe, response);
  const protocol = key
    ? choose(protocols)
    : (protocols.find((each) => /^(v4|portforward)/.test(each)) ?? protocols[0] ?? "");
  pipe.write(Buffer.from(key ? acceptance(key, protocol) : switching(protocol)));
  if (isPort) {
    const inner = key ? messagesOf(pipe) : pipe;
    forwardPorts(inner, async (port, session) => {
      const opened = await ask({ ports: String(port) });
      if (opened.upgrade) return opened.upgrade(session);
      await session.stderr(textOf(opened));
      return 1;
    });
    return;
  }
  const run = response?.upgrade;
  if (!run) return;
  const is = (name: string) => /^(true|1)$/.test(String(request.query[name] ?? ""));
  const wanted = { stdin: is("stdin"), stdout: is("stdout"), stderr: is("stderr"), tty: is("tty") };
  if (key) overWebSocket(pipe, wanted, run);
  else overSpdy(pipe, wanted, run);
}

const choose = (protocols: readonly string[]): string =>
  protocols.find((each) => each === "v5.channel.k8s.io" || each.startsWith("SPDY/3.1+")) ??
  protocols[0] ??
  "";

const switching = (protocol: string): string =>
  [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: SPDY/3.1",
    "Connection: Upgrade",
    `X-Stream-Protocol-Version: ${protocol}`,
    "\r\n",
  ].join("\r\n");

const textOf = ({ body }: Response): string =>
  typeof body === "string" ? body : JSON.stringify(body);

function refuse(pipe: Pipe, response: Response): void {
  const body = textOf(response);
  const type = typeof response.body === "string" ? "text/plain" : "application/json";
  const head = `HTTP/1.1 ${response.status} Refused\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  pipe.write(Buffer.from(head + body));
  pipe.close();
}

function pipeOf(socket: Duplex, head: Buffer): Pipe {
  socket.on("error", () => socket.destroy());
  return {
    read(on) {
      if (head.length > 0) on(head);
      socket.on("data", on);
      socket.on("close", () => on(undefined));
    },
    write: (bytes) => void socket.write(bytes),
    close: () => void socket.end(),
  };
}
