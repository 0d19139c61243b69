// Roles and the bindings that give them to users. kubectl pkg/util/rbac/rbac.go.

import type { KubeObject } from "../../../api/meta.ts";
import type { ClusterRole, PolicyRule, Role } from "../../../api/role.ts";
import type { ClusterRoleBinding, RoleBinding } from "../../../api/rolebinding.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { type Describer, defineDescriber } from "./describer.ts";
import { annotations, type Lines, labels, table } from "./lines.ts";

const heading = ({ metadata }: KubeObject): Lines => [
  `Name:\t${metadata.name}`,
  labels("Labels", metadata.labels),
  annotations("Annotations", metadata.annotations),
];

/** Verbs on one resource, or one path, that go together. */
interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  readonly url: string;
  readonly verbs: string[];
}

/** One line for each thing, with all that may be done with it. */
function grantsOf(rules: readonly PolicyRule[]): Grant[] {
  const grants = new Map<string, Grant>();
  const add = (grant: Omit<Grant, "verbs">, verb: string) => {
    const key = JSON.stringify(grant);
    // What is no resource stays apart for each verb.
    const found = grant.url === "" ? grants.get(key) : undefined;
    if (!found) grants.set(grant.url === "" ? key : `${key}${verb}`, { ...grant, verbs: [verb] });
    else if (!found.verbs.includes(verb)) found.verbs.push(verb);
  };
  for (const {
    verbs,
    apiGroups = [],
    resources = [],
    resourceNames,
    nonResourceURLs = [],
  } of rules) {
    const names = resourceNames && resourceNames.length > 0 ? resourceNames : [""];
    for (const group of apiGroups) {
      for (const resource of resources) {
        for (const verb of verbs) {
          for (const name of names) add({ group, resource, name, url: "" }, verb);
        }
      }
    }
    for (const url of nonResourceURLs) {
      for (const verb of verbs) add({ group: "", resource: "", name: "", url }, verb);
    }
  }
  return [...grants.values()].sort((a, b) => byCodePoint(goText(a), goText(b)));
}

/** As Go prints a rule, which is what they are sorted by. */
const goText = ({ verbs, group, resource, name, url }: Grant): string =>
  `Verbs:[${verbs.join(" ")}],APIGroups:[${group}],Resources:[${resource}],ResourceNames:[${name}],NonResourceURLs:[${url}],`;

function resourceText({ resource, group }: Grant): string {
  const [plural = "", ...rest] = resource.split("/");
  const subresource = rest.length > 0 ? `/${rest.join("/")}` : "";
  return `${plural}${group && `.${group}`}${subresource}`;
}

function roleDescriber(kind: string): Describer<Role | ClusterRole> {
  return {
    kind,
    describe: ({ object }) => [
      heading(object),
      "PolicyRule:",
      table(
        ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"],
        grantsOf(object.rules ?? []).map((grant) => [
          resourceText(grant),
          `[${grant.url}]`,
          `[${grant.name}]`,
          `[${grant.verbs.join(" ")}]`,
        ]),
      ),
    ],
  };
}

const bindingDescriber = (kind: string) =>
  defineDescriber<RoleBinding | ClusterRoleBinding>({
    kind,
    describe: ({ object: { roleRef, subjects = [], ...rest } }) => [
      heading(rest),
      "Role:",
      `  Kind:\t${roleRef.kind}`,
      `  Name:\t${roleRef.name}`,
      "Subjects:",
      table(
        ["Kind", "Name", "Namespace"],
        subjects.map(({ kind, name, namespace = "" }) => [kind, name, namespace]),
      ),
    ],
  });

export const access = [
  roleDescriber("Role"),
  roleDescriber("ClusterRole"),
  bindingDescriber("RoleBinding"),
  bindingDescriber("ClusterRoleBinding"),
];
