// Jobs and CronJobs.

import type { CronJob } from "../../../api/cronjob.ts";
import type { Job, JobSpec } from "../../../api/job.ts";
import { controllerOf } from "../../../api/meta.ts";
import { parseTime } from "../../../api/time.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { defineDescriber } from "./describer.ts";
import {
  annotationSign,
  annotations,
  date,
  type Lines,
  labels,
  plainSelector,
  truth,
} from "./lines.ts";
import { podTemplate } from "./pod-template.ts";

export const job = defineDescriber<Job>({
  kind: "Job",
  describe({ kubectl, object, events }) {
    const { metadata, spec } = object;
    const controller = controllerOf(object);
    const detailed = kubectl.era.behaviors.has("describe-details");
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      `Selector:\t${plainSelector(spec.selector)}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      controller && `Controlled By:\t${controller.kind}/${controller.name}`,
      spec.parallelism !== undefined && `Parallelism:\t${spec.parallelism}`,
      `Completions:\t${spec.completions ?? "<unset>"}`,
      detailed && details(spec),
      times(kubectl, object),
      spec.activeDeadlineSeconds !== undefined &&
        `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`,
      podsStatuses(object, detailed),
      podTemplate(spec.template, kubectl.era),
      events,
    ];
  },
});

const details = ({
  completionMode,
  suspend,
  backoffLimit,
  ttlSecondsAfterFinished,
}: JobSpec): Lines => [
  completionMode && `Completion Mode:\t${completionMode}`,
  suspend !== undefined && `Suspend:\t${suspend}`,
  backoffLimit !== undefined && `Backoff Limit:\t${backoffLimit}`,
  ttlSecondsAfterFinished !== undefined &&
    `TTL Seconds After Finished:\t${ttlSecondsAfterFinished}`,
];

function times(kubectl: Kubectl, { status = {} }: Job): Lines {
  const { startTime, completionTime } = status;
  const [start, end] = [parseTime(startTime), parseTime(completionTime)];
  return [
    startTime && `Start Time:\t${date(startTime)}`,
    completionTime && `Completed At:\t${date(completionTime)}`,
    start !== undefined && end !== undefined && `Duration:\t${kubectl.span(end - start)}`,
  ];
}

function podsStatuses({ status = {} }: Job, detailed: boolean): string {
  const { active = 0, succeeded = 0, failed = 0, ready } = status;
  const word = detailed ? "Active" : "Running";
  const up = detailed && ready !== undefined ? ` (${ready} Ready)` : "";
  return `Pods Statuses:\t${active} ${word}${up} / ${succeeded} Succeeded / ${failed} Failed`;
}

export const cronJob = defineDescriber<CronJob>({
  kind: "CronJob",
  describe({ kubectl, object, events }) {
    const { metadata, spec, status = {} } = object;
    const { startingDeadlineSeconds, jobTemplate } = spec;
    const { lastScheduleTime, active = [] } = status;
    const { selector, parallelism, completions, activeDeadlineSeconds } = jobTemplate.spec;
    const deadline =
      startingDeadlineSeconds === undefined ? "<unset>" : `${startingDeadlineSeconds}s`;
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      `Schedule:\t${spec.schedule}`,
      `Concurrency Policy:\t${spec.concurrencyPolicy ?? ""}`,
      `Suspend:\t${truth(spec.suspend)}`,
      `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? "<unset>"}`,
      `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? "<unset>"}`,
      `Starting Deadline Seconds:\t${deadline}`,
      `Selector:\t${selector ? plainSelector(selector) : "<unset>"}`,
      `Parallelism:\t${parallelism ?? "<unset>"}`,
      `Completions:\t${completions ?? "<unset>"}`,
      activeDeadlineSeconds !== undefined && `Active Deadline Seconds:\t${activeDeadlineSeconds}s`,
      podTemplate(jobTemplate.spec.template, kubectl.era),
      `Last Schedule Time:\t${lastScheduleTime ? date(lastScheduleTime) : "<unset>"}`,
      `Active Jobs:\t${active.map(({ name = "" }) => name).join(", ") || "<none>"}`,
      events,
    ];
  },
});
