// What workloads have in common: labels and selector from the template, the rules for templates of
// pods that are to run for ever, and strategies as error texts show them.
// pkg/apis/apps/validation/validation.go, pkg/apis/extensions/v1beta1/defaults.go.

import type { Era } from "./era.ts";
import {
  type FieldError,
  forbiddenField,
  GoValue,
  invalid,
  notSupported,
  required,
} from "./field-error.ts";
import { goSelector } from "./field-rules.ts";
import { goMap } from "./go-value.ts";
import { validateLabelSelector } from "./label-validation.ts";
import { selects } from "./labels.ts";
import type { KubeObject, LabelSelector } from "./meta.ts";
import type { PodTemplate } from "./pod.ts";
import { validatePodTemplateSpec } from "./pod-validation.ts";
import type { Context } from "./resource.ts";

/** A workload before anything is known of its kind. */
export interface Workload extends KubeObject {
  spec: { selector?: LabelSelector; template: PodTemplate };
}

/** In the first versions of the API a workload took selector and labels from its template. */
export function labelsFromTemplate({ metadata, spec }: Workload): void {
  const labels = spec.template.metadata?.labels;
  if (!labels) return;
  spec.selector ??= { matchLabels: { ...labels } };
  defaultLabels(metadata, labels);
}

export function defaultLabels(
  metadata: KubeObject["metadata"],
  labels: Readonly<Record<string, string>> | undefined,
): void {
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

/** The selector must be there, say something, and match the template. */
export function validateSelector(
  { kind, spec: { selector, template } }: Workload,
  era: Era,
  /** Whose name upstream's text has: it says deployment of a ReplicaSet. */
  named = kind.toLowerCase(),
): FieldError[] {
  const field = "spec.selector";
  if (!selector) return [required(field)];
  const errors = validateLabelSelector(selector, field, era);
  const size =
    Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0);
  if (size === 0) {
    const text = era.words.workloads.emptySelector.replace("%s", named);
    errors.push(invalid(field, goSelector(selector), text));
  } else if (errors.length > 0) return [...errors, ...unusable(kind, selector)];
  return [...errors, ...validateMatch(selector, template)];
}

/** What is said of a selector that cannot even be asked whether it matches. */
function unusable(kind: string, selector: LabelSelector): FieldError[] {
  if (kind === "DaemonSet") return [];
  const text = kind === "StatefulSet" ? "" : "invalid label selector";
  return [invalid("spec.selector", goSelector(selector), text)];
}

export function validateMatch(selector: LabelSelector, { metadata }: PodTemplate): FieldError[] {
  const labels = metadata?.labels;
  if (selects(selector, labels)) return [];
  const field = "spec.template.metadata.labels";
  return [invalid(field, goMap(labels), "`selector` does not match template `labels`")];
}

/** The whole template, whose pods must be such as run for ever. */
export function validateLastingTemplate(
  { kind, spec: { template } }: Workload,
  context: Context,
  replicas: number,
): FieldError[] {
  const errors = validatePodTemplateSpec(template, "spec.template", context);
  if (replicas > 1) errors.push(...validateReadOnlyDisks(template));
  return [...errors, ...validateLasting(template, kind)];
}

export function validateLasting({ spec }: PodTemplate, kind: string): FieldError[] {
  const errors: FieldError[] = [];
  const { restartPolicy = "" } = spec;
  if (restartPolicy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const text = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbiddenField("spec.template.spec.activeDeadlineSeconds", text));
  }
  return errors;
}

const readOnlyText =
  "must be true for replicated pods > 1; GCE PD can only be mounted on multiple machines if it is read-only";

function validateReadOnlyDisks({ spec }: PodTemplate): FieldError[] {
  return (spec.volumes ?? []).flatMap((volume, index) => {
    const disk = volume["gcePersistentDisk"] as { readOnly?: boolean } | undefined;
    if (!disk || disk.readOnly) return [];
    const field = `spec.template.spec.volumes[${index}].gcePersistentDisk.readOnly`;
    return [invalid(field, false, readOnlyText)];
  });
}

/**
 * `apps.DeploymentStrategy{Type:"Sometimes", RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}`.
 */
export function goStrategy(
  type: string,
  rolling: string,
  strategy: { readonly type?: string; readonly rollingUpdate?: object } | undefined,
): GoValue {
  // differs: Go prints the address of what a pointer points to.
  const pointer = strategy?.rollingUpdate ? "0xc000000000" : "nil";
  const name = JSON.stringify(strategy?.type ?? "");
  return new GoValue(`apps.${type}{Type:${name}, RollingUpdate:(*apps.${rolling})(${pointer})}`);
}
