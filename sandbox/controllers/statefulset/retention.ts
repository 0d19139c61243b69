// What becomes of claims when a set is deleted or scaled down: they have owners, or none.
// pkg/controller/statefulset/stateful_set_utils.go updateClaimOwnerRefForSetAndPod,
// claimOwnerMatchesSetAndPod.

import { clone, equal } from "../../api/clone.ts";
import { type KubeObject, keyOf, type OwnerReference } from "../../api/meta.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import type { Pod } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import type { Tools } from "../../client/controller.ts";
import { claimsOf, isInRange, ordinalOf } from "./identity.ts";

export interface Member {
  readonly set: StatefulSet;
  readonly pod: Pod;
}

const applies = ({ era }: Tools<unknown>): boolean => era.gates.has("StatefulSetAutoDeletePVC");

const refersTo = (owner: OwnerReference, { kind, metadata }: KubeObject): boolean =>
  owner.kind === kind && owner.uid === metadata.uid;

const referenceTo = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? "",
});

/** The claim with the owners that the policy wants: the set, or the pod that has to go. */
export function keepOwners(
  claim: PersistentVolumeClaim,
  { set, pod }: Member,
  tools: Tools<unknown>,
): PersistentVolumeClaim {
  if (!applies(tools)) return claim;
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const condemned = whenScaled === "Delete" && !isInRange(set, ordinalOf(pod));
  const owners = [
    ...(claim.metadata.ownerReferences ?? []).filter(
      (owner) => !refersTo(owner, set) && !refersTo(owner, pod),
    ),
    ...(whenDeleted === "Delete" && !condemned ? [referenceTo(set)] : []),
    ...(condemned ? [referenceTo(pod)] : []),
  ];
  const { ownerReferences: _before, ...metadata } = claim.metadata;
  return {
    ...claim,
    metadata: owners.length > 0 ? { ...metadata, ownerReferences: owners } : metadata,
  };
}

/** Gives the claims of a pod the owners that they are to have. */
export async function mendOwners(member: Member, tools: Tools<unknown>): Promise<void> {
  for (const claim of misownedClaims(member, tools)) {
    await tools.client.update(persistentVolumeClaims, clone(keepOwners(claim, member, tools)));
  }
}

export const ownersDiffer = (member: Member, tools: Tools<unknown>): boolean =>
  misownedClaims(member, tools).length > 0;

function misownedClaims(member: Member, tools: Tools<unknown>): PersistentVolumeClaim[] {
  if (!applies(tools)) return [];
  return claimsOf(member.set, ordinalOf(member.pod)).flatMap((each) => {
    const claim = tools.cache.get(persistentVolumeClaims, keyOf(each));
    return claim && !sameOwners(keepOwners(claim, member, tools), claim) ? [claim] : [];
  });
}

function sameOwners(a: PersistentVolumeClaim, b: PersistentVolumeClaim): boolean {
  const uids = ({ metadata }: PersistentVolumeClaim) =>
    (metadata.ownerReferences ?? []).map(({ uid }) => uid).sort();
  return equal(uids(a), uids(b));
}

/** True while a claim still belongs to an earlier pod of this name, and goes with it. */
export function hasStaleClaim({ set, pod }: Member, { cache, ...tools }: Tools<unknown>): boolean {
  if (!applies({ cache, ...tools })) return false;
  return claimsOf(set, ordinalOf(pod)).some((each) =>
    cache
      .get(persistentVolumeClaims, keyOf(each))
      ?.metadata.ownerReferences?.some(
        ({ kind, name, uid }) =>
          kind === "Pod" && name === pod.metadata.name && uid !== pod.metadata.uid,
      ),
  );
}
