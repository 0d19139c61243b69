// Nodes.

import type { Lease } from "../../../api/lease.ts";
import { type Node, nodeRoles, type Taint } from "../../../api/node.ts";
import type { Pod } from "../../../api/pod.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { isReason } from "../../../api/status.ts";
import { expected } from "../cli/errors.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { amounts } from "./containers.ts";
import { another, defineDescriber, others } from "./describer.ts";
import {
  annotationSign,
  annotations,
  date,
  flat,
  type Lines,
  labels,
  many,
  table,
} from "./lines.ts";
import { nodeResources } from "./node-resources.ts";

type Quantities = Readonly<Record<string, string>> | undefined;

export const node = defineDescriber<Node>({
  kind: "Node",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    return [
      `Name:\t${metadata.name}`,
      `Roles:\t${nodeRoles(object).join(",") || "<none>"}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
      taints(spec.taints),
      `Unschedulable:\t${spec.unschedulable ?? false}`,
      kubectl.era.behaviors.has("describe-more") && (await leaseLines(kubectl, metadata.name)),
      conditions(object),
      "Addresses:",
      (status.addresses ?? []).map(({ type, address }) => `  ${type}:\t${address}`),
      capacities(kubectl, "Capacity", status.capacity),
      capacities(kubectl, "Allocatable", status.allocatable),
      systemInfo(object).map((line) => narrow(kubectl, line)),
      spec.podCIDR && `PodCIDR:\t${spec.podCIDR}`,
      kubectl.era.behaviors.has("describe-more") &&
        spec.podCIDRs !== undefined &&
        `PodCIDRs:\t${spec.podCIDRs.join(",")}`,
      spec.providerID && `ProviderID:\t${spec.providerID}`,
      await podLines(kubectl, object),
      events,
    ];
  },
});

/** Until 1.11 these lines stood in by one blank only. */
const narrow = ({ era }: Kubectl, line: string): string =>
  era.behaviors.has("describe-more") ? line : line.replace(/^ {2}/, " ");

const capacities = (kubectl: Kubectl, title: string, list: Quantities): Lines =>
  flat(amounts(title, list)).map((line) => narrow(kubectl, line));

function taints(list: readonly Taint[] = []): Lines {
  const order = ({ effect, key }: Taint) => `${effect},${key}`;
  const sorted = [...list].sort((a, b) => byCodePoint(order(a), order(b)));
  return many(
    "Taints",
    sorted.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${effect}`),
  );
}

async function leaseLines(kubectl: Kubectl, name: string): Promise<Lines> {
  try {
    const { spec } = await another<Lease>(kubectl, {
      type: "leases",
      namespace: "kube-node-lease",
      name,
    });
    const { holderIdentity, acquireTime, renewTime } = spec;
    return [
      "Lease:",
      `  HolderIdentity:\t${holderIdentity ?? "<unset>"}`,
      `  AcquireTime:\t${acquireTime ? date(acquireTime) : "<unset>"}`,
      `  RenewTime:\t${renewTime ? date(renewTime) : "<unset>"}`,
    ];
  } catch (error) {
    return `Lease:\tFailed to get lease: ${expected(error).message}`;
  }
}

export function conditions({ status: { conditions = [] } }: Node): Lines {
  if (conditions.length === 0) return undefined;
  return [
    "Conditions:",
    table(
      ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"],
      conditions.map((each) => [
        `${each.type} `,
        `${each.status} `,
        `${date(each.lastHeartbeatTime)} `,
        `${date(each.lastTransitionTime)} `,
        `${each.reason ?? ""} `,
        each.message ?? "",
      ]),
    ),
  ];
}

export function systemInfo({ status: { nodeInfo } }: Node): string[] {
  return [
    "System Info:",
    `  Machine ID:\t${nodeInfo?.machineID ?? ""}`,
    `  System UUID:\t${nodeInfo?.systemUUID ?? ""}`,
    `  Boot ID:\t${nodeInfo?.bootID ?? ""}`,
    `  Kernel Version:\t${nodeInfo?.kernelVersion ?? ""}`,
    `  OS Image:\t${nodeInfo?.osImage ?? ""}`,
    `  Operating System:\t${nodeInfo?.operatingSystem ?? ""}`,
    `  Architecture:\t${nodeInfo?.architecture ?? ""}`,
    `  Container Runtime Version:\t${nodeInfo?.containerRuntimeVersion ?? ""}`,
    `  Kubelet Version:\t${nodeInfo?.kubeletVersion ?? ""}`,
    `  Kube-Proxy Version:\t${nodeInfo?.kubeProxyVersion ?? ""}`,
  ];
}

async function podLines(kubectl: Kubectl, node: Node): Promise<Lines> {
  const fieldSelector = [
    `spec.nodeName=${node.metadata.name}`,
    "status.phase!=Succeeded",
    "status.phase!=Failed",
  ].join(",");
  try {
    const query = { fieldSelector };
    const pods = await others<Pod>(kubectl, { type: "pods", namespace: "", query });
    return nodeResources(kubectl, node, pods);
  } catch (error) {
    if (!isReason(error, "Forbidden")) throw error;
    return "Pods:\tnot authorized";
  }
}
