// StatefulSets. pkg/registry/apps/statefulset/strategy.go; types in api/apps/v1/types.go.

import type { Condition, KubeObject, LabelSelector } from "./meta.ts";
import type { PersistentVolumeClaim } from "./persistentvolumeclaim.ts";
import type { PodTemplate } from "./pod.ts";
import { defineResource } from "./resource.ts";

export interface StatefulSet extends KubeObject {
  kind: "StatefulSet";
  spec: StatefulSetSpec;
  status: StatefulSetStatus;
}

export interface StatefulSetSpec {
  replicas?: number;
  selector?: LabelSelector;
  template: PodTemplate;
  volumeClaimTemplates?: PersistentVolumeClaim[];
  serviceName?: string;
  podManagementPolicy?: "OrderedReady" | "Parallel";
  updateStrategy?: {
    type?: "RollingUpdate" | "OnDelete";
    rollingUpdate?: { partition?: number; maxUnavailable?: number | string };
  };
  revisionHistoryLimit?: number;
  minReadySeconds?: number;
  persistentVolumeClaimRetentionPolicy?: {
    whenDeleted?: "Retain" | "Delete";
    whenScaled?: "Retain" | "Delete";
  };
  ordinals?: { start?: number };
}

export interface StatefulSetStatus {
  observedGeneration?: number;
  replicas: number;
  readyReplicas?: number;
  currentReplicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  collisionCount?: number;
  conditions?: Condition[];
}

export const statefulSets = defineResource<StatefulSet>({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  countsGenerations: true,
  subresources: ["scale", "status"],
  columns: [],
});
