// kubectl create role, clusterrole, rolebinding and clusterrolebinding. pkg/cmd/create:
// create_role.go, create_clusterrole.go, create_rolebinding.go, create_clusterrolebinding.go.

import type { Call } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { array, list, text } from "../cli/flags.ts";
import { createCommand, present } from "./object.ts";

const group = "rbac.authorization.k8s.io";

const ruleFlags = [
  list("verb", "Verb that applies to the resources contained in the rule"),
  list("resource", "Resource that the rule applies to"),
  array(
    "resource-name",
    "Resource in the white list that the rule applies to, repeat this flag for multiple items",
  ),
];

/** One rule for each API group. */
async function rulesOf({ kubectl, flags }: Call): Promise<object[]> {
  const verbs = [...new Set(flags.list("verb"))];
  const byGroup = new Map<string, string[]>();
  for (const argument of flags.list("resource")) {
    const [name = "", subresource] = argument.split("/");
    if (name === "*") {
      byGroup.set("*", ["*"]);
      continue;
    }
    const { group: apiGroup, plural } = await kubectl.discovery.find(name);
    const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
    byGroup.set(apiGroup, [...(byGroup.get(apiGroup) ?? []), resource]);
  }
  const resourceNames = flags.list("resource-name");
  return [...byGroup].map(([apiGroup, resources]) =>
    present({
      verbs: verbs.includes("*") ? ["*"] : verbs,
      apiGroups: [apiGroup],
      resources,
      resourceNames,
    }),
  );
}

export const role = createCommand({
  name: "role",
  apiVersion: `${group}/v1`,
  kind: "Role",
  usage:
    "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]",
  short: "Create a role with single rule.",
  flags: ruleFlags,
  async make(_, call) {
    const { flags } = call;
    if (flags.list("verb").length === 0)
      throw new CommandError("at least one verb must be specified");
    if (flags.list("resource").length === 0) {
      throw new CommandError("at least one resource must be specified");
    }
    return { rules: await rulesOf(call) };
  },
});

export const clusterRole = createCommand({
  name: "clusterrole",
  apiVersion: `${group}/v1`,
  kind: "ClusterRole",
  usage:
    "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
  short: "Create a ClusterRole.",
  flags: [...ruleFlags, list("non-resource-url", "A partial url that user should have access to.")],
  async make(_, call) {
    const { flags } = call;
    const urls = flags.list("non-resource-url");
    const verbs = flags.list("verb");
    if (verbs.length === 0) throw new CommandError("at least one verb must be specified");
    if (flags.list("resource").length === 0 && urls.length === 0) {
      throw new CommandError("one of resource or nonResourceURL must be specified");
    }
    const rules = await rulesOf(call);
    return { rules: urls.length > 0 ? [...rules, { verbs, nonResourceURLs: urls }] : rules };
  },
});

const subjectFlags = [
  array("user", "Usernames to bind to the role"),
  array("group", "Groups to bind to the role"),
  array("serviceaccount", "Service accounts to bind to the role, in the format <namespace>:<name>"),
];

function subjectsOf({ flags }: Call): object[] {
  const named = (kind: string, names: readonly string[]) =>
    names.map((name) => ({ kind, apiGroup: group, name }));
  const accounts = flags.list("serviceaccount").map((account) => {
    const [namespace = "", name = "", ...rest] = account.split(":");
    if (namespace === "" || name === "" || rest.length > 0) {
      throw new CommandError("serviceaccount must be <namespace>:<name>");
    }
    return { kind: "ServiceAccount", name, namespace };
  });
  return [
    ...named("User", flags.list("user")),
    ...named("Group", flags.list("group")),
    ...accounts,
  ];
}

export const roleBinding = createCommand({
  name: "rolebinding",
  apiVersion: `${group}/v1`,
  kind: "RoleBinding",
  usage:
    "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  short: "Create a RoleBinding for a particular Role or ClusterRole",
  flags: [
    text("clusterrole", "ClusterRole this RoleBinding should reference"),
    text("role", "Role this RoleBinding should reference"),
    ...subjectFlags,
  ],
  make(_, call) {
    const [wide, own] = [call.flags.string("clusterrole"), call.flags.string("role")];
    if ((wide === "") === (own === "")) {
      throw new CommandError("exactly one of clusterrole or role must be specified");
    }
    const kind = wide === "" ? "Role" : "ClusterRole";
    return {
      ...present({ subjects: subjectsOf(call) }),
      roleRef: { apiGroup: group, kind, name: wide || own },
    };
  },
});

export const clusterRoleBinding = createCommand({
  name: "clusterrolebinding",
  apiVersion: `${group}/v1`,
  kind: "ClusterRoleBinding",
  usage:
    "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  short: "Create a ClusterRoleBinding for a particular ClusterRole",
  flags: [
    text("clusterrole", "ClusterRole this ClusterRoleBinding should reference"),
    ...subjectFlags,
  ],
  required: ["clusterrole"],
  make: (_, call) => ({
    ...present({ subjects: subjectsOf(call) }),
    roleRef: { apiGroup: group, kind: "ClusterRole", name: call.flags.string("clusterrole") },
  }),
});
