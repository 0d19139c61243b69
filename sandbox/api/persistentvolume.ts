// PersistentVolumes. pkg/registry/core/persistentvolume/strategy.go; types in api/core/v1/types.go.

import { type AccessMode, accessModesText } from "./access-modes.ts";
import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import type { KubeObject, ObjectReference } from "./meta.ts";
import { validateVolume, validateVolumeUpdate } from "./persistentvolume-validation.ts";
import type { NodeSelector } from "./pod.ts";
import { canonicalQuantity } from "./quantity.ts";
import { defineResource } from "./resource.ts";

export type { AccessMode } from "./access-modes.ts";

export interface PersistentVolume extends KubeObject {
  kind: "PersistentVolume";
  spec: PersistentVolumeSpec;
  status: PersistentVolumeStatus;
}

export type ReclaimPolicy = "Retain" | "Recycle" | "Delete";
export type VolumeMode = "Filesystem" | "Block";

export interface PersistentVolumeSpec {
  capacity?: Record<string, string>;
  accessModes?: AccessMode[];
  claimRef?: ObjectReference;
  persistentVolumeReclaimPolicy?: ReclaimPolicy;
  storageClassName?: string;
  mountOptions?: string[];
  volumeMode?: VolumeMode;
  nodeAffinity?: { required?: NodeSelector };
  volumeAttributesClassName?: string;
  hostPath?: { path: string; type?: string };
  local?: { path: string; fsType?: string };
  nfs?: { server: string; path: string; readOnly?: boolean };
  rbd?: RbdSource;
  awsElasticBlockStore?: {
    volumeID: string;
    fsType?: string;
    partition?: number;
    readOnly?: boolean;
  };
  gcePersistentDisk?: { pdName: string; fsType?: string; partition?: number; readOnly?: boolean };
  csi?: CsiSource;
  /** Sources that Kennel keeps but cannot mount. */
  [source: string]: unknown;
}

export interface RbdSource {
  monitors: string[];
  image: string;
  fsType?: string;
  pool?: string;
  user?: string;
  keyring?: string;
  secretRef?: { name?: string; namespace?: string };
  readOnly?: boolean;
}

export interface CsiSource {
  driver: string;
  volumeHandle: string;
  readOnly?: boolean;
  fsType?: string;
  volumeAttributes?: Record<string, string>;
}

export type PersistentVolumePhase = "Pending" | "Available" | "Bound" | "Released" | "Failed";

export interface PersistentVolumeStatus {
  phase?: PersistentVolumePhase;
  message?: string;
  reason?: string;
  lastPhaseTransitionTime?: string;
}

/** The annotation that named a class before there was a field; where it is, it counts. */
export const betaClassAnnotation = "volume.beta.kubernetes.io/storage-class";

/** The class that a volume belongs to; "" for none. */
export const classOfVolume = ({ metadata, spec }: PersistentVolume): string =>
  metadata.annotations?.[betaClassAnnotation] ?? spec.storageClassName ?? "";

/** `default/data-web-0`, once the volume is meant for a claim. */
const claimText = ({ spec: { claimRef } }: PersistentVolume): string =>
  claimRef ? `${claimRef.namespace ?? ""}/${claimRef.name ?? ""}` : "";

const phaseText = ({ metadata, status }: PersistentVolume): string =>
  metadata.deletionTimestamp ? "Terminating" : (status.phase ?? "");

const modesText = ({ spec }: PersistentVolume): string => accessModesText(spec.accessModes);
const policyText = ({ spec }: PersistentVolume): string => spec.persistentVolumeReclaimPolicy ?? "";

export const persistentVolumes = defineResource<PersistentVolume>({
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  singular: "persistentvolume",
  shortNames: ["pv"],
  namespaced: false,
  subresources: ["status"],
  returnsDeleted: true,

  default({ spec }, { era }) {
    spec.persistentVolumeReclaimPolicy ||= "Retain";
    if (era.gates.has("BlockVolume")) spec.volumeMode ??= "Filesystem";
    if (spec.hostPath && era.behaviors.has("host-path-types")) spec.hostPath.type ??= "";
    if (spec.rbd) {
      spec.rbd.pool ||= "rbd";
      spec.rbd.user ||= "admin";
      spec.rbd.keyring ||= "/etc/ceph/keyring";
    }
    const iscsi = spec["iscsi"] as { iscsiInterface?: string } | undefined;
    if (iscsi) iscsi.iscsiInterface ||= "default";
  },
  prepareForCreate(draft) {
    draft.status = { phase: "Pending" };
  },
  validate: (volume, { era }) => validateVolume(volume, era),
  validateUpdate: (volume, old, { era }) => validateVolumeUpdate(volume, old, era),
  fields: ({ metadata }) => ({ name: metadata.name }),

  columns: [
    nameColumn,
    textColumn("Capacity", ({ spec }) => canonicalQuantity(spec.capacity?.["storage"] ?? "0")),
    textColumn("Access Modes", modesText),
    textColumn("AccessModes", modesText, { onlyIn: "1.7" }),
    textColumn("Reclaim Policy", policyText),
    textColumn("ReclaimPolicy", policyText, { onlyIn: "1.7" }),
    textColumn("Status", phaseText),
    textColumn("Claim", claimText),
    textColumn("StorageClass", classOfVolume),
    textColumn("VolumeAttributesClass", ({ spec }) => spec.volumeAttributesClassName ?? "<unset>", {
      onlyIn: "1.29",
    }),
    textColumn("Reason", ({ status }) => status.reason ?? ""),
    ageColumn,
    textColumn("VolumeMode", ({ spec }) => spec.volumeMode ?? "<unset>", { wide: true }),
  ],
});
