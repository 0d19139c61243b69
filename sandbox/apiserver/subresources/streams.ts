// exec, attach and port-forward: the connection to the server becomes one to the kubelet.
// pkg/registry/core/pod/rest/subresources.go, pkg/registry/core/pod/strategy.go streamParams.

import { parameter, type Request } from "../../api/http.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { badRequest, plainFailure } from "../../api/status.ts";
import { type Call, notAllowed } from "../dispatch.ts";
import type { ServerParts, Subresource } from "../server.ts";
import { dialProblem, kubeletOf, podAndContainer } from "./kubelet.ts";

/** What callers ask for, and what the kubelet calls it. */
const streams = { stdin: "input", stdout: "output", stderr: "error", tty: "tty" } as const;

export const exec: Subresource = (call, parts) => joinContainer(call, parts, "exec");
export const attach: Subresource = (call, parts) => joinContainer(call, parts, "attach");

function joinContainer(call: Call, parts: ServerParts, verb: "exec" | "attach") {
  const { request } = call;
  const asked = parameter(request, "container");
  const { pod, container } = podAndContainer(call, parts, asked);
  const command = request.query["command"];
  const wanted = Object.entries(streams).filter(([name]) => isSet(request, name));
  const query = {
    ...Object.fromEntries(wanted.map(([, name]) => [name, "1"])),
    ...(verb === "exec" && command !== undefined && { command }),
  };
  const { namespace, name } = pod.metadata;
  return join(call, parts, { pod, path: `/${verb}/${namespace}/${name}/${container}`, query });
}

export const portForward: Subresource = (call, parts) => {
  const pod = parts.served(pods).registry.get(call.info) as Pod;
  const ports = call.request.query["ports"] ?? call.request.query["port"];
  const { namespace, name } = pod.metadata;
  const query: Request["query"] = ports === undefined ? {} : { port: ports };
  return join(call, parts, { pod, path: `/portForward/${namespace}/${name}`, query });
};

const isSet = (request: Request, name: string): boolean =>
  /^(true|1)$/.test(parameter(request, name) ?? "");

interface Wanted {
  readonly pod: Pod;
  readonly path: string;
  readonly query: Request["query"];
}

async function join({ request, info }: Call, parts: ServerParts, { pod, path, query }: Wanted) {
  if (info.verb !== "get" && info.verb !== "create") throw notAllowed();
  const { nodeName } = pod.spec;
  if (!nodeName) throw badRequest(`pod ${info.name} does not have a host assigned`);
  const place = kubeletOf(nodeName, parts);
  const { method, signal } = request;
  try {
    return await place.handler({ method, path, query, headers: {}, ...(signal && { signal }) });
  } catch (error) {
    throw plainFailure(`error dialing backend: ${dialProblem(error, place)}`);
  }
}
