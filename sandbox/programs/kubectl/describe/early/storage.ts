// Volumes, claims and classes as kubectl described them until 1.7.

import { accessModesText } from "../../../../api/access-modes.ts";
import { classOfVolume, type PersistentVolume } from "../../../../api/persistentvolume.ts";
import { classOfClaim, type PersistentVolumeClaim } from "../../../../api/persistentvolumeclaim.ts";
import { isDefaultClass, type StorageClass } from "../../../../api/storageclass.ts";
import type { Kubectl } from "../../cli/kubectl.ts";
import { defineDescriber } from "../describer.ts";
import { formatLabels, labels } from "../lines.ts";
import type { Source } from "../volume-sources.ts";
import { sourceOf } from "./pod.ts";

const knowsClasses = ({ era }: Kubectl): boolean =>
  era.schema.definition("storage.k8s.io/v1beta1", "StorageClass") !== undefined;

export const claim = defineDescriber<PersistentVolumeClaim>({
  kind: "PersistentVolumeClaim",
  describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { volumeName = "" } = spec;
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      knowsClasses(kubectl) && `StorageClass:\t${classOfClaim(object)}`,
      `Status:\t${status?.phase ?? ""}`,
      `Volume:\t${volumeName}`,
      labels("Labels", metadata.labels),
      `Capacity:\t${volumeName ? (status?.capacity?.["storage"] ?? "0") : ""}`,
      `Access Modes:\t${volumeName ? accessModesText(status?.accessModes) : ""}`,
      events,
    ];
  },
});

const common = new Set(["capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy"]);

export const volume = defineDescriber<PersistentVolume>({
  kind: "PersistentVolume",
  describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { claimRef } = spec;
    const [plugin = "", source = {}] = Object.entries(spec).find(([key]) => !common.has(key)) ?? [];
    return [
      `Name:\t${metadata.name}`,
      labels("Labels", metadata.labels),
      knowsClasses(kubectl) && `StorageClass:\t${classOfVolume(object)}`,
      `Status:\t${status.phase ?? ""}`,
      `Claim:\t${claimRef ? `${claimRef.namespace ?? ""}/${claimRef.name ?? ""}` : ""}`,
      `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ""}`,
      `Access Modes:\t${accessModesText(spec.accessModes)}`,
      `Capacity:\t${spec.capacity?.["storage"] ?? "0"}`,
      `Message:\t${status.message ?? ""}`,
      "Source:",
      sourceOf(plugin, source as Source),
      events,
    ];
  },
});

export const storageClass = defineDescriber<StorageClass>({
  kind: "StorageClass",
  describe: ({ object, events }) => [
    `Name:\t${object.metadata.name}`,
    `IsDefaultClass:\t${isDefaultClass(object) ? "Yes" : "No"}`,
    `Annotations:\t${formatLabels(object.metadata.annotations)}`,
    `Provisioner:\t${object.provisioner}`,
    `Parameters:\t${formatLabels(object.parameters)}`,
    events,
  ],
});
