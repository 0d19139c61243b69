// What kubeadm puts into a new cluster: its addons, and the control plane as pods of its first
// node.

import { Unreachable } from "../../api/http.ts";
import { resources } from "../../api/index.ts";
import { formatIPv4, parseCidr } from "../../api/ip.ts";
import type { KubeObject } from "../../api/meta.ts";
import { apiRoot } from "../../api/resource.ts";
import { isReason } from "../../api/status.ts";
import { Client } from "../../client/client.ts";
import type { Target } from "../../machine/network.ts";
import type { Program } from "../../machine/process.ts";
import { present } from "../../sim/assert.ts";
import type { AddonOptions } from "./addon.ts";
import { coredns } from "./coredns.ts";
import { kubeDns } from "./kube-dns.ts";
import { kubeProxy } from "./kube-proxy.ts";

type Addon = (options: AddonOptions) => readonly KubeObject[];

export const addons: Readonly<Record<string, Addon>> = {
  coredns,
  "kube-dns": kubeDns,
  "kube-proxy": kubeProxy,
};

export interface InstallerOptions extends AddonOptions {
  readonly names: readonly string[];
  /** The API server. */
  readonly target: Target;
}

const RETRY_MS = 1_000;

/**
 * `kubeadm init phase addon`: creates the objects of addons, as soon as the API answers. What is
 * there already is left as it is; names that are no addons are passed over.
 */
export function addonInstaller({ names, target, ...options }: InstallerOptions): Program {
  return async (process) => {
    const client = new Client({
      handler: (request) => process.network.request(target, request),
      certificate: { commonName: "kubernetes-admin", organizations: ["system:masters"] },
      ...{ era: options.era, userAgent: "kubeadm" },
    });
    for (const object of names.flatMap((name) => addons[name]?.(options) ?? [])) {
      while (!(await wasCreated(client, object))) await process.sleep(RETRY_MS);
    }
    return 0;
  };
}

async function wasCreated(client: Client, body: KubeObject): Promise<boolean> {
  const resource = present(
    resources.find(({ kind }) => kind === body.kind),
    `the kind ${body.kind}`,
  );
  const { namespace } = body.metadata;
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  // Under the version in which it is written, whichever others the era has.
  const path = `${apiRoot(body.apiVersion)}${place}/${resource.plural}`;
  try {
    await client.send({ method: "POST", path, body });
  } catch (error) {
    if (error instanceof Unreachable) return false;
    if (!isReason(error, "AlreadyExists")) throw error;
  }
  return true;
}

/** The tenth address of the services' range. */
export function dnsAddress(serviceRange: string): string {
  return formatIPv4(present(parseCidr(serviceRange), "the services' range").first + 10);
}

const dnsAddons: readonly string[] = ["coredns", "kube-dns"];

/** True if one of these addons is the cluster's DNS. */
export const haveDns = (names: readonly string[]): boolean =>
  names.some((name) => dnsAddons.includes(name));

export type { AddonOptions } from "./addon.ts";
export { type Marked, marksOf } from "./marks.ts";
