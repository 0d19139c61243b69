// Nodes as kubectl described them until 1.7.

import type { Node } from "../../../../api/node.ts";
import type { Pod } from "../../../../api/pod.ts";
import { byCodePoint } from "../../../../api/schema/go-json.ts";
import { taintsOf } from "../../../../api/taints.ts";
import type { Kubectl } from "../../cli/kubectl.ts";
import { defineDescriber, others } from "../describer.ts";
import { date, type Lines, labels } from "../lines.ts";
import { conditions, systemInfo } from "../node.ts";
import { shareOf, totalOf, totalOfAll } from "../node-resources.ts";

const role = "kubernetes.io/role";

export const node = defineDescriber<Node>({
  kind: "Node",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const tellsRole = kubectl.era.behaviors.has("describe-tolerations");
    const addresses = status.addresses ?? [];
    return [
      `Name:\t${metadata.name}`,
      tellsRole && `Role:\t${metadata.labels?.[role] ?? ""}`,
      labels("Labels", metadata.labels),
      `Taints:\t${taints(object)}`,
      `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
      "Phase:\t",
      conditions(object),
      `Addresses:\t${addresses.map(({ address }) => address).join(",")}`,
      amounts("Capacity", status.capacity),
      amounts("Allocatable", status.allocatable),
      systemInfo(object).map((line) => line.replace(/^ {2}/, " ")),
      spec.podCIDR && `PodCIDR:\t${spec.podCIDR}`,
      `ExternalID:\t${metadata.name}`,
      await podLines(kubectl, object),
      events,
    ];
  },
});

const taints = (node: Node): string =>
  taintsOf(node)
    .map(({ key, value = "", effect }) => `${key}=${value}:${effect}`)
    .join(",") || "<none>";

function amounts(title: string, list: Readonly<Record<string, string>> = {}): Lines {
  const names = Object.keys(list).sort(byCodePoint);
  return names.length > 0 && [`${title}:`, ...names.map((name) => ` ${name}:\t${list[name]}`)];
}

async function podLines(kubectl: Kubectl, node: Node): Promise<Lines> {
  const found = await others<Pod>(kubectl, { type: "pods", namespace: "" });
  const here = found.filter(
    ({ spec, status }) =>
      spec.nodeName === node.metadata.name &&
      status.phase !== "Succeeded" &&
      status.phase !== "Failed",
  );
  const allocatable = node.status.allocatable ?? node.status.capacity ?? {};
  const columns = [
    ["cpu", "requests"],
    ["cpu", "limits"],
    ["memory", "requests"],
    ["memory", "limits"],
  ] as const;
  const sum = columns.map(([resource, side]) =>
    shareOf(resource, totalOfAll(here, side)[resource], allocatable),
  );
  return [
    `Non-terminated Pods:\t(${here.length} in total)`,
    "  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits",
    "  ---------\t----\t\t------------\t----------\t---------------\t-------------",
    ...here.map((pod) => {
      const shares = columns.map(([resource, side]) =>
        shareOf(resource, totalOf(pod, side)[resource], allocatable),
      );
      return `  ${[pod.metadata.namespace ?? "", pod.metadata.name, "", ...shares].join("\t")}`;
    }),
    "Allocated resources:",
    // The bracket is never closed.
    "  (Total limits may be over 100 percent, i.e., overcommitted.",
    "  CPU Requests\tCPU Limits\tMemory Requests\tMemory Limits",
    "  ------------\t----------\t---------------\t-------------",
    `  ${sum.join("\t")}`,
  ];
}
