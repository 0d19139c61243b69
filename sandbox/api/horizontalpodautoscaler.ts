// HorizontalPodAutoscalers, as the API keeps them.
// differs: a HorizontalPodAutoscaler scales nothing, since nothing is measured.
// pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go; types in
// api/autoscaling/v1/types.go.

import { ageColumn, countColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, invalid, required } from "./field-error.ts";
import { nonNegatives } from "./field-rules.ts";
import type { KubeObject } from "./meta.ts";
import { defineResource, type Shape, type View } from "./resource.ts";

export interface HorizontalPodAutoscaler extends KubeObject {
  kind: "HorizontalPodAutoscaler";
  spec: {
    scaleTargetRef: { kind: string; name: string; apiVersion?: string };
    minReplicas?: number;
    maxReplicas: number;
    targetCPUUtilizationPercentage?: number;
    /** What else is measured; only newer versions of the API can say it. */
    metrics?: Metric[];
    behavior?: object;
  };
  status: {
    observedGeneration?: number;
    lastScaleTime?: string;
    currentReplicas: number;
    desiredReplicas: number;
    currentCPUUtilizationPercentage?: number;
  };
}

/** `{type: "Resource", resource: {name: "memory", target: …}}`. */
interface Metric {
  type: string;
  [source: string]: unknown;
}

interface Source {
  readonly name?: string;
  readonly target?: {
    readonly type?: string;
    readonly averageUtilization?: number;
    readonly averageValue?: string;
    readonly value?: string;
  };
}

/** `Resource` is under `resource`, `ContainerResource` under `containerResource`. */
const sourceOf = (metric: Metric): Source =>
  (metric[metric.type.charAt(0).toLowerCase() + metric.type.slice(1)] ?? {}) as Source;

const utilizationOf = (metric: Metric): number | undefined =>
  metric.type === "Resource" && sourceOf(metric).name === "cpu"
    ? sourceOf(metric).target?.averageUtilization
    : undefined;

/** The first version says only how busy processors shall be; the others have a list of metrics. */
const withMetrics: Shape<HorizontalPodAutoscaler> = {
  show(autoscaler) {
    const { targetCPUUtilizationPercentage: percent, metrics = [], ...spec } = autoscaler.spec;
    const target = { type: "Utilization", averageUtilization: percent };
    const cpu: Metric = { type: "Resource", resource: { name: "cpu", target } };
    const all = percent === undefined ? metrics : [...metrics, cpu];
    return { ...autoscaler, spec: { ...spec, metrics: all } };
  },
  read(shown) {
    const autoscaler = shown as HorizontalPodAutoscaler;
    const { metrics = [], ...spec } = autoscaler.spec ?? {};
    const percent = metrics.map(utilizationOf).find((each) => each !== undefined);
    const others = metrics.filter((metric) => utilizationOf(metric) === undefined);
    return {
      ...autoscaler,
      spec: {
        ...spec,
        ...(percent !== undefined && { targetCPUUtilizationPercentage: percent }),
        ...(others.length > 0 && { metrics: others }),
      },
    };
  },
};

const ANNOTATION = "autoscaling.alpha.kubernetes.io/";

/** What the first version cannot say is in annotations. */
const annotated: Shape<HorizontalPodAutoscaler> = {
  show(autoscaler) {
    const { metrics, behavior, ...spec } = autoscaler.spec;
    if (!metrics && !behavior) return autoscaler;
    const annotations = {
      ...autoscaler.metadata.annotations,
      ...(metrics && { [`${ANNOTATION}metrics`]: JSON.stringify(metrics) }),
      ...(behavior && { [`${ANNOTATION}behavior`]: JSON.stringify(behavior) }),
    };
    return { ...autoscaler, metadata: { ...autoscaler.metadata, annotations }, spec };
  },
  read(shown) {
    const autoscaler = shown as HorizontalPodAutoscaler;
    const { annotations } = autoscaler.metadata;
    for (const field of ["metrics", "behavior"] as const) {
      const text = annotations?.[ANNOTATION + field];
      if (text === undefined) continue;
      const said = parsed(text);
      if (said === undefined) continue;
      Object.assign(autoscaler.spec, { [field]: said });
      delete annotations?.[ANNOTATION + field];
    }
    return autoscaler;
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
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

const target = ({ spec: { targetCPUUtilizationPercentage: percent } }: HorizontalPodAutoscaler) =>
  percent === undefined ? "<unset>" : `${percent}%`;

/** `<unknown>/80%`, one for each metric; of more than two the rest is counted. */
function targetsOf(autoscaler: HorizontalPodAutoscaler, { era }: View): string {
  const { metrics = [], targetCPUUtilizationPercentage } = autoscaler.spec;
  const name = (resource: string) =>
    era.behaviors.has("named-hpa-targets") ? `${resource}: ` : "";
  const list = metrics.map((metric) => {
    const { name: resource = "", target: wanted = {} } = sourceOf(metric);
    const { averageUtilization: percent, averageValue, value } = wanted;
    const amount = percent === undefined ? (averageValue ?? value ?? "<auto>") : `${percent}%`;
    if (metric.type.endsWith("Resource")) return `${name(resource)}<unknown>/${amount}`;
    const average = averageValue !== undefined && metric.type !== "Pods";
    return `<unknown>/${amount}${average ? " (avg)" : ""}`;
  });
  if (targetCPUUtilizationPercentage !== undefined) {
    list.push(`${name("cpu")}${current(autoscaler, "<unknown>")}/${target(autoscaler)}`);
  }
  if (list.length === 0) return "<none>";
  const shown = list.slice(0, 2).join(", ");
  return list.length > 2 ? `${shown} + ${list.length - 2} more...` : shown;
}

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
  alsoIn: ["autoscaling/v2", "autoscaling/v2beta2", "extensions/v1beta1"],
  shapes: {
    "autoscaling/v1": annotated,
    "autoscaling/v2": withMetrics,
    "autoscaling/v2beta2": withMetrics,
  },
  subresources: ["status"],

  default({ spec }, { era }) {
    spec.minReplicas ??= 1;
    if (!spec.metrics && !era.behaviors.has("autoscalers-without-target")) {
      spec.targetCPUUtilizationPercentage ??= 80;
    }
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
    textColumn("Targets", targetsOf),
    textColumn("Target", target, { onlyIn: "1.7" }),
    textColumn("Current", (hpa) => current(hpa, "<waiting>"), { onlyIn: "1.7" }),
    textColumn("MinPods", ({ spec }) => String(spec.minReplicas ?? "<unset>")),
    countColumn("MaxPods", ({ spec }) => spec.maxReplicas),
    countColumn("Replicas", ({ status }) => status.currentReplicas),
    ageColumn,
  ],
});
