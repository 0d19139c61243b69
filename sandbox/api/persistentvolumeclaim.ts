// PersistentVolumeClaims. pkg/registry/core/persistentvolumeclaim/strategy.go; types in
// api/core/v1/types.go.

import { accessModesText } from "./access-modes.ts";
import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import type { Condition, KubeObject, LabelSelector } from "./meta.ts";
import { type AccessMode, betaClassAnnotation, type VolumeMode } from "./persistentvolume.ts";
import { validateClaim, validateClaimUpdate } from "./persistentvolumeclaim-validation.ts";
import type { ResourceRequirements } from "./pod.ts";
import { canonicalQuantity } from "./quantity.ts";
import { type Context, defineResource } from "./resource.ts";

export interface PersistentVolumeClaim extends KubeObject {
  kind: "PersistentVolumeClaim";
  spec: PersistentVolumeClaimSpec;
  status: PersistentVolumeClaimStatus;
}

export interface PersistentVolumeClaimSpec {
  accessModes?: AccessMode[];
  selector?: LabelSelector;
  resources?: ResourceRequirements;
  volumeName?: string;
  /** "" asks for no class; absent leaves the choice to the default class. */
  storageClassName?: string;
  volumeMode?: VolumeMode;
  dataSource?: { apiGroup?: string; kind: string; name: string };
  volumeAttributesClassName?: string;
}

export type PersistentVolumeClaimPhase = "Pending" | "Bound" | "Lost";

export interface PersistentVolumeClaimStatus {
  phase?: PersistentVolumeClaimPhase;
  accessModes?: AccessMode[];
  capacity?: Record<string, string>;
  conditions?: Condition[];
}

/** The class that a claim asks for; "" for none. */
export const classOfClaim = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[betaClassAnnotation] ?? spec.storageClassName ?? "";

/** How much a claim asks for. */
export const requestedStorage = ({ spec }: PersistentVolumeClaim): string =>
  spec.resources?.requests?.["storage"] ?? "0";

/** What the server adds to a claim, also to those in the templates of a StatefulSet. */
export function defaultClaim(draft: PersistentVolumeClaim, { era }: Pick<Context, "era">): void {
  if (era.gates.has("BlockVolume")) draft.spec.volumeMode ??= "Filesystem";
  draft.status ??= {};
  draft.status.phase ??= "Pending";
}

const bound = <T>(value: (claim: PersistentVolumeClaim) => T) => {
  return (claim: PersistentVolumeClaim): T | "" => (claim.spec.volumeName ? value(claim) : "");
};
const modesText = bound(({ status }) => accessModesText(status.accessModes));

export const persistentVolumeClaims = defineResource<PersistentVolumeClaim>({
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  namespaced: true,
  subresources: ["status"],
  returnsDeleted: true,

  default: defaultClaim,
  prepareForCreate(draft) {
    draft.status = { phase: "Pending" };
  },
  validate: (claim, { era }) => validateClaim(claim, era),
  validateUpdate: (claim, old, { era }) => validateClaimUpdate(claim, old, era),
  fields: ({ metadata }) => ({ name: metadata.name }),

  columns: [
    nameColumn,
    textColumn("Status", ({ metadata, status }) =>
      metadata.deletionTimestamp ? "Terminating" : (status.phase ?? ""),
    ),
    textColumn("Volume", ({ spec }) => spec.volumeName ?? ""),
    textColumn(
      "Capacity",
      bound(({ status }) => canonicalQuantity(status.capacity?.["storage"] ?? "0")),
    ),
    textColumn("Access Modes", modesText),
    textColumn("AccessModes", modesText, { onlyIn: "1.7" }),
    textColumn("StorageClass", classOfClaim),
    textColumn("VolumeAttributesClass", ({ spec }) => spec.volumeAttributesClassName ?? "<unset>", {
      onlyIn: "1.29",
    }),
    ageColumn,
    textColumn("VolumeMode", ({ spec }) => spec.volumeMode ?? "<unset>", { wide: true }),
  ],
});
