// Volumes that must be attached to a node before it can mount them, under the names by which nodes
// list them. Such a name is a controller's key, too: `kubernetes.io/` is what precedes its first
// slash. pkg/volume/util/util.go GetUniqueVolumeName.

import { keyText, type NamespacedName, parseKey } from "../../../api/meta.ts";
import { type PersistentVolume, persistentVolumes } from "../../../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../../../api/persistentvolumeclaim.ts";
import type { Pod } from "../../../api/pod.ts";
import type { Cache } from "../../../client/informers.ts";
import { diskName } from "../../persistent-volume/plugins/cloud-disks.ts";
import { claimsOf } from "../pods-by-claim.ts";

export const csiPrefix = "kubernetes.io/csi/";

/** Undefined if it need not be attached at all. */
export const nameOfVolume = ({ spec }: PersistentVolume): string | undefined =>
  spec.csi ? `${csiPrefix}${spec.csi.driver}^${spec.csi.volumeHandle}` : diskName(spec);

/** Disks that a pod names itself, without a claim. */
export function disksOf({ spec }: Pod): string[] {
  const names = (spec.volumes ?? []).map((volume) => diskName(volume));
  return names.filter((name) => name !== undefined);
}

/** What of a pod's volumes must be attached, as far as it is known yet. */
export function volumesOf(pod: Pod, cache: Cache): string[] {
  const names = disksOf(pod);
  for (const key of claimsOf(pod)) {
    const volume = volumeOfClaim(parseKey(key), cache);
    const name = volume && nameOfVolume(volume);
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** The volume that a claim and the volume itself agree on. */
export function volumeOfClaim(key: NamespacedName, cache: Cache): PersistentVolume | undefined {
  const claim = cache.get(persistentVolumeClaims, key);
  if (claim?.status.phase !== "Bound" || !claim.spec.volumeName) return undefined;
  const name = claim.spec.volumeName;
  const volume = cache.get(persistentVolumes, { namespace: "", name });
  return volume?.spec.claimRef?.uid === claim.metadata.uid ? volume : undefined;
}

/** The claim that a volume is for, as a key of the index of pods by claim. */
export const claimOf = ({ spec: { claimRef } }: PersistentVolume): string =>
  claimRef ? keyText({ namespace: claimRef.namespace ?? "", name: claimRef.name ?? "" }) : "";
