// How much of a node its pods ask for. kubectl pkg/describe/describe.go describeNodeResource;
// pkg/util/resource/resource.go.

import type { Node } from "../../../api/node.ts";
import type { Pod } from "../../../api/pod.ts";
import { addQuantities, maxQuantity, quantityMilli, quantityValue } from "../../../api/quantity.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { indent, type Lines } from "./lines.ts";

type Quantities = Readonly<Record<string, string>>;
type Side = "requests" | "limits";

const standard = new Set(["cpu", "memory", "ephemeral-storage", "pods"]);

export function nodeResources(kubectl: Kubectl, { status }: Node, pods: readonly Pod[]): Lines {
  const more = kubectl.era.behaviors.has("describe-more");
  const allocatable = status.allocatable ?? status.capacity ?? {};
  const share = (resource: string, amount: string | undefined) =>
    shareOf(resource, amount, allocatable);
  const rows = pods.map((pod) => {
    const [requests, limits] = [totalOf(pod, "requests"), totalOf(pod, "limits")];
    const { namespace = "", name, creationTimestamp } = pod.metadata;
    return [
      namespace,
      name,
      "",
      share("cpu", requests["cpu"]),
      share("cpu", limits["cpu"]),
      share("memory", requests["memory"]),
      share("memory", limits["memory"]),
      ...(more ? [kubectl.age(creationTimestamp)] : []),
    ].join("\t");
  });
  const all = (side: Side) => totalOfAll(pods, side);
  const [requests, limits] = [all("requests"), all("limits")];
  const isHuge = (name: string) => name.startsWith("hugepages-");
  const names = Object.keys(allocatable).sort(byCodePoint);
  const shared = ["cpu", "memory", ...(more ? ["ephemeral-storage"] : []), ...names.filter(isHuge)];
  const extended = names.filter((name) => !isHuge(name) && !standard.has(name));
  const heading = kubectl.words.ageHeading;
  return [
    `Non-terminated Pods:\t(${pods.length} in total)`,
    indent(1, [
      `Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits${more ? `\t${heading}` : ""}`,
      `---------\t----\t\t------------\t----------\t---------------\t-------------${more ? "\t---" : ""}`,
      rows,
    ]),
    "Allocated resources:",
    indent(1, [
      "(Total limits may be over 100 percent, i.e., overcommitted.)",
      "Resource\tRequests\tLimits",
      "--------\t--------\t------",
      shared.map((name) => `${name}\t${share(name, requests[name])}\t${share(name, limits[name])}`),
      extended.map((name) => `${name}\t${requests[name] ?? "0"}\t${limits[name] ?? "0"}`),
    ]),
  ];
}

/** `100m (5%)`. */
export const shareOf = (
  resource: string,
  amount: string | undefined,
  allocatable: Quantities,
): string => `${amount ?? "0"} (${percent(resource, amount, allocatable[resource])}%)`;

export const totalOfAll = (pods: readonly Pod[], side: Side): Quantities =>
  sum(pods.map((pod) => totalOf(pod, side)));

function percent(resource: string, part: string | undefined, whole: string | undefined): number {
  const value = resource === "cpu" ? quantityMilli : quantityValue;
  const all = value(whole);
  return all === 0 ? 0 : Math.trunc((value(part) / all) * 100);
}

/** Containers together; init containers one after the other. */
export function totalOf({ spec }: Pod, side: Side): Quantities {
  const { containers, initContainers = [], overhead = {} } = spec;
  const total: Record<string, string> = {
    ...sum(containers.map(({ resources }) => resources?.[side])),
  };
  for (const { resources } of initContainers) {
    for (const [name, amount] of Object.entries(resources?.[side] ?? {})) {
      total[name] = maxQuantity(total[name], amount);
    }
  }
  for (const [name, amount] of Object.entries(overhead)) {
    if (side === "requests" || total[name]) total[name] = addQuantities(total[name], amount);
  }
  return total;
}

function sum(lists: readonly (Quantities | undefined)[]): Quantities {
  const total: Record<string, string> = {};
  for (const list of lists) {
    for (const [name, amount] of Object.entries(list ?? {})) {
      total[name] = addQuantities(total[name], amount);
    }
  }
  return total;
}
