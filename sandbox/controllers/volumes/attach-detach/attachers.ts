// How volumes get to nodes and away: a cloud is asked to, or a driver in the cluster is, by objects
// that it watches. pkg/volume/awsebs/attacher.go, pkg/volume/csi/csi_attacher.go.

import { utf8 } from "../../../api/base64.ts";
import { keyOf, type NamespacedName } from "../../../api/meta.ts";
import type { PersistentVolume } from "../../../api/persistentvolume.ts";
import { isReason } from "../../../api/status.ts";
import { type VolumeAttachment, volumeAttachments } from "../../../api/volumeattachment.ts";
import type { Tools } from "../../../client/controller.ts";
import type { Cloud } from "../../../machine/cloud.ts";
import { assert } from "../../../sim/assert.ts";
import { sha256 } from "../../../sim/sha256.ts";
import { VolumeError } from "../../operations.ts";
import { cloudOf, diskId } from "../../persistent-volume/plugins/cloud-disks.ts";
import { csiPrefix } from "./names.ts";

export interface Place {
  /** As nodes list it. */
  readonly name: string;
  readonly node: string;
}

/** Fails with what `isRefusal` knows. */
export interface Attacher {
  /** The device under which the node sees it; "" if the node finds it by itself. */
  attach(place: Place, volume: PersistentVolume | undefined): Promise<string>;
  /** Fine if it is not attached. */
  detach(place: Place): Promise<void>;
  /** Another node to which it turns out to be attached. */
  elsewhere(place: Place): string | undefined;
}

type AttacherTools = Omit<Tools<unknown>, "state">;

/** Throws VolumeError if there is nothing that could be asked. */
export function attacherFor(
  name: string,
  { cloud, waiting }: { readonly cloud: Cloud | undefined; readonly waiting: Waiting },
  tools: AttacherTools,
): Attacher {
  return name.startsWith(csiPrefix)
    ? csiAttacher(waiting, tools)
    : cloudAttacher(cloudOf(name, cloud));
}

const cloudAttacher = (cloud: Cloud): Attacher => ({
  attach: ({ name, node }) => cloud.attach(diskId(name), node),
  detach: ({ name, node }) => cloud.detach(diskId(name), node),
  elsewhere({ name, node }) {
    const place = cloud.disk(diskId(name))?.attachment?.node;
    return place === node ? undefined : place;
  },
});

/** Who is to be told of a change of a VolumeAttachment, by its name. */
export type Waiting = Map<string, () => void>;

const PATIENCE_MS = 120_000;

function csiAttacher(waiting: Waiting, tools: AttacherTools): Attacher {
  const { client, era } = tools;
  const timeout = ({ name }: Place): string => {
    const { driver, handle } = partsOf(name);
    return era.words.volumes.attaching?.driverTimeout(driver, handle) ?? "timed out";
  };
  return {
    async attach(place, volume) {
      assert(volume, "a driver is asked for volumes of the cluster only");
      const draft = attachmentFor(place, volume);
      const key = keyOf(draft);
      try {
        await client.create(volumeAttachments, draft);
      } catch (error) {
        if (!isReason(error, "AlreadyExists")) throw error;
      }
      let seen = false;
      await until(key, { waiting, timeout: timeout(place), tools }, (attachment) => {
        seen ||= attachment !== undefined;
        if (seen && (!attachment || attachment.metadata.deletionTimestamp)) {
          throw new VolumeError(`volume attachment is being deleted`);
        }
        const { attached, attachError } = attachment?.status ?? {};
        if (!attached && attachError) throw new VolumeError(attachError.message ?? "");
        return attached === true;
      });
      return "";
    },

    async detach(place) {
      const key = { namespace: "", name: attachmentName(place) };
      try {
        await client.delete(volumeAttachments, key);
      } catch (error) {
        if (isReason(error, "NotFound")) return;
        throw error;
      }
      await until(key, { waiting, timeout: timeout(place), tools }, (attachment) => {
        const { detachError } = attachment?.status ?? {};
        if (detachError) throw new VolumeError(detachError.message ?? "");
        return attachment === undefined;
      });
    },

    elsewhere: () => undefined,
  };
}

function partsOf(name: string): { driver: string; handle: string } {
  const at = name.indexOf("^");
  return { driver: name.slice(csiPrefix.length, at), handle: name.slice(at + 1) };
}

function attachmentName({ name, node }: Place): string {
  const { driver, handle } = partsOf(name);
  return `csi-${sha256(utf8(`${handle}${driver}${node}`))}`;
}

const attachmentFor = (place: Place, volume: PersistentVolume): VolumeAttachment => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "VolumeAttachment",
  metadata: { name: attachmentName(place) },
  spec: {
    attacher: partsOf(place.name).driver,
    nodeName: place.node,
    source: { persistentVolumeName: volume.metadata.name },
  },
  status: { attached: false },
});

/**
 * Resolves when `done` says so of the attachment as it is heard of; rejects with what it throws.
 */
function until(
  key: NamespacedName,
  {
    waiting,
    timeout,
    tools: { cache, clock },
  }: { readonly waiting: Waiting; readonly timeout: string; readonly tools: AttacherTools },
  done: (attachment: VolumeAttachment | undefined) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      waiting.delete(key.name);
    };
    const timer = clock.after(PATIENCE_MS, () => {
      stop();
      reject(new VolumeError(timeout));
    });
    const look = () => {
      try {
        if (!done(cache.get(volumeAttachments, key))) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      stop();
    };
    waiting.set(key.name, look);
    look();
  });
}
