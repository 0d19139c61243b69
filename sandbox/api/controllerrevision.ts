// ControllerRevisions: templates that a StatefulSet or a DaemonSet had.
// pkg/registry/apps/controllerrevision/strategy.go; types in api/apps/v1/types.go.

import { equal } from "./clone.ts";
import { ageColumn, countColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, immutable, nonNegative, required } from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import { controllerOf, type KubeObject } from "./meta.ts";
import { defineResource, splitGroupVersion } from "./resource.ts";

export interface ControllerRevision extends KubeObject {
  kind: "ControllerRevision";
  data?: object;
  revision: number;
}

const validate = ({ data, revision }: ControllerRevision): FieldError[] => [
  ...(data ? [] : [required("data", "data is mandatory")]),
  ...nonNegative("revision", revision),
];

export const controllerRevisions = defineResource<ControllerRevision>({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  singular: "controllerrevision",
  shortNames: [],
  namespaced: true,
  alsoIn: ["apps/v1beta1", "apps/v1beta2"],

  default(draft) {
    draft.revision ??= 0;
  },
  validate,
  validateUpdate: (revision, old) => [
    ...validate(revision),
    ...(equal(revision.data, old.data)
      ? []
      : [immutable("data", goStruct("runtime.RawExtension", revision.data ?? {}))]),
  ],

  columns: [
    nameColumn,
    textColumn("Controller", (revision, { era }) => {
      const owner = controllerOf(revision);
      if (!owner) return "<none>";
      if (!era.behaviors.has("qualified-names")) return `${owner.kind}/${owner.name}`;
      const { group } = splitGroupVersion(owner.apiVersion);
      return `${owner.kind.toLowerCase()}${group && `.${group}`}/${owner.name}`;
    }),
    countColumn("Revision", ({ revision }) => revision),
    ageColumn,
  ],
});
