// LimitRanges: what containers do not say of their resources is filled in, and what is too little
// or too much is refused. plugin/pkg/admission/limitranger/admission.go.

import { type LimitRange, type LimitRangeItem, limitRanges } from "../../api/limitrange.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import type { Container, Pod, ResourceRequirements } from "../../api/pod.ts";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  maxQuantity,
  parseQuantity,
} from "../../api/quantity.ts";
import type { ResourceList } from "../../api/resource-validation.ts";
import { type AdmissionPlugin, type Attributes, forbiddenBy, type ServerView } from "./plugin.ts";

export const limitRanger: AdmissionPlugin = {
  name: "LimitRanger",
  about: ["pods", "persistentvolumeclaims"],
  admit(attributes, server) {
    if (attributes.resource.plural !== "pods") return;
    for (const range of rangesFor(attributes, server)) fillIn(attributes.object as Pod, range);
  },
  validate(attributes, server) {
    for (const { spec } of rangesFor(attributes, server)) {
      const problems = (spec?.limits ?? []).flatMap((item) =>
        problemsOf(attributes.object as KubeObject, item),
      );
      const texts = [...new Set(problems)].map(server.era.words.core.limit);
      if (texts.length === 0) continue;
      throw forbiddenBy(attributes, texts.length === 1 ? `${texts[0]}` : `[${texts.join(", ")}]`);
    }
    return undefined;
  },
};

/** Containers do not change: pods are looked at when they are made. */
function rangesFor(attributes: Attributes, { list }: ServerView): readonly LimitRange[] {
  const { operation, resource, old, namespace } = attributes;
  if (operation === "delete" || old?.metadata.deletionTimestamp) return [];
  if (operation === "update" && resource.plural === "pods") return [];
  return list(limitRanges, namespace);
}

function fillIn(pod: Pod, { spec }: LimitRange): void {
  const requests: ResourceList = {};
  const limits: ResourceList = {};
  for (const item of spec?.limits ?? []) {
    if (item.type !== "Container") continue;
    Object.assign(requests, item.defaultRequest);
    Object.assign(limits, item.default);
  }
  const said: string[] = [];
  const fillAll = (containers: readonly Container[] | undefined, what: string) => {
    for (const container of containers ?? []) {
      const resources: ResourceRequirements = container.resources ?? {};
      const added = {
        request: without(requests, resources.requests),
        limit: without(limits, resources.limits),
      };
      if (added.request.length > 0) resources.requests = { ...requests, ...resources.requests };
      if (added.limit.length > 0) resources.limits = { ...limits, ...resources.limits };
      if (added.request.length + added.limit.length > 0) container.resources = resources;
      for (const [list, names] of Object.entries(added)) {
        if (names.length > 0)
          said.push(`${names.join(", ")} ${list} for ${what} ${container.name}`);
      }
    }
  };
  fillAll(pod.spec.containers, "container");
  fillAll(pod.spec.initContainers, "init container");
  if (said.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    "kubernetes.io/limit-ranger": `LimitRanger plugin set: ${said.join("; ")}`,
  };
}

const without = (given: ResourceList, own: ResourceList | undefined): string[] =>
  Object.keys(given)
    .filter((name) => !(name in (own ?? {})))
    .sort();

function problemsOf(object: KubeObject, item: LimitRangeItem): string[] {
  if (object.kind === "PersistentVolumeClaim") {
    if (item.type !== "PersistentVolumeClaim") return [];
    const { requests = {} } = (object as PersistentVolumeClaim).spec.resources ?? {};
    return [
      ...problems(minimum, item, { requests }),
      ...problems(maximumRequest, item, { requests }),
    ];
  }
  const { spec } = object as Pod;
  const all = [minimum, maximum, ratio];
  if (item.type === "Pod") {
    const used = { requests: total(spec, "requests"), limits: total(spec, "limits") };
    return all.flatMap((check) => problems(check, item, used));
  }
  if (item.type !== "Container") return [];
  return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources = {} }) =>
    all.flatMap((check) => problems(check, item, resources)),
  );
}

/** The sum of what all containers say, or more if an init container needs more. */
function total(
  { containers, initContainers }: Pod["spec"],
  list: "requests" | "limits",
): ResourceList {
  const amounts: Record<string, string> = {};
  const said = containers.map(({ resources }) => resources?.[list] ?? {});
  for (const name of new Set(said.flatMap(Object.keys))) {
    if (!said.every((each) => name in each)) continue;
    amounts[name] = said.reduce((sum, each) => addQuantities(sum, each[name]), "0");
  }
  for (const { resources } of initContainers ?? []) {
    for (const [name, amount] of Object.entries(resources?.[list] ?? {})) {
      amounts[name] = maxQuantity(amounts[name], amount);
    }
  }
  return amounts;
}

interface Check {
  readonly list: "min" | "max" | "maxLimitRequestRatio";
  problem(about: About): string | undefined;
}

/** One resource that is limited, and what is said of it. */
interface About {
  readonly name: string;
  readonly type: string;
  readonly enforced: string;
  readonly request: string | undefined;
  readonly limit: string | undefined;
}

function problems(check: Check, item: LimitRangeItem, said: ResourceRequirements): string[] {
  const enforced = item[check.list] ?? {};
  return Object.keys(enforced)
    .sort()
    .flatMap((name) => {
      const about = { name, type: item.type, enforced: enforced[name] as string };
      const [request, limit] = [said.requests?.[name], said.limits?.[name]];
      return check.problem({ ...about, request, limit }) ?? [];
    });
}

const isLess = (amount: string | undefined, than: string): boolean =>
  amount !== undefined && compareQuantities(amount, than) < 0;
const isMore = (amount: string | undefined, than: string): boolean =>
  amount !== undefined && compareQuantities(amount, than) > 0;

/** `maximum cpu usage per Container is 2`. */
const rule = (which: string, { name, type, enforced }: About): string =>
  `${which} ${name} usage per ${type} is ${canonicalQuantity(enforced)}`;

const minimum: Check = {
  list: "min",
  problem(about) {
    const { request, limit, enforced } = about;
    const text = rule("minimum", about);
    if (request === undefined) return `${text}.  No request is specified`;
    if (isLess(request, enforced)) return `${text}, but request is ${canonicalQuantity(request)}`;
    if (limit === undefined || !isLess(limit, enforced)) return undefined;
    return `${text}, but limit is ${canonicalQuantity(limit)}`;
  },
};

const maximum: Check = {
  list: "max",
  problem(about) {
    const { request, limit, enforced } = about;
    const text = rule("maximum", about);
    if (limit === undefined) return `${text}.  No limit is specified`;
    if (isMore(limit, enforced)) return `${text}, but limit is ${canonicalQuantity(limit)}`;
    if (request === undefined || !isMore(request, enforced)) return undefined;
    return `${text}, but request is ${canonicalQuantity(request)}`;
  },
};

const maximumRequest: Check = {
  list: "max",
  problem(about) {
    const { request, enforced } = about;
    const text = rule("maximum", about);
    if (request === undefined) return `${text}.  No request is specified`;
    return isMore(request, enforced)
      ? `${text}, but request is ${canonicalQuantity(request)}`
      : undefined;
  },
};

const ratio: Check = {
  list: "maxLimitRequestRatio",
  problem({ name, type, enforced, request, limit }) {
    const text = `${name} max limit to request ratio per ${type} is ${canonicalQuantity(enforced)}`;
    const [less, more, allowed] = [numberOf(request), numberOf(limit), numberOf(enforced)];
    if (less === 0) return `${text}, but no request is specified or request is 0`;
    if (more === 0) return `${text}, but no limit is specified or limit is 0`;
    const found = more / less;
    return found > allowed ? `${text}, but provided ratio is ${found.toFixed(6)}` : undefined;
  },
};

const numberOf = (amount: string | undefined): number =>
  Number(parseQuantity(amount ?? "0")?.nano ?? 0n) / 1e9;
