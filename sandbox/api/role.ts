// Roles and ClusterRoles: what may be done. pkg/registry/rbac;
// pkg/apis/rbac/validation/validation.go.

import { ageColumn, createdColumn, nameColumn } from "./columns.ts";
import { type FieldError, invalid, required } from "./field-error.ts";
import { goList } from "./go-value.ts";
import { validateLabelSelector } from "./label-validation.ts";
import type { KubeObject, LabelSelector } from "./meta.ts";
import { type Context, defineResource, type Resource } from "./resource.ts";

export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface Role extends KubeObject {
  kind: "Role";
  rules?: PolicyRule[] | null;
}

export interface ClusterRole extends KubeObject {
  kind: "ClusterRole";
  rules?: PolicyRule[] | null;
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
}

function validateRules(
  rules: readonly PolicyRule[] | null | undefined,
  namespaced: boolean,
): FieldError[] {
  return (rules ?? []).flatMap((rule, index) => {
    const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
    const field = `rules[${index}]`;
    const errors: FieldError[] = [];
    if (verbs.length === 0)
      errors.push(required(`${field}.verbs`, "verbs must contain at least one value"));
    if (nonResourceURLs.length > 0) {
      const path = `${field}.nonResourceURLs`;
      const list = goList("string", nonResourceURLs);
      if (namespaced) {
        const text = "namespaced rules cannot apply to non-resource URLs";
        errors.push(invalid(path, list, text));
      }
      if (apiGroups.length + resources.length + (rule.resourceNames?.length ?? 0) > 0) {
        const text = "rules cannot apply to both regular resources and non-resource URLs";
        errors.push(invalid(path, list, text));
      }
      return errors;
    }
    if (apiGroups.length === 0) {
      errors.push(
        required(`${field}.apiGroups`, "resource rules must supply at least one api group"),
      );
    }
    if (resources.length === 0) {
      errors.push(
        required(`${field}.resources`, "resource rules must supply at least one resource"),
      );
    }
    return errors;
  });
}

function validateClusterRole(
  { rules, aggregationRule }: ClusterRole,
  { era }: Context,
): FieldError[] {
  const errors = validateRules(rules, false);
  if (!aggregationRule) return errors;
  const field = "aggregationRule.clusterRoleSelectors";
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    const text = "at least one clusterRoleSelector required if aggregationRule is non-nil";
    errors.push(required(field, text));
  }
  for (const [index, selector] of selectors.entries()) {
    errors.push(...validateLabelSelector(selector, `${field}[${index}]`, era));
  }
  return errors;
}

/** What all kinds of this group share. */
export const rbac = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  shortNames: [],
  alsoIn: ["rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1alpha1"],
  nameRule: "path",
  createdByUpdate: true,
} as const satisfies Partial<Resource>;

const columns = [nameColumn, createdColumn, { ...ageColumn, onlyIn: "1.15" }];

export const roles = defineResource<Role>({
  ...rbac,
  kind: "Role",
  plural: "roles",
  singular: "role",
  namespaced: true,
  validate: ({ rules }) => validateRules(rules, true),
  validateUpdate: ({ rules }) => validateRules(rules, true),
  columns,
});

export const clusterRoles = defineResource<ClusterRole>({
  ...rbac,
  kind: "ClusterRole",
  plural: "clusterroles",
  singular: "clusterrole",
  namespaced: false,
  validate: validateClusterRole,
  validateUpdate: (role, _old, context) => validateClusterRole(role, context),
  columns,
});
