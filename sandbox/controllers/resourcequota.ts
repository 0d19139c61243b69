// What is used of each quota, counted anew when it changes and when something goes. What comes is
// counted by admission.
// pkg/controller/resourcequota/{resource_quota_controller,resource_quota_monitor}.go.

import { equal } from "../api/clone.ts";
import { resources } from "../api/index.ts";
import { type KubeObject, keyOf, keyText, type NamespacedName } from "../api/meta.ts";
import type { Pod } from "../api/pod.ts";
import { isFinished } from "../api/pod-readiness.ts";
import { addQuantities, canonicalQuantity } from "../api/quantity.ts";
import { quotaCovers, quotaTracks, quotaUsage } from "../api/quota-usage.ts";
import { type Resource, servedVersions } from "../api/resource.ts";
import { type ResourceQuota, resourceQuotas } from "../api/resourcequota.ts";
import { isReason } from "../api/status.ts";
import {
  defineController,
  type Requeue,
  type Tools,
  type WakeRule,
  wakeOn,
} from "../client/controller.ts";
import type { Heard } from "../client/informer.ts";
import { Instants } from "./instants.ts";
import { byNamespace, indexByNamespace } from "./ownership.ts";

const counted = resources.filter(
  ({ namespaced, plural, verbs }) =>
    namespaced && plural !== "events" && (verbs?.includes("list") ?? true),
);

export const resourceQuota = defineController<Instants>({
  name: "resourcequota-controller",
  for: resourceQuotas,
  watches: counted.map(ruleFor),
  indexes: [indexByNamespace(resourceQuotas)],
  state: () => new Instants(),
  reconcile,
});

/** What goes, or no longer counts, is given back. */
function ruleFor(resource: Resource): WakeRule {
  return wakeOn(resource, (heard, cache) => {
    if (!isReplenished(resource, heard)) return [];
    const namespace = heard.before?.metadata.namespace ?? "";
    return cache
      .by(resourceQuotas, byNamespace, namespace)
      .filter((quota) => tracked(quota, resource).length > 0)
      .map(keyOf);
  });
}

function isReplenished({ group, plural }: Resource, { now, before }: Heard<KubeObject>): boolean {
  if (!before) return false;
  if (!now) return true;
  if (group !== "") return false;
  if (plural === "pods") return isFinished(now as Pod) && !isFinished(before as Pod);
  const changing = plural === "services" || plural === "persistentvolumeclaims";
  return changing && !equal(specOf(now), specOf(before));
}

const specOf = (object: KubeObject): unknown => (object as KubeObject & { spec?: unknown }).spec;

const tracked = ({ spec }: ResourceQuota, resource: Resource): string[] =>
  Object.keys(spec.hard ?? {}).filter((name) => quotaTracks(resource, name));

async function reconcile(
  key: NamespacedName,
  tools: Tools<Instants>,
): Promise<Requeue | undefined> {
  const { cache, client, clock, state } = tools;
  const known = cache.get(resourceQuotas, key);
  if (!known) {
    state.forget(keyText(key));
    return undefined;
  }
  const again = state.again(keyText(key), clock.now());
  if (again) return again;
  try {
    // Admission writes here, too: what is counted must be counted on top of its last word.
    const quota = await client.get(resourceQuotas, key);
    const used = await usageOf(quota, tools);
    const hard = quota.spec.hard ?? {};
    const status = { hard, used };
    if (!equal(status, quota.status)) {
      await client.updateStatus(resourceQuotas, { ...quota, status });
    }
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
  return undefined;
}

async function usageOf(
  quota: ResourceQuota,
  { client, clock, era }: Tools<Instants>,
): Promise<Record<string, string>> {
  const names = Object.keys(quota.spec.hard ?? {});
  const used = Object.fromEntries(names.map((name) => [name, "0"]));
  const { namespace = "" } = quota.metadata;
  for (const resource of counted) {
    const mine = tracked(quota, resource);
    if (mine.length === 0 || servedVersions(resource, era).length === 0) continue;
    const { items } = await client.list(resource, { namespace });
    for (const object of items) {
      if (!quotaCovers(quota, resource, object)) continue;
      const usage = quotaUsage(resource, object, clock.now());
      for (const name of mine) used[name] = addQuantities(used[name], usage[name]);
    }
  }
  return Object.fromEntries(
    Object.entries(used).map(([name, amount]) => [name, canonicalQuantity(amount)]),
  );
}
