// PodDisruptionBudgets. pkg/registry/policy/poddisruptionbudget/strategy.go; types in
// api/policy/v1/types.go, rules in pkg/apis/policy/validation/validation.go.

import { ageColumn, countColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, invalid } from "./field-error.ts";
import { nonNegatives } from "./field-rules.ts";
import { goStruct } from "./go-value.ts";
import { type IntOrPercent, notMoreThanAll, positiveIntOrPercent } from "./int-or-percent.ts";
import { validateLabelSelector } from "./label-validation.ts";
import type { Condition, KubeObject, LabelSelector } from "./meta.ts";
import { type Context, defineResource } from "./resource.ts";

export interface PodDisruptionBudget extends KubeObject {
  kind: "PodDisruptionBudget";
  spec: {
    minAvailable?: IntOrPercent;
    maxUnavailable?: IntOrPercent;
    selector?: LabelSelector;
  };
  status: PodDisruptionBudgetStatus;
}

export interface PodDisruptionBudgetStatus {
  observedGeneration?: number;
  /** Pods that are about to be evicted, and when that was allowed. */
  disruptedPods?: Record<string, string>;
  disruptionsAllowed: number;
  currentHealthy: number;
  desiredHealthy: number;
  expectedPods: number;
  conditions?: Condition[];
}

function validate({ spec }: PodDisruptionBudget, { era }: Context): FieldError[] {
  const { minAvailable, maxUnavailable, selector } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = goStruct("policy.PodDisruptionBudgetSpec", spec);
    errors.push(invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set"));
  }
  for (const field of ["minAvailable", "maxUnavailable"] as const) {
    if (spec[field] === undefined) continue;
    errors.push(...positiveIntOrPercent(`spec.${field}`, spec[field], era));
    errors.push(...notMoreThanAll(`spec.${field}`, spec[field]));
  }
  return [...errors, ...validateLabelSelector(selector, "spec.selector", era)];
}

const minimum = ({ spec }: PodDisruptionBudget) => String(spec.minAvailable ?? "N/A");
const allowed = ({ status }: PodDisruptionBudget) => status.disruptionsAllowed;

export const podDisruptionBudgets = defineResource<PodDisruptionBudget>({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  singular: "poddisruptionbudget",
  shortNames: ["pdb"],
  namespaced: true,
  alsoIn: ["policy/v1beta1"],
  subresources: ["status"],
  countsGenerations: true,
  needsVersion: true,

  prepareForCreate(draft) {
    draft.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  validate,
  validateUpdate: (budget, _old, context) => validate(budget, context),
  validateStatus: ({ status }) =>
    nonNegatives("status", status, [
      "disruptionsAllowed",
      "currentHealthy",
      "desiredHealthy",
      "expectedPods",
    ]),

  columns: [
    nameColumn,
    textColumn("Min Available", minimum),
    textColumn("Min-Available", minimum, { onlyIn: "1.6" }),
    textColumn("Max Unavailable", ({ spec }) => String(spec.maxUnavailable ?? "N/A")),
    countColumn("Allowed Disruptions", allowed),
    countColumn("Allowed-Disruptions", allowed, "1.6"),
    ageColumn,
  ],
});
