// What a pod may be told about itself, in its environment and in files: field and resource
// references. pkg/apis/core/validation/validation.go validateObjectFieldSelector and those around
// it.

import type { Era } from "./era.ts";
import { type FieldError, invalid, invalids, notSupported, required } from "./field-error.ts";
import { qualifiedNameProblems } from "./names.ts";
import { canonicalQuantity } from "./quantity.ts";

interface FieldRef {
  readonly apiVersion?: string;
  readonly fieldPath: string;
}

interface ResourceFieldRef {
  readonly containerName?: string;
  readonly resource: string;
  readonly divisor?: string;
}

export const volumeFieldPaths: readonly string[] = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];

export const environmentFieldPaths: readonly string[] = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.podIP",
  "status.podIPs",
];

/** Every path that the conversion of field labels knows. */
const convertible = new Set([
  ...volumeFieldPaths,
  ...environmentFieldPaths,
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
]);

export function validateFieldRef(
  { apiVersion, fieldPath }: FieldRef,
  field: string,
  { era, paths }: { readonly era: Era; readonly paths: readonly string[] },
): FieldError[] {
  if (!apiVersion) return [required(`${field}.apiVersion`)];
  if (!fieldPath) return [required(`${field}.fieldPath`)];
  const unknown = (why: string) => [
    invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`),
  ];
  if (apiVersion !== "v1") return unknown(`unsupported pod version: ${apiVersion}`);
  const subscripted = /^(.*?)\['([^']*)'\]$/.exec(fieldPath);
  if (subscripted) {
    const [, path = "", key = ""] = subscripted;
    if (path === "metadata.annotations") {
      return [...invalids(field, key, qualifiedNameProblems(key.toLowerCase(), era))];
    }
    if (path === "metadata.labels")
      return [...invalids(field, key, qualifiedNameProblems(key, era))];
    return unknown(`field label does not support subscript: ${fieldPath}`);
  }
  if (!convertible.has(fieldPath)) return unknown(`field label not supported: ${fieldPath}`);
  return paths.includes(fieldPath) ? [] : [notSupported(`${field}.fieldPath`, fieldPath, paths)];
}

const resources = ["limits", "requests"].flatMap((kind) =>
  ["cpu", "ephemeral-storage", "memory"].map((name) => `${kind}.${name}`),
);

const sizes = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";

export function validateResourceFieldRef(
  { containerName, resource, divisor }: ResourceFieldRef,
  field: string,
  { inVolume }: { readonly inVolume: boolean },
): FieldError[] {
  const errors: FieldError[] = [];
  if (inVolume && !containerName) errors.push(required(`${field}.containerName`));
  else if (!resource) errors.push(required(`${field}.resource`));
  else if (!resources.includes(resource)) {
    errors.push(notSupported(`${field}.resource`, resource, resources));
  }
  const unit = canonicalQuantity(divisor ?? "0");
  const name = resource?.split(".")[1];
  if (unit === "0" || name === undefined) return errors;
  const known = name === "cpu" ? ["1m", "1"] : sizes.split(", ");
  if (resources.includes(resource) && !known.includes(unit)) {
    const what = name === "ephemeral-storage" ? "local ephemeral storage" : name;
    const list = name === "cpu" ? "1m and 1" : sizes;
    const text = `only divisor's values ${list} are supported with the ${what} resource`;
    errors.push(invalid(`${field}.divisor`, resource, text));
  }
  return errors;
}
