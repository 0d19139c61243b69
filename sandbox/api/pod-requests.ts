// What a pod asks of its node. pkg/api/v1/resource/helpers.go PodRequests;
// pkg/scheduler/framework/plugins/noderesources/fit.go computePodResourceRequest.

import type { Container, Pod } from "./pod.ts";
import { quantityMilli, quantityValue } from "./quantity.ts";

/** Amounts by resource: cpu in thousandths, everything else in whole units. */
export type Amounts = Map<string, number>;

export const amountOf = (resource: string, quantity: string): number =>
  resource === "cpu" ? quantityMilli(quantity) : quantityValue(quantity);

export function amountsOf(list: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const resource in list) amounts.set(resource, amountOf(resource, list[resource] ?? "0"));
  return amounts;
}

/**
 * Containers run side by side, init containers one after the other, sidecars from their start on.
 */
export function podRequests(
  { spec }: Pod,
  requestsOf: (container: Container) => Amounts = ({ resources }) => amountsOf(resources?.requests),
): Amounts {
  const total: Amounts = new Map();
  for (const container of spec.containers) addTo(total, requestsOf(container));
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const needed = new Map(sidecars);
    addTo(needed, requestsOf(container));
    raise(peak, needed);
    if (container.restartPolicy === "Always") addTo(sidecars, requestsOf(container));
  }
  addTo(total, sidecars);
  raise(total, peak);
  addTo(total, amountsOf(spec.overhead));
  return total;
}

function addTo(sum: Amounts, more: Amounts): void {
  for (const [resource, amount] of more) sum.set(resource, (sum.get(resource) ?? 0) + amount);
}

function raise(to: Amounts, least: Amounts): void {
  for (const [resource, amount] of least) to.set(resource, Math.max(to.get(resource) ?? 0, amount));
}
