// Who owns what: references to a controlling owner, and the claiming of objects that match a
// selector and have none. pkg/controller/controller_ref_manager.go.

import { matches, type Selector } from "../api/labels.ts";
import { controllerOf, type KubeObject, keyOf, type OwnerReference } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import { isReason } from "../api/status.ts";
import { type IndexRule, indexOn, type Tools } from "../client/controller.ts";

/** The index by which objects are found from the uid of what controls them. */
export const byController = "controller";

/** What the index says of objects that nothing controls. */
export const orphansIn = (namespace: string | undefined): string => `orphans in ${namespace ?? ""}`;

/** Objects of a kind by the uid of their controller; those without one by their namespace. */
export const indexByController = <T extends KubeObject>(resource: Resource<T>): IndexRule =>
  indexOn(resource, byController, (object) => [
    controllerOf(object)?.uid ?? orphansIn(object.metadata.namespace),
  ]);

/** Objects of a kind by their namespace. */
export const byNamespace = "namespace";

export const indexByNamespace = <T extends KubeObject>(resource: Resource<T>): IndexRule =>
  indexOn(resource, byNamespace, ({ metadata }) => [metadata.namespace ?? ""]);

/** The reference that makes `owner` the one controller of what bears it. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { name, uid = "" } = owner.metadata;
  const { apiVersion, kind } = owner;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export interface Claim<O extends KubeObject, T extends KubeObject> {
  readonly owner: O;
  readonly ownerKind: Resource<O>;
  /** Which objects it would have. */
  readonly selector: Selector;
  /** Of those, which may become its own if they are nobody's. */
  mayAdopt?(object: T): boolean;
}

/**
 * The objects of a kind that `owner` controls. Those that match and are nobody's are adopted; those
 * that are its own and match no more are let go. Needs `indexByController`.
 */
export async function claimed<O extends KubeObject, T extends KubeObject>(
  resource: Resource<T>,
  claim: Claim<O, T>,
  tools: Tools<unknown>,
): Promise<T[]> {
  const { owner, selector } = claim;
  const { namespace, uid = "", deletionTimestamp } = owner.metadata;
  const { cache, era } = tools;
  const kept: T[] = [];
  for (const object of cache.by(resource, byController, uid)) {
    if (matches(selector, object.metadata.labels)) kept.push(object);
    else if (!deletionTimestamp) await release(resource, object, { uid, tools });
  }
  if (deletionTimestamp) return kept;
  for (const object of cache.by(resource, byController, orphansIn(namespace))) {
    const { metadata } = object;
    if (metadata.deletionTimestamp || !matches(selector, metadata.labels)) continue;
    if (claim.mayAdopt && !claim.mayAdopt(object)) continue;
    if (!era.behaviors.has("owner-references")) kept.push(object);
    else if (await adopt(resource, object, { claim, tools })) kept.push(object);
  }
  return kept;
}

async function release<T extends KubeObject>(
  resource: Resource<T>,
  object: T,
  { uid, tools }: { uid: string; tools: Tools<unknown> },
): Promise<void> {
  const ownerReferences = [{ $patch: "delete", uid }];
  const body = { metadata: { uid: object.metadata.uid, ownerReferences } };
  try {
    await tools.client.patch(resource, keyOf(object), { body });
  } catch (error) {
    // It is gone, or no longer the one that was meant: then there is nothing to let go.
    if (!isReason(error, "NotFound", "Invalid", "Conflict")) throw error;
  }
}

async function adopt<O extends KubeObject, T extends KubeObject>(
  resource: Resource<T>,
  object: T,
  { claim, tools }: { claim: Claim<O, T>; tools: Tools<unknown> },
): Promise<boolean> {
  const { owner, ownerKind } = claim;
  try {
    // The cache may be behind: an owner that is being deleted must not adopt.
    const { metadata } = await tools.client.get(ownerKind, keyOf(owner));
    if (metadata.uid !== owner.metadata.uid || metadata.deletionTimestamp) return false;
    const ownerReferences = [controllerReference(owner)];
    const body = { metadata: { uid: object.metadata.uid, ownerReferences } };
    await tools.client.patch(resource, keyOf(object), { body });
    return true;
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    return false;
  }
}
