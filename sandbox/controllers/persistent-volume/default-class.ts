// A claim that was made before there was a default class gets one later.
// pkg/controller/volume/persistentvolume/pv_controller.go assignDefaultStorageClass.

import { clone } from "../../api/clone.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import { type StorageClass, storageClasses } from "../../api/storageclass.ts";
import { classAnnotation } from "../../api/volume-binding.ts";
import { type Binder, saveClaim } from "./binder.ts";

const marks = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

const isDefault = ({ metadata }: StorageClass): boolean =>
  marks.some((mark) => metadata.annotations?.[mark] === "true");

/** The newest class that is marked as default; of two as old, the first by name. */
function defaultClass(classes: Iterable<StorageClass>): StorageClass | undefined {
  const sortKey = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? "";
  return [...classes]
    .filter(isDefault)
    .sort((a, b) =>
      sortKey(a) === sortKey(b)
        ? a.metadata.name < b.metadata.name
          ? -1
          : 1
        : sortKey(a) < sortKey(b)
          ? 1
          : -1,
    )[0];
}

/** True if the claim was given a class. */
export async function assignDefaultClass(
  claim: PersistentVolumeClaim,
  binder: Binder,
): Promise<boolean> {
  if (!binder.era.gates.has("RetroactiveDefaultStorageClass")) return false;
  const annotation = claim.metadata.annotations?.[classAnnotation];
  if (claim.spec.storageClassName !== undefined || annotation !== undefined) return false;
  const chosen = defaultClass(binder.cache.list(storageClasses));
  if (!chosen) return false;
  const draft = clone(claim);
  draft.spec.storageClassName = chosen.metadata.name;
  await saveClaim(draft, binder);
  return true;
}
