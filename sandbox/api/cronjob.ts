// CronJobs. pkg/registry/batch/cronjob/strategy.go; types in api/batch/v1/types.go, rules in
// pkg/apis/batch/validation/validation.go.

import {
  ageColumn,
  ageOf,
  containerColumns,
  countColumn,
  nameColumn,
  selectorColumn,
  textColumn,
} from "./columns.ts";
import { parseSchedule, ScheduleError } from "./cron-schedule.ts";
import type { Era } from "./era.ts";
import { type FieldError, invalid, notSupported, oneOf, required } from "./field-error.ts";
import { goSelector, nonNegatives } from "./field-rules.ts";
import type { JobSpec } from "./job.ts";
import { validateJobSpec } from "./job-validation.ts";
import type { KubeObject, ObjectMeta, ObjectReference } from "./meta.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { type Context, defineResource } from "./resource.ts";

export interface CronJob extends KubeObject {
  kind: "CronJob";
  spec: CronJobSpec;
  status: CronJobStatus;
}

export interface CronJobSpec {
  schedule: string;
  timeZone?: string;
  startingDeadlineSeconds?: number;
  concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
  suspend?: boolean;
  jobTemplate: { metadata?: Partial<ObjectMeta>; spec: JobSpec };
  successfulJobsHistoryLimit?: number;
  failedJobsHistoryLimit?: number;
}

export interface CronJobStatus {
  active?: ObjectReference[];
  lastScheduleTime?: string;
  lastSuccessfulTime?: string;
}

function validate({ metadata, spec }: CronJob, context: Context, isNew: boolean): FieldError[] {
  const errors = validateSchedule(spec.schedule, context.era);
  errors.push(...nonNegatives("spec", spec, ["startingDeadlineSeconds"]));
  const policies = ["Allow", "Forbid", "Replace"];
  errors.push(...oneOf("spec.concurrencyPolicy", spec.concurrencyPolicy, policies));
  const field = "spec.jobTemplate.spec";
  const job = spec.jobTemplate.spec;
  errors.push(...validateJobSpec(job, field, context));
  if (job.selector) {
    const text = "`selector` will be auto-generated";
    errors.push(invalid(`${field}.selector`, goSelector(job.selector), text));
  }
  if (job.manualSelector)
    errors.push(notSupported(`${field}.manualSelector`, true, ["nil", "false"]));
  const limits = ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] as const;
  errors.push(...nonNegatives("spec", spec, limits));
  // The jobs' names have eleven characters more.
  if (isNew && metadata.name.length > 52) {
    errors.push(invalid("metadata.name", metadata.name, "must be no more than 52 characters"));
  }
  return errors;
}

function validateSchedule(schedule: string | undefined, era: Era): FieldError[] {
  if (!schedule) return [required("spec.schedule")];
  try {
    parseSchedule(schedule);
    return [];
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const text = error.message;
    // The parser of the first releases began its texts with a capital.
    const shown = era.gates.has("CronJobControllerV2")
      ? text
      : text.charAt(0).toUpperCase() + text.slice(1);
    return [invalid("spec.schedule", schedule, shown)];
  }
}

export const cronJobs = defineResource<CronJob>({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  singular: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  alsoIn: ["batch/v1beta1", "batch/v2alpha1"],
  orphansByDefault: ["batch/v1beta1", "batch/v2alpha1"],
  subresources: ["status"],

  default(draft, context) {
    const { spec } = draft;
    // The rest of a job is filled in when the job is made.
    defaultPodSpec(spec.jobTemplate.spec.template.spec, context);
    spec.concurrencyPolicy ||= "Allow";
    spec.suspend ??= false;
    if (context.groupVersion === "batch/v2alpha1") return;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
  },
  prepareForCreate(draft) {
    draft.status = {};
  },
  validate: (job, context) => validate(job, context, true),
  validateUpdate: (job, _old, context) => validate(job, context, false),

  columns: [
    nameColumn,
    textColumn("Schedule", ({ spec }) => spec.schedule),
    textColumn("Timezone", ({ spec }) => spec.timeZone ?? "<none>", { onlyIn: "1.29" }),
    textColumn("Suspend", ({ spec }) => (spec.suspend ? "True" : "False")),
    countColumn("Active", ({ status }) => status.active?.length),
    textColumn("Last Schedule", ({ status }, view) =>
      status.lastScheduleTime ? ageOf(status.lastScheduleTime, view) : "<none>",
    ),
    ageColumn,
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec.template.spec.containers),
    selectorColumn<CronJob>(({ spec }) => spec.jobTemplate.spec.selector),
  ],
});
