// How sure a pod can be of what it asks for. pkg/apis/core/helper/qos/qos.go.

import type { Pod } from "./pod.ts";
import { compareQuantities } from "./quantity.ts";

type Class = "Guaranteed" | "Burstable" | "BestEffort";

/** Of cpu and memory only; amounts of nothing do not count. */
export function qosClass({ spec }: Pod): Class {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const asked = (list: Readonly<Record<string, string>> | undefined) =>
    ["cpu", "memory"].filter((name) => compareQuantities(list?.[name], "0") > 0);
  let some = false;
  let all = true;
  for (const { resources } of containers) {
    const limits = asked(resources?.limits);
    if (limits.length > 0 || asked(resources?.requests).length > 0) some = true;
    // All limits must be there, and all requests be equal to them.
    const equal = limits.every(
      (name) => compareQuantities(resources?.requests?.[name], resources?.limits?.[name]) === 0,
    );
    if (limits.length < 2 || !equal) all = false;
  }
  if (!some) return "BestEffort";
  return all ? "Guaranteed" : "Burstable";
}
