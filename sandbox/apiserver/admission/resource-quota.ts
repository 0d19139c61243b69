// Quotas: what would exceed one is refused, what does not is added to what is used. The controller
// counts again from time to time. plugin/pkg/admission/resourcequota/controller.go.

import type { KubeObject } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  subtractQuantities,
} from "../../api/quantity.ts";
import { quotaCovers, quotaTracks, quotaUsage, unsaidForQuota } from "../../api/quota-usage.ts";
import type { ResourceList } from "../../api/resource-validation.ts";
import { type ResourceQuota, resourceQuotas } from "../../api/resourcequota.ts";
import { type AdmissionPlugin, type Attributes, forbiddenBy, type ServerView } from "./plugin.ts";

/** Kinds of which an update can change what they use. */
const changing = ["services", "persistentvolumeclaims"];

export const resourceQuota: AdmissionPlugin = {
  name: "ResourceQuota",
  validate(attributes, server) {
    const { operation, resource, namespace, dryRun } = attributes;
    if (!namespace || operation === "delete" || resource.plural === "events") return undefined;
    if (operation === "update" && !changing.includes(resource.plural)) return undefined;
    const object = attributes.object as KubeObject;
    const quotas = server
      .list(resourceQuotas, namespace)
      .filter((quota) => concerns(quota, attributes, object));
    if (quotas.length === 0) return undefined;
    for (const quota of quotas) checkSaid(quota, attributes, server);
    const asked = increase(attributes, server.now());
    if (Object.values(asked).every((amount) => compareQuantities(amount, "0") === 0)) {
      return undefined;
    }
    const charged = quotas.map((quota) => charge(quota, { asked, attributes, server }));
    if (dryRun) return undefined;
    for (const quota of charged) server.account(resourceQuotas, quota);
    return () => {
      for (const quota of quotas) server.account(resourceQuotas, quota);
    };
  },
};

const tracked = ({ status }: ResourceQuota, { resource }: Attributes): string[] =>
  Object.keys(status?.hard ?? {})
    .filter((name) => quotaTracks(resource, name))
    .sort();

/** By what it limits and by its scopes. */
function concerns(quota: ResourceQuota, attributes: Attributes, object: KubeObject): boolean {
  return tracked(quota, attributes).length > 0 && quotaCovers(quota, attributes.resource, object);
}

function checkSaid(quota: ResourceQuota, attributes: Attributes, { era }: ServerView): void {
  const { refusal, quotaNeeds } = era.words.core;
  const { name } = quota.metadata;
  const names = tracked(quota, attributes);
  if (attributes.resource.plural === "pods") {
    const unsaid = unsaidForQuota(attributes.object as Pod, names);
    if (unsaid.size > 0) {
      throw forbiddenBy(attributes, refusal(`failed quota: ${name}: ${quotaNeeds(unsaid)}`));
    }
  }
  if (names.some((each) => quota.status?.used?.[each] === undefined)) {
    const text = `status unknown for quota: ${name}, resources: ${names.join(",")}`;
    throw forbiddenBy(attributes, refusal(text));
  }
}

/** How much more is used after the request than before it. */
function increase({ resource, object, old }: Attributes, now: number): ResourceList {
  const after = quotaUsage(resource, object as KubeObject, now);
  if (!old) return after;
  const before = quotaUsage(resource, old, now);
  const names = Object.keys(after);
  return Object.fromEntries(
    names.map((name) => [name, subtractQuantities(after[name], before[name])]),
  );
}

interface Charge {
  readonly asked: ResourceList;
  readonly attributes: Attributes;
  readonly server: ServerView;
}

/** The quota with what is asked added to what is used. */
function charge(quota: ResourceQuota, { asked, attributes, server }: Charge): ResourceQuota {
  const { hard = {}, used = {} } = quota.status ?? {};
  const names = Object.keys(hard).filter((name) => name in asked);
  const total = Object.fromEntries(
    names.map((name) => [name, addQuantities(used[name], asked[name])]),
  );
  const exceeded = names
    .filter((name) => compareQuantities(total[name] ?? "0", hard[name] ?? "0") > 0)
    .sort();
  if (exceeded.length > 0) {
    const list = (amounts: ResourceList) =>
      exceeded.map((name) => `${name}=${canonicalQuantity(amounts[name] ?? "0")}`).join(",");
    const text = `exceeded quota: ${quota.metadata.name}, requested: ${list(asked)}, used: ${list(used)}, limited: ${list(hard)}`;
    throw forbiddenBy(attributes, server.era.words.core.refusal(text));
  }
  return { ...quota, status: { ...quota.status, used: { ...used, ...total } } };
}
