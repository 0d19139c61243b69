// Bindings: which node a pod gets. They are done, not kept. types in api/core/v1/types.go.

import { nameColumn } from "./columns.ts";
import type { KubeObject, ObjectReference } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface Binding extends KubeObject {
  kind: "Binding";
  target: ObjectReference;
}

export const bindings = defineResource<Binding>({
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  singular: "binding",
  shortNames: [],
  namespaced: true,
  verbs: ["create"],
  columns: [nameColumn],
});
