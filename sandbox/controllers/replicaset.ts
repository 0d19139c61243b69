// ReplicaSets: so many pods of one template. pkg/controller/replicaset/replica_set.go.

import { selectorOf } from "../api/labels.ts";
import { type ReplicaSet, replicaSets } from "../api/replicaset.ts";
import { defineReplicator } from "./replicas.ts";

export const replicaSet = defineReplicator<ReplicaSet>({
  name: "replicaset-controller",
  resource: replicaSets,
  selector: ({ spec }) => selectorOf(spec.selector),
  template: ({ spec }) => spec.template,
});
