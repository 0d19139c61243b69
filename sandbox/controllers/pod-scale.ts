// How many pods there should be of the kind of one. pkg/controller/disruption/disruption.go,
// finders.

import { deployments } from "../api/deployment.ts";
import { controllerOf } from "../api/meta.ts";
import type { Pod } from "../api/pod.ts";
import { replicaSets } from "../api/replicaset.ts";
import { replicationControllers } from "../api/replicationcontroller.ts";
import { statefulSets } from "../api/statefulset.ts";
import type { Cache } from "../client/informers.ts";

interface Scale {
  readonly uid: string;
  readonly scale: number;
}

/** Who scales a pod, and to what: its controller, or the Deployment above it. */
export function scaleOf(pod: Pod, cache: Cache): Scale | undefined {
  const owner = controllerOf(pod);
  if (!owner) return undefined;
  const namespace = pod.metadata.namespace ?? "";
  const key = { namespace, name: owner.name };
  if (owner.kind === "ReplicaSet") {
    const set = cache.get(replicaSets, key);
    const above = set && controllerOf(set);
    if (above?.kind === "Deployment") {
      const found = cache.get(deployments, { namespace, name: above.name });
      return found && { uid: above.uid, scale: found.spec.replicas ?? 1 };
    }
    return set && { uid: owner.uid, scale: set.spec.replicas ?? 1 };
  }
  const found =
    owner.kind === "StatefulSet"
      ? cache.get(statefulSets, key)
      : owner.kind === "ReplicationController"
        ? cache.get(replicationControllers, key)
        : undefined;
  return found && { uid: owner.uid, scale: found.spec.replicas ?? 1 };
}
