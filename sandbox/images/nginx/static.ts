// Files, indexes of directories, lists of what is in them.
// src/http/modules/ngx_http_static_module.c, ngx_http_index_module.c, ngx_http_autoindex_module.c.

import type { Response } from "../../api/http.ts";
import { FileError } from "../../machine/files.ts";
import { formatTime } from "../../programs/bin/time-format.ts";
import { argsOf, numbered } from "./config.ts";
import {
  type Answering,
  type Asked,
  common,
  fixed,
  hostOf,
  type Place,
  redirect,
} from "./context.ts";
import { inForce } from "./site.ts";

export const rootOf = ({ blocks }: Place): string =>
  inForce(blocks, "root")?.[0] ?? "/etc/nginx/html";

export function fromFiles(answering: Answering, place: Place, path: string): Response {
  const { asked, blocks, location } = place;
  const { method } = asked.request;
  if (method !== "GET" && method !== "HEAD") return fixed(answering, 405);
  const { files } = answering;
  const alias = argsOf(location?.block ?? [], "alias")?.[0];
  const full =
    alias === undefined ? rootOf(place) + path : alias + path.slice(location?.path.length ?? 0);
  if (!path.endsWith("/")) {
    return files.kind(full) === "directory"
      ? redirect(answering, `http://${hostOf(asked)}${path}/`, 301)
      : file(answering, asked, full);
  }
  const indexes = inForce(blocks, "index") ?? ["index.html"];
  for (const name of indexes) {
    if (files.kind(full + name) === "file") return file(answering, asked, full + name);
  }
  if (files.kind(full) !== "directory") {
    const first = `${full}${indexes[0]}`;
    answering.complain(`"${first}" is not found (2: No such file or directory)`, asked);
    return fixed(answering, 404);
  }
  if (inForce(blocks, "autoindex")?.[0] === "on") return listing(answering, path, full);
  answering.complain(`directory index of "${full}" is forbidden`, asked);
  return fixed(answering, 403);
}

function file(answering: Answering, asked: Asked, path: string): Response {
  const { files } = answering;
  try {
    const body = files.read(path);
    const { modified, size } = files.stat(path);
    const tag = `"${Math.floor(modified / 1000).toString(16)}-${size.toString(16)}"`;
    const headers = {
      ...common(answering, typeOf(path), size),
      "last-modified": formatTime("%a, %d %b %Y %H:%M:%S GMT", modified),
      etag: tag,
      "accept-ranges": "bytes",
    };
    if (asked.request.headers["if-none-match"] === tag) return { status: 304, headers, body: "" };
    return { status: 200, headers, body: asked.request.method === "HEAD" ? "" : body };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    answering.complain(`open() "${path}" failed ${numbered(error)}`, asked);
    return fixed(answering, error.code === "EACCES" ? 403 : 404);
  }
}

function listing(answering: Answering, path: string, full: string): Response {
  const { files } = answering;
  const rows = files.list(full).map((name) => {
    const { kind, modified, size } = files.stat(full + name);
    const shown = kind === "directory" ? `${name}/` : name;
    const time = formatTime("%d-%b-%Y %H:%M", modified);
    const length = kind === "directory" ? "-" : String(size);
    const gap = " ".repeat(Math.max(1, 51 - shown.length));
    return `<a href="${shown}">${shown}</a>${gap}${time}${length.padStart(20)}\r\n`;
  });
  const body =
    `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n` +
    `<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows.join("")}` +
    "</pre><hr></body>\r\n</html>\r\n";
  return { status: 200, headers: common(answering, "text/html", body.length), body };
}

const types: Readonly<Record<string, string>> = {
  ...{ html: "text/html", htm: "text/html", css: "text/css", txt: "text/plain", xml: "text/xml" },
  ...{ js: "application/javascript", json: "application/json", svg: "image/svg+xml" },
  ...{ png: "image/png", gif: "image/gif", jpg: "image/jpeg", ico: "image/x-icon" },
};

const typeOf = (path: string): string =>
  types[/\.(\w+)$/.exec(path)?.[1] ?? ""] ?? "application/octet-stream";
