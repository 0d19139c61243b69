// The HTTP API of an agent. Upstream: hashicorp/consul agent/http_register.go, agent/*_endpoint.go.

import { encodeBase64 } from "../../api/base64.ts";
import type { Request, Response } from "../../api/http.ts";
import { parameter } from "../../api/http.ts";
import { parseDuration } from "../../api/time.ts";
import { Channel } from "../../sim/channel.ts";
import type { Agent } from "./agent.ts";
import type { Indexed, RaftServer } from "./endpoints.ts";
import { RpcError } from "./link.ts";
import { type Level, levels } from "./log.ts";
import type { Member } from "./members.ts";
import type { Consistency } from "./server.ts";
import type { CatalogNode, Command, Pair } from "./state.ts";

type Answer = (agent: Agent, request: Request, rest: string) => Promise<Response>;

const statuses = ["none", "alive", "leaving", "left", "failed"];

export function serveHttp(agent: Agent): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, path } = request;
    if (path === "/") return { ...text(""), status: 301, headers: { location: "/ui/" } };
    if (path === "/ui" || path.startsWith("/ui/")) return page(agent);
    const route = routes.find(([, prefix]) =>
      prefix.endsWith("/") ? path.startsWith(prefix) : path === prefix,
    );
    if (!route) return text("404 page not found\n", 404);
    const [methods, prefix, answer] = route;
    if (method === "OPTIONS") return text("");
    if (!methods.split(" ").includes(method) && !(method === "HEAD" && methods.includes("GET"))) {
      return text(`method ${method} not allowed`, 405);
    }
    try {
      return await answer(agent, request, path.slice(prefix.length));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      agent.log.named("http").error("Request error", {
        ...{ method, url: urlOf(request), from: "127.0.0.1", error: error.message },
      });
      return text(error.message, 500);
    }
  };
}

const text = (body: string, status = 200): Response => ({
  ...{ status, body },
  headers: { "content-type": "text/plain; charset=utf-8" },
});

const json = (value: unknown, index?: number, status = 200): Response => ({
  status,
  headers: {
    "content-type": "application/json",
    ...(index !== undefined && {
      ...{ "x-consul-index": String(Math.max(index, 1)), "x-consul-knownleader": "true" },
      "x-consul-lastcontact": "0",
    }),
  },
  body: JSON.stringify(value),
});

const plainly = async (value: Promise<unknown>): Promise<Response> => json(await value);

const has = (request: Request, name: string): boolean => request.query[name] !== undefined;

const number = (request: Request, name: string): number =>
  Number(parameter(request, name) ?? 0) || 0;

const how = (request: Request): Consistency => ({
  stale: has(request, "stale"),
  consistent: has(request, "consistent"),
});

const urlOf = ({ path, query }: Request): string => {
  const search = Object.entries(query).map(([name, value]) =>
    value === "" ? name : `${name}=${String(value)}`,
  );
  return search.length > 0 ? `${path}?${search.join("&")}` : path;
};

/** Reads; and if the reader knows what there is, waits until there is something newer. */
async function query<T>(
  agent: Agent,
  request: Request,
  [method, args]: readonly [method: string, args: object],
): Promise<Indexed<T>> {
  const known = number(request, "index");
  const wait = parseDuration(parameter(request, "wait") ?? "") ?? 300_000;
  const end = agent.life.clock.now() + wait;
  for (;;) {
    const answer = (await agent.ask(method, args, how(request))) as Indexed<T>;
    const left = end - agent.life.clock.now();
    if (known === 0 || answer.index > known || left <= 0 || request.signal?.aborted) return answer;
    await Promise.race([agent.changed(), agent.life.sleep(left)]);
  }
}

async function keys(agent: Agent, request: Request, key: string): Promise<Response> {
  if (request.method === "PUT") return writeKey(agent, request, key);
  const recurse = has(request, "recurse");
  if (request.method === "DELETE") {
    if (key === "" && !recurse) return text("Missing key name", 400);
    const op = recurse ? "delete-tree" : has(request, "cas") ? "delete-cas" : "delete";
    return change(agent, { type: "kv", op, key, index: number(request, "cas") });
  }
  if (has(request, "keys")) return listKeys(agent, request, key);
  if (key === "" && !recurse) return text("Missing key name", 400);
  const found = await query<readonly Pair[]>(agent, request, [
    recurse ? "KVS.List" : "KVS.Get",
    { key },
  ]);
  const { index, data } = found;
  const [first] = data;
  if (!first) return { ...json(null, index, 404), body: "" };
  if (has(request, "raw")) return { ...json(null, index), body: first.value };
  return json(data.map(pairOf), index);
}

async function writeKey(agent: Agent, request: Request, key: string): Promise<Response> {
  if (key === "") return text("Missing key name", 400);
  for (const name of ["acquire", "release"]) {
    if (has(request, name)) return text(`${name}: not simulated`, 501);
  }
  const { body = "" } = request;
  const value = typeof body === "string" ? body : JSON.stringify(body);
  if (value.length > 512 * 1024) {
    return text(
      `Request body(${value.length} bytes) too large, max size: 524288 bytes. See https://www.consul.io/docs/agent/config/config-files#kv_max_value_size.`,
      413,
    );
  }
  const op = has(request, "cas") ? "cas" : "set";
  const flags = number(request, "flags");
  return change(agent, { type: "kv", op, key, value, flags, index: number(request, "cas") });
}

const change = async (agent: Agent, command: Command): Promise<Response> =>
  json(await agent.ask("KVS.Apply", command));

async function listKeys(agent: Agent, request: Request, prefix: string): Promise<Response> {
  const { index, data } = await query<readonly Pair[]>(agent, request, [
    "KVS.List",
    { key: prefix },
  ]);
  const separator = parameter(request, "separator") ?? "";
  const names = data.map(({ key }) => {
    const end = separator === "" ? -1 : key.indexOf(separator, prefix.length);
    return end < 0 ? key : key.slice(0, end + separator.length);
  });
  if (names.length === 0) return { ...json(null, index, 404), body: "" };
  return json([...new Set(names)], index);
}

const pairOf = ({ key, value, flags, created, modified }: Pair) => ({
  ...{ LockIndex: 0, Key: key, Flags: flags, Value: value === "" ? null : encodeBase64(value) },
  ...{ CreateIndex: created, ModifyIndex: modified },
});

const memberOf = ({ name, address, port, tags, status }: Member) => ({
  ...{ Name: name, Addr: address, Port: port, Tags: tags, Status: statuses.indexOf(status) },
  ...{ ProtocolMin: 1, ProtocolMax: 5, ProtocolCur: 2 },
  ...{ DelegateMin: 2, DelegateMax: 5, DelegateCur: 4 },
});

async function members(agent: Agent, request: Request): Promise<Response> {
  const isWan = ["1", ""].includes(parameter(request, "wan") ?? "0");
  return json(agent.members(isWan).map(memberOf));
}

async function self(agent: Agent): Promise<Response> {
  const { settings, version, id } = agent;
  return json({
    Config: {
      ...{ Datacenter: settings.datacenter, PrimaryDatacenter: settings.datacenter },
      ...{ NodeName: settings.name, NodeID: id, Revision: version.revision.slice(0, 8) },
      ...{ Server: settings.server, Version: version.number, BuildDate: version.built },
    },
    Stats: agent.stats(),
    Member: memberOf(agent.serf.self),
    Meta: { "consul-network-segment": "", "consul-version": version.number },
  });
}

async function monitor(agent: Agent, request: Request): Promise<Response> {
  const level = (parameter(request, "loglevel") ?? "info").toUpperCase();
  if (!(levels as readonly string[]).includes(level))
    return text(`Unknown log level: ${level.toLowerCase()}`, 400);
  const lines = new Channel<string>(() => stop());
  const stop = agent.output.follow(level as Level, (line) => lines.push(`${line}\n`));
  agent.life.onEnd(() => lines.end());
  return { ...text(""), body: lines };
}

async function join(agent: Agent, _: Request, address: string): Promise<Response> {
  await agent.join([decodeURIComponent(address)]);
  return { ...json(null), body: "" };
}

async function leave(agent: Agent): Promise<Response> {
  await agent.leave();
  agent.shutdown();
  return { ...json(null), body: "" };
}

async function forceLeave(agent: Agent, request: Request, name: string): Promise<Response> {
  if (!agent.serf.member(name)) return text(`agent: No node found with name '${name}'`, 500);
  agent.log.info("Force leaving node", { node: name });
  agent.serf.removeFailed(name, has(request, "prune"));
  return { ...json(null), body: "" };
}

// The catalog.

function nodes(shape: (found: readonly CatalogNode[], rest: string) => unknown): Answer {
  return async (agent, request, rest) => {
    const asked = ["Catalog.ListNodes", {}] as const;
    const { index, data } = await query<readonly CatalogNode[]>(agent, request, asked);
    return json(shape(data, rest), index);
  };
}

const nodeOf = ({ id, name, address, tagged, meta, created, modified }: CatalogNode) => ({
  ...{ ID: id, Node: name, Address: address, Datacenter: "dc1", TaggedAddresses: tagged },
  ...{ Meta: meta, CreateIndex: created, ModifyIndex: modified },
});

const servicesOf = (found: readonly CatalogNode[]) =>
  Object.fromEntries(found.flatMap(({ services }) => services.map(({ name }) => [name, []])));

const withService = (found: readonly CatalogNode[], wanted: string) =>
  found.flatMap((node) =>
    node.services.filter(({ name }) => name === wanted).map((service) => ({ node, service })),
  );

const serviceNodes = (found: readonly CatalogNode[], wanted: string) =>
  withService(found, wanted).map(({ node, service }) => ({
    ...nodeOf(node),
    ...{ ServiceID: service.id, ServiceName: service.name, ServiceTags: [], ServiceAddress: "" },
    ...{ ServiceMeta: service.meta, ServicePort: service.port },
  }));

const entryOf = ({ id, name, port, meta }: CatalogNode["services"][number]) => ({
  ...{ ID: id, Service: name, Tags: [], Meta: meta, Port: port, Address: "" },
});

function oneNode(found: readonly CatalogNode[], wanted: string): unknown {
  const node = found.find(({ name }) => name === wanted);
  if (!node) return null;
  const services = node.services.map((service) => [service.id, entryOf(service)]);
  return { Node: nodeOf(node), Services: Object.fromEntries(services) };
}

const checksOf = (found: readonly CatalogNode[]) =>
  found.flatMap(({ name, checks }) =>
    checks.map((check) => ({
      ...{ Node: name, CheckID: check.id, Name: check.name, Status: check.status, Notes: "" },
      ...{ Output: check.output, ServiceID: "", ServiceName: "", ServiceTags: [] },
    })),
  );

const checksIn = (checks: ReturnType<typeof checksOf>, state: string) =>
  checks.filter(({ Status }) => state === "any" || Status === state);

const serviceHealth = (found: readonly CatalogNode[], wanted: string) =>
  withService(found, wanted).map(({ node, service }) => ({
    ...{ Node: nodeOf(node), Service: entryOf(service), Checks: checksOf([node]) },
  }));

// The operator's.

async function configuration(agent: Agent, request: Request): Promise<Response> {
  const asked = "Operator.RaftGetConfiguration";
  const answer = (await agent.ask(asked, {}, how(request))) as Indexed<readonly RaftServer[]>;
  const Servers = answer.data.map(({ id, node, address, isLeader, isVoter, lastIndex }) => ({
    ...{ ID: id, Node: node, Address: address, Leader: isLeader, ProtocolVersion: "3" },
    ...{ Voter: isVoter, LastIndex: lastIndex },
  }));
  return json({ Servers, Index: answer.index });
}

async function removePeer(agent: Agent, request: Request): Promise<Response> {
  const [id, address] = [parameter(request, "id"), parameter(request, "address")];
  if (!id && !address)
    return text(
      "Must specify either ?id with the server's ID or ?address with IP:port of peer to remove",
      400,
    );
  if (id && address) return text("Must specify only one of ?id or ?address", 400);
  await agent.ask("Operator.RaftRemovePeer", id ? { id } : { address });
  return { ...json(null), body: "" };
}

async function transferLeader(agent: Agent): Promise<Response> {
  await agent.ask("Operator.TransferLeader", {});
  return json({ Success: true });
}

/** By method and path; a path that ends with a slash takes what is behind it. */
const routes: readonly (readonly [methods: string, path: string, answer: Answer])[] = [
  ["GET PUT DELETE", "/v1/kv/", keys],
  ["GET", "/v1/status/leader", (agent) => plainly(agent.ask("Status.Leader", {}, { stale: true }))],
  ["GET", "/v1/status/peers", (agent) => plainly(agent.ask("Status.Peers", {}, { stale: true }))],
  ["GET", "/v1/agent/members", members],
  ["GET", "/v1/agent/self", self],
  ["GET", "/v1/agent/monitor", monitor],
  ["PUT", "/v1/agent/join/", join],
  ["PUT", "/v1/agent/leave", leave],
  ["PUT", "/v1/agent/force-leave/", forceLeave],
  ["PUT", "/v1/agent/reload", async () => json(null)],
  ["GET", "/v1/catalog/datacenters", async ({ settings }) => json([settings.datacenter])],
  ["GET", "/v1/catalog/nodes", nodes((found) => found.map(nodeOf))],
  ["GET", "/v1/catalog/services", nodes(servicesOf)],
  ["GET", "/v1/catalog/service/", nodes(serviceNodes)],
  ["GET", "/v1/catalog/node/", nodes(oneNode)],
  [
    "GET",
    "/v1/health/node/",
    nodes((found, name) => checksOf(found.filter((n) => n.name === name))),
  ],
  ["GET", "/v1/health/service/", nodes(serviceHealth)],
  ["GET", "/v1/health/state/", nodes((found, state) => checksIn(checksOf(found), state))],
  ["GET", "/v1/operator/raft/configuration", configuration],
  ["DELETE", "/v1/operator/raft/peer", removePeer],
  ["PUT POST", "/v1/operator/raft/transfer-leader", transferLeader],
];

/** differs: a page that says where the API is, instead of the application. */
function page({ settings, version }: Agent): Response {
  if (!settings.ui) return text("404 page not found\n", 404);
  const title = "Consul by HashiCorp";
  const about = `Consul v${version.number}, ${settings.name} in ${settings.datacenter}.`;
  const link = "Its API is under <a href=/v1/catalog/nodes>/v1</a>.";
  const body = `<!DOCTYPE html>\n<title>${title}</title>\n<h1>${title}</h1>\n<p>${about} ${link}</p>\n`;
  return { ...text(body), headers: { "content-type": "text/html; charset=utf-8" } };
}
