// PodDisruptionBudgets, PriorityClasses and HorizontalPodAutoscalers.

import type { HorizontalPodAutoscaler } from "../../../api/horizontalpodautoscaler.ts";
import type { PodDisruptionBudget } from "../../../api/poddisruptionbudget.ts";
import type { PriorityClass } from "../../../api/priorityclass.ts";
import { defineDescriber } from "./describer.ts";
import { annotations, date, formatLabels, formatSelector, labels } from "./lines.ts";

export const disruptionBudget = defineDescriber<PodDisruptionBudget>({
  kind: "PodDisruptionBudget",
  describe({ object: { metadata, spec, status }, events }) {
    const { minAvailable, maxUnavailable, selector } = spec;
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      minAvailable !== undefined
        ? `Min available:\t${minAvailable}`
        : maxUnavailable !== undefined && `Max unavailable:\t${maxUnavailable}`,
      `Selector:\t${selector ? formatSelector(selector) : "<unset>"}`,
      "Status:",
      `    Allowed disruptions:\t${status?.disruptionsAllowed ?? 0}`,
      `    Current:\t${status?.currentHealthy ?? 0}`,
      `    Desired:\t${status?.desiredHealthy ?? 0}`,
      `    Total:\t${status?.expectedPods ?? 0}`,
      events,
    ];
  },
});

export const priorityClass = defineDescriber<PriorityClass>({
  kind: "PriorityClass",
  describe: ({ kubectl, object, events }) => [
    `Name:\t${object.metadata.name}`,
    `Value:\t${object.value}`,
    `GlobalDefault:\t${object.globalDefault ?? false}`,
    kubectl.era.behaviors.has("describe-details") &&
      `PreemptionPolicy:\t${object.preemptionPolicy ?? "PreemptLowerPriority"}`,
    `Description:\t${object.description ?? ""}`,
    `Annotations:\t${formatLabels(object.metadata.annotations)}`,
    events,
  ],
});

/** As autoscaling/v2 has it. */
interface Metric {
  readonly resource?: { readonly name: string; readonly target: { averageUtilization?: number } };
}

// differs: of metrics there is nothing but the use of cpu.
export const autoscaler = defineDescriber<HorizontalPodAutoscaler>({
  kind: "HorizontalPodAutoscaler",
  describe({ object: { metadata, spec, status }, events }) {
    const { kind, name } = spec.scaleTargetRef;
    const current = status?.currentCPUUtilizationPercentage;
    const { metrics = [] } = spec as { metrics?: readonly Metric[] };
    const measured = metrics.find(({ resource }) => resource?.name === "cpu")?.resource?.target;
    const target = spec.targetCPUUtilizationPercentage ?? measured?.averageUtilization;
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations),
      `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
      `Reference:\t${kind}/${name}`,
      "Metrics:\t( current / target )",
      target !== undefined &&
        `  resource cpu on pods  (as a percentage of request):\t${current === undefined ? "<unknown>" : `${current}%`} / ${target}%`,
      `Min replicas:\t${spec.minReplicas ?? "<unset>"}`,
      `Max replicas:\t${spec.maxReplicas}`,
      `${kind} pods:\t${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`,
      events,
    ];
  },
});
