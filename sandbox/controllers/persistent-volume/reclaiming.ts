// What becomes of a volume that its claim has left: kept, deleted, or emptied for the next one.
// pkg/controller/volume/persistentvolume/pv_controller.go reclaimVolume, deleteVolumeOperation,
// recycleVolumeOperation.

import { keyText } from "../../api/meta.ts";
import { type PersistentVolume, persistentVolumes } from "../../api/persistentvolume.ts";
import { pods } from "../../api/pod.ts";
import { isFinished } from "../../api/pod-readiness.ts";
import { isReason } from "../../api/status.ts";
import { annotated, provisionedBy } from "../../api/volume-binding.ts";
import { CloudError } from "../../machine/cloud.ts";
import { isRefusal, VolumeError } from "../operations.ts";

import { type Binder, failVolume, inTreeFinalizer, saveFinalizers, unbind } from "./binder.ts";
import { runRecycler } from "./recycler.ts";
import type { VolumePlugin } from "./volume-plugin.ts";

export async function reclaim(volume: PersistentVolume, binder: Binder): Promise<void> {
  const { name, uid } = volume.metadata;
  const { operations } = binder.state;
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case "Retain":
      return;
    case "Recycle":
      return operations.run(`recycle-${name}[${uid}]`, () => recycle(volume, binder));
    case "Delete":
      return operations.run(`delete-${name}[${uid}]`, () => remove(volume, binder));
    default:
      return failVolume(
        volume,
        {
          reason: "VolumeUnknownReclaimPolicy",
          message: "Volume has unrecognized PersistentVolumeReclaimPolicy",
        },
        binder,
      );
  }
}

/** As the server has it now; undefined if there is nothing to reclaim any more. */
async function stillReleased(
  { metadata }: PersistentVolume,
  { client, state }: Binder,
): Promise<PersistentVolume | undefined> {
  let volume: PersistentVolume;
  try {
    volume = await client.get(persistentVolumes, { namespace: "", name: metadata.name });
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
  const { uid, namespace = "", name = "" } = volume.spec.claimRef ?? {};
  if (!uid) return undefined;
  const claim = state.claims.get(keyText({ namespace, name }));
  const other = claim?.spec.volumeName && claim.spec.volumeName !== volume.metadata.name;
  return claim?.metadata.uid !== uid || other ? volume : undefined;
}

async function remove(heard: PersistentVolume, binder: Binder): Promise<void> {
  const gated = binder.era.gates.has("HonorPVReclaimPolicy");
  let volume = await stillReleased(heard, binder);
  if (!volume || (!gated && volume.metadata.deletionTimestamp)) return;
  try {
    const plugin = deleterOf(volume, binder);
    // Whoever else provisioned it will delete it, too.
    if (!plugin) return;
    await plugin.delete?.(volume, binder);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (error instanceof CloudError && error.inUse) {
      binder.events.normal(volume, "VolumeDelete", error.message);
    } else {
      await failVolume(volume, { reason: "VolumeFailedDelete", message: error.message }, binder);
    }
    throw error;
  }
  const { finalizers = [] } = volume.metadata;
  if (gated && finalizers.includes(inTreeFinalizer)) {
    const others = finalizers.filter((each) => each !== inTreeFinalizer);
    volume = await saveFinalizers(volume, others, binder);
  }
  try {
    await binder.client.delete(persistentVolumes, { namespace: "", name: volume.metadata.name });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

function deleterOf(volume: PersistentVolume, { state }: Binder): VolumePlugin | undefined {
  const provisioner = volume.metadata.annotations?.[provisionedBy];
  const plugin = state.plugins.find((each) =>
    provisioner ? each.name === provisioner : each.supports(volume.spec),
  );
  if (plugin?.delete) return plugin;
  if (!provisioner) throw new VolumeError(state.words.deleterMissing(volume.metadata.name));
  if (provisioner.startsWith("kubernetes.io/")) throw new VolumeError("no volume plugin matched");
  return undefined;
}

/** Whether a volume is deleted by somebody else: then we have nothing to try again. */
export function isDeletedElsewhere(volume: PersistentVolume): boolean {
  const provisioner = volume.metadata.annotations?.[provisionedBy];
  return annotated(volume, provisionedBy) && !provisioner?.startsWith("kubernetes.io/");
}

async function recycle(heard: PersistentVolume, binder: Binder): Promise<void> {
  const { state, events } = binder;
  const volume = await stillReleased(heard, binder);
  if (!volume) return;
  const fail = (message: string) =>
    failVolume(volume, { reason: "VolumeFailedRecycle", message }, binder);
  const { namespace, name } = volume.spec.claimRef ?? {};
  const users = binder.cache
    .by(pods, "claim", `${namespace}/${name}`)
    .filter((pod) => !isFinished(pod))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .sort();
  // A new claim of the same name may have pods of its own; without one they use this volume.
  if (users.length > 0 && !state.claims.has(`${namespace}/${name}`)) {
    return events.normal(
      volume,
      "VolumeFailedRecycle",
      `Volume is used by pods: ${users.join(",")}`,
    );
  }
  const plugin = state.plugins.find((each) => each.supports(volume.spec));
  if (!plugin?.recycle) {
    return fail("No recycler plugin found for the volume!");
  }
  try {
    await runRecycler(volume, plugin.recycle(volume), binder);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return fail(state.words.recycleFailed(error.message));
  }
  events.normal(volume, "VolumeRecycled", "Volume recycled");
  await unbind(volume, binder);
}
