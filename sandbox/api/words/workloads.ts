// What the API server says of workloads that it refuses.

export interface WorkloadWords {
  /** Of a change to what may not change in a StatefulSet. */
  readonly statefulSetImmutable: string;
  /** Of a selector that selects everything; `%s` is the kind. */
  readonly emptySelector: string;
  /** Of a Deployment that makes a ReplicaSet larger or smaller. */
  readonly scaledReplicaSet: string;
}
