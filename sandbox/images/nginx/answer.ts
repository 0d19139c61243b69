// How nginx answers a request: by a rule, with a file, or with what somebody else answers.

import type { Response } from "../../api/http.ts";
import { argsOf } from "./config.ts";
import {
  type Answering,
  type Asked,
  expand,
  fixed,
  type Place,
  redirect,
  text,
} from "./context.ts";
import { proxied } from "./proxy.ts";
import { locationFor, serverFor } from "./site.ts";
import { fromFiles, rootOf } from "./static.ts";

export async function answer(answering: Answering, asked: Asked): Promise<Response> {
  const { site } = answering;
  const server = serverFor(site, asked.port, asked.request);
  if (!server) return fixed(answering, 404);
  const at = (path: string): Place => {
    const location = locationFor(server, path);
    const blocks = [location?.block ?? [], server.block, site.http];
    return { asked, path, location, blocks };
  };
  const place = at(asked.request.path);
  const response = await inPlace(answering, place);
  const instead = errorPage(place, response.status);
  if (instead === undefined) return withHeaders(place, response);
  const page = await inPlace(answering, at(instead));
  return { ...page, status: response.status };
}

/** `error_page 500 502 /50x.html` */
function errorPage({ blocks }: Place, status: number): string | undefined {
  if (status < 400) return undefined;
  for (const block of blocks) {
    const pages = block.filter(({ name }) => name === "error_page");
    const found = pages.find(({ args }) => args.includes(String(status)));
    if (found) return found.args.at(-1);
  }
  return undefined;
}

function withHeaders({ blocks }: Place, response: Response): Response {
  const added = blocks.find((block) => block.some(({ name }) => name === "add_header")) ?? [];
  const headers = added
    .filter(({ name }) => name === "add_header")
    .map(({ args: [name = "", value = ""] }) => [name.toLowerCase(), value]);
  return { ...response, headers: { ...response.headers, ...Object.fromEntries(headers) } };
}

async function inPlace(answering: Answering, place: Place): Promise<Response> {
  const { asked, location } = place;
  const block = location?.block ?? [];
  const returned = argsOf(block, "return") ?? argsOf(place.blocks[1] ?? [], "return");
  if (returned) return returning(answering, place, returned);
  if (argsOf(block, "stub_status")) return text(answering, place, statusText);
  if (argsOf(block, "deny")?.[0] === "all") {
    answering.complain("access forbidden by rule", asked);
    return fixed(answering, 403);
  }
  const pass = block.find(({ name }) => name === "proxy_pass");
  if (pass) return proxied(answering, place, pass.args[0] ?? "");
  const tried = argsOf(block, "try_files");
  return tried ? trying(answering, place, tried) : fromFiles(answering, place, place.path);
}

const statusText =
  "Active connections: 1 \nserver accepts handled requests\n 1 1 1 \n" +
  "Reading: 0 Writing: 1 Waiting: 0 \n";

function returning(
  answering: Answering,
  place: Place,
  [first = "", second]: readonly string[],
): Response {
  const code = /^\d+$/.test(first) ? Number(first) : 302;
  const value = expand(answering, place.asked, second ?? (code === 302 ? first : ""));
  const redirects = [301, 302, 303, 307, 308].includes(code);
  if (redirects && value !== "") return redirect(answering, value, code);
  if (value === "" && code >= 400) return fixed(answering, code);
  return { ...text(answering, place, value), status: code };
}

async function trying(
  answering: Answering,
  place: Place,
  tried: readonly string[],
): Promise<Response> {
  const { files } = answering;
  const root = rootOf(place);
  for (const each of tried.slice(0, -1)) {
    const path = expand(answering, place.asked, each);
    const wanted = path.endsWith("/") ? "directory" : "file";
    if (files.kind(root + path) === wanted) return fromFiles(answering, place, path);
  }
  const last = tried.at(-1) ?? "";
  if (/^=\d+$/.test(last)) return fixed(answering, Number(last.slice(1)));
  return fromFiles(answering, place, expand(answering, place.asked, last));
}
