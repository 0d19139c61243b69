// ReplicationControllers. pkg/registry/core/replicationcontroller/strategy.go; types in
// api/core/v1/types.go.

import {
  ageColumn,
  containerColumns,
  countColumn,
  formatLabels,
  nameColumn,
  textColumn,
} from "./columns.ts";
import { type FieldError, forbiddenField, invalid, notSupported, required } from "./field-error.ts";
import { nonNegatives } from "./field-rules.ts";
import { goMap } from "./go-value.ts";
import { hasLabels } from "./labels.ts";
import type { KubeObject } from "./meta.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { validatePodTemplateSpec } from "./pod-validation.ts";
import { type ReplicaSetStatus, validateReplicaStatus } from "./replicaset.ts";
import { type Context, defineResource } from "./resource.ts";

export interface ReplicationController extends KubeObject {
  kind: "ReplicationController";
  spec: ReplicationControllerSpec;
  status: ReplicaSetStatus;
}

export interface ReplicationControllerSpec {
  replicas?: number;
  minReadySeconds?: number;
  selector?: Record<string, string>;
  template?: PodTemplate;
}

function validate({ spec }: ReplicationController, context: Context): FieldError[] {
  const { template, selector = {} } = spec;
  const errors = nonNegatives("spec", spec, ["minReadySeconds"]);
  if (Object.keys(selector).length === 0) errors.push(required("spec.selector"));
  errors.push(...nonNegatives("spec", spec, ["replicas"]));
  if (!template) return [...errors, required("spec.template")];
  const labels = template.metadata?.labels;
  if (!hasLabels(selector, labels)) {
    const text = "`selector` does not match template `labels`";
    errors.push(invalid("spec.template.metadata.labels", goMap(labels), text));
  }
  errors.push(...validatePodTemplateSpec(template, "spec.template", context));
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  }
  if (activeDeadlineSeconds !== undefined) {
    const text = "activeDeadlineSeconds in ReplicationController is not Supported";
    errors.push(forbiddenField("spec.template.spec.activeDeadlineSeconds", text));
  }
  return errors;
}

export const replicationControllers = defineResource<ReplicationController>({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  singular: "replicationcontroller",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  orphansByDefault: ["v1"],
  storedUnder: "controllers",
  subresources: ["scale", "status"],
  countsGenerations: true,

  default(controller, context) {
    controller.spec ??= {};
    const { spec, metadata } = controller;
    const labels = spec.template?.metadata?.labels;
    if (labels) {
      if (!Object.keys(spec.selector ?? {}).length) spec.selector = { ...labels };
      if (!Object.keys(metadata.labels ?? {}).length) metadata.labels = { ...labels };
    }
    spec.replicas ??= 1;
    if (spec.template?.spec) defaultPodSpec(spec.template.spec, context);
  },
  prepareForCreate(controller) {
    controller.status = { replicas: 0 };
  },
  validate,
  validateUpdate: (controller, _old, context) => validate(controller, context),
  validateStatus: ({ status }) => validateReplicaStatus(status),
  fields: ({ status }) => ({ "status.replicas": String(status?.replicas ?? 0) }),
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status.replicas,
    selector: ({ spec }) => ({ matchLabels: spec.selector ?? {} }),
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
    ...containerColumns<ReplicationController>(({ spec }) => spec.template?.spec.containers ?? []),
    textColumn("Selector", ({ spec }) => formatLabels(spec.selector), { wide: true }),
  ],
});
