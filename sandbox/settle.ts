// When a cluster is quiet: for six seconds nothing has changed of what users look at, and no kubelet
// is in the middle of starting or ending a pod. At most ninety seconds are given to it.

import type { Pod } from "./api/pod.ts";
import type { Change, Store } from "./apiserver/store.ts";
import type { ClockControl } from "./sim/clock.ts";

const QUIET_MS = 6_000;
const LONGEST_MS = 90_000;
const STEP_MS = 250;

const watched = new Set([
  ..."Pod PersistentVolumeClaim PersistentVolume StatefulSet PetSet Deployment ReplicaSet".split(" "),
  ..."ReplicationController DaemonSet Job Service Endpoints Namespace".split(" "),
]);

export interface Settling {
  readonly clock: ClockControl;
  readonly store: Store;
  /** Asked between turns: runs on another time if it says so. */
  readonly pause?: () => boolean;
}

/** Runs until the cluster is quiet. */
export async function settle({ clock, store }: Settling): Promise<void> {
  const end = clock.now() + LONGEST_MS;
  let last = clock.now();
  const stop = store.watch(undefined, store.revision, ({ now, at }: Change) => {
    if (watched.has(now.value.kind)) last = at;
  });
  try {
    while (clock.now() < end) {
      if (clock.now() - last >= QUIET_MS && !isBusy(store)) return;
      await clock.advance(STEP_MS);
    }
  } finally {
    stop();
  }
}

const isBusy = (store: Store): boolean =>
  store.list("/registry/pods/").some(({ value }) => inBetween(value as Pod));

/** Its kubelet is at work on it, as far as one can see from outside. */
function inBetween({ metadata, spec, status }: Pod): boolean {
  if (!spec.nodeName) return false;
  if (metadata.deletionTimestamp !== undefined) return true;
  return status.phase === "Pending" && (status.containerStatuses ?? []).length === 0;
}
