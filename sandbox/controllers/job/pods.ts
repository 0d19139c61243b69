// Makes and deletes the pods of a Job. pkg/controller/job/job_controller.go, manageJob.

import type { Pod } from "../../api/pod.ts";
import { StatusError } from "../../api/status.ts";
import type { Tools } from "../../client/controller.ts";
import type { Expectations } from "../expectations.ts";
import { deletePods, makePod } from "../pod-control.ts";
import { podsToDelete } from "../pod-ranking.ts";
import { slowStart } from "../slow-start.ts";
import type { Situation } from "./failure.ts";

type PodTools = Tools<{ readonly expectations: Expectations<Pod> }>;

/** Makes or deletes pods; how many are active then. */
export async function manage(
  { job, active, succeeded }: Situation,
  tools: PodTools,
): Promise<number> {
  const { completions, parallelism = 1, suspend } = job.spec;
  const most = suspend ? 0 : parallelism;
  if (active.length > most) {
    const surplus = active.length - most;
    const chosen = podsToDelete(active, surplus, { related: [], byCost: false });
    await deletePods(job, chosen, tools);
    return most;
  }
  const open =
    completions === undefined ? (succeeded > 0 ? active.length : most) : completions - succeeded;
  const missing = Math.max(0, Math.min(open, most) - active.length);
  let made = 0;
  try {
    await slowStart(missing, async () => {
      if (await makePod(job, job.spec.template, tools)) made++;
    });
  } catch (error) {
    if (!(error instanceof StatusError) || made === 0) throw error;
  }
  return active.length + made;
}
