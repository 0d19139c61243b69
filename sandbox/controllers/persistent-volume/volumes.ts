// What becomes of a volume: free, kept for a claim, bound, or left by its claim.
// pkg/controller/volume/persistentvolume/pv_controller.go syncVolume, reclaimVolume.

import type { PersistentVolume } from "../../api/persistentvolume.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { isReason } from "../../api/status.ts";
import {
  annotated,
  boundByController,
  provisionedBy,
  sameVolumeMode,
} from "../../api/volume-binding.ts";
import { type Binder, inTreeFinalizer, saveFinalizers, setVolumePhase, unbind } from "./binder.ts";
import { reclaim } from "./reclaiming.ts";

export async function syncVolume(heard: PersistentVolume, binder: Binder): Promise<void> {
  const volume = await keepFinalizer(heard, binder);
  const reference = volume.spec.claimRef;
  if (!reference?.uid) {
    // Nobody's, or kept for a claim that has not been seen yet.
    await setVolumePhase(volume, { phase: "Available" }, binder);
    return;
  }
  const claim = await claimOf(volume, binder);
  if (!claim) {
    // Its claim is gone, or another one has its name by now.
    await release(volume, binder);
  } else if (!claim.spec.volumeName) {
    // The volume's side is written. The claim's is to follow, which the claim sees to.
    offerTo(claim, volume, binder);
  } else if (claim.spec.volumeName === volume.metadata.name) {
    await setVolumePhase(volume, { phase: "Bound" }, binder);
  } else if (
    annotated(volume, provisionedBy) &&
    volume.spec.persistentVolumeReclaimPolicy === "Delete"
  ) {
    // It was made for this claim, which has taken another: nobody needs it.
    await release(volume, binder);
  } else {
    // The claim has another volume: this one is free again.
    await unbind(volume, binder);
  }
}

async function release(volume: PersistentVolume, binder: Binder): Promise<void> {
  const { phase } = volume.status;
  const released =
    phase === "Released" || phase === "Failed"
      ? volume
      : await setVolumePhase(volume, { phase: "Released" }, binder);
  await reclaim(released, binder);
}

function offerTo(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  { events, wake }: Binder,
): void {
  const { name, namespace = "" } = claim.metadata;
  if (sameVolumeMode(volume, claim)) {
    wake({ namespace, name });
    return;
  }
  const why = "due to incompatible volumeMode.";
  events.warning(
    volume,
    "VolumeMismatch",
    `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${name}" ${why}`,
  );
  events.warning(
    claim,
    "VolumeMismatch",
    `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim ${why}`,
  );
}

/** The very claim that the volume refers to, by uid. */
async function claimOf(
  volume: PersistentVolume,
  binder: Binder,
): Promise<PersistentVolumeClaim | undefined> {
  const { namespace = "", name = "", uid } = volume.spec.claimRef ?? {};
  let claim = binder.state.claims.get(`${namespace}/${name}`);
  const { phase } = volume.status;
  const doubt = !claim && annotated(volume, boundByController);
  if (doubt && phase !== "Released" && phase !== "Failed") {
    // We bound it to this claim ourselves, so the claim was there: the cache may be behind.
    try {
      claim = await binder.client.get(persistentVolumeClaims, { namespace, name });
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
  return claim?.metadata.uid === uid ? claim : undefined;
}

/**
 * A volume that we made and that is to be deleted with its claim is not deleted before its storage.
 */
async function keepFinalizer(volume: PersistentVolume, binder: Binder): Promise<PersistentVolume> {
  const provisioner = volume.metadata.annotations?.[provisionedBy];
  if (!binder.era.gates.has("HonorPVReclaimPolicy") || !provisioner?.startsWith("kubernetes.io/")) {
    return volume;
  }
  const { finalizers = [], deletionTimestamp } = volume.metadata;
  const wanted = volume.spec.persistentVolumeReclaimPolicy === "Delete";
  if (wanted === finalizers.includes(inTreeFinalizer) || (wanted && deletionTimestamp))
    return volume;
  const others = finalizers.filter((each) => each !== inTreeFinalizer);
  return saveFinalizers(volume, wanted ? [...others, inTreeFinalizer] : others, binder);
}
