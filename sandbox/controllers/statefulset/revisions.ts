// The revisions of a set's template: which one its pods have, and which they are to have.
// pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions, truncateHistory.

import { clone } from "../../api/clone.ts";
import { type ControllerRevision, controllerRevisions } from "../../api/controllerrevision.ts";
import { selectorOf } from "../../api/labels.ts";
import { controllerOf, keyOf } from "../../api/meta.ts";
import type { Pod, PodTemplate } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import { statefulSets } from "../../api/statefulset.ts";
import { isReason } from "../../api/status.ts";
import type { Tools } from "../../client/controller.ts";
import {
  adoptRevision,
  type NewRevision,
  newRevision,
  renumber,
  revisionsOf,
  sameData,
  saveRevision,
} from "../history.ts";
import { revisionLabel } from "./identity.ts";

export interface Revisions {
  /** What the pods had before the update that is under way. */
  readonly current: ControllerRevision;
  /** What all pods are to have in the end. */
  readonly update: ControllerRevision;
  readonly collisions: number;
  /** All there are, oldest first. */
  readonly all: readonly ControllerRevision[];
}

/** Those that match the set and are nobody's become its own. */
export async function adoptRevisions(set: StatefulSet, tools: Tools<unknown>): Promise<void> {
  const orphans = listRevisions(set, tools).filter((revision) => !controllerOf(revision));
  if (orphans.length === 0) return;
  const { metadata } = await tools.client.get(statefulSets, keyOf(set));
  if (metadata.uid !== set.metadata.uid || metadata.deletionTimestamp) return;
  for (const revision of orphans) await adoptRevision(set, revision, tools);
}

const listRevisions = (set: StatefulSet, tools: Tools<unknown>): ControllerRevision[] =>
  revisionsOf(set, selectorOf(set.spec.selector) ?? [], tools);

export async function findRevisions(set: StatefulSet, tools: Tools<unknown>): Promise<Revisions> {
  const all = listRevisions(set, tools);
  const newest = all.at(-1);
  const collisions = set.status.collisionCount ?? 0;
  const wanted: NewRevision = {
    owner: set,
    data: dataOf(set.spec.template),
    labels: set.spec.template.metadata?.labels ?? {},
    revision: (newest?.revision ?? 0) + 1,
  };
  const draft = newRevision(wanted, collisions);
  const current = (update: ControllerRevision) =>
    all.find(({ metadata }) => metadata.name === set.status.currentRevision) ?? update;
  const equal = all.findLast((revision) => sameData(revision, draft));
  if (equal) {
    const update =
      newest && sameData(newest, equal) ? newest : await renumber(equal, wanted.revision, tools);
    return { all, collisions, update, current: current(update) };
  }
  const saved = await saveRevision(wanted, collisions, tools);
  return {
    all,
    collisions: saved.collisions,
    update: saved.revision,
    current: current(saved.revision),
  };
}

/** The set as it was with this revision. */
export function atRevision(set: StatefulSet, { data }: ControllerRevision): StatefulSet {
  const { template } = (data as { spec: { template: PodTemplate & { $patch?: string } } }).spec;
  const { $patch: _patch, ...rest } = template;
  return { ...set, spec: { ...set.spec, template: asDecoded(rest) } };
}

/** The template as Go reads it, where an empty struct is none. */
function asDecoded(template: PodTemplate): PodTemplate {
  const { metadata, spec } = clone(template);
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    if (Object.keys(container.resources ?? {}).length === 0) delete container.resources;
    for (const { valueFrom } of container.env ?? []) {
      if (valueFrom?.resourceFieldRef?.divisor === "0") delete valueFrom.resourceFieldRef.divisor;
    }
  }
  const { creationTimestamp: _none, ...rest } = metadata ?? {};
  return { metadata: rest, spec };
}

/** What a revision keeps: a patch that puts the template in the place of any other. */
export function dataOf(template: PodTemplate): object {
  return { spec: { template: { ...asEncoded(template), $patch: "replace" } } };
}

/** The template as Go writes it, which writes some fields even if they say nothing. */
function asEncoded(template: PodTemplate): PodTemplate {
  const { metadata, spec } = clone(template);
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    container.resources ??= {};
    for (const { valueFrom } of container.env ?? []) {
      if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= "0";
    }
  }
  return { metadata: { ...metadata, ...noTime }, spec };
}

/** The type of metadata knows no null; the text has one. */
const noTime = { creationTimestamp: null } as object;

/** Deletes the oldest that neither the set nor a pod needs, beyond as many as are to be kept. */
export async function truncateHistory(
  set: StatefulSet,
  { revisions, pods }: { revisions: Revisions; pods: readonly Pod[] },
  { client }: Tools<unknown>,
): Promise<void> {
  const { all, current, update } = revisions;
  const limit = set.spec.revisionHistoryLimit ?? 10;
  if (all.length <= limit) return;
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[revisionLabel]));
  live.add(current.metadata.name).add(update.metadata.name);
  const unused = all.filter(({ metadata }) => !live.has(metadata.name));
  const surplus = unused.length - limit;
  for (const revision of unused.slice(0, Math.max(0, surplus))) {
    try {
      await client.delete(controllerRevisions, keyOf(revision));
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
}
