// PriorityClasses. pkg/registry/scheduling/priorityclass;
// pkg/apis/scheduling/validation/validation.go.

import { ageColumn, countColumn, nameColumn } from "./columns.ts";
import { hasField } from "./era.ts";
import { type FieldError, forbiddenField, immutable, oneOf } from "./field-error.ts";
import type { KubeObject } from "./meta.ts";
import { type Context, defineResource } from "./resource.ts";

export interface PriorityClass extends KubeObject {
  kind: "PriorityClass";
  value: number;
  globalDefault?: boolean;
  description?: string;
  preemptionPolicy?: "PreemptLowerPriority" | "Never";
}

const HIGHEST = 1_000_000_000;

/** Those that every cluster has, with what they are worth. */
export const systemClasses: Readonly<Record<string, { value: number; description: string }>> = {
  "system-node-critical": {
    value: 2_000_001_000,
    description: "Used for system critical pods that must not be moved from their current node.",
  },
  "system-cluster-critical": {
    value: 2_000_000_000,
    description:
      "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
  },
};

function validate(priorityClass: PriorityClass): FieldError[] {
  const { metadata, value = 0, globalDefault = false, preemptionPolicy } = priorityClass;
  const { name } = metadata;
  const errors: FieldError[] = [];
  if (name.startsWith("system-")) {
    const known = systemClasses[name];
    let why: string | undefined;
    if (!known) why = `${name} is not a known system priority class`;
    else if (known.value !== value) why = `value of ${name} PriorityClass must be ${known.value}`;
    else if (globalDefault) why = `globalDefault of ${name} PriorityClass must be false`;
    if (why) {
      const text = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`;
      errors.push(forbiddenField("metadata.name", text));
    }
  } else if (value > HIGHEST) {
    const text = `maximum allowed value of a user defined priority is ${HIGHEST}`;
    errors.push(forbiddenField("value", text));
  }
  if (preemptionPolicy !== undefined) {
    errors.push(...oneOf("preemptionPolicy", preemptionPolicy, ["PreemptLowerPriority", "Never"]));
  }
  return errors;
}

function validateUpdate(priorityClass: PriorityClass, old: PriorityClass): FieldError[] {
  const { value = 0, preemptionPolicy } = priorityClass;
  const errors: FieldError[] = [];
  if (value !== (old.value ?? 0)) {
    errors.push(forbiddenField("Value", "may not be changed in an update."));
  }
  if (preemptionPolicy !== old.preemptionPolicy) {
    errors.push(immutable("preemptionPolicy", preemptionPolicy));
  }
  return errors;
}

export const priorityClasses = defineResource<PriorityClass>({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  namespaced: false,
  alsoIn: ["scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1alpha1"],
  default(priorityClass: PriorityClass, { era }: Context) {
    priorityClass.value ??= 0;
    if (hasField(era, "scheduling/v1.PriorityClass", "preemptionPolicy")) {
      priorityClass.preemptionPolicy ??= "PreemptLowerPriority";
    }
  },
  validate,
  validateUpdate,
  columns: [
    nameColumn,
    countColumn("Value", ({ value }) => value),
    {
      name: "Global-Default",
      type: "boolean",
      cell: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
  ],
});
