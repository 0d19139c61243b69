// The controllers of storage, which must be told what storage there is.

import type { Era } from "../../api/era.ts";
import type { Controller } from "../../client/controller.ts";
import type { Cloud } from "../../machine/cloud.ts";
import { type BinderOptions, persistentVolumeController } from "../persistent-volume/index.ts";
import { attachDetach } from "./attach-detach/index.ts";
import { volumeExpand } from "./expand.ts";
import { pvProtection } from "./pv-protection.ts";
import { pvcProtection } from "./pvc-protection.ts";

export interface StorageOptions extends BinderOptions {
  readonly cloud?: Cloud;
}

/** Those of an era. */
export function storageControllers({ gates }: Era, options: StorageOptions): Controller[] {
  const { cloud, plugins } = options;
  return [
    attachDetach(cloud),
    persistentVolumeController(options),
    ...(gates.has("ExpandPersistentVolumes") ? [volumeExpand(plugins)] : []),
    ...(gates.has("StorageObjectInUseProtection") ? [pvProtection, pvcProtection] : []),
  ];
}
