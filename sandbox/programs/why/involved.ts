// What an object waits for, by what it says itself: a set for its pods, a pod for its claims, a
// claim for its volume.

import type { KubeObject } from "../../api/meta.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import type { Pod } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";

export interface Involved {
  /** As one types it: `pvc`. */
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
}

/** Nothing for an object that has what it wants. */
export function involvedIn(object: KubeObject): Involved[] {
  const { namespace = "" } = object.metadata;
  switch (object.kind) {
    case "StatefulSet":
    case "PetSet":
      return nextPod(object as StatefulSet).map((name) => ({ type: "pods", namespace, name }));
    case "Pod":
      return waitingClaims(object as Pod).map((name) => ({ type: "pvc", namespace, name }));
    case "PersistentVolumeClaim": {
      const { spec, status } = object as PersistentVolumeClaim;
      const waits = status?.phase !== "Bound" && spec.volumeName;
      return waits ? [{ type: "pv", namespace: "", name: spec.volumeName ?? "" }] : [];
    }
    default:
      return [];
  }
}

/** The pod that is not ready yet, as far as the numbers tell. */
function nextPod({ metadata, spec, status }: StatefulSet): string[] {
  const ready = status?.readyReplicas ?? 0;
  if (ready >= (spec.replicas ?? 1)) return [];
  const first = spec.ordinals?.start ?? 0;
  return [`${metadata.name}-${first + ready}`];
}

function waitingClaims({ spec, status }: Pod): string[] {
  if (status.phase !== "Pending") return [];
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim ? [persistentVolumeClaim.claimName] : [],
  );
}
