// Claims that name no class get the default one.
// plugin/pkg/admission/storage/storageclass/setdefault.

import { betaClassAnnotation } from "../../api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import { internalError } from "../../api/status.ts";
import { isDefaultClass, type StorageClass, storageClasses } from "../../api/storageclass.ts";
import { type AdmissionPlugin, type Attributes, forbiddenBy, type ServerView } from "./plugin.ts";

export const defaultStorageClass: AdmissionPlugin = {
  name: "DefaultStorageClass",
  about: ["persistentvolumeclaims"],
  admit(attributes, server) {
    if (attributes.operation !== "create") return;
    const { metadata, spec } = attributes.object as PersistentVolumeClaim;
    if (metadata.annotations?.[betaClassAnnotation] !== undefined) return;
    if (spec.storageClassName !== undefined) return;
    const found = defaultClass(attributes, server);
    if (!found) return;
    const { name } = found.metadata;
    if (server.era.behaviors.has("classes-by-annotation")) {
      metadata.annotations = { ...metadata.annotations, [betaClassAnnotation]: name };
    } else spec.storageClassName = name;
  },
};

function defaultClass(attributes: Attributes, { list, era }: ServerView): StorageClass | undefined {
  const marked = list(storageClasses).filter(isDefaultClass);
  if (marked.length > 1 && !era.behaviors.has("newest-default-class")) {
    const error = internalError(`${marked.length} default StorageClasses were found`);
    throw forbiddenBy(attributes, error.message);
  }
  // They are in the order of their names: of two that are equally old the first counts.
  const born = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? "";
  return marked.reduce<StorageClass | undefined>(
    (newest, each) => (newest && born(newest) >= born(each) ? newest : each),
    undefined,
  );
}
