// What describes workloads have in common: which of their pods are in which phase, and conditions.

import { type Condition, controllerOf, type KubeObject } from "../../../api/meta.ts";
import type { Pod } from "../../../api/pod.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { others } from "./describer.ts";
import type { Lines } from "./lines.ts";

/** `2 Running / 0 Waiting / 0 Succeeded / 0 Failed`. */
export async function podsStatus(
  kubectl: Kubectl,
  { metadata }: KubeObject,
  labelSelector: string,
): Promise<string> {
  const { namespace = "", uid } = metadata;
  const query = { ...(labelSelector && { labelSelector }) };
  const pods = await others<Pod>(kubectl, { type: "pods", namespace, query });
  const own = pods.filter((pod) => controllerOf(pod)?.uid === uid);
  const count = (phase: string) => own.filter(({ status }) => status.phase === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}

export const conditionLines = (conditions: readonly Condition[] = []): Lines =>
  conditions.length > 0 && [
    "Conditions:",
    "  Type\tStatus\tReason",
    "  ----\t------\t------",
    ...conditions.map(({ type, status, reason = "" }) => `  ${type} \t${status}\t${reason}`),
  ];
