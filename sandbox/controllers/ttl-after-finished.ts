// Deletes Jobs some time after they have ended.
// pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.

import { jobs } from "../api/job.ts";
import { isReason } from "../api/status.ts";
import { defineController } from "../client/controller.ts";
import { finishedAt } from "./job/ending.ts";

export const ttlAfterFinished = defineController<undefined>({
  name: "ttl-after-finished-controller",
  for: jobs,

  async reconcile(key, { cache, client, clock }) {
    const job = cache.get(jobs, key);
    const ttl = job?.spec.ttlSecondsAfterFinished;
    const finished = job && finishedAt(job);
    if (ttl === undefined || finished === undefined) return undefined;
    if (job?.metadata.deletionTimestamp) return undefined;

    const left = finished + ttl * 1000 - clock.now();
    if (left > 0) return { requeueAfter: left };

    try {
      // The cache may be behind: someone may just have asked for more time.
      const { metadata, spec } = await client.get(jobs, key);
      if (spec.ttlSecondsAfterFinished !== ttl) return undefined;
      const preconditions = metadata.uid ? { uid: metadata.uid } : {};
      await client.delete(jobs, key, { preconditions, propagationPolicy: "Foreground" });
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
    return undefined;
  },
});
