// What must be right with a PersistentVolume, and what of it may change.
// pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec,
// ValidatePersistentVolumeUpdate.

import { validateAccessModes } from "./access-modes.ts";
import { validateNodeSelector } from "./affinity-validation.ts";
import { equal } from "./clone.ts";
import type { Era } from "./era.ts";
import {
  type FieldError,
  forbiddenField,
  immutable,
  invalid,
  invalids,
  notSupported,
  oneOf,
  required,
} from "./field-error.ts";
import { goResourceList } from "./go-resource-list.ts";
import { goDiff, goStruct } from "./go-value.ts";
import { subdomainProblems } from "./names.ts";
import type { PersistentVolume, PersistentVolumeSpec } from "./persistentvolume.ts";
import { canonicalQuantity, compareQuantities, quantityValue } from "./quantity.ts";

/** Every kind of source there is, in upstream's order, and the fields that it must have. */
const sources: Readonly<Record<string, string>> = {
  hostPath: "path",
  gcePersistentDisk: "pdName",
  awsElasticBlockStore: "volumeID",
  glusterfs: "endpoints path",
  flocker: "",
  nfs: "server path",
  rbd: "monitors image",
  quobyte: "registry volume",
  cephfs: "monitors",
  iscsi: "targetPortal iqn",
  cinder: "volumeID",
  fc: "",
  flexVolume: "driver",
  azureFile: "secretName shareName",
  vsphereVolume: "volumePath",
  photonPersistentDisk: "pdID",
  portworxVolume: "volumeID",
  azureDisk: "diskName diskURI",
  scaleIO: "gateway system volumeName",
  local: "path",
  storageos: "",
  csi: "driver volumeHandle",
};

/** Where upstream's texts call a source otherwise. */
const aliases: Readonly<Record<string, string>> = { gcePersistentDisk: "persistentDisk" };

const sourcesOf = (spec: PersistentVolumeSpec): Record<string, unknown> =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => key in sources));

export function validateVolume({ spec }: PersistentVolume, era: Era): FieldError[] {
  const { accessModes = [], nodeAffinity, volumeMode, storageClassName = "" } = spec;
  const errors = accessModes.length === 0 ? [required("spec.accessModes")] : [];
  errors.push(...validateAccessModes(accessModes, "spec.accessModes", era));
  errors.push(...validateCapacity(spec.capacity));
  const policies = ["Delete", "Recycle", "Retain"];
  errors.push(
    ...oneOf(
      "spec.persistentVolumeReclaimPolicy",
      spec.persistentVolumeReclaimPolicy ?? "Retain",
      policies,
    ),
  );
  if (nodeAffinity) {
    const field = "spec.nodeAffinity.required";
    if (nodeAffinity.required)
      errors.push(...validateNodeSelector(nodeAffinity.required, field, era));
    else errors.push(required(field, "must specify required node constraints"));
  }
  errors.push(...validateSources(spec, era));
  if (
    /^\/+(\.?\/*)*$/.test(spec.hostPath?.path ?? "") &&
    spec.persistentVolumeReclaimPolicy === "Recycle"
  ) {
    const text = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbiddenField("spec.persistentVolumeReclaimPolicy", text));
  }
  if (storageClassName) {
    const problems = subdomainProblems(storageClassName, era);
    errors.push(...invalids("spec.storageClassName", storageClassName, problems));
  }
  return [...errors, ...validateVolumeMode(volumeMode, "spec.volumeMode")];
}

export const validateVolumeMode = (mode: string | undefined, field: string): FieldError[] =>
  mode === undefined ? [] : [...oneOf(field, mode, ["Block", "Filesystem"])];

function validateCapacity(capacity: Readonly<Record<string, string>> | undefined): FieldError[] {
  const field = "spec.capacity";
  const names = Object.keys(capacity ?? {});
  const errors = names.length === 0 ? [required(field)] : [];
  if (!names.includes("storage") || names.length > 1) {
    errors.push(notSupported(field, goResourceList(capacity), ["storage"]));
  }
  for (const name of names) {
    const amount = capacity?.[name] as string;
    const path = `${field}[${name}]`;
    if (compareQuantities(amount, "0") < 0) {
      errors.push(invalid(path, quantityValue(amount), "must be a valid resource quantity"));
    }
    errors.push(...validatePositive(amount, path));
  }
  return errors;
}

export const validatePositive = (amount: string, field: string): FieldError[] =>
  compareQuantities(amount, "0") > 0
    ? []
    : [invalid(field, canonicalQuantity(amount), "must be greater than zero")];

function validateSources(spec: PersistentVolumeSpec, era: Era): FieldError[] {
  const kinds = Object.keys(sources).filter((kind) => spec[kind] !== undefined);
  const [first, ...others] = kinds;
  if (first === undefined) return [required("spec", "must specify a volume type")];
  const errors = validateSource(first, spec, era);
  for (const kind of others) {
    const field = `spec.${kind === "cephfs" ? "cephFS" : kind}`;
    errors.push(forbiddenField(field, "may not specify more than 1 volume type"));
  }
  if (kinds.includes("local") && !spec.nodeAffinity) {
    errors.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  }
  return errors;
}

function validateSource(kind: string, spec: PersistentVolumeSpec, era: Era): FieldError[] {
  const field = `spec.${aliases[kind] ?? kind}`;
  const source = spec[kind] as Readonly<Record<string, unknown>>;
  const errors: FieldError[] = [];
  for (const name of (sources[kind] as string).split(" ").filter(Boolean)) {
    const value = source[name];
    if (!value || (Array.isArray(value) && value.length === 0))
      errors.push(required(`${field}.${name}`));
  }
  const path = source["path"];
  if (typeof path === "string" && path) {
    if ((kind === "hostPath" || kind === "local") && path.split("/").includes("..")) {
      errors.push(invalid(`${field}.path`, path, "must not contain '..'"));
    }
    if (kind === "nfs" && !path.startsWith("/")) {
      errors.push(invalid(`${field}.path`, path, "must be an absolute path"));
    }
  }
  const type = source["type"];
  if (kind === "hostPath" && typeof type === "string" && !hostPathTypes.includes(type)) {
    errors.push(notSupported(`${field}.type`, type, hostPathTypes));
  }
  if (kind === "csi") errors.push(...validateDriverName(source["driver"], `${field}.driver`, era));
  return errors;
}

const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

/** A CSI driver's name; that there is one is checked elsewhere. */
export function validateDriverName(name: unknown, field: string, era: Era): FieldError[] {
  if (typeof name !== "string" || name === "") return [];
  const errors: FieldError[] = [];
  if (name.length > 63)
    errors.push({ type: "TooLong", field, detail: "must have at most 63 bytes" });
  return [...errors, ...invalids(field, name, subdomainProblems(name.toLowerCase(), era))];
}

export function validateVolumeUpdate(
  volume: PersistentVolume,
  old: PersistentVolume,
  era: Era,
): FieldError[] {
  const errors = validateVolume(volume, era);
  const { sourceImmutable, withDifference } = era.words.storage;
  const now = sourcesOf(volume.spec);
  const before = sourcesOf(old.spec);
  if (sourceImmutable && !equal(now, before)) {
    const difference = withDifference
      ? `\n${goDiff("core.PersistentVolumeSource", now, before)}`
      : "";
    errors.push(forbiddenField("spec.persistentvolumesource", sourceImmutable + difference));
  }
  const { volumeMode, nodeAffinity } = volume.spec;
  if (volumeMode !== old.spec.volumeMode) errors.push(immutable("volumeMode", volumeMode));
  if (old.spec.nodeAffinity && !equal(nodeAffinity, old.spec.nodeAffinity)) {
    const shown = nodeAffinity && goStruct("core.VolumeNodeAffinity", nodeAffinity);
    errors.push(immutable("nodeAffinity", shown));
  }
  return errors;
}
