// StatefulSets. pkg/registry/apps/statefulset/strategy.go; types in api/apps/v1/types.go.

import {
  ageColumn,
  containerColumns,
  countColumn,
  formatSelector,
  nameColumn,
  textColumn,
} from "./columns.ts";
import { nonNegatives, notDecremented, notGreater } from "./field-rules.ts";
import type { Condition, KubeObject, LabelSelector } from "./meta.ts";
import { defaultClaim, type PersistentVolumeClaim } from "./persistentvolumeclaim.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { type Column, type Context, defineResource, type Resource } from "./resource.ts";
import { validateStatefulSet, validateStatefulSetUpdate } from "./statefulset-validation.ts";
import { labelsFromTemplate } from "./workload-rules.ts";

export interface StatefulSet extends KubeObject {
  /** Or PetSet, as it was called until 1.4. */
  kind: "StatefulSet" | "PetSet";
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

function setDefaults(draft: StatefulSet, context: Context): void {
  const { era, groupVersion } = context;
  const { spec } = draft;
  const first = groupVersion === "apps/v1alpha1" || groupVersion === "apps/v1beta1";
  defaultPodSpec(spec.template.spec, context);
  if (first) labelsFromTemplate(draft);
  spec.replicas ??= 1;
  for (const claim of spec.volumeClaimTemplates ?? []) {
    if (era.behaviors.has("typed-claim-templates")) {
      claim.apiVersion ||= "v1";
      claim.kind ||= "PersistentVolumeClaim";
    }
    defaultClaim(claim, context);
  }
  if (!era.behaviors.has("workload-revisions")) return;
  spec.podManagementPolicy ||= "OrderedReady";
  spec.revisionHistoryLimit ??= 10;
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  if (!updateStrategy.type) {
    updateStrategy.type = first ? "OnDelete" : "RollingUpdate";
    if (!first) updateStrategy.rollingUpdate ??= {};
  }
  if (updateStrategy.type === "RollingUpdate" && updateStrategy.rollingUpdate) {
    updateStrategy.rollingUpdate.partition ??= 0;
  }
  if (era.gates.has("StatefulSetAutoDeletePVC")) {
    spec.persistentVolumeClaimRetentionPolicy ??= {};
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ??= "Retain";
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ??= "Retain";
  }
}

/** 1.3 shows three columns of a Pet Set under -o wide, and forgot what they are. */
const withoutHeadings = <T>(cells: (object: T) => readonly [string, string, string]) =>
  ([0, 1, 2] as const).map(
    (index): Column<T> => ({
      name: "",
      type: "string",
      wide: true,
      onlyIn: `1.3 ${index}`,
      cell: (object) => cells(object)[index],
    }),
  );

const statefulSet: Omit<
  Resource<StatefulSet>,
  "version" | "kind" | "plural" | "singular" | "shortNames"
> = {
  group: "apps",
  categories: ["all"],
  namespaced: true,
  countsGenerations: true,

  default: setDefaults,
  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
  },
  validate: (set, { era }) => validateStatefulSet(set, era),
  validateUpdate: (set, old, { era }) => validateStatefulSetUpdate(set, old, era),
  validateStatus: ({ status }, old) => [
    ...nonNegatives("status", status, [
      "replicas",
      "readyReplicas",
      "currentReplicas",
      "updatedReplicas",
      "observedGeneration",
      "collisionCount",
    ]),
    ...notGreater("status", status, {
      parts: ["readyReplicas", "currentReplicas", "updatedReplicas"],
      whole: "replicas",
      than: "status.replicas",
    }),
    ...notDecremented("status.collisionCount", status.collisionCount, old.status.collisionCount),
  ],

  columns: [
    nameColumn,
    textColumn("Ready", ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    countColumn("Desired", ({ spec }) => spec.replicas, "1.12"),
    countColumn("Current", ({ status }) => status.replicas, "1.12"),
    ageColumn,
    ...containerColumns<StatefulSet>(({ spec }) => spec.template.spec.containers),
    ...withoutHeadings<StatefulSet>(({ spec }) => [
      spec.template.spec.containers.map(({ name }) => name).join(","),
      spec.template.spec.containers.map(({ image = "" }) => image).join(","),
      formatSelector(spec.selector),
    ]),
  ],
};

export const statefulSets = defineResource<StatefulSet>({
  ...statefulSet,
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  alsoIn: ["apps/v1beta1", "apps/v1beta2"],
  orphansByDefault: ["apps/v1beta1", "apps/v1beta2"],
  subresources: ["scale", "status"],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    statusReplicas: ({ status }) => status.replicas,
    selector: ({ spec }) => spec.selector,
    set({ spec }, replicas) {
      spec.replicas = replicas;
    },
  },
});

/** What StatefulSets were called in 1.3 and 1.4. */
export const petSets = defineResource<StatefulSet>({
  ...statefulSet,
  version: "v1alpha1",
  kind: "PetSet",
  plural: "petsets",
  singular: "petset",
  shortNames: [],
  subresources: ["status"],
});
