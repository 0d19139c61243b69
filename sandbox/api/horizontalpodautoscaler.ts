// HorizontalPodAutoscalers, as the API keeps them.
// differs: a HorizontalPodAutoscaler scales nothing, since nothing is measured.
// pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go; types in
// api/autoscaling/v1/types.go.

import { ageColumn, countColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, invalid, required } from "./field-error.ts";
import { nonNegatives } from "./field-rules.ts";
import type { KubeObject } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface HorizontalPodAutoscaler extends KubeObject {
  kind: "HorizontalPodAutoscaler";
  spec: {
    scaleTargetRef: { kind: string; name: string; apiVersion?: string };
    minReplicas?: number;
    maxReplicas: number;
    targetCPUUtilizationPercentage?: number;
  };
  status: {
    observedGeneration?: number;
    lastScaleTime?: string;
    currentReplicas: number;
    desiredReplicas: number;
    currentCPUUtilizationPercentage?: number;
  };
}

function validate({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef, targetCPUUtilizationPercentage } = spec;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  }
  if (maxReplicas < 1)
    errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    const text = "must be greater than or equal to `minReplicas`";
    errors.push(invalid("spec.maxReplicas", maxReplicas, text));
  }
  for (const field of ["kind", "name"] as const) {
    if (!scaleTargetRef?.[field]) errors.push(required(`spec.scaleTargetRef.${field}`));
  }
  if (targetCPUUtilizationPercentage !== undefined && targetCPUUtilizationPercentage < 1) {
    const field = "spec.targetCPUUtilizationPercentage";
    errors.push(invalid(field, targetCPUUtilizationPercentage, "must be greater than 0"));
  }
  return errors;
}

const target = ({ spec }: HorizontalPodAutoscaler) => `${spec.targetCPUUtilizationPercentage}%`;
const current = ({ status }: HorizontalPodAutoscaler, unknown: string) =>
  status.currentCPUUtilizationPercentage === undefined
    ? unknown
    : `${status.currentCPUUtilizationPercentage}%`;

export const horizontalPodAutoscalers = defineResource<HorizontalPodAutoscaler>({
  group: "autoscaling",
  version: "v1",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  alsoIn: ["extensions/v1beta1"],
  subresources: ["status"],

  default({ spec }) {
    spec.minReplicas ??= 1;
    spec.targetCPUUtilizationPercentage ??= 80;
  },
  prepareForCreate(draft) {
    draft.status = { currentReplicas: 0, desiredReplicas: 0 };
  },
  validate,
  validateUpdate: validate,
  validateStatus: ({ status }) =>
    nonNegatives("status", status, ["currentReplicas", "desiredReplicas"]),

  columns: [
    nameColumn,
    textColumn(
      "Reference",
      ({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
    ),
    textColumn("Targets", (hpa) => `${current(hpa, "<unknown>")}/${target(hpa)}`),
    textColumn("Target", target, { onlyIn: "1.7" }),
    textColumn("Current", (hpa) => current(hpa, "<waiting>"), { onlyIn: "1.7" }),
    textColumn("MinPods", ({ spec }) => String(spec.minReplicas ?? "<unset>")),
    countColumn("MaxPods", ({ spec }) => spec.maxReplicas),
    countColumn("Replicas", ({ status }) => status.currentReplicas),
    ageColumn,
  ],
});
