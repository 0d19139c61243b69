// What the API server of each era says of workloads that it refuses.

import type { WorkloadWords } from "../../api/words/workloads.ts";

export const v1_3: WorkloadWords = {
  statefulSetImmutable: "updates to petset spec for fields other than 'replicas' are forbidden.",
  emptySelector: "empty selector is not valid for %s.",
  scaledReplicaSet: "Scaled %direction replica set %name to %to",
};

export const v1_5: WorkloadWords = {
  ...v1_3,
  statefulSetImmutable:
    "updates to statefulset spec for fields other than 'replicas' are forbidden.",
};

export const v1_11: WorkloadWords = {
  ...v1_5,
  statefulSetImmutable:
    "updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden.",
};

export const v1_20: WorkloadWords = {
  statefulSetImmutable:
    "updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden",
  emptySelector: "empty selector is invalid for %s",
  scaledReplicaSet: v1_3.scaledReplicaSet,
};

export const v1_34: WorkloadWords = {
  ...v1_20,
  scaledReplicaSet: "Scaled %direction replica set %name from %from to %to",
  statefulSetImmutable:
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
};
