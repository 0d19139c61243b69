// PersistentVolumeClaims. pkg/registry/core/persistentvolumeclaim/strategy.go; types in api/core/v1/types.go.

import type { Condition, KubeObject, LabelSelector } from "./meta.ts";
import type { AccessMode, VolumeMode } from "./persistentvolume.ts";
import type { ResourceRequirements } from "./pod.ts";
import { defineResource } from "./resource.ts";

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
  columns: [],
});
