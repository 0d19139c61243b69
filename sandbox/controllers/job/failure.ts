// What is known of a Job's pods, and when it has failed for good.
// pkg/controller/job/job_controller.go.

import type { Job } from "../../api/job.ts";
import type { Pod } from "../../api/pod.ts";
import { isActive } from "../../api/pod-readiness.ts";
import { parseTime } from "../../api/time.ts";

/** A job with its pods, as they are now. */
export interface Situation {
  readonly job: Job;
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly all: readonly Pod[];
}

export function situationOf(job: Job, all: readonly Pod[]): Situation {
  const active = all.filter(isActive);
  const count = (phase: string) => all.filter(({ status }) => status.phase === phase).length;
  return { job, all, active, succeeded: count("Succeeded"), failed: count("Failed") };
}

export interface Failure {
  readonly reason: string;
  readonly message: string;
}

const tooManyFailures: Failure = {
  reason: "BackoffLimitExceeded",
  message: "Job has reached the specified backoff limit",
};

const tooLate: Failure = {
  reason: "DeadlineExceeded",
  message: "Job was active longer than specified deadline",
};

/** Why the job has failed for good, if it has. */
export function failureOf(
  { job, all, active }: Situation,
  { isNew, retries }: { isNew: boolean; retries: number },
  now: number,
): Failure | undefined {
  const { backoffLimit, parallelism = 1, template, activeDeadlineSeconds } = job.spec;
  if (backoffLimit !== undefined) {
    if (isNew && active.length !== parallelism && retries + 1 > backoffLimit)
      return tooManyFailures;
    // Containers that are restarted in their pods count, too.
    if (template.spec.restartPolicy === "OnFailure") {
      const restarts = all.reduce((sum, pod) => sum + restartsOf(pod), 0);
      if (restarts > 0 && restarts >= backoffLimit) return tooManyFailures;
    }
  }
  const start = parseTime(job.status.startTime);
  if (activeDeadlineSeconds === undefined || start === undefined) return undefined;
  return now - start >= activeDeadlineSeconds * 1000 ? tooLate : undefined;
}

function restartsOf({ status }: Pod): number {
  if (status.phase !== "Running" && status.phase !== "Pending") return 0;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
}
