// What a manifest's objects were when they were last applied, and what they would be: both written
// in one way, so that a comparison shows what matters.

import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../sandbox/api/meta.ts";
import { writeYaml } from "../../sandbox/api/yaml/write.ts";
import { type ClusterState, keyOf } from "../session/history.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";

export interface Comparison {
  /** Empty if nothing of it exists yet. */
  readonly before: string;
  readonly after: string;
}

/** Undefined if the text cannot be read as objects: then `kubectl` says why. */
export function comparisonOf(text: string, state: ClusterState): Comparison | undefined {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0))
    return undefined;
  const wanted = documents.map((one) => one.toJS() as unknown).filter(isObject);
  if (wanted.length === 0) return undefined;
  const there = wanted.flatMap((object) => {
    const found = state.objects.get(object.kind);
    const key = keyOf(object);
    return found?.get(key) ?? found?.get(`default${key}`) ?? [];
  });
  return {
    before: there.map((object) => writeYaml(sorted(written(object)))).join("---\n"),
    after: wanted.map((object) => writeYaml(sorted(object))).join("---\n"),
  };
}

const isObject = (value: unknown): value is KubeObject => {
  const object = value as Partial<KubeObject> | null;
  return typeof object?.kind === "string" && typeof object.metadata?.name === "string";
};

/** What somebody wrote of it: what was applied, or without that what is not the server's. */
function written(object: KubeObject): object {
  const { annotations, ...metadata } = object.metadata;
  const applied = annotations?.[annotation];
  if (applied) {
    const { metadata: head, ...rest } = JSON.parse(applied) as KubeObject;
    const { annotations: own, namespace, ...named } = head;
    const isUsual = namespace === "default" || namespace === undefined;
    const kept = own && Object.keys(own).length > 0 ? { annotations: own } : {};
    return { ...rest, metadata: { ...named, ...(!isUsual && { namespace }), ...kept } };
  }
  const { status: _, ...rest } = object as KubeObject & { status?: unknown };
  const { name, namespace, labels } = metadata;
  return {
    ...rest,
    metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }) },
  };
}

const first = ["apiVersion", "kind", "metadata", "name"];
const rank = (key: string): number => (first.includes(key) ? first.indexOf(key) : first.length);

/** Maps in one order, all the way down. */
function sorted(value: unknown): object {
  return order(value) as object;
}

function order(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(order);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  entries.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, order(inner)]));
}
