// PersistentVolumes. pkg/registry/core/persistentvolume/strategy.go; types in api/core/v1/types.go.

import type { KubeObject, ObjectReference } from "./meta.ts";
import type { NodeSelector } from "./pod.ts";
import { defineResource } from "./resource.ts";

export interface PersistentVolume extends KubeObject {
  kind: "PersistentVolume";
  spec: PersistentVolumeSpec;
  status: PersistentVolumeStatus;
}

export type AccessMode = "ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod";
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
  awsElasticBlockStore?: { volumeID: string; fsType?: string; partition?: number; readOnly?: boolean };
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
  columns: [],
});
