// StorageClasses. pkg/registry/storage/storageclass/strategy.go; types in api/storage/v1/types.go,
// rules in pkg/apis/storage/validation/validation.go.

import { equal } from "./clone.ts";
import { ageColumn, textColumn } from "./columns.ts";
import type { Era } from "./era.ts";
import {
  duplicate,
  type FieldError,
  forbiddenField,
  immutable,
  invalids,
  oneOf,
  required,
} from "./field-error.ts";
import { validateLabelName } from "./label-validation.ts";
import type { KubeObject } from "./meta.ts";
import { qualifiedNameProblems } from "./names.ts";
import type { ReclaimPolicy } from "./persistentvolume.ts";
import { defineResource } from "./resource.ts";

export interface StorageClass extends KubeObject {
  kind: "StorageClass";
  provisioner: string;
  parameters?: Record<string, string>;
  reclaimPolicy?: ReclaimPolicy;
  mountOptions?: string[];
  allowVolumeExpansion?: boolean;
  volumeBindingMode?: "Immediate" | "WaitForFirstConsumer";
  allowedTopologies?: TopologySelectorTerm[];
}

export interface TopologySelectorTerm {
  matchLabelExpressions?: { key: string; values: string[] }[];
}

const defaultAnnotations = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** True if claims that name no class get this one. */
export const isDefaultClass = ({ metadata }: StorageClass): boolean =>
  defaultAnnotations.some((name) => metadata.annotations?.[name] === "true");

function validate(storageClass: StorageClass, era: Era): FieldError[] {
  const { provisioner, reclaimPolicy, volumeBindingMode } = storageClass;
  const errors: FieldError[] = provisioner
    ? [
        ...invalids(
          "provisioner",
          provisioner,
          qualifiedNameProblems(provisioner.toLowerCase(), era),
        ),
      ]
    : [required("provisioner")];
  errors.push(...oneOf("reclaimPolicy", reclaimPolicy ?? "Delete", ["Delete", "Retain"]));
  const modes = ["Immediate", "WaitForFirstConsumer"];
  errors.push(...oneOf("volumeBindingMode", volumeBindingMode ?? "Immediate", modes));
  return [...errors, ...validateTopologies(storageClass.allowedTopologies ?? [], era)];
}

function validateTopologies(terms: readonly TopologySelectorTerm[], era: Era): FieldError[] {
  return terms.flatMap((term, index) => {
    const field = `allowedTopologies[${index}].matchLabelExpressions`;
    const errors = validateTopologyTerm(term, field, era);
    // That terms are the same does not depend on the order of their values.
    const same = terms.slice(0, index).some((other) => equal(sorted(other), sorted(term)));
    return same ? [...errors, duplicate(field, "")] : errors;
  });
}

const sorted = ({ matchLabelExpressions = [] }: TopologySelectorTerm): Record<string, string[]> =>
  Object.fromEntries(matchLabelExpressions.map(({ key, values }) => [key, [...values].sort()]));

function validateTopologyTerm(
  { matchLabelExpressions = [] }: TopologySelectorTerm,
  field: string,
  era: Era,
): FieldError[] {
  return matchLabelExpressions.flatMap(({ key, values = [] }, index) => {
    const path = `${field}[${index}]`;
    const errors = values.length === 0 ? [required(`${path}.values`)] : [];
    for (const [at, value] of values.entries()) {
      if (values.indexOf(value) < at) errors.push(duplicate(`${path}.values[${at}]`, value));
    }
    errors.push(...validateLabelName(key, `${path}.key`, era));
    const repeated = matchLabelExpressions.slice(0, index).some((other) => other.key === key);
    return repeated ? [...errors, duplicate(`${path}.key`, key)] : errors;
  });
}

function validateUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const errors = (["parameters", "provisioner", "reclaimPolicy"] as const)
    .filter((field) => !equal(storageClass[field], old[field]))
    .map((field) => forbiddenField(field, `updates to ${field} are forbidden.`));
  const mode = storageClass.volumeBindingMode;
  return mode === old.volumeBindingMode
    ? errors
    : [...errors, immutable("volumeBindingMode", mode)];
}

export const storageClasses = defineResource<StorageClass>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  singular: "storageclass",
  shortNames: ["sc"],
  namespaced: false,
  alsoIn: ["storage.k8s.io/v1beta1"],
  returnsDeleted: true,

  default(draft, { era }) {
    if (era.behaviors.has("class-reclaim-policies")) draft.reclaimPolicy ??= "Delete";
    if (era.gates.has("VolumeScheduling")) draft.volumeBindingMode ??= "Immediate";
  },
  validate: (storageClass, { era }) => validate(storageClass, era),
  validateUpdate: (storageClass, old, { era }) => [
    ...validate(storageClass, era),
    ...validateUpdate(storageClass, old),
  ],

  columns: [
    {
      ...textColumn<StorageClass>("Name", (storageClass) => {
        const { name } = storageClass.metadata;
        return isDefaultClass(storageClass) ? `${name} (default)` : name;
      }),
      format: "name",
    },
    textColumn("Provisioner", ({ provisioner }) => provisioner),
    textColumn("Type", ({ provisioner }) => provisioner, { onlyIn: "1.7" }),
    textColumn("ReclaimPolicy", ({ reclaimPolicy }) => reclaimPolicy ?? "Delete"),
    textColumn("VolumeBindingMode", ({ volumeBindingMode }) => volumeBindingMode ?? "Immediate"),
    textColumn("AllowVolumeExpansion", ({ allowVolumeExpansion }) =>
      String(allowVolumeExpansion ?? false),
    ),
    ageColumn,
  ],
});
