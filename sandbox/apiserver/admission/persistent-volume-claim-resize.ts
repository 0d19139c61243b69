// Only claims whose class allows it may ask for more.
// plugin/pkg/admission/storage/persistentvolume/resize.

import {
  classOfClaim,
  type PersistentVolumeClaim,
  requestedStorage,
} from "../../api/persistentvolumeclaim.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { storageClasses } from "../../api/storageclass.ts";
import { type AdmissionPlugin, forbiddenBy } from "./plugin.ts";

export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: "PersistentVolumeClaimResize",
  about: ["persistentvolumeclaims"],
  validate(attributes, { get }) {
    if (attributes.operation !== "update") return undefined;
    const [claim, old] = [attributes.object, attributes.old] as PersistentVolumeClaim[] as [
      PersistentVolumeClaim,
      PersistentVolumeClaim,
    ];
    if (compareQuantities(requestedStorage(claim), requestedStorage(old)) <= 0) return undefined;
    if (old.status?.phase !== "Bound") {
      throw forbiddenBy(attributes, "Only bound persistent volume claims can be expanded");
    }
    const name = classOfClaim(claim);
    const storageClass =
      name && name === classOfClaim(old) ? get(storageClasses, { namespace: "", name }) : undefined;
    if (!storageClass?.allowVolumeExpansion) {
      const text =
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
      throw forbiddenBy(attributes, text);
    }
    return undefined;
  },
};
