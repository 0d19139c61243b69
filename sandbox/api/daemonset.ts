// DaemonSets. pkg/registry/apps/daemonset/strategy.go; types in api/apps/v1/types.go.

import { equal } from "./clone.ts";
import {
  ageColumn,
  containerColumns,
  countColumn,
  nameColumn,
  selectorColumn,
  textColumn,
} from "./columns.ts";
import { type FieldError, immutable, invalid, notSupported } from "./field-error.ts";
import { goSelector, nonNegatives, notDecremented } from "./field-rules.ts";
import {
  bareValue,
  goIntOrString,
  type IntOrPercent,
  notMoreThanAll,
  positiveIntOrPercent,
} from "./int-or-percent.ts";
import type { Condition, KubeObject, LabelSelector } from "./meta.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { type Context, defineResource } from "./resource.ts";
import {
  goStrategy,
  labelsFromTemplate,
  validateLastingTemplate,
  validateSelector,
} from "./workload-rules.ts";

export interface DaemonSet extends KubeObject {
  kind: "DaemonSet";
  spec: DaemonSetSpec;
  status: DaemonSetStatus;
}

export interface DaemonSetSpec {
  selector?: LabelSelector;
  template: PodTemplate;
  updateStrategy?: {
    type?: "RollingUpdate" | "OnDelete";
    rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent };
  };
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
}

export interface DaemonSetStatus {
  currentNumberScheduled: number;
  numberMisscheduled: number;
  desiredNumberScheduled: number;
  numberReady: number;
  observedGeneration?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberUnavailable?: number;
  collisionCount?: number;
  conditions?: Condition[];
}

const extensions = "extensions/v1beta1";
/** Counts the changes of the template; a field of the spec until apps/v1. */
const templateGeneration = "deprecated.daemonset.template.generation";

function setDefaults(draft: DaemonSet, context: Context): void {
  const { spec } = draft;
  defaultPodSpec(spec.template.spec, context);
  if (context.groupVersion === extensions) labelsFromTemplate(draft);
  if (!context.era.behaviors.has("workload-revisions")) return;
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  updateStrategy.type ||= context.groupVersion === extensions ? "OnDelete" : "RollingUpdate";
  if (updateStrategy.type === "RollingUpdate") {
    updateStrategy.rollingUpdate ??= {};
    updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    if (context.era.gates.has("MaxSurgeDaemonSet")) updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}

function validate(set: DaemonSet, context: Context): FieldError[] {
  const { era } = context;
  const errors = [
    ...validateSelector(set, era),
    ...validateLastingTemplate(set, context, 2),
    ...nonNegatives("spec", set.spec, ["minReadySeconds", "revisionHistoryLimit"]),
  ];
  const strategy = set.spec.updateStrategy;
  if (!era.behaviors.has("workload-revisions") || strategy?.type === "OnDelete") return errors;
  if (strategy?.type !== "RollingUpdate") {
    const shown = goStrategy("DaemonSetUpdateStrategy", "RollingUpdateDaemonSet", strategy);
    const supported = ["RollingUpdate", "OnDelete"];
    return [...errors, notSupported("spec.updateStrategy", shown, supported)];
  }
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate ?? {};
  const path = "spec.updateStrategy.rollingUpdate";
  const surges = bareValue(maxSurge) > 0;
  errors.push(...positiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable, era));
  errors.push(...positiveIntOrPercent(`${path}.maxSurge`, maxSurge, era));
  if (bareValue(maxUnavailable) === 0 && !surges) {
    const text = era.gates.has("MaxSurgeDaemonSet")
      ? "cannot be 0 when maxSurge is 0"
      : "cannot be 0";
    errors.push(invalid(`${path}.maxUnavailable`, goIntOrString(maxUnavailable), text));
  } else if (bareValue(maxUnavailable) > 0 && surges) {
    const text = "may not be set when maxUnavailable is non-zero";
    errors.push(invalid(`${path}.maxSurge`, goIntOrString(maxSurge), text));
  }
  return [...errors, ...notMoreThanAll(`${path}.maxUnavailable`, maxUnavailable)];
}

export const daemonSets = defineResource<DaemonSet>({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  alsoIn: [extensions, "apps/v1beta2"],
  orphansByDefault: [extensions, "apps/v1beta2"],
  subresources: ["status"],
  countsGenerations: true,

  default: setDefaults,
  prepareForCreate(draft, { era }) {
    draft.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
    if (!era.behaviors.has("workload-revisions")) return;
    draft.metadata.annotations = { ...draft.metadata.annotations, [templateGeneration]: "1" };
  },
  prepareForUpdate({ metadata, spec }, old, { era }) {
    if (!era.behaviors.has("workload-revisions")) return;
    const before = Number(old.metadata.annotations?.[templateGeneration] ?? 1);
    const now = equal(spec.template, old.spec.template) ? before : before + 1;
    metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(now) };
  },
  validate,
  validateUpdate(set, old, context) {
    const errors = validate(set, context);
    const { selector } = set.spec;
    if (context.groupVersion === extensions || equal(selector, old.spec.selector)) return errors;
    return [...errors, immutable("spec.selector", goSelector(selector))];
  },
  validateStatus: ({ status }, old) => [
    ...nonNegatives("status", status, [
      "currentNumberScheduled",
      "numberMisscheduled",
      "desiredNumberScheduled",
      "numberReady",
      "observedGeneration",
      "updatedNumberScheduled",
      "numberAvailable",
      "numberUnavailable",
      "collisionCount",
    ]),
    ...notDecremented("status.collisionCount", status.collisionCount, old.status.collisionCount),
  ],

  columns: [
    nameColumn,
    countColumn("Desired", ({ status }) => status.desiredNumberScheduled),
    countColumn("Current", ({ status }) => status.currentNumberScheduled),
    countColumn("Ready", ({ status }) => status.numberReady),
    countColumn("Up-to-date", ({ status }) => status.updatedNumberScheduled),
    countColumn("Available", ({ status }) => status.numberAvailable),
    textColumn("Node Selector", nodeSelectorText),
    textColumn("Node-Selector", nodeSelectorText, { onlyIn: "1.5" }),
    ageColumn,
    ...containerColumns<DaemonSet>(({ spec }) => spec.template.spec.containers),
    selectorColumn<DaemonSet>(({ spec }) => spec.selector),
  ],
});

/** labels.FormatLabels: `disk=ssd,zone=a`, or `<none>`. */
function nodeSelectorText({ spec }: DaemonSet): string {
  const pairs = Object.entries(spec.template.spec.nodeSelector ?? {});
  return (
    pairs
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(",") || "<none>"
  );
}
