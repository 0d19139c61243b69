// Which ReplicaSet is a Deployment's newest, what it is called, and the annotations that keep the
// history. pkg/controller/deployment/util/deployment_util.go, pkg/controller/controller_utils.go
// ComputeHash.

import { equal } from "../../api/clone.ts";
import type { Deployment } from "../../api/deployment.ts";
import type { Era } from "../../api/era.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { PodTemplate } from "../../api/pod.ts";
import type { ReplicaSet } from "../../api/replicaset.ts";
import { fnv32a, safeEncode } from "../../sim/hash.ts";
import {
  byCreation,
  desiredAnnotation,
  maximumAnnotation,
  maxSurge,
  replicasOf,
} from "./proportions.ts";

export const hashLabel = "pod-template-hash";
export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
export const rollbackAnnotation = "deprecated.deployment.rollback.to";
const HISTORY_LIMIT = 2000;

type Annotations = Record<string, string>;

/** Annotations that belong to one of the two objects and do not go to the other. */
const own = [
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maximumAnnotation,
  rollbackAnnotation,
];

// differs: the hash of a pod template is another one than upstream's, which hashes a dump of Go
// structs.
/**
 * What tells the pods of one template from those of another: for labels, and for the set's name.
 */
export function templateHash(
  { spec, status }: Deployment,
  era: Era,
): { readonly label: string; readonly name: string } {
  const text = canonical(spec.template) + (status.collisionCount ?? "");
  const sum = String(fnv32a(new TextEncoder().encode(text)));
  const encoded = safeEncode(sum);
  return {
    label: era.behaviors.has("encoded-template-hashes") ? encoded : sum,
    name: era.behaviors.has("encoded-replica-set-names") ? encoded : sum,
  };
}

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}

/** Equal but for the label with the hash. */
export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return equal(a.spec, b.spec) && equal(withoutHash(a), withoutHash(b));
}

/** A template's metadata without the label with the hash. */
export function withoutHash({ metadata }: PodTemplate): NonNullable<PodTemplate["metadata"]> {
  const { [hashLabel]: _hash, ...labels } = metadata?.labels ?? {};
  const { labels: _labels, ...rest } = metadata ?? {};
  return Object.keys(labels).length > 0 ? { ...rest, labels } : rest;
}

/** The set that has the Deployment's template; the oldest, should there be two. */
export const newestSet = (
  { spec }: Deployment,
  sets: readonly ReplicaSet[],
): ReplicaSet | undefined =>
  [...sets].sort(byCreation).find((set) => sameTemplate(set.spec.template, spec.template));

export const revisionOf = ({ metadata }: KubeObject): number =>
  Number(metadata.annotations?.[revisionAnnotation] ?? 0);

export const maxRevision = (sets: readonly ReplicaSet[]): number =>
  Math.max(0, ...sets.map(revisionOf));

/** The revision before the last. */
export const lastRevision = (sets: readonly ReplicaSet[]): number =>
  sets.map(revisionOf).sort((a, b) => b - a)[1] ?? 0;

/** The annotations of the newest set: the Deployment's, its revision, and what it was before. */
export function annotationsOfNewest(
  deployment: Deployment,
  set: { readonly annotations: Annotations; readonly isNew: boolean },
  revision: number,
): Annotations {
  const annotations: Annotations = { ...set.annotations };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!own.includes(key)) annotations[key] = value;
  }
  const before = annotations[revisionAnnotation];
  if (Number(before ?? 0) < revision) {
    annotations[revisionAnnotation] = String(revision);
    if (before !== undefined) {
      const history = historyWith(annotations[historyAnnotation], before);
      if (history !== undefined) annotations[historyAnnotation] = history;
    }
  }
  return set.isNew ? { ...annotations, ...sizeAnnotations(deployment) } : annotations;
}

/** The revisions that a set had, oldest first, and no more of them than there is room for. */
function historyWith(history: string | undefined, revision: string): string | undefined {
  if (!history) return revision;
  const revisions = history.split(",");
  while (revisions.length > 0 && [...revisions, revision].join(",").length > HISTORY_LIMIT) {
    revisions.shift();
  }
  return [...revisions, revision].join(",");
}

export function sizeAnnotations(deployment: Deployment): Annotations {
  const desired = replicasOf(deployment);
  return {
    [desiredAnnotation]: String(desired),
    [maximumAnnotation]: String(desired + maxSurge(deployment)),
  };
}

/** A Deployment's annotations after it went back to what a set has. */
export function annotationsAfterRollback(deployment: Deployment, set: ReplicaSet): Annotations {
  const isOwn = ([key]: readonly [string, string]) => own.includes(key);
  const mine = Object.entries(deployment.metadata.annotations ?? {}).filter(isOwn);
  const theirs = Object.entries(set.metadata.annotations ?? {}).filter((each) => !isOwn(each));
  return Object.fromEntries([...mine, ...theirs]);
}
