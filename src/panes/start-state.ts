// The objects that a page was built with, as a moment of a cluster.

import type { KubeObject } from "../../sandbox/api/meta.ts";
import { type ClusterState, History } from "../session/history.ts";

export function stateOf(objects: readonly KubeObject[]): ClusterState {
  const history = new History();
  const changes = objects.map((object) => ({ at: 0, revision: 0, type: "ADDED" as const, object }));
  history.add({ at: 0, changes, output: [], commands: [], decisions: [], inputs: [] });
  return history.stateAt(0);
}
