// Whether Jobs have ended, and when. pkg/controller/job/utils.go, pkg/controller/ttlafterfinished.

import type { Job } from "../../api/job.ts";
import type { Condition } from "../../api/meta.ts";
import { parseTime } from "../../api/time.ts";

/** The condition by which a job has ended: Complete or Failed. */
export const finishedCondition = ({ status }: Job): Condition | undefined =>
  status.conditions?.find(
    (each) => (each.type === "Complete" || each.type === "Failed") && each.status === "True",
  );

export const isJobFinished = (job: Job): boolean => finishedCondition(job) !== undefined;

export const finishedAt = (job: Job): number | undefined =>
  parseTime(finishedCondition(job)?.lastTransitionTime);
