// The way from a request about a pod to the kubelet of its node.
// pkg/kubelet/client/kubelet_client.go, pkg/registry/core/pod/strategy.go streamLocation.

import { type Handler, Unreachable } from "../../api/http.ts";
import { type Node, nodeAddress, nodes } from "../../api/node.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { badRequest, notFound, plainFailure } from "../../api/status.ts";
import type { Call } from "../dispatch.ts";
import type { ServerParts } from "../server.ts";

const addressTypes = ["InternalIP", "ExternalIP", "Hostname"];
const PORT = 10250;

export interface KubeletPlace {
  /** `10.0.0.12:10250`. */
  readonly authority: string;
  readonly handler: Handler;
}

/** Where the kubelet of a node listens, as the node itself says. */
export function kubeletOf(name: string, { view, dial }: ServerParts): KubeletPlace {
  const node = view.get(nodes, { namespace: "", name });
  if (!node) throw notFound(nodes, name);
  const address = addressOf(node);
  const port = node.status.daemonEndpoints?.kubeletEndpoint?.Port || PORT;
  return { authority: `${address}:${port}`, handler: dial(address, port) };
}

function addressOf(node: Node): string {
  for (const type of addressTypes) {
    const address = nodeAddress(node, type);
    if (address) return address;
  }
  throw plainFailure("no preferred addresses found; known addresses: []");
}

/** The pod, and which of its containers is meant. */
export function podAndContainer({ info }: Call, parts: ServerParts, asked: string | undefined) {
  const pod = parts.served(pods).registry.get(info) as Pod;
  return { pod, container: containerOf(pod, asked, parts) };
}

function containerOf(pod: Pod, asked: string | undefined, { view }: ServerParts): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const { name } = pod.metadata;
  const namesOf = (list: readonly { readonly name: string }[]) => list.map((each) => each.name);
  if (asked) {
    const known = namesOf([...containers, ...initContainers, ...ephemeralContainers]);
    if (known.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [first, ...others] = containers;
  if (first && others.length === 0) return first.name;
  const { chooseContainer } = view.era.words.core;
  throw badRequest(chooseContainer(name, namesOf(containers), namesOf(initContainers)));
}

const dialProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
};

/** `dial tcp 10.0.0.12:10250: connect: connection refused`; throws what is not of the network. */
export function dialProblem(error: unknown, { authority }: KubeletPlace): string {
  if (!(error instanceof Unreachable)) throw error;
  const code = "code" in error ? String(error.code) : "";
  return `dial tcp ${authority}: ${dialProblems[code] ?? error.message}`;
}
