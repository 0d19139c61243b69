// What must be right with a Job. pkg/apis/batch/validation/validation.go.

import { type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { goSelector, nonNegatives } from "./field-rules.ts";
import { goMap } from "./go-value.ts";
import type { Job, JobSpec } from "./job.ts";
import { validateLabelSelector } from "./label-validation.ts";
import { selects } from "./labels.ts";
import { validatePodTemplateSpec } from "./pod-validation.ts";
import type { Context } from "./resource.ts";
import { validateMatch } from "./workload-rules.ts";

export function validateJob(job: Job, context: Context): FieldError[] {
  const { selector, template } = job.spec;
  return [
    ...validateGeneratedSelector(job, context),
    ...validateJobSpec(job.spec, "spec", context),
    ...(selector
      ? validateLabelSelector(selector, "spec.selector", context.era)
      : [required("spec.selector")]),
    ...(selector ? validateMatch(selector, template) : []),
  ];
}

/** What the pods of a job are told apart by: the job's uid and name. */
export function jobLabels(
  { metadata }: Job,
  { era }: Pick<Context, "era">,
): Record<string, string> {
  const [uid, name] = [metadata.uid ?? "", metadata.name];
  const prefixed = era.behaviors.has("prefixed-job-labels");
  return {
    ...(prefixed && {
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": name,
    }),
    "controller-uid": uid,
    "job-name": name,
  };
}

function validateGeneratedSelector(job: Job, context: Context): FieldError[] {
  const { manualSelector, selector, template } = job.spec;
  if (manualSelector || !selector) return [];
  const expected = jobLabels(job, context);
  const labels = template.metadata?.labels ?? {};
  const field = "spec.template.metadata.labels";
  const errors = Object.entries(expected).flatMap(([key, value]): FieldError[] => {
    if (labels[key] === value) return [];
    if (labels[key] === undefined) return [required(`${field}[${key}]`, `must be '${value}'`)];
    return [invalid(`${field}[${key}]`, goMap(labels), `must be '${value}'`)];
  });
  if (!selects(selector, expected)) {
    errors.push(invalid("spec.selector", goSelector(selector), "`selector` not auto-generated"));
  }
  return errors;
}

/** All but the selector: also for the template of a job in a CronJob. */
export function validateJobSpec(spec: JobSpec, field: string, context: Context): FieldError[] {
  const errors = [
    ...nonNegatives(field, spec, [
      "parallelism",
      "completions",
      "activeDeadlineSeconds",
      "backoffLimit",
      "ttlSecondsAfterFinished",
    ]),
    ...validatePodTemplateSpec(spec.template, `${field}.template`, context),
  ];
  const policy = spec.template.spec.restartPolicy ?? "";
  const path = `${field}.template.spec.restartPolicy`;
  if (policy === "OnFailure" || policy === "Never") return errors;
  const says = context.era.behaviors.has("job-restart-policy-required");
  return [
    ...errors,
    says && policy === "Always"
      ? required(path, 'valid values: "OnFailure", "Never"')
      : notSupported(path, policy, ["OnFailure", "Never"]),
  ];
}
