// Jobs. pkg/registry/batch/job/strategy.go; types in api/batch/v1/types.go.

import { equal } from "./clone.ts";
import {
  ageColumn,
  containerColumns,
  countColumn,
  durationText,
  nameColumn,
  selectorColumn,
  textColumn,
} from "./columns.ts";
import { immutable } from "./field-error.ts";
import { goSelector, nonNegatives } from "./field-rules.ts";
import { wholeGoStruct } from "./go-struct.ts";
import { jobLabels, validateJob } from "./job-validation.ts";
import { type Condition, condition, type KubeObject, type LabelSelector } from "./meta.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { type Context, defineResource, type View } from "./resource.ts";
import { parseTime } from "./time.ts";
import { defaultLabels } from "./workload-rules.ts";

export interface Job extends KubeObject {
  kind: "Job";
  spec: JobSpec;
  status: JobStatus;
}

export interface JobSpec {
  parallelism?: number;
  completions?: number;
  activeDeadlineSeconds?: number;
  backoffLimit?: number;
  selector?: LabelSelector;
  manualSelector?: boolean;
  template: PodTemplate;
  ttlSecondsAfterFinished?: number;
  completionMode?: "NonIndexed" | "Indexed";
  suspend?: boolean;
  podReplacementPolicy?: string;
}

export interface JobStatus {
  conditions?: Condition[];
  startTime?: string;
  completionTime?: string;
  active?: number;
  succeeded?: number;
  failed?: number;
  ready?: number;
  terminating?: number;
  uncountedTerminatedPods?: object;
}

/** Labels for the pods and the selector that goes with them, unless the user brings his own. */
function generateSelector(draft: Job, context: Context): void {
  const { spec } = draft;
  const labels = jobLabels(draft, context);
  spec.template.metadata ??= {};
  spec.template.metadata.labels = { ...labels, ...spec.template.metadata.labels };
  const key = Object.keys(labels)[0] as string;
  const uid = labels[key] as string;
  spec.selector = { ...spec.selector, matchLabels: { [key]: uid, ...spec.selector?.matchLabels } };
}

/** What the server adds to a job, and to the template of one in a CronJob. */
export function defaultJobSpec(spec: JobSpec, context: Context): void {
  const { era } = context;
  defaultPodSpec(spec.template.spec, context);
  if (spec.parallelism === undefined) spec.completions ??= 1;
  spec.parallelism ??= 1;
  if (era.behaviors.has("job-backoff-limit")) spec.backoffLimit ??= 6;
  if (era.gates.has("IndexedJob")) spec.completionMode ||= "NonIndexed";
  if (era.gates.has("JobSuspend")) spec.suspend ??= false;
  if (era.gates.has("JobPodReplacementPolicy")) spec.podReplacementPolicy ||= "TerminatingOrFailed";
}

export const jobs = defineResource<Job>({
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  singular: "job",
  shortNames: [],
  categories: ["all"],
  namespaced: true,
  alsoIn: ["extensions/v1beta1"],
  orphansByDefault: ["batch/v1"],
  subresources: ["status"],

  default(draft, context) {
    defaultJobSpec(draft.spec, context);
    if (
      context.groupVersion === "extensions/v1beta1" ||
      context.era.behaviors.has("job-backoff-limit")
    ) {
      defaultLabels(draft.metadata, draft.spec.template.metadata?.labels);
    }
  },
  prepareForCreate(draft, context) {
    draft.status = {};
    const { era } = context;
    if (!era.gates.has("TTLAfterFinished")) delete draft.spec.ttlSecondsAfterFinished;
    const labels = draft.metadata.labels;
    const shared = labels !== undefined && equal(labels, draft.spec.template.metadata?.labels);
    if (draft.spec.manualSelector) return;
    generateSelector(draft, context);
    if (!era.behaviors.has("job-backoff-limit")) return;
    // A job without labels of its own has those of its template, as they are stored.
    if (shared) delete draft.metadata.labels;
    defaultLabels(draft.metadata, draft.spec.template.metadata?.labels);
  },
  prepareForUpdate(draft, old, { era }) {
    if (!era.gates.has("TTLAfterFinished") && old.spec.ttlSecondsAfterFinished === undefined) {
      delete draft.spec.ttlSecondsAfterFinished;
    }
  },
  validate: validateJob,
  validateUpdate(job, old, context) {
    const errors = validateJob(job, context);
    const { completions, selector, template } = job.spec;
    if (completions !== old.spec.completions)
      errors.push(immutable("spec.completions", completions));
    if (!equal(selector, old.spec.selector)) {
      errors.push(immutable("spec.selector", goSelector(selector)));
    }
    if (!equal(template, old.spec.template)) {
      const shown = wholeGoStruct(context.era.schema, "core/v1.PodTemplateSpec", template);
      errors.push(immutable("spec.template", shown));
    }
    return errors;
  },
  validateStatus: ({ status }) => nonNegatives("status", status, ["active", "succeeded", "failed"]),
  fields: ({ status }) => ({ "status.successful": String(status?.succeeded ?? 0) }),

  columns: [
    nameColumn,
    textColumn("Status", statusText, { onlyIn: "1.31" }),
    textColumn("Completions", ({ spec, status }) => {
      const done = status.succeeded ?? 0;
      if (spec.completions !== undefined) return `${done}/${spec.completions}`;
      const parallelism = spec.parallelism ?? 0;
      return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
    }),
    textColumn("Duration", durationOf),
    textColumn("Desired", ({ spec }) => spec.completions ?? "<none>", { onlyIn: "1.11" }),
    countColumn("Successful", ({ status }) => status.succeeded, "1.11"),
    ageColumn,
    ...containerColumns<Job>(({ spec }) => spec.template.spec.containers),
    selectorColumn<Job>(({ spec }) => spec.selector),
  ],
});

function durationOf({ status }: Job, view: View): string {
  const start = parseTime(status.startTime);
  if (start === undefined) return "";
  return durationText((parseTime(status.completionTime) ?? view.now) - start, view);
}

function statusText({ metadata, status }: Job): string {
  const is = (type: string) => condition(status.conditions, type)?.status === "True";
  if (is("Complete")) return "Complete";
  if (is("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  const found = ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(is);
  return found ?? "Running";
}
