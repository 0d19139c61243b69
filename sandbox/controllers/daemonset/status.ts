// The status of a DaemonSet: on how many nodes it should run, and how far it is.
// pkg/controller/daemon/daemon_controller.go, updateDaemonSetStatus.

import { equal } from "../../api/clone.ts";
import { type DaemonSet, type DaemonSetStatus, daemonSets } from "../../api/daemonset.ts";
import type { Node } from "../../api/node.ts";
import type { Pod } from "../../api/pod.ts";
import { untilAvailable } from "../../api/pod-readiness.ts";
import type { Requeue, Tools } from "../../client/controller.ts";
import { knownStatus } from "../known-fields.ts";
import { placementOn } from "./placement.ts";
import { isUpdated } from "./revisions.ts";

/** A set with its pods by node, those that run longest first. */
export interface Situation {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  readonly hash: string;
}

export const sooner = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

export async function writeStatus(
  { set, nodes: all, byNode, hash }: Situation,
  { client, clock, era }: Tools<unknown>,
  retry?: number,
): Promise<Requeue | undefined> {
  const { minReadySeconds = 0 } = set.spec;
  let [desired, current, wrong, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  let wait = retry;
  for (const node of all) {
    const [pod] = byNode.get(node.metadata.name) ?? [];
    if (!placementOn(node, set).wanted) {
      if (pod) wrong++;
      continue;
    }
    desired++;
    if (!pod) continue;
    current++;
    if (isUpdated(pod, hash)) updated++;
    const left = untilAvailable(pod, minReadySeconds, clock.now());
    if (left === undefined) continue;
    ready++;
    if (left === 0) available++;
    else wait = sooner(wait, left);
  }
  const counts = {
    currentNumberScheduled: current,
    numberMisscheduled: wrong,
    desiredNumberScheduled: desired,
    numberReady: ready,
  };
  // Of the others Go leaves out what is zero.
  const optional = {
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: updated,
    numberAvailable: available,
    numberUnavailable: desired - available,
    collisionCount: set.status.collisionCount,
  };
  const written = Object.entries(optional).filter(([, count]) => count);
  const status = { ...counts, ...Object.fromEntries(written) } as DaemonSetStatus;
  const next = knownStatus(daemonSets, status, era);
  if (!equal(next, set.status)) await client.updateStatus(daemonSets, { ...set, status: next });
  return wait === undefined ? undefined : { requeueAfter: wait };
}
