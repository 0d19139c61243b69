// Deployments. pkg/registry/apps/deployment/strategy.go; types in api/apps/v1/types.go.

import { equal } from "./clone.ts";
import {
  ageColumn,
  containerColumns,
  countColumn,
  nameColumn,
  selectorColumn,
  textColumn,
} from "./columns.ts";
import {
  type FieldError,
  forbiddenField,
  immutable,
  invalid,
  nonNegative,
  notSupported,
} from "./field-error.ts";
import { goSelector, nonNegatives, notDecremented, notGreater } from "./field-rules.ts";
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

export interface Deployment extends KubeObject {
  kind: "Deployment";
  spec: DeploymentSpec;
  status: DeploymentStatus;
}

export interface DeploymentSpec {
  replicas?: number;
  selector?: LabelSelector;
  template: PodTemplate;
  strategy?: {
    type?: "RollingUpdate" | "Recreate";
    rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent };
  };
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  paused?: boolean;
  /** Which revision to go back to; only in the first versions of the API. */
  rollbackTo?: { revision?: number };
  progressDeadlineSeconds?: number;
}

export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: Condition[];
  collisionCount?: number;
}

const firstVersions = ["extensions/v1beta1", "apps/v1beta1"];

function setDefaults(draft: Deployment, context: Context): void {
  const { groupVersion } = context;
  const { spec } = draft;
  defaultPodSpec(spec.template.spec, context);
  if (firstVersions.includes(groupVersion)) labelsFromTemplate(draft);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= "RollingUpdate";
  const extensions = groupVersion === "extensions/v1beta1";
  if (spec.strategy.type === "RollingUpdate") {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= extensions ? 1 : "25%";
    spec.strategy.rollingUpdate.maxSurge ??= extensions ? 1 : "25%";
  }
  if (extensions) return;
  spec.revisionHistoryLimit ??= groupVersion === "apps/v1beta1" ? 2 : 10;
  spec.progressDeadlineSeconds ??= 600;
}

function validate(deployment: Deployment, context: Context): FieldError[] {
  const { spec } = deployment;
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec;
  const errors = [
    ...nonNegative("spec.replicas", spec.replicas),
    // The ReplicaSets that it makes are what its template is for.
    ...validateSelector(deployment, context.era),
    ...validateLastingTemplate({ ...deployment, kind: "ReplicaSet" }, context, spec.replicas ?? 1),
    ...validateStrategy(spec.strategy, context),
    ...nonNegatives("spec", spec, [
      "minReadySeconds",
      "revisionHistoryLimit",
      "progressDeadlineSeconds",
    ]),
    ...nonNegative("spec.rollback.version", spec.rollbackTo?.revision),
  ];
  if (deadline !== undefined && deadline <= minReadySeconds) {
    const text = "must be greater than minReadySeconds";
    errors.push(invalid("spec.progressDeadlineSeconds", deadline, text));
  }
  return errors;
}

function validateStrategy(strategy: DeploymentSpec["strategy"], { era }: Context): FieldError[] {
  const field = "spec.strategy";
  const rolling = strategy?.rollingUpdate;
  if (strategy?.type === "Recreate") {
    const text = "may not be specified when strategy `type` is 'Recreate'";
    return rolling ? [forbiddenField(`${field}.rollingUpdate`, text)] : [];
  }
  if (strategy?.type !== "RollingUpdate") {
    const shown = goStrategy("DeploymentStrategy", "RollingUpdateDeployment", strategy);
    return [notSupported(field, shown, ["Recreate", "RollingUpdate"])];
  }
  const { maxUnavailable, maxSurge } = rolling ?? {};
  const path = `${field}.rollingUpdate`;
  const errors = [
    ...positiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable, era),
    ...positiveIntOrPercent(`${path}.maxSurge`, maxSurge, era),
  ];
  if (bareValue(maxUnavailable) === 0 && bareValue(maxSurge) === 0) {
    const text = "may not be 0 when `maxSurge` is 0";
    errors.push(invalid(`${path}.maxUnavailable`, goIntOrString(maxUnavailable), text));
  }
  return [...errors, ...notMoreThanAll(`${path}.maxUnavailable`, maxUnavailable)];
}

export const deployments = defineResource<Deployment>({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  alsoIn: ["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2"],
  orphansByDefault: ["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2"],
  subresources: ["scale", "status"],
  countsGenerations: true,

  default: setDefaults,
  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    // Annotations go on to the ReplicaSets: the controller must see that they have changed.
    if (equal(draft.metadata.annotations, old.metadata.annotations)) return;
    draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validate,
  validateUpdate(deployment, old, context) {
    const errors = validate(deployment, context);
    const { selector } = deployment.spec;
    if (firstVersions.includes(context.groupVersion) || equal(selector, old.spec.selector)) {
      return errors;
    }
    return [...errors, immutable("spec.selector", goSelector(selector))];
  },
  validateStatus({ status }, old) {
    const parts = ["updatedReplicas", "readyReplicas", "availableReplicas"] as const;
    const counts = ["observedGeneration", "replicas", ...parts, "unavailableReplicas"] as const;
    return [
      ...nonNegatives("status", status, [...counts, "collisionCount"]),
      ...notGreater("status", status, { parts, whole: "replicas", than: "status.replicas" }),
      ...notGreater("status", status, {
        parts: ["availableReplicas"],
        whole: "readyReplicas",
        than: "readyReplicas",
      }),
      ...notDecremented("status.collisionCount", status.collisionCount, old.status.collisionCount),
    ];
  },
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => spec.selector,
    set({ spec }, replicas) {
      spec.replicas = replicas;
    },
  },

  columns: [
    nameColumn,
    textColumn("Ready", ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    countColumn("Desired", ({ spec }) => spec.replicas, "1.12"),
    countColumn("Current", ({ status }) => status.replicas, "1.12"),
    countColumn("Up-to-date", ({ status }) => status.updatedReplicas),
    countColumn("Available", ({ status }) => status.availableReplicas),
    ageColumn,
    ...containerColumns<Deployment>(({ spec }) => spec.template.spec.containers),
    selectorColumn<Deployment>(({ spec }) => spec.selector),
  ],
});
