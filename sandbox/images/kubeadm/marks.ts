// How nodes are marked by what they are for. cmd/kubeadm/app/phases/markcontrolplane.

import type { Era } from "../../api/era.ts";
import type { Taint } from "../../api/node.ts";
import { releaseOf } from "./release.ts";

export interface Marked {
  /** `control-plane`, or any word that `get nodes` then shows. */
  readonly roles: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `key=value:Effect` */
  readonly taints: readonly string[];
}

export interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

export function marksOf(era: Era, { roles, labels, taints }: Marked): Marks {
  const keys = roles.flatMap((role) =>
    role === "control-plane"
      ? [
          ...releaseOf(era).controlPlaneKeys,
          "node.kubernetes.io/exclude-from-external-load-balancers",
        ]
      : [`node-role.kubernetes.io/${role}`],
  );
  return {
    labels: { ...Object.fromEntries(keys.map((key) => [key, ""])), ...labels },
    taints: taints.map(parseTaint),
  };
}

function parseTaint(text: string): Taint {
  const [, key = "", value = "", effect = ""] = /^([^=:]+)=?([^:]*):(\w+)$/.exec(text) ?? [];
  return { key, ...(value && { value }), effect: effect as Taint["effect"] };
}
