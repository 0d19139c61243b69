// Amounts of resources: what they may be called and how much they may be.
// pkg/apis/core/validation/validation.go, pkg/apis/core/helper/helpers.go.

import type { Era } from "./era.ts";
import {
  type FieldError,
  forbiddenField,
  GoValue,
  invalid,
  invalids,
  required,
} from "./field-error.ts";
import { qualifiedNameProblems } from "./names.ts";
import type { ResourceRequirements } from "./pod.ts";
import { canonicalQuantity, compareQuantities, quantityMilli } from "./quantity.ts";

export type ResourceList = Readonly<Record<string, string>>;

const compute = ["cpu", "memory", "ephemeral-storage"];
const counted =
  "pods resourcequotas services replicationcontrollers secrets configmaps persistentvolumeclaims services.nodeports services.loadbalancers".split(
    " ",
  );
const requests = compute.flatMap((name) => [`requests.${name}`, `limits.${name}`]);
const quota: ReadonlySet<string> = new Set([
  ...compute,
  ...requests,
  ...counted,
  "requests.storage",
]);
const standard: ReadonlySet<string> = new Set([...quota, "storage"]);

const isHugePages = (name: string) => name.startsWith("hugepages-");
const isQuotaHugePages = (name: string) =>
  isHugePages(name) || name.startsWith("requests.hugepages-");

/** Unprefixed names are Kubernetes' own. */
const isNative = (name: string) => !name.includes("/") || name.includes("kubernetes.io/");

export const isExtendedResource = (name: string): boolean =>
  !isNative(name) &&
  !name.startsWith("requests.") &&
  qualifiedNameProblems(`requests.${name}`).length === 0;

export const isOvercommitAllowed = (name: string): boolean => isNative(name) && !isHugePages(name);

export const isStandardQuotaResource = (name: string): boolean =>
  quota.has(name) || isQuotaHugePages(name);

export function validateResourceName(name: string, field: string, era: Era): FieldError[] {
  const errors = [...invalids(field, name, qualifiedNameProblems(name, era))];
  if (errors.length > 0 || name.includes("/")) return errors;
  if (standard.has(name) || isQuotaHugePages(name)) return errors;
  return [invalid(field, name, "must be a standard resource type or fully qualified")];
}

export function validateContainerResourceName(name: string, field: string, era: Era): FieldError[] {
  const errors = validateResourceName(name, field, era);
  if (!name.includes("/")) {
    if (compute.includes(name) || isHugePages(name)) return errors;
    return [...errors, invalid(field, name, "must be a standard resource for containers")];
  }
  if (!isNative(name) && !isExtendedResource(name)) {
    errors.push(invalid(field, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

export function validateQuotaResourceName(name: string, field: string, era: Era): FieldError[] {
  const errors = validateResourceName(name, field, era);
  if (!name.includes("/") && !isStandardQuotaResource(name)) {
    errors.push(invalid(field, name, "must be a standard resource for quota"));
  }
  return errors;
}

export function validateResourceQuantity(
  name: string,
  amount: string,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (compareQuantities(amount, "0") < 0) {
    errors.push(invalid(field, canonicalQuantity(amount), "must be greater than or equal to 0"));
  }
  if ((counted.includes(name) || isExtendedResource(name)) && quantityMilli(amount) % 1000 !== 0) {
    errors.push(invalid(field, goQuantity(amount), "must be an integer"));
  }
  return errors;
}

/** A quantity as a plain Go struct: some of upstream's texts show it so. */
export const goQuantity = (amount: string): GoValue =>
  new GoValue(
    `resource.Quantity{i:resource.int64Amount{value:${quantityMilli(amount)}, scale:-3}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:${JSON.stringify(canonicalQuantity(amount))}, Format:"DecimalSI"}`,
  );

/** Requests and limits of a container. */
export function validateResourceRequirements(
  requirements: ResourceRequirements | undefined,
  field: string,
  era: Era,
): FieldError[] {
  if (!requirements) return [];
  const { limits = {}, requests = {} } = requirements;
  const errors: FieldError[] = [];
  for (const name of Object.keys(limits).sort()) {
    const path = `${field}.limits[${name}]`;
    errors.push(...validateContainerResourceName(name, path, era));
    errors.push(...validateResourceQuantity(name, limits[name] as string, path));
  }
  for (const name of Object.keys(requests).sort()) {
    const path = `${field}.requests[${name}]`;
    const amount = requests[name] as string;
    errors.push(...validateContainerResourceName(name, path, era));
    errors.push(...validateResourceQuantity(name, amount, path));
    errors.push(...validateRequest({ name, amount, limit: limits[name] }, field));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes("cpu") && !names.includes("memory")) {
    errors.push(forbiddenField(field, "HugePages require cpu or memory"));
  }
  return errors;
}

interface Asked {
  readonly name: string;
  readonly amount: string;
  readonly limit: string | undefined;
}

function validateRequest({ name, amount, limit }: Asked, field: string): FieldError[] {
  const overcommit = isOvercommitAllowed(name);
  if (limit === undefined) {
    if (overcommit) return [];
    return [required(`${field}.limits`, "Limit must be set for non overcommitable resources")];
  }
  const difference = compareQuantities(amount, limit);
  if (difference > 0 && overcommit) {
    const text = `must be less than or equal to ${name} limit`;
    return [invalid(`${field}.requests`, canonicalQuantity(amount), text)];
  }
  if (difference !== 0 && !overcommit) {
    return [
      invalid(`${field}.requests`, canonicalQuantity(amount), `must be equal to ${name} limit`),
    ];
  }
  return [];
}
