// What objects count for in a quota: how many they are, and what they ask for. Shared by the plugin
// that refuses and the controller that counts again. pkg/quota/v1, pkg/quota/v1/evaluator/core.

import type { KubeObject } from "./meta.ts";
import { classOfClaim, type PersistentVolumeClaim } from "./persistentvolumeclaim.ts";
import type { Pod } from "./pod.ts";
import { qosClass } from "./pod-qos.ts";
import { addQuantities, maxQuantity } from "./quantity.ts";
import type { Resource } from "./resource.ts";
import { isExtendedResource, type ResourceList } from "./resource-validation.ts";
import type { ResourceQuota, ScopeRequirement } from "./resourcequota.ts";
import type { Service } from "./service.ts";
import { qualified } from "./status.ts";

type Amounts = Record<string, string>;

/** Kinds that have been counted under their own name before everything was under `count/…`. */
const alsoCounted = ["configmaps", "resourcequotas", "replicationcontrollers", "secrets"];

const STORAGE_CLASS = ".storageclass.storage.k8s.io/";

/** What an object uses now. */
export function quotaUsage(resource: Resource, object: KubeObject, now: number): ResourceList {
  const counted: Amounts = { [`count/${qualified(resource)}`]: "1" };
  if (resource.group !== "") return counted;
  switch (resource.plural) {
    case "pods":
      return isCharged(object as Pod, now) ? { ...counted, ...podUsage(object as Pod) } : counted;
    case "services":
      return { ...counted, ...serviceUsage(object as Service) };
    case "persistentvolumeclaims":
      return { ...counted, ...claimUsage(object as PersistentVolumeClaim) };
    default:
      if (alsoCounted.includes(resource.plural)) counted[resource.plural] = "1";
      return counted;
  }
}

/** A pod that has ended, or should have long ago, is not charged any more. */
function isCharged({ metadata, status }: Pod, now: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return false;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  if (!deletionTimestamp) return true;
  return now <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function podUsage({ spec }: Pod): Amounts {
  const total = (list: "requests" | "limits"): Amounts => {
    const sum: Amounts = {};
    for (const { resources } of spec.containers) {
      for (const [name, amount] of Object.entries(resources?.[list] ?? {})) {
        sum[name] = addQuantities(sum[name], amount);
      }
    }
    for (const { resources } of spec.initContainers ?? []) {
      for (const [name, amount] of Object.entries(resources?.[list] ?? {})) {
        sum[name] = maxQuantity(sum[name], amount);
      }
    }
    return sum;
  };
  return computeUsage(total("requests"), total("limits"));
}

function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage: Amounts = { pods: "1" };
  for (const name of ["cpu", "memory", "ephemeral-storage"]) {
    const [request, limit] = [requests[name], limits[name]];
    if (request !== undefined) {
      usage[name] = request;
      usage[`requests.${name}`] = request;
    }
    if (limit !== undefined) usage[`limits.${name}`] = limit;
  }
  for (const [name, request] of Object.entries(requests)) {
    const huge = name.startsWith("hugepages-");
    if (huge) usage[name] = request;
    if (huge || isExtendedResource(name)) usage[`requests.${name}`] = request;
  }
  return usage;
}

function serviceUsage({ spec }: Service): Amounts {
  const external = spec.type === "NodePort" || spec.type === "LoadBalancer";
  return {
    services: "1",
    "services.loadbalancers": spec.type === "LoadBalancer" ? "1" : "0",
    "services.nodeports": external ? String(spec.ports?.length ?? 0) : "0",
  };
}

function claimUsage(claim: PersistentVolumeClaim): Amounts {
  const storageClass = classOfClaim(claim);
  const usage: Amounts = { persistentvolumeclaims: "1" };
  const storage = claim.spec.resources?.requests?.["storage"];
  if (storage !== undefined) usage["requests.storage"] = storage;
  if (!storageClass) return usage;
  const ofClass = Object.entries(usage).map(([name, amount]) => [
    storageClass + STORAGE_CLASS + name,
    amount,
  ]);
  return { ...usage, ...Object.fromEntries(ofClass) };
}

const podResources =
  /^(pods|(requests\.|limits\.)?(cpu|memory|ephemeral-storage)|(requests\.)?hugepages-.*)$/;

/** True if what a quota limits under this name is used by such objects. */
export function quotaTracks(resource: Resource, name: string): boolean {
  if (name === `count/${qualified(resource)}`) return true;
  if (resource.group !== "") return false;
  switch (resource.plural) {
    case "pods":
      return podResources.test(name) || /^requests\..*\//.test(name);
    case "services":
      return /^services(\.nodeports|\.loadbalancers)?$/.test(name);
    case "persistentvolumeclaims":
      return /^(.*\.storageclass\.storage\.k8s\.io\/)?(persistentvolumeclaims|requests\.storage)$/.test(
        name,
      );
    default:
      return name === resource.plural && alsoCounted.includes(name);
  }
}

/** True if a quota with these scopes is about the object at all. */
export function quotaCovers(
  { spec }: ResourceQuota,
  resource: Resource,
  object: KubeObject,
): boolean {
  const requirements: ScopeRequirement[] = [
    ...(spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" as const })),
    ...(spec.scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  if (resource.plural !== "pods") return false;
  return requirements.every((requirement) => inScope(object as Pod, requirement));
}

function inScope(pod: Pod, { scopeName, operator, values = [] }: ScopeRequirement): boolean {
  const { activeDeadlineSeconds, priorityClassName = "" } = pod.spec;
  switch (scopeName) {
    case "Terminating":
      return activeDeadlineSeconds !== undefined;
    case "NotTerminating":
      return activeDeadlineSeconds === undefined;
    case "BestEffort":
      return qosClass(pod) === "BestEffort";
    case "NotBestEffort":
      return qosClass(pod) !== "BestEffort";
    case "PriorityClass": {
      const named = priorityClassName !== "";
      if (operator === "Exists") return named;
      if (operator === "DoesNotExist") return !named;
      return values.includes(priorityClassName) === (operator === "In");
    }
    default:
      return false;
  }
}

const mustBeSaid = [
  "cpu",
  "memory",
  "requests.cpu",
  "requests.memory",
  "limits.cpu",
  "limits.memory",
];

/** What a quota of these resources makes every container say, and the containers that do not. */
export function unsaidForQuota(pod: Pod, names: readonly string[]): Map<string, string[]> {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const unsaid = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    if (!mustBeSaid.includes(name)) continue;
    const silent = containers
      .filter(
        ({ resources }) =>
          !(name in computeUsage(resources?.requests ?? {}, resources?.limits ?? {})),
      )
      .map((container) => container.name);
    if (silent.length > 0) unsaid.set(name, [...new Set(silent)].sort());
  }
  return unsaid;
}
