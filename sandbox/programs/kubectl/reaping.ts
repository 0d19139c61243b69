// How kubectl deleted workloads until 1.10, itself: it scales them to nothing, waits until their
// pods have gone, and deletes what is left. pkg/kubectl/delete.go of 1.5 and 1.10.

import type { KubeList, KubeObject, LabelSelector } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import { isReason } from "../../api/status.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { formatSelector } from "./describe/lines.ts";
import type { Target } from "./server/rest.ts";

type Scaled = KubeObject & {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector };
  readonly status?: { readonly replicas?: number };
};

const POLL_MS = 1_000;
const PATIENCE_MS = 300_000;
const PER_REPLICA_MS = 10_000;

/** Leaves an object without pods. */
export async function reap(kubectl: Kubectl, target: Target): Promise<void> {
  const { rest, process } = kubectl;
  const found = await read(kubectl, target);
  if (!found) return;
  const replicas = found.spec.replicas ?? 1;
  if (replicas > 0) {
    await rest.patch(target, { kind: "merge", body: { spec: { replicas: 0 } } });
  }
  const end = process.clock.now() + PATIENCE_MS + replicas * PER_REPLICA_MS;
  while (process.clock.now() < end) {
    const now = await read(kubectl, target);
    if (!now || (now.status?.replicas ?? 0) === 0) break;
    await process.sleep(POLL_MS);
  }
  if (target.mapping.kind === "StatefulSet") await deletePods(kubectl, target, found);
}

async function read({ rest }: Kubectl, target: Target): Promise<Scaled | undefined> {
  try {
    return await rest.get<Scaled>(target);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    return undefined;
  }
}

/** Whatever the set's selector still finds. */
async function deletePods(kubectl: Kubectl, { namespace }: Target, set: Scaled): Promise<void> {
  const mapping = await kubectl.discovery.find("pods");
  const query = { labelSelector: formatSelector(set.spec.selector) };
  const { items } = await kubectl.rest.list<KubeList<Pod>>(mapping, namespace, { query });
  for (const { metadata } of items) {
    try {
      await kubectl.rest.delete({ mapping, namespace, name: metadata.name }, {});
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
}
