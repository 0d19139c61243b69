// ResourceQuotas. pkg/registry/core/resourcequota/strategy.go; types in api/core/v1/types.go. What
// they do is in apiserver/admission/resource-quota.ts.

import { ageColumn, createdColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, immutable, invalid, required } from "./field-error.ts";
import { goList } from "./go-value.ts";
import type { KubeObject } from "./meta.ts";
import { canonicalQuantity } from "./quantity.ts";
import { type Context, defineResource } from "./resource.ts";
import {
  isStandardQuotaResource,
  type ResourceList,
  validateQuotaResourceName,
  validateResourceQuantity,
} from "./resource-validation.ts";

export interface ResourceQuota extends KubeObject {
  kind: "ResourceQuota";
  spec: ResourceQuotaSpec;
  status: { hard?: ResourceList; used?: ResourceList };
}

export interface ResourceQuotaSpec {
  hard?: ResourceList;
  scopes?: string[];
  scopeSelector?: { matchExpressions?: ScopeRequirement[] };
}

export interface ScopeRequirement {
  scopeName: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: string[];
}

const scopes = ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass"];
const computed = [
  "cpu",
  "memory",
  "limits.cpu",
  "limits.memory",
  "requests.cpu",
  "requests.memory",
];

const scopeCovers = (scope: string, name: string): boolean =>
  name === "pods" || (scope !== "BestEffort" && computed.includes(name));

function validateAmounts(
  list: ResourceList | undefined,
  field: string,
  { era }: Context,
): FieldError[] {
  return Object.keys(list ?? {})
    .sort()
    .flatMap((name) => [
      ...validateQuotaResourceName(name, `${field}[${name}]`, era),
      ...validateResourceQuantity(name, list?.[name] as string, `${field}[${name}]`),
    ]);
}

function validateScopes(given: readonly string[], hard: ResourceList, field: string): FieldError[] {
  const list = goList("core.ResourceQuotaScope", given);
  const errors: FieldError[] = [];
  for (const scope of given) {
    if (!scopes.includes(scope)) errors.push(invalid(field, list, "unsupported scope"));
    for (const name of Object.keys(hard).sort()) {
      if (!isStandardQuotaResource(name) || !scopes.includes(scope) || scopeCovers(scope, name))
        continue;
      errors.push(invalid(field, list, "unsupported scope applied to resource"));
    }
  }
  for (const scope of ["BestEffort", "Terminating"]) {
    if (given.includes(scope) && given.includes(`Not${scope}`)) {
      errors.push(invalid(field, list, "conflicting scopes"));
    }
  }
  return errors;
}

function validateSelector({ scopeSelector, hard = {} }: ResourceQuotaSpec): FieldError[] {
  const field = "spec.scopeSelector.matchExpressions";
  const all = scopeSelector?.matchExpressions ?? [];
  const errors = validateScopes(
    all.map(({ scopeName }) => scopeName),
    hard,
    field,
  );
  for (const { scopeName, operator, values = [] } of all) {
    if (scopeName !== "PriorityClass" && operator !== "Exists") {
      const text =
        "must be 'Exist' only operator when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort and ResourceQuotaScopeNotBestEffort";
      errors.push(invalid(`${field}.operator`, operator, text));
    }
    if (operator === "In" || operator === "NotIn") {
      if (values.length > 0) continue;
      const text =
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      errors.push(required(`${field}.values`, text));
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length === 0) continue;
      const text =
        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      errors.push(invalid(`${field}.values`, goList("string", values), text));
    } else errors.push(invalid(`${field}.operator`, operator, "not a valid selector operator"));
  }
  return errors;
}

function validate({ spec }: ResourceQuota, context: Context): FieldError[] {
  const { hard = {}, scopes: given = [] } = spec ?? {};
  return [
    ...validateAmounts(hard, "spec.hard", context),
    ...validateScopes(given, hard, "spec.scopes"),
    ...validateSelector(spec ?? {}),
  ];
}

/** `pods: 2/10, requests.cpu: 1/4`: those of limits, or the others. */
function usage({ status }: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = status ?? {};
  return Object.keys(hard)
    .sort()
    .filter((name) => name.startsWith("limits.") === limits)
    .map((name) => `${name}: ${used[name] ?? "0"}/${canonicalQuantity(hard[name] ?? "0")}`)
    .join(", ");
}

export const resourceQuotas = defineResource<ResourceQuota>({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  singular: "resourcequota",
  shortNames: ["quota"],
  namespaced: true,
  subresources: ["status"],
  returnsDeleted: true,
  prepareForCreate(quota) {
    quota.status = {};
  },
  validate,
  validateUpdate(quota, old, context) {
    const [now, before] = [quota.spec?.scopes ?? [], old.spec?.scopes ?? []];
    const same = [...now].sort().join() === [...before].sort().join();
    const errors = validate(quota, context);
    return same
      ? errors
      : [...errors, immutable("spec.scopes", goList("core.ResourceQuotaScope", now))];
  },
  validateStatus: ({ status }, _old, context) => [
    ...validateAmounts(status?.hard, "status.hard", context),
    ...validateAmounts(status?.used, "status.used", context),
  ],
  columns: [
    nameColumn,
    ageColumn,
    textColumn("Request", (quota) => usage(quota, false)),
    textColumn("Limit", (quota) => usage(quota, true)),
    { ...createdColumn, onlyIn: "1.16" },
  ],
});
