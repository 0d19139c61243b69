// The kubelet's own look at a pod that was sent to it: what the scheduler would have refused, it
// refuses too. pkg/kubelet/lifecycle/predicate.go GeneralPredicates.

import { hasLabels } from "../../api/labels.ts";
import type { Node } from "../../api/node.ts";
import { selectsNode } from "../../api/node-selector.ts";
import type { Pod } from "../../api/pod.ts";
import { amountOf, podRequests } from "../../api/pod-requests.ts";

export interface Refusal {
  /** `OutOfcpu` */
  readonly reason: string;
  readonly message: string;
}

/** Why the pod cannot be here beside the others; undefined if it can. */
export function refusalOf(pod: Pod, others: readonly Pod[], node: Node): Refusal | undefined {
  return insufficient(pod, others, node) ?? elsewhere(pod, node) ?? portTaken(pod, others);
}

function insufficient(pod: Pod, others: readonly Pod[], node: Node): Refusal | undefined {
  const allocatable = node.status.allocatable ?? {};
  const used = new Map<string, number>([["pods", others.length]]);
  for (const other of others) {
    for (const [resource, amount] of podRequests(other)) {
      used.set(resource, (used.get(resource) ?? 0) + amount);
    }
  }
  for (const [resource, requested] of new Map([["pods", 1], ...podRequests(pod)])) {
    const quantity = allocatable[resource];
    // What the node does not know is somebody else's business: cluster-level resources.
    if (requested === 0 || quantity === undefined) continue;
    const capacity = amountOf(resource, quantity);
    const taken = used.get(resource) ?? 0;
    if (requested + taken <= capacity) continue;
    const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${taken}, capacity: ${capacity}`;
    return { reason: `OutOf${resource}`, message };
  }
  return undefined;
}

const failed = (predicate: string): Refusal => ({
  reason: predicate,
  message: `Predicate ${predicate} failed`,
});

function elsewhere({ spec }: Pod, node: Node): Refusal | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!hasLabels(spec.nodeSelector ?? {}, node.metadata.labels)) return failed("NodeAffinity");
  if (required && !selectsNode(required, node)) return failed("NodeAffinity");
  return undefined;
}

function portTaken(pod: Pod, others: readonly Pod[]): Refusal | undefined {
  const wanted = hostPorts(pod);
  const taken = wanted.length > 0 ? others.flatMap(hostPorts) : [];
  const any = (ip: string) => ip === "" || ip === "0.0.0.0";
  const clash = wanted.some((mine) =>
    taken.some(
      (theirs) =>
        mine.port === theirs.port &&
        mine.protocol === theirs.protocol &&
        (any(mine.ip) || any(theirs.ip) || mine.ip === theirs.ip),
    ),
  );
  return clash ? failed("NodePorts") : undefined;
}

const hostPorts = ({ spec }: Pod) =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
      .map(({ hostPort, hostIP = "", protocol = "TCP" }) => ({
        port: hostPort,
        ip: hostIP,
        protocol,
      })),
  );
