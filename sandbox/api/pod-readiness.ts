// Whether pods run, are ready, and have been for long enough.
// pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go.

import { condition } from "./meta.ts";
import type { Pod } from "./pod.ts";
import { parseTime } from "./time.ts";

/** The pod's condition Ready is True. */
export const isReady = ({ status }: Pod): boolean =>
  condition(status.conditions, "Ready")?.status === "True";

/** It has ended for good. */
export const isFinished = ({ status }: Pod): boolean =>
  status.phase === "Succeeded" || status.phase === "Failed";

/** It has neither ended nor been told to. */
export const isActive = (pod: Pod): boolean =>
  !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;

/**
 * Milliseconds until the pod has been ready for `minReadySeconds`: 0 if it is available, undefined
 * if it is not even ready.
 */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = condition(pod.status.conditions, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  const since = parseTime(ready.lastTransitionTime);
  if (since === undefined) return undefined;
  return Math.max(0, since + minReadySeconds * 1000 - now);
}
