// Whether someone may do something: the roles that they are bound to say so.
// plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go.

import type { KubeObject } from "../../api/meta.ts";
import type { Resource } from "../../api/resource.ts";
import { servedVersions } from "../../api/resource.ts";
import { clusterRoles, type PolicyRule, roles } from "../../api/role.ts";
import {
  type ClusterRoleBinding,
  clusterRoleBindings,
  type RoleBinding,
  roleBindings,
  type Subject,
} from "../../api/rolebinding.ts";
import { accountUser } from "../../api/serviceaccount.ts";
import type { ServerView } from "../admission/plugin.ts";
import type { User } from "./authentication.ts";

/** What someone wants to do: with objects, or with a path. */
export interface Wanted {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/log`. Empty for paths. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** Why, if there is something to say. */
  readonly reason: string;
}

/** Rules that apply to someone, and who says so. */
interface Grant {
  readonly rules: readonly PolicyRule[];
  readonly reason: string;
}

/** Parts of the control plane, which are not held up by what people do with roles. */
const components = [
  "system:apiserver",
  "system:kube-controller-manager",
  "system:kube-proxy",
  "system:kube-scheduler",
];

export const isSuperuser = ({ name, groups }: User): boolean =>
  groups.includes("system:masters") || groups.includes("system:nodes") || components.includes(name);

export function decide(view: ServerView, user: User, wanted: Wanted): Decision {
  if (isSuperuser(user) || !hasRoles(view)) return { allowed: true, reason: "" };
  const errors: string[] = [];
  for (const { rules, reason } of grants(view, { user, namespace: wanted.namespace, errors })) {
    if (rules.some((rule) => permits(rule, wanted))) return { allowed: true, reason };
  }
  const list = errors.length === 1 ? errors[0] : `[${errors.join(", ")}]`;
  return { allowed: false, reason: errors.length > 0 ? `RBAC: ${list}` : "" };
}

/**
 * Until roles were out of alpha, clusters did not go by them: everyone who is known may do
 * everything.
 */
export const hasRoles = ({ era }: ServerView): boolean =>
  servedVersions(clusterRoles as Resource, era).some((version) => !version.includes("alpha"));

interface Asking {
  readonly user: User;
  readonly namespace: string;
  /** Takes what is wrong with bindings. */
  readonly errors: string[];
}

/** What a user is given, cluster-wide first. */
export function* grants(
  { list, get }: ServerView,
  { user, namespace, errors }: Asking,
): Generator<Grant> {
  const rulesOf = <T extends KubeObject & { rules?: PolicyRule[] | null }>(
    resource: Resource<T>,
    binding: RoleBinding | ClusterRoleBinding,
  ): readonly PolicyRule[] => {
    const { name } = binding.roleRef;
    const role = get(resource, { namespace: resource.namespaced ? namespace : "", name });
    if (!role) {
      errors.push(
        `${resource.singular}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`,
      );
    }
    return role?.rules ?? [];
  };
  for (const binding of list(clusterRoleBindings)) {
    const subject = binding.subjects?.find((each) => isAbout(each, user, ""));
    if (!subject) continue;
    const rules = rulesOf(clusterRoles, binding);
    yield { rules, reason: reasonOf(binding, subject) };
  }
  if (!namespace) return;
  for (const binding of list(roleBindings, namespace)) {
    const subject = binding.subjects?.find((each) => isAbout(each, user, namespace));
    if (!subject) continue;
    const rules =
      binding.roleRef.kind === "Role" ? rulesOf(roles, binding) : rulesOf(clusterRoles, binding);
    yield { rules, reason: reasonOf(binding, subject) };
  }
}

function isAbout(subject: Subject, user: User, namespace: string): boolean {
  if (subject.kind === "Group") return user.groups.includes(subject.name);
  if (subject.kind === "User") return subject.name === user.name;
  const place = subject.namespace || namespace;
  return place !== "" && accountUser(place, subject.name) === user.name;
}

function reasonOf({ kind, metadata, roleRef }: KubeObject & RoleRefs, subject: Subject): string {
  const { name, namespace } = metadata;
  const binding = JSON.stringify(namespace ? `${name}/${namespace}` : name);
  const who =
    subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace}` : subject.name;
  return `RBAC: allowed by ${kind} ${binding} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subject.kind} ${JSON.stringify(who)}`;
}

type RoleRefs = Pick<RoleBinding, "roleRef">;

const includes = (list: readonly string[] | undefined, value: string): boolean =>
  list?.some((each) => each === "*" || each === value) ?? false;

function permits(rule: PolicyRule, wanted: Wanted): boolean {
  const { verb, group, resource, name, path } = wanted;
  if (!includes(rule.verbs, verb)) return false;
  if (!resource) return rule.nonResourceURLs?.some((url) => matchesPath(url, path)) ?? false;
  const part = resource.replace(/^[^/]*/, "");
  return (
    includes(rule.apiGroups, group) &&
    (includes(rule.resources, resource) ||
      (part !== "" && (rule.resources?.includes(`*${part}`) ?? false))) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

const matchesPath = (url: string, path: string): boolean =>
  url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1)));
