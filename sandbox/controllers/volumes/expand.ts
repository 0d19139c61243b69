// Grows volumes whose claims ask for more than they have. What it cannot grow is left to others.
// The kubelet grows the file system on it. pkg/controller/volume/expand/expand_controller.go,
// pkg/volume/util/operationexecutor/operation_generator.go GenerateExpandVolumeFunc.

import { clone } from "../../api/clone.ts";
import { keyOf } from "../../api/meta.ts";
import { type PersistentVolume, persistentVolumes } from "../../api/persistentvolume.ts";
import {
  classOfClaim,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  requestedStorage,
} from "../../api/persistentvolumeclaim.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { storageClasses } from "../../api/storageclass.ts";
import { timestamp } from "../../api/time.ts";
import {
  type Controller,
  defineController,
  RetryError,
  type Tools,
  wakeOn,
} from "../../client/controller.ts";
import { isRefusal } from "../operations.ts";
import type { VolumePlugin } from "../persistent-volume/volume-plugin.ts";

const IGNORED =
  "Ignoring the PVC: didn't find a plugin capable of expanding the volume; waiting for an external controller to process this PVC.";
const PENDING =
  "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";
const resizerAnnotation = "volume.kubernetes.io/storage-resizer";

export const volumeExpand = (plugins: readonly VolumePlugin[]): Controller<undefined> =>
  defineController<undefined>({
    name: "volume_expand",
    watches: [
      wakeOn(persistentVolumeClaims, ({ now, before }) => {
        if (now?.status.phase !== "Bound" || !wantsMore(now)) return [];
        const grew =
          !before || compareQuantities(requestedStorage(now), requestedStorage(before)) > 0;
        return grew ? [keyOf(now)] : [];
      }),
      // These are only looked at.
      wakeOn(persistentVolumes, () => []),
      wakeOn(storageClasses, () => []),
    ],

    async reconcile(key, tools) {
      const claim = tools.cache.get(persistentVolumeClaims, key);
      if (!claim) return undefined;
      const name = claim.spec.volumeName ?? "";
      const volume = tools.cache.get(persistentVolumes, { namespace: "", name });
      if (volume?.spec.claimRef?.uid !== claim.metadata.uid || !volume) {
        throw new RetryError(`the volume ${name} is not (yet) bound to ${key.name}`);
      }
      const className = classOfClaim(claim);
      const storageClass = tools.cache.get(storageClasses, { namespace: "", name: className });
      if (!className || !storageClass) return undefined;
      const plugin = plugins.find(({ expand, supports }) => expand && supports(volume.spec));
      if (!plugin) {
        // What a driver of the cluster serves is in good hands.
        const known = volume.spec.csi || volume.spec["flexVolume"];
        if (known) tools.events.normal(claim, "ExternalExpanding", IGNORED);
        else tools.events.warning(claim, "ExternalExpanding", IGNORED);
        return undefined;
      }
      await expand({ claim, volume, plugin, resizer: storageClass.provisioner }, tools);
      return undefined;
    },
  });

const wantsMore = (claim: PersistentVolumeClaim): boolean =>
  compareQuantities(requestedStorage(claim), claim.status.capacity?.["storage"] ?? "0") > 0;

interface Expansion {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume;
  readonly plugin: VolumePlugin;
  readonly resizer: string;
}

async function expand(
  { claim, volume, plugin, resizer }: Expansion,
  tools: Tools<undefined>,
): Promise<void> {
  const resizing = await mark(claim, { resizer, condition: { type: "Resizing" } }, tools);
  const { namespace, name } = claim.metadata;
  let size = requestedStorage(claim);
  if (compareQuantities(volume.spec.capacity?.["storage"] ?? "0", size) < 0) {
    try {
      size = (await plugin.expand?.(volume, size)) ?? size;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const message = `error expanding volume "${namespace}/${name}" of plugin "${plugin.name}": ${error.message}`;
      tools.events.warning(claim, "VolumeResizeFailed", message);
      throw new RetryError(message);
    }
    const body = { spec: { capacity: { storage: size } } };
    await tools.client.patch(persistentVolumes, keyOf(volume), { body });
  }
  if (volume.spec.volumeMode !== "Block") {
    const condition = { type: "FileSystemResizePending", message: PENDING };
    await mark(resizing, { resizer, condition }, tools);
    return;
  }
  await mark(resizing, { resizer, size }, tools);
  tools.events.normal(
    claim,
    "VolumeResizeSuccessful",
    `ExpandVolume succeeded for volume ${namespace}/${name}`,
  );
}

/** What is said of the resizing gives way to the condition, or to the new size. */
async function mark(
  claim: PersistentVolumeClaim,
  {
    resizer,
    condition,
    size,
  }: {
    resizer: string;
    condition?: { readonly type: string; readonly message?: string };
    size?: string;
  },
  { client, clock, era }: Tools<undefined>,
): Promise<PersistentVolumeClaim> {
  const draft = clone(claim);
  if (era.behaviors.has("claims-name-resizers")) {
    draft.metadata.annotations = { ...draft.metadata.annotations, [resizerAnnotation]: resizer };
  }
  const old = draft.status.conditions ?? [];
  const kept = old.filter(
    ({ type }) => !resizeConditions.includes(type) || type === condition?.type,
  );
  if (condition && !kept.some(({ type, status }) => type === condition.type && status === "True")) {
    const lastTransitionTime = timestamp(clock.now());
    kept.push({ status: "True", lastProbeTime: null, lastTransitionTime, ...condition });
  }
  draft.status.conditions = kept;
  if (size) draft.status.capacity = { ...draft.status.capacity, storage: size };
  return client.updateStatus(persistentVolumeClaims, draft);
}

const resizeConditions = ["Resizing", "FileSystemResizePending"];
