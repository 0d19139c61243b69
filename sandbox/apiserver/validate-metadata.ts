// What must be right with the metadata of every object.
// apimachinery/pkg/api/validation/objectmeta.go, pkg/apis/core/validation/validation.go.

import { equal } from "../api/clone.ts";
import type { Era } from "../api/era.ts";
import {
  type FieldError,
  forbiddenField,
  invalid,
  invalids,
  nonNegative,
  required,
} from "../api/field-error.ts";
import { goList, goStruct } from "../api/go-value.ts";
import { validateAnnotations, validateLabels } from "../api/label-validation.ts";
import type { KubeObject, ObjectMeta } from "../api/meta.ts";
import { nameProblems, qualifiedNameProblems } from "../api/names.ts";
import type { Context, Resource } from "../api/resource.ts";

export function validateMetadata<T extends KubeObject>(
  resource: Resource<T>,
  { metadata }: T,
  { era }: Context,
): FieldError[] {
  const rule = resource.nameRule ?? "subdomain";
  const { name, generateName } = metadata;
  const errors: FieldError[] = [];
  if (generateName) {
    // Something will be put behind it: it may end in a dash.
    const masked = generateName.replace(/.?-$/, "a");
    errors.push(
      ...invalids("metadata.generateName", generateName, nameProblems(rule, masked, era)),
    );
  }
  if (!name) errors.push(required("metadata.name", "name or generateName is required"));
  else errors.push(...invalids("metadata.name", name, nameProblems(rule, name, era)));
  errors.push(...nonNegative("metadata.generation", metadata.generation));
  errors.push(...validateLabels(metadata.labels, "metadata.labels", era));
  errors.push(...validateAnnotations(metadata.annotations, "metadata.annotations", era));
  return [...errors, ...validateOwners(metadata), ...validateFinalizers(metadata, era)];
}

function validateOwners({ ownerReferences }: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const field = "metadata.ownerReferences";
  let controller: string | undefined;
  for (const owner of ownerReferences ?? []) {
    const { apiVersion, kind, name, uid } = owner;
    if (!apiVersion) errors.push(invalid(`${field}.apiVersion`, "", "version must not be empty"));
    if (!kind) errors.push(invalid(`${field}.kind`, "", "kind must not be empty"));
    if (!name) errors.push(invalid(`${field}.name`, "", "name must not be empty"));
    if (!uid) errors.push(invalid(`${field}.uid`, "", "uid must not be empty"));
    if (apiVersion === "v1" && kind === "Event") {
      const text = "/v1, Kind=Event is disallowed from being an owner";
      errors.push(invalid(field, goStruct("v1.OwnerReference", owner), text));
    }
    if (!owner.controller) continue;
    if (controller !== undefined) {
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalid(field, goList("v1.OwnerReference", ownerReferences), text));
    }
    controller ??= name;
  }
  return errors;
}

const plainFinalizers = ["orphan", "foregroundDeletion", "kubernetes"];

function validateFinalizers({ finalizers = [] }: ObjectMeta, era: Era): FieldError[] {
  const field = "metadata.finalizers";
  const errors = finalizers.flatMap((name) =>
    invalids(field, name, qualifiedNameProblems(name, era)),
  );
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const text = "finalizer orphan and foregroundDeletion cannot be both set";
    errors.push(invalid(field, goList("string", finalizers), text));
  }
  for (const [index, name] of finalizers.entries()) {
    if (name.includes("/") || plainFinalizers.includes(name)) continue;
    const text = "name is neither a standard finalizer name nor is it fully qualified";
    errors.push(invalid(`${field}[${index}]`, name, text));
  }
  return errors;
}

export function validateMetadataUpdate(
  { metadata }: KubeObject,
  { metadata: old }: KubeObject,
  era: Era,
): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = (metadata.finalizers ?? []).filter((name) => !old.finalizers?.includes(name));
    if (added.length > 0) {
      const text = `no new finalizers can be added if the object is being deleted, found new finalizers ${goList("string", added.sort()).text}`;
      errors.push(forbiddenField("metadata.finalizers", text));
    }
  }
  if (!equal(metadata.labels, old.labels)) {
    errors.push(...validateLabels(metadata.labels, "metadata.labels", era));
  }
  if (!equal(metadata.annotations, old.annotations)) {
    errors.push(...validateAnnotations(metadata.annotations, "metadata.annotations", era));
  }
  if (metadata.ownerReferences !== old.ownerReferences) errors.push(...validateOwners(metadata));
  if (!equal(metadata.finalizers, old.finalizers))
    errors.push(...validateFinalizers(metadata, era));
  return errors;
}
