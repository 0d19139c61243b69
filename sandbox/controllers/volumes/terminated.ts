// When the node has done with a pod's volumes, as far as the control plane can tell.
// pkg/volume/util/util.go IsPodTerminated.

import type { Pod } from "../../api/pod.ts";
import { isFinished } from "../../api/pod-readiness.ts";

/** It has ended, or it is being deleted and none of its containers runs. */
export const isTerminated = (pod: Pod): boolean =>
  isFinished(pod) ||
  (pod.metadata.deletionTimestamp !== undefined &&
    (pod.status.containerStatuses ?? []).every(({ state }) => !state?.running));
