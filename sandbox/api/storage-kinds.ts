// The kinds of volumes and of what provides them.

import { csiDrivers } from "./csidriver.ts";
import { csiNodes } from "./csinode.ts";
import { persistentVolumes } from "./persistentvolume.ts";
import { persistentVolumeClaims } from "./persistentvolumeclaim.ts";
import type { Resource } from "./resource.ts";
import { storageClasses } from "./storageclass.ts";
import { volumeAttachments } from "./volumeattachment.ts";

export const storageKinds: readonly Resource[] = [
  csiDrivers,
  csiNodes,
  persistentVolumeClaims,
  persistentVolumes,
  storageClasses,
  volumeAttachments,
];
