// What must be right with a claim, and what of it may change: little, and only its size later.
// pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimSpec,
// ValidatePersistentVolumeClaimUpdate.

import { validateAccessModes } from "./access-modes.ts";
import { equal } from "./clone.ts";
import type { Era } from "./era.ts";
import {
  type FieldError,
  forbiddenField,
  immutable,
  invalid,
  invalids,
  required,
} from "./field-error.ts";
import { goDiff } from "./go-value.ts";
import { validateLabelSelector } from "./label-validation.ts";
import { subdomainProblems } from "./names.ts";
import { betaClassAnnotation } from "./persistentvolume.ts";
import { validatePositive, validateVolumeMode } from "./persistentvolume-validation.ts";
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "./persistentvolumeclaim.ts";
import { compareQuantities } from "./quantity.ts";

export function validateClaim({ spec }: PersistentVolumeClaim, era: Era): FieldError[] {
  const { accessModes = [], storageClassName = "" } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) {
    errors.push(required("spec.accessModes", era.words.storage.noAccessModes));
  }
  errors.push(...validateLabelSelector(spec.selector, "spec.selector", era));
  errors.push(...validateAccessModes(accessModes, "spec.accessModes", era));
  const storage = spec.resources?.requests?.["storage"];
  const field = "spec.resources[storage]";
  if (storage === undefined) errors.push(required(field));
  else errors.push(...validatePositive(storage, field));
  if (storageClassName) {
    const problems = subdomainProblems(storageClassName, era);
    errors.push(...invalids("spec.storageClassName", storageClassName, problems));
  }
  errors.push(...validateVolumeMode(spec.volumeMode, "spec.volumeMode"));
  return [...errors, ...validateDataSource(spec.dataSource)];
}

function validateDataSource(source: PersistentVolumeClaimSpec["dataSource"]): FieldError[] {
  if (!source) return [];
  const errors: FieldError[] = [];
  if (!source.name) errors.push(required("spec.dataSource.name"));
  if (!source.kind) errors.push(required("spec.dataSource.kind"));
  if (!source.apiGroup && source.kind !== "PersistentVolumeClaim") {
    errors.push(invalid("spec.dataSource", source.kind ?? "", ""));
  }
  return errors;
}

export function validateClaimUpdate(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  era: Era,
): FieldError[] {
  const errors = validateClaim(claim, era);
  if (era.behaviors.has("unbound-claims-change")) {
    if (!old.spec.volumeName || equal(claim.spec, old.spec)) return errors;
    return [...errors, forbiddenField("spec", era.words.storage.claimImmutable)];
  }
  const now = { ...claim.spec };
  const before = { ...old.spec };
  // The controller that binds names the volume, once.
  if (!before.volumeName) setOrDelete(before, "volumeName", now.volumeName);
  if (movesClassToField(claim, old)) delete now.storageClassName;
  else errors.push(...validateClassAnnotation(claim, old));
  // A claim without a class may be given the default one later.
  if (era.gates.has("RetroactiveDefaultStorageClass") && classOf(old) === undefined) {
    delete now.storageClassName;
  }
  if (era.gates.has("ExpandPersistentVolumes") && claim.status.phase === "Bound") {
    now.resources = {
      ...now.resources,
      ...(before.resources && { requests: requestsAs(now, before) }),
    };
  }
  if (era.gates.has("VolumeAttributesClass") && claim.status.phase === "Bound") {
    setOrDelete(now, "volumeAttributesClassName", before.volumeAttributesClassName);
  }
  if (!equal(now, before)) errors.push(specImmutable(now, before, era));
  if (era.gates.has("ExpandPersistentVolumes")) errors.push(...validateNotLess(claim, old));
  if (claim.spec.volumeMode !== old.spec.volumeMode) {
    errors.push(immutable("volumeMode", claim.spec.volumeMode));
  }
  return errors;
}

function setOrDelete<K extends "volumeName" | "volumeAttributesClassName">(
  spec: PersistentVolumeClaimSpec,
  field: K,
  value: string | undefined,
): void {
  if (value === undefined) delete spec[field];
  else spec[field] = value;
}

const requestsAs = (now: PersistentVolumeClaimSpec, before: PersistentVolumeClaimSpec) => ({
  ...now.resources?.requests,
  ...(before.resources?.requests?.["storage"] !== undefined && {
    storage: before.resources.requests["storage"],
  }),
});

function specImmutable(
  now: PersistentVolumeClaimSpec,
  before: PersistentVolumeClaimSpec,
  era: Era,
): FieldError {
  const { claimImmutable, withDifference } = era.words.storage;
  const difference = withDifference
    ? `\n${goDiff("core.PersistentVolumeClaimSpec", now, before)}`
    : "";
  return forbiddenField("spec", claimImmutable + difference);
}

function validateNotLess(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const sizes = [claim, old].map(({ spec }) => spec.resources?.requests?.["storage"]);
  if (compareQuantities(sizes[0], sizes[1]) >= 0) return [];
  const text = "field can not be less than previous value";
  return [forbiddenField("spec.resources.requests.storage", text)];
}

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string | undefined =>
  metadata.annotations?.[betaClassAnnotation] ?? spec.storageClassName;

/** The class may move from the old annotation to the field. */
function movesClassToField(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const before = old.metadata.annotations?.[betaClassAnnotation];
  const now = claim.metadata.annotations?.[betaClassAnnotation];
  return (
    before !== undefined &&
    old.spec.storageClassName === undefined &&
    claim.spec.storageClassName === before &&
    (now === undefined || now === before)
  );
}

function validateClassAnnotation(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): FieldError[] {
  const [now, before] = [claim, old].map(
    ({ metadata }) => metadata.annotations?.[betaClassAnnotation],
  );
  if ((now ?? "") === (before ?? "")) return [];
  return [immutable(`metadata.annotations.${betaClassAnnotation}`, now ?? "")];
}
