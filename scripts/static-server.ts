// A static file server for dist/, on loopback only: what any plain host would do, so that nothing
// in the site can come to rely on more.

import { readFile, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve, sep } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".xml": "application/xml; charset=utf-8",
  ".yaml": "text/yaml; charset=utf-8",
};

export interface StaticServer {
  /** With no slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of a folder. Port 0 takes any free one; it rejects if the port is in use. */
export async function serveFolder(folder: string, port = 0): Promise<StaticServer> {
  const server = createServer((request, response) => {
    answer(resolve(folder), request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", listening);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, type: string, body: string | Buffer): void => {
    response.writeHead(status, {
      "content-type": types[type] ?? "application/octet-stream",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-cache",
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  if (request.method !== "GET" && request.method !== "HEAD") {
    return send(405, ".txt", "Method not allowed\n");
  }
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  let file = resolve(folder, `.${decode(pathname)}`);
  const isInside = file === folder || file.startsWith(folder + sep);
  const found = isInside ? await stat(file).catch(() => undefined) : undefined;
  if (found?.isDirectory()) {
    if (!pathname.endsWith("/")) {
      response.writeHead(301, { location: `${pathname}/${search}` }).end();
      return;
    }
    file = join(file, "index.html");
  }
  const body = found ? await readFile(file).catch(() => undefined) : undefined;
  if (body !== undefined) return send(200, extname(file), body);
  send(404, ".html", await readFile(join(folder, "404.html")).catch(() => "Not found\n"));
}

/** A path whose escapes are broken names no file. */
function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return "/\0";
    throw error;
  }
}
