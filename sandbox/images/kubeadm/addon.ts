// What addons are given, and the objects that all of them have.

import type { Era } from "../../api/era.ts";
import type { KubeObject } from "../../api/meta.ts";

export interface AddonOptions {
  readonly era: Era;
  /** The address of the cluster's DNS: `10.96.0.10`. */
  readonly dns: string;
  /** `cluster.local` */
  readonly domain: string;
  /** Where pods have their addresses: `10.244.0.0/16`. */
  readonly podRange: string;
  /** Where the API server listens: `https://10.0.0.10:6443`. */
  readonly server: string;
}

/** An object of the namespace kube-system; `type` is `apps/v1 Deployment`. */
export function inKubeSystem(
  type: string,
  name: string,
  rest: { readonly metadata?: object; readonly [field: string]: unknown } = {},
): KubeObject {
  const [apiVersion = "", kind = ""] = type.split(" ");
  return { ...rest, apiVersion, kind, metadata: { ...rest.metadata, name, namespace: SYSTEM } };
}

const SYSTEM = "kube-system";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

/** A role that may list and watch things, and its binding to a service account of kube-system. */
export function bind(role: string, account: string, rules: readonly Rule[]): KubeObject[] {
  const verbs = ["list", "watch"];
  return [
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" },
      metadata: { name: role },
      ...{ rules: rules.map((rule) => ({ ...rule, verbs })) },
    },
    bound(role, role, account),
  ];
}

/** Gives an account of kube-system a role. */
export const bound = (name: string, role: string, account: string): KubeObject => ({
  ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name } },
  ...{ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role } },
  ...{ subjects: [{ kind: "ServiceAccount", name: account, namespace: SYSTEM }] },
});
