// ReplicationControllers: what ReplicaSets were before.
// pkg/controller/replication/replication_controller.go.

import { selectorOf } from "../api/labels.ts";
import {
  type ReplicationController,
  replicationControllers,
} from "../api/replicationcontroller.ts";
import { defineReplicator } from "./replicas.ts";

export const replicationController = defineReplicator<ReplicationController>({
  name: "replication-controller",
  resource: replicationControllers,
  selector: ({ spec }) => selectorOf(spec.selector && { matchLabels: spec.selector }),
  template: ({ spec }) => spec.template,
});
