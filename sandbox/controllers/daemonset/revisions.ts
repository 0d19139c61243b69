// The revisions of a DaemonSet's template. pkg/controller/daemon/update.go constructHistory,
// cleanupHistory.

import { clone } from "../../api/clone.ts";
import { type ControllerRevision, controllerRevisions } from "../../api/controllerrevision.ts";
import { type DaemonSet, daemonSets } from "../../api/daemonset.ts";
import { type Selector, selectorOf } from "../../api/labels.ts";
import { keyOf } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import { goJson } from "../../api/schema/go-json.ts";
import { isReason } from "../../api/status.ts";
import type { Tools } from "../../client/controller.ts";
import { adoptRevision, hashOf, renumber, revisionsOf } from "../history.ts";
import { controllerReference } from "../ownership.ts";

const hashLabel = "controller-revision-hash";

export interface History {
  /** What the pods of the present template are marked with. */
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
}

const dataOf = ({ spec }: DaemonSet): object => ({
  spec: { template: { ...clone(spec.template), $patch: "replace" } },
});

/** The revision of the present template, made or renumbered if need be, and those before it. */
export async function historyOf(set: DaemonSet, tools: Tools<unknown>): Promise<History> {
  const selector: Selector = selectorOf(set.spec.selector) ?? [];
  const text = goJson(dataOf(set));
  const known = revisionsOf(set, selector, tools);
  for (const revision of known) {
    if (!revision.metadata.ownerReferences?.length) await adoptRevision(set, revision, tools);
  }
  const old = known.filter(({ data }) => goJson(data) !== text);
  const number = Math.max(0, ...old.map(({ revision }) => revision)) + 1;
  const same = known.filter(({ data }) => goJson(data) === text).at(-1);
  if (!same) return { hash: await snapshot(set, number, tools), old };
  if (same.revision < number) await renumber(same, number, tools);
  return { hash: same.metadata.labels?.[hashLabel] ?? "", old };
}

async function snapshot(set: DaemonSet, revision: number, tools: Tools<unknown>): Promise<string> {
  const { client } = tools;
  const data = dataOf(set);
  const { name, namespace = "", annotations } = set.metadata;
  const hash = hashOf(data, set.status.collisionCount ?? 0);
  const draft: ControllerRevision = {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...set.spec.template.metadata?.labels, [hashLabel]: hash },
      ...(annotations && { annotations: { ...annotations } }),
      ownerReferences: [controllerReference(set)],
    },
    data,
    revision,
  };
  try {
    await client.create(controllerRevisions, draft);
    return hash;
  } catch (error) {
    if (!isReason(error, "AlreadyExists")) throw error;
    const there = await client.get(controllerRevisions, keyOf(draft));
    if (goJson(there.data) === goJson(data)) return hash;
    const status = { ...set.status, collisionCount: (set.status.collisionCount ?? 0) + 1 };
    await client.updateStatus(daemonSets, { ...set, status });
    throw error;
  }
}

/** Deletes what is more than is to be kept, oldest first, and what no pod has any more. */
export async function pruneHistory(
  { spec }: DaemonSet,
  { old, pods }: { old: readonly ControllerRevision[]; pods: readonly Pod[] },
  { client }: Tools<unknown>,
): Promise<void> {
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[hashLabel]));
  let surplus = old.length - (spec.revisionHistoryLimit ?? 10);
  for (const revision of old) {
    if (surplus <= 0) return;
    if (live.has(revision.metadata.labels?.[hashLabel])) continue;
    await client.delete(controllerRevisions, keyOf(revision));
    surplus--;
  }
}

/** True if a pod was made of the template that has this hash. */
export const isUpdated = ({ metadata }: Pod, hash: string): boolean =>
  hash !== "" && metadata.labels?.[hashLabel] === hash;
