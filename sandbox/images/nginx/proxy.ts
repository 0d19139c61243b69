// What others answer in its place. src/http/modules/ngx_http_proxy_module.c.

import type { Response } from "../../api/http.ts";
import { type Endpoint, NetworkError } from "../../machine/network.ts";
import { argsOf } from "./config.ts";
import { type Answering, expand, fixed, type Place } from "./context.ts";

export async function proxied(answering: Answering, place: Place, pass: string): Promise<Response> {
  const { asked, blocks, location } = place;
  const { request, target } = asked;
  const [, scheme = "http", authority = "", uri = ""] =
    /^(https?):\/\/([^/]*)(.*)$/.exec(expand(answering, asked, pass)) ?? [];
  const members = answering.site.upstreams.get(authority) ?? [authority];
  const endpoints = members.flatMap((each) => endpointsOf(answering, each, scheme));
  if (endpoints.length === 0) {
    answering.complain(`no resolver defined to resolve ${authority.replace(/:\d+$/, "")}`, asked);
    return fixed(answering, 502);
  }
  const rest = uri === "" ? target : uri + target.slice(location?.path.length ?? 0);
  const [path = "/"] = rest.split("?");
  const sets = (blocks.find((block) => argsOf(block, "proxy_set_header")) ?? [])
    .filter(({ name }) => name === "proxy_set_header")
    .map(({ args: [name = "", value = ""] }) => [
      name.toLowerCase(),
      expand(answering, asked, value),
    ]);
  const headers = { ...request.headers, host: authority, ...Object.fromEntries(sets) };
  let failed = 502;
  for (const endpoint of turned(answering, authority, endpoints)) {
    const to = { host: endpoint.address, port: endpoint.port, secure: scheme === "https" };
    try {
      const options = { connectTimeoutMs: 60_000 };
      return await answering.network.request({ ...to, ...options }, { ...request, path, headers });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const number = error.code === "ETIMEDOUT" ? 110 : error.code === "EHOSTUNREACH" ? 113 : 111;
      const shown = `${scheme}://${endpoint.address}:${endpoint.port}${rest}`;
      const what = number === 110 ? "upstream timed out" : "connect() failed";
      const doing = `(${number}: ${error.message}) while connecting to upstream`;
      answering.complain(`${what} ${doing}\0${shown}`, asked);
      failed = number === 110 ? 504 : 502;
    }
  }
  return fixed(answering, failed);
}

function endpointsOf({ known }: Answering, member: string, scheme: string): Endpoint[] {
  const [host = "", port = scheme === "https" ? "443" : "80"] = member.split(":");
  return (known.get(host) ?? []).map((address) => ({ address, port: Number(port) }));
}

/** Round robin: who was first is last the next time. */
function turned(answering: Answering, name: string, list: readonly Endpoint[]): Endpoint[] {
  const { turns } = answering;
  const turn = (turns.get(name) ?? 0) % list.length;
  turns.set(name, turn + 1);
  return [...list.slice(turn), ...list.slice(0, turn)];
}
