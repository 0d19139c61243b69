// RoleBindings and ClusterRoleBindings: who may do it. pkg/apis/rbac/validation/validation.go.

import { equal } from "./clone.ts";
import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, invalid, invalids, notSupported, required } from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import type { KubeObject } from "./meta.ts";
import { nameProblems, subdomainProblems } from "./names.ts";
import { type Context, defineResource } from "./resource.ts";
import { rbac } from "./role.ts";

export interface Subject {
  kind: "User" | "Group" | "ServiceAccount";
  apiGroup?: string;
  name: string;
  namespace?: string;
}

export interface RoleRef {
  apiGroup: string;
  kind: "Role" | "ClusterRole";
  name: string;
}

export interface RoleBinding extends KubeObject {
  kind: "RoleBinding";
  subjects?: Subject[];
  roleRef: RoleRef;
}

export interface ClusterRoleBinding extends KubeObject {
  kind: "ClusterRoleBinding";
  subjects?: Subject[];
  roleRef: RoleRef;
}

type Binding = RoleBinding | ClusterRoleBinding;

function complete(binding: Binding): void {
  if (binding.roleRef) binding.roleRef.apiGroup ??= rbac.group;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind !== "ServiceAccount") subject.apiGroup ??= rbac.group;
  }
}

const validate =
  (kinds: readonly string[]) =>
  ({ roleRef, subjects }: Binding, { era }: Context): FieldError[] => {
    const { apiGroup = "", kind = "", name = "" } = roleRef ?? {};
    const errors: FieldError[] = [];
    if (apiGroup !== rbac.group)
      errors.push(notSupported("roleRef.apiGroup", apiGroup, [rbac.group]));
    if (!kinds.includes(kind)) errors.push(notSupported("roleRef.kind", kind, kinds));
    if (!name) errors.push(required("roleRef.name"));
    else errors.push(...invalids("roleRef.name", name, nameProblems("path", name, era)));
    const namespaced = kinds.length > 1;
    for (const [index, subject] of (subjects ?? []).entries()) {
      errors.push(...validateSubject(subject, `subjects[${index}]`, { era, namespaced }));
    }
    return errors;
  };

function validateSubject(
  { kind, apiGroup = "", name = "", namespace }: Subject,
  field: string,
  { era, namespaced }: Pick<Context, "era"> & { readonly namespaced: boolean },
): FieldError[] {
  const errors: FieldError[] = name ? [] : [required(`${field}.name`)];
  switch (kind) {
    case "ServiceAccount":
      if (name) errors.push(...invalids(`${field}.name`, name, subdomainProblems(name, era)));
      if (apiGroup) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [""]));
      if (!namespace && !namespaced) errors.push(required(`${field}.namespace`));
      break;
    case "User":
    case "Group":
      if (apiGroup !== rbac.group) {
        errors.push(notSupported(`${field}.apiGroup`, apiGroup, [rbac.group]));
      }
      break;
    default:
      errors.push(notSupported(`${field}.kind`, kind ?? "", ["ServiceAccount", "User", "Group"]));
  }
  return errors;
}

const validateUpdate =
  (kinds: readonly string[]) =>
  (binding: Binding, old: Binding, context: Context): FieldError[] => {
    const changed = equal(binding.roleRef, old.roleRef)
      ? []
      : [invalid("roleRef", goStruct("rbac.RoleRef", binding.roleRef), "cannot change roleRef")];
    return [...validate(kinds)(binding, context), ...changed];
  };

function subjectsText(kind: Subject["kind"]): (binding: Binding) => string {
  return ({ subjects }) =>
    (subjects ?? [])
      .filter((each) => each.kind === kind)
      .map(({ namespace, name }) =>
        kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name,
      )
      .join(", ");
}

const columns = [
  nameColumn,
  textColumn<Binding>("Role", ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  textColumn<Binding>("Users", subjectsText("User"), { wide: true }),
  textColumn<Binding>("Groups", subjectsText("Group"), { wide: true }),
  textColumn<Binding>("ServiceAccounts", subjectsText("ServiceAccount"), { wide: true }),
];

const namespacedKinds = ["Role", "ClusterRole"];

export const roleBindings = defineResource<RoleBinding>({
  ...rbac,
  kind: "RoleBinding",
  plural: "rolebindings",
  singular: "rolebinding",
  namespaced: true,
  default: complete,
  validate: validate(namespacedKinds),
  validateUpdate: validateUpdate(namespacedKinds),
  columns,
});

export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  ...rbac,
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  singular: "clusterrolebinding",
  namespaced: false,
  default: complete,
  validate: validate(["ClusterRole"]),
  validateUpdate: validateUpdate(["ClusterRole"]),
  columns,
});
