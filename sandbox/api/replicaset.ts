// ReplicaSets. pkg/registry/apps/replicaset/strategy.go; types in api/apps/v1/types.go.

import { equal } from "./clone.ts";
import { ageColumn, containerColumns, countColumn, nameColumn, selectorColumn } from "./columns.ts";
import { type FieldError, immutable } from "./field-error.ts";
import { goSelector, nonNegatives, notGreater } from "./field-rules.ts";
import type { Condition, KubeObject, LabelSelector } from "./meta.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { type Context, defineResource } from "./resource.ts";
import { labelsFromTemplate, validateLastingTemplate, validateSelector } from "./workload-rules.ts";

export interface ReplicaSet extends KubeObject {
  kind: "ReplicaSet";
  spec: ReplicaSetSpec;
  status: ReplicaSetStatus;
}

export interface ReplicaSetSpec {
  replicas?: number;
  minReadySeconds?: number;
  selector?: LabelSelector;
  template: PodTemplate;
}

export interface ReplicaSetStatus {
  replicas: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  observedGeneration?: number;
  conditions?: Condition[];
}

function validate(set: ReplicaSet, context: Context): FieldError[] {
  const { spec } = set;
  return [
    ...nonNegatives("spec", spec, ["replicas", "minReadySeconds"]),
    ...validateSelector(set, context.era, "deployment"),
    ...validateLastingTemplate(set, context, spec.replicas ?? 1),
  ];
}

export const replicaSets = defineResource<ReplicaSet>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  alsoIn: ["extensions/v1beta1", "apps/v1beta2"],
  orphansByDefault: ["extensions/v1beta1", "apps/v1beta2"],
  subresources: ["scale", "status"],
  countsGenerations: true,

  default(draft, context) {
    defaultPodSpec(draft.spec.template.spec, context);
    if (context.groupVersion === "extensions/v1beta1") labelsFromTemplate(draft);
    draft.spec.replicas ??= 1;
  },
  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
  },
  validate,
  validateUpdate(set, old, context) {
    const errors = validate(set, context);
    const { selector } = set.spec;
    if (context.groupVersion === "extensions/v1beta1" || equal(selector, old.spec.selector)) {
      return errors;
    }
    return [...errors, immutable("spec.selector", goSelector(selector))];
  },
  validateStatus: ({ status }) => validateReplicaStatus(status),
  fields: ({ status }) => ({ "status.replicas": String(status?.replicas ?? 0) }),
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status.replicas,
    selector: ({ spec }) => spec.selector,
    set({ spec }, replicas) {
      spec.replicas = replicas;
    },
  },

  columns: [
    nameColumn,
    countColumn("Desired", ({ spec }) => spec.replicas),
    countColumn("Current", ({ status }) => status.replicas),
    countColumn("Ready", ({ status }) => status.readyReplicas),
    ageColumn,
    ...containerColumns<ReplicaSet>(({ spec }) => spec.template.spec.containers),
    selectorColumn<ReplicaSet>(({ spec }) => spec.selector),
  ],
});

/** For ReplicaSets and ReplicationControllers. */
export function validateReplicaStatus(status: ReplicaSetStatus): FieldError[] {
  const parts = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"] as const;
  return [
    ...nonNegatives("status", status, ["replicas", ...parts, "observedGeneration"]),
    ...notGreater("status", status, { parts, whole: "replicas", than: "status.replicas" }),
    ...notGreater("status", status, {
      parts: ["availableReplicas"],
      whole: "readyReplicas",
      than: "readyReplicas",
    }),
  ];
}
