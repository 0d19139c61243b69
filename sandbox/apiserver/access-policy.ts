// What everyone may do in a new cluster: the roles that upstream's server makes, as far as people
// use them. plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
// differs: parts of the control plane need no roles here, they may do everything.

import type { ClusterRole, PolicyRule } from "../api/role.ts";
import type { ClusterRoleBinding } from "../api/rolebinding.ts";

const read = ["get", "list", "watch"];
const write = ["create", "delete", "deletecollection", "patch", "update"];

/** Kinds by group that people work with in a namespace. */
const workingKinds: Readonly<Record<string, string>> = {
  "": "configmaps endpoints persistentvolumeclaims pods replicationcontrollers replicationcontrollers/scale serviceaccounts services",
  apps: "daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
  autoscaling: "horizontalpodautoscalers",
  batch: "cronjobs jobs",
  extensions:
    "daemonsets deployments deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale",
  "networking.k8s.io": "ingresses networkpolicies",
  policy: "poddisruptionbudgets",
};

/** What they may only look at. */
const shownKinds: Readonly<Record<string, string>> = {
  "": "bindings events limitranges namespaces namespaces/status persistentvolumeclaims/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status services/status",
  apps: "controllerrevisions daemonsets/status deployments/status replicasets/status statefulsets/status",
  autoscaling: "horizontalpodautoscalers/status",
  batch: "cronjobs/status jobs/status",
  "networking.k8s.io": "ingresses/status",
  policy: "poddisruptionbudgets/status",
};

const rule = (verbs: readonly string[], group: string, resources: string): PolicyRule => ({
  verbs: [...verbs],
  apiGroups: [group],
  resources: resources.split(" "),
});

const rules = (verbs: readonly string[], kinds: Readonly<Record<string, string>>): PolicyRule[] =>
  Object.entries(kinds).map(([group, resources]) => rule(verbs, group, resources));

const view = [...rules(read, workingKinds), ...rules(read, shownKinds)];
const inside = "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy";
const edit = [
  rule(read, "", inside),
  rule(["impersonate"], "", "serviceaccounts"),
  rule(write, "", inside),
  rule(["create"], "", "pods/eviction"),
  ...rules(write, workingKinds),
  ...view,
];
const admin = [
  rule(["create"], "authorization.k8s.io", "localsubjectaccessreviews"),
  rule([...read, ...write], "rbac.authorization.k8s.io", "rolebindings roles"),
  ...edit,
];
const health = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const discovery = ["/api", "/api/*", "/apis", "/apis/*", ...health, "/openapi", "/openapi/*"];

const paths = (urls: readonly string[], verbs: readonly string[] = ["get"]): PolicyRule => ({
  verbs: [...verbs],
  nonResourceURLs: [...urls],
});

const rolesByName: Readonly<Record<string, PolicyRule[]>> = {
  "cluster-admin": [rule(["*"], "*", "*"), paths(["*"], ["*"])],
  admin,
  edit,
  view,
  "system:basic-user": [
    rule(["create"], "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
  ],
  "system:discovery": [paths(discovery)],
  "system:public-info-viewer": [paths(health)],
};

/** The groups that have a role of the same name as the binding. */
const groupsByRole: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": ["system:masters"],
  "system:basic-user": ["system:authenticated"],
  "system:discovery": ["system:authenticated"],
  "system:public-info-viewer": ["system:authenticated", "system:unauthenticated"],
};

const rbac = { group: "rbac.authorization.k8s.io", version: "rbac.authorization.k8s.io/v1" };

const metadata = (name: string) => ({
  name,
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
  annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
});

export const bootstrapRoles = (): ClusterRole[] =>
  Object.entries(rolesByName).map(([name, rules]) => ({
    apiVersion: rbac.version,
    kind: "ClusterRole",
    metadata: metadata(name),
    rules,
  }));

export const bootstrapBindings = (): ClusterRoleBinding[] =>
  Object.entries(groupsByRole).map(([name, groups]) => ({
    apiVersion: rbac.version,
    kind: "ClusterRoleBinding",
    metadata: metadata(name),
    subjects: groups.map((group) => ({ kind: "Group", apiGroup: rbac.group, name: group })),
    roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name },
  }));
