// StorageClasses. pkg/registry/storage/storageclass/strategy.go; types in api/storage/v1/types.go.

import type { KubeObject } from "./meta.ts";
import type { ReclaimPolicy } from "./persistentvolume.ts";
import { defineResource } from "./resource.ts";

export interface StorageClass extends KubeObject {
  kind: "StorageClass";
  provisioner: string;
  parameters?: Record<string, string>;
  reclaimPolicy?: ReclaimPolicy;
  mountOptions?: string[];
  allowVolumeExpansion?: boolean;
  volumeBindingMode?: "Immediate" | "WaitForFirstConsumer";
  allowedTopologies?: { matchLabelExpressions?: { key: string; values: string[] }[] }[];
}

export const storageClasses = defineResource<StorageClass>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  singular: "storageclass",
  shortNames: ["sc"],
  namespaced: false,
  alsoIn: ["storage.k8s.io/v1beta1"],
  columns: [],
});
