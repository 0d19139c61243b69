// LimitRanges. pkg/registry/core/limitrange/strategy.go; types in api/core/v1/types.go. What they
// do is in apiserver/admission/limit-ranger.ts.

import { ageColumn, createdColumn, nameColumn } from "./columns.ts";
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalid,
  invalids,
  required,
} from "./field-error.ts";
import type { KubeObject } from "./meta.ts";
import { qualifiedNameProblems } from "./names.ts";
import { canonicalQuantity, compareQuantities, quantityMilli } from "./quantity.ts";
import { type Context, defineResource } from "./resource.ts";
import {
  goQuantity,
  isOvercommitAllowed,
  type ResourceList,
  validateContainerResourceName,
  validateResourceName,
} from "./resource-validation.ts";

export interface LimitRange extends KubeObject {
  kind: "LimitRange";
  spec: { limits: LimitRangeItem[] };
}

export interface LimitRangeItem {
  type: "Pod" | "Container" | "PersistentVolumeClaim";
  max?: ResourceList;
  min?: ResourceList;
  default?: ResourceList;
  defaultRequest?: ResourceList;
  maxLimitRequestRatio?: ResourceList;
}

/** Limits of containers: what is not said follows from what is. */
function complete(item: LimitRangeItem): void {
  if (item.type !== "Container") return;
  item.default = { ...item.max, ...item.default };
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
}

const lists = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

function validate({ spec }: LimitRange, context: Context): FieldError[] {
  const seen = new Set<string>();
  return (spec?.limits ?? []).flatMap((item, index) => {
    const field = `spec.limits[${index}]`;
    const { type = "" } = item;
    const errors = [...invalids(`${field}.type`, type, typeProblems(type))];
    if (seen.has(type)) errors.push(duplicate(`${field}.type`, type));
    seen.add(type);
    return [...errors, ...validateItem(item, field, context)];
  });
}

function typeProblems(type: string): readonly string[] {
  const problems = qualifiedNameProblems(type);
  if (problems.length > 0 || type.includes("/")) return problems;
  return ["Pod", "Container", "PersistentVolumeClaim"].includes(type)
    ? []
    : ["must be a standard limit type or fully qualified"];
}

function validateItem(item: LimitRangeItem, field: string, { era }: Context): FieldError[] {
  const errors: FieldError[] = [];
  const checkName =
    item.type === "PersistentVolumeClaim" ? validateResourceName : validateContainerResourceName;
  for (const list of lists) {
    const path = `${field}.${list}`;
    const names = Object.keys(item[list] ?? {}).sort();
    if (item.type === "Pod" && list.startsWith("default")) {
      if (names.length > 0)
        errors.push(forbiddenField(path, "may not be specified when `type` is 'Pod'"));
      continue;
    }
    for (const name of names) errors.push(...checkName(name, `${path}[${name}]`, era));
    const storage = item.min?.["storage"] ?? item.max?.["storage"];
    if (
      list === "defaultRequest" &&
      item.type === "PersistentVolumeClaim" &&
      storage === undefined
    ) {
      const text = "either minimum or maximum storage value is required, but neither was provided";
      errors.push(required(`${field}.limits`, text));
    }
  }
  const names = new Set(lists.flatMap((list) => Object.keys(item[list] ?? {})));
  for (const name of [...names].sort()) errors.push(...validateAmounts(item, name, field));
  return errors;
}

/** Each pair that must be in order, which one is to blame, and how upstream calls the two. */
const ordered = [
  ["min", "max", "min", "min value %s is greater than max value %s"],
  [
    "min",
    "defaultRequest",
    "defaultRequest",
    "min value %s is greater than default request value %s",
  ],
  [
    "defaultRequest",
    "max",
    "defaultRequest",
    "default request value %s is greater than max value %s",
  ],
  [
    "defaultRequest",
    "default",
    "defaultRequest",
    "default request value %s is greater than default limit value %s",
  ],
  ["min", "default", "default", "min value %s is greater than default value %s"],
  ["default", "max", "default", "default value %s is greater than max value %s"],
] as const;

function validateAmounts(item: LimitRangeItem, name: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [low, high, blamed, text] of ordered) {
    const [less, more] = [item[low]?.[name], item[high]?.[name]];
    if (less === undefined || more === undefined || compareQuantities(less, more) <= 0) continue;
    const value = goQuantity((blamed === low ? less : more) as string);
    const words = text
      .replace("%s", canonicalQuantity(less))
      .replace("%s", canonicalQuantity(more));
    errors.push(invalid(`${field}.${blamed}[${name}]`, value, words));
  }
  const ratio = item.maxLimitRequestRatio?.[name];
  if (ratio !== undefined) errors.push(...validateRatio(item, name, { field, ratio }));
  const [limit, request] = [item.default?.[name], item.defaultRequest?.[name]];
  if (limit === undefined || request === undefined || isOvercommitAllowed(name)) return errors;
  if (compareQuantities(limit, request) !== 0) {
    const text = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
    errors.push(invalid(`${field}.defaultRequest[${name}]`, goQuantity(request), text));
  }
  return errors;
}

function validateRatio(
  { min, max }: LimitRangeItem,
  name: string,
  { field, ratio }: { readonly field: string; readonly ratio: string },
): FieldError[] {
  const path = `${field}.maxLimitRequestRatio[${name}]`;
  const text = canonicalQuantity(ratio);
  const errors: FieldError[] = [];
  if (compareQuantities(ratio, "1") < 0) {
    errors.push(invalid(path, goQuantity(ratio), `ratio ${text} is less than 1`));
  }
  if (min?.[name] === undefined || max?.[name] === undefined) return errors;
  const limit = quantityMilli(max[name]) / quantityMilli(min[name]);
  if (quantityMilli(ratio) / 1000 > limit) {
    const words = `ratio ${text} is greater than max/min = ${limit.toFixed(6)}`;
    errors.push(invalid(path, goQuantity(ratio), words));
  }
  return errors;
}

export const limitRanges = defineResource<LimitRange>({
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  namespaced: true,
  createdByUpdate: true,
  default({ spec }) {
    for (const item of spec?.limits ?? []) complete(item);
  },
  validate,
  validateUpdate: (limits, _old, context) => validate(limits, context),
  columns: [nameColumn, createdColumn, { ...ageColumn, onlyIn: "1.11" }],
});
