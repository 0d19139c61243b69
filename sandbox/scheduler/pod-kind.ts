// What makes pods of a kind: the selectors of the services and of the workload that they belong to.
// pkg/scheduler/framework/plugins/helper/spread.go DefaultSelector.

import { hasLabels, type Selector, selectorOf } from "../api/labels.ts";
import { controllerOf } from "../api/meta.ts";
import type { Pod } from "../api/pod.ts";
import { replicaSets } from "../api/replicaset.ts";
import { services } from "../api/service.ts";
import { statefulSets } from "../api/statefulset.ts";
import type { Cache } from "../client/informers.ts";

/** The index by which services are found from their namespace. */
export const byNamespace = "namespace";

/** Empty if the pod belongs to nothing. */
export function selectorOfKind(pod: Pod, cache: Cache): Selector {
  const { namespace = "", labels } = pod.metadata;
  const wanted: Record<string, string> = {};
  for (const { spec } of cache.by(services, byNamespace, namespace)) {
    if (spec.selector && hasLabels(spec.selector, labels)) Object.assign(wanted, spec.selector);
  }
  return [...(selectorOf({ matchLabels: wanted }) ?? []), ...workloadSelector(pod, cache)];
}

function workloadSelector(pod: Pod, cache: Cache): Selector {
  const owner = controllerOf(pod);
  if (!owner) return [];
  const key = { namespace: pod.metadata.namespace ?? "", name: owner.name };
  const workload =
    owner.kind === "ReplicaSet"
      ? cache.get(replicaSets, key)
      : owner.kind === "StatefulSet"
        ? cache.get(statefulSets, key)
        : undefined;
  return selectorOf(workload?.spec.selector) ?? [];
}
