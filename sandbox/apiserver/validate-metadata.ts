// What must be right with the metadata of every object.
// apimachinery/pkg/api/validation/objectmeta.go, pkg/util/validation/validation.go.

import { equal } from "../api/clone.ts";
import {
  type FieldError,
  forbiddenField,
  GoValue,
  invalid,
  required,
} from "../api/field-error.ts";
import type { KubeObject } from "../api/meta.ts";
import { labelKeyProblems, labelValueProblems, type NameRule, nameProblems } from "../api/names.ts";
import type { Context, Resource } from "../api/resource.ts";

export function validateMetadata<T extends KubeObject>(
  resource: Resource<T>,
  object: T,
  context: Context,
): FieldError[] {
  const { metadata } = object;
  const errors: FieldError[] = [];
  const rule: NameRule = resource.nameRule ?? "subdomain";
  if (metadata.generateName && metadata.name === "") {
    errors.push(required("metadata.name", "name or generateName is required"));
  }
  if (!metadata.name) errors.push(required("metadata.name", "name or generateName is required"));
  else {
    for (const problem of nameProblems(rule, metadata.name, context.era)) {
      errors.push(invalid("metadata.name", metadata.name, problem));
    }
  }
  errors.push(...validateLabels(metadata.labels, "metadata.labels"));
  errors.push(...validateAnnotations(metadata.annotations, "metadata.annotations"));
  errors.push(...validateOwners(metadata));
  errors.push(...validateFinalizers(metadata));
  return errors;
}

export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...labelKeyProblems(key).map((problem) => invalid(field, key, problem)),
    ...labelValueProblems(value).map((problem) => invalid(field, value, problem)),
  ]);
}

const ANNOTATIONS_LIMIT = 256 * 1024;

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const problem of labelKeyProblems(key.toLowerCase())) errors.push(invalid(field, key, problem));
    size += key.length + value.length;
  }
  if (size > ANNOTATIONS_LIMIT) {
    errors.push({ type: "TooLong", field, detail: `must have at most ${ANNOTATIONS_LIMIT} bytes` });
  }
  return errors;
}

function validateOwners({ ownerReferences }: KubeObject["metadata"]): FieldError[] {
  const errors: FieldError[] = [];
  const field = "metadata.ownerReferences";
  let controllers = 0;
  for (const owner of ownerReferences ?? []) {
    if (!owner.apiVersion) errors.push(invalid(`${field}.apiVersion`, "", "version must not be empty"));
    if (!owner.kind) errors.push(invalid(`${field}.kind`, "", "kind must not be empty"));
    if (!owner.name) errors.push(invalid(`${field}.name`, "", "name must not be empty"));
    if (!owner.uid) errors.push(invalid(`${field}.uid`, "", "uid must not be empty"));
    if (owner.controller) controllers++;
  }
  if (controllers > 1) {
    errors.push(
      invalid(field, new GoValue("[]"), "Only one reference can have Controller set to true"),
    );
  }
  return errors;
}

const plainFinalizers = ["orphan", "foregroundDeletion", "kubernetes"];

function validateFinalizers({ finalizers }: KubeObject["metadata"]): FieldError[] {
  const field = "metadata.finalizers";
  return (finalizers ?? []).flatMap((name) => {
    const problems = labelKeyProblems(name).map((problem) => invalid(field, name, problem));
    if (problems.length === 0 && !name.includes("/") && !plainFinalizers.includes(name)) {
      problems.push(
        invalid(field, name, "name is neither a standard finalizer name nor is it fully qualified"),
      );
    }
    return problems;
  });
}

export function validateMetadataUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { metadata } = object;
  const errors: FieldError[] = [];
  if (old.metadata.deletionTimestamp !== undefined) {
    const added = (metadata.finalizers ?? []).filter(
      (name) => !old.metadata.finalizers?.includes(name),
    );
    if (added.length > 0) {
      errors.push(
        forbiddenField(
          "metadata.finalizers",
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(", ")}}`,
        ),
      );
    }
  }
  if (!equal(metadata.labels, old.metadata.labels)) {
    errors.push(...validateLabels(metadata.labels, "metadata.labels"));
  }
  if (!equal(metadata.annotations, old.metadata.annotations)) {
    errors.push(...validateAnnotations(metadata.annotations, "metadata.annotations"));
  }
  return [...errors, ...validateOwners(metadata), ...validateFinalizers(metadata)];
}
