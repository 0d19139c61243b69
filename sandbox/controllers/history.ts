// The revisions of a workload's template, as ControllerRevisions: named by a hash of what they say,
// and numbered. pkg/controller/history/controller_history.go.

import { clone } from "../api/clone.ts";
import { type ControllerRevision, controllerRevisions } from "../api/controllerrevision.ts";
import { matches, type Selector } from "../api/labels.ts";
import { controllerOf, type KubeObject, keyOf } from "../api/meta.ts";
import { goJson } from "../api/schema/go-json.ts";
import { isReason } from "../api/status.ts";
import type { Tools } from "../client/controller.ts";
import { fnv32, safeEncode } from "../sim/hash.ts";
import { remembered } from "../sim/remembered.ts";
import { byNamespace, controllerReference } from "./ownership.ts";

const hashLabel = "controller.kubernetes.io/hash";

/** What the name of a revision ends with: of its data, and of how often that was in use already. */
export const hashOf = (data: object, collisions: number): string =>
  safeEncode(String(fnv32(new TextEncoder().encode(`${goJson(data)}${collisions}`))));

/** Oldest first. Those of the owner, and those that match and are nobody's. */
export function revisionsOf(
  owner: KubeObject,
  selector: Selector,
  { cache }: Tools<unknown>,
): ControllerRevision[] {
  return cache
    .by(controllerRevisions, byNamespace, owner.metadata.namespace ?? "")
    .filter((revision) => {
      const { uid = owner.metadata.uid } = controllerOf(revision) ?? {};
      return uid === owner.metadata.uid && matches(selector, revision.metadata.labels);
    })
    .sort(older);
}

function older(a: ControllerRevision, b: ControllerRevision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  const key = ({ metadata }: ControllerRevision) =>
    `${metadata.creationTimestamp} ${metadata.name}`;
  return key(a) < key(b) ? -1 : 1;
}

export const sameData = (a: ControllerRevision, b: ControllerRevision): boolean =>
  a.data === b.data || textOf(a.data) === textOf(b.data);

const textOf = (data: ControllerRevision["data"]): string =>
  typeof data === "object" && data !== null ? textOfData(data) : goJson(data);

/** Revisions do not change, and are looked at whenever a pod does. */
const textOfData = remembered((data: object) => goJson(data));

export interface NewRevision {
  readonly owner: KubeObject;
  readonly data: object;
  readonly labels: Readonly<Record<string, string>>;
  readonly revision: number;
}

export function newRevision(made: NewRevision, collisions: number): ControllerRevision {
  const { owner, data, labels, revision } = made;
  const hash = hashOf(data, collisions);
  const { name, namespace = "", annotations } = owner.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name.slice(0, 223)}-${hash}`,
      namespace,
      labels: { ...labels, [hashLabel]: hash },
      ...(annotations && { annotations: { ...annotations } }),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  };
}

/** Saved under the first name that is free; how often that was not the case counts. */
export async function saveRevision(
  made: NewRevision,
  collisions: number,
  { client }: Tools<unknown>,
): Promise<{ revision: ControllerRevision; collisions: number }> {
  const draft = newRevision(made, collisions);
  // The label keeps the hash of the first name, as upstream does.
  for (let count = collisions; ; count++) {
    draft.metadata.name = newRevision(made, count).metadata.name;
    try {
      return {
        revision: await client.create(controllerRevisions, clone(draft)),
        collisions: count,
      };
    } catch (error) {
      if (!isReason(error, "AlreadyExists")) throw error;
      const there = await client.get(controllerRevisions, keyOf(draft));
      if (sameData(there, draft)) return { revision: there, collisions: count };
    }
  }
}

/** The same revision as the newest one: a rollback. */
export function renumber(
  revision: ControllerRevision,
  to: number,
  { client }: Tools<unknown>,
): Promise<ControllerRevision> {
  return client.update(controllerRevisions, { ...clone(revision), revision: to });
}

export async function adoptRevision(
  owner: KubeObject,
  revision: ControllerRevision,
  { client }: Tools<unknown>,
): Promise<void> {
  const { uid } = revision.metadata;
  const ownerReferences = [controllerReference(owner)];
  await client.patch(controllerRevisions, keyOf(revision), {
    body: { metadata: { uid, ownerReferences } },
  });
}
