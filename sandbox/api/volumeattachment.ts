// VolumeAttachments: that a volume is to be attached to a node, and whether it is.
// pkg/registry/storage/volumeattachment/strategy.go; types in api/storage/v1/types.go.

import { equal } from "./clone.ts";
import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import type { Era } from "./era.ts";
import { type FieldError, forbiddenField, immutable, invalids, required } from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import type { KubeObject } from "./meta.ts";
import { subdomainProblems } from "./names.ts";
import { validateDriverName } from "./persistentvolume-validation.ts";
import { defineResource } from "./resource.ts";

export interface VolumeAttachment extends KubeObject {
  kind: "VolumeAttachment";
  spec: {
    attacher: string;
    nodeName: string;
    source: { persistentVolumeName?: string; inlineVolumeSpec?: object };
  };
  status: {
    attached: boolean;
    attachmentMetadata?: Record<string, string>;
    attachError?: VolumeError;
    detachError?: VolumeError;
  };
}

export interface VolumeError {
  time?: string;
  message?: string;
}

function validate({ spec }: VolumeAttachment, era: Era): FieldError[] {
  const { attacher, nodeName, source } = spec;
  const errors = attacher ? [] : [required("spec.attacher")];
  const { persistentVolumeName, inlineVolumeSpec } = source ?? {};
  const one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (inlineVolumeSpec && persistentVolumeName !== undefined) {
    errors.push(forbiddenField("spec.source", one));
  } else if (persistentVolumeName === "") {
    const field = "spec.source.persistentVolumeName";
    errors.push(required(field, "must specify non empty persistentVolumeName"));
  } else if (!inlineVolumeSpec && persistentVolumeName === undefined) {
    errors.push(required("spec.source", one));
  }
  return [
    ...errors,
    ...invalids("spec.nodeName", nodeName ?? "", subdomainProblems(nodeName ?? "", era)),
    ...validateDriverName(attacher, "spec.attacher", era),
  ];
}

export const volumeAttachments = defineResource<VolumeAttachment>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  singular: "volumeattachment",
  shortNames: [],
  namespaced: false,
  alsoIn: ["storage.k8s.io/v1beta1"],
  subresources: ["status"],
  needsVersion: true,
  returnsDeleted: true,

  prepareForCreate(draft) {
    draft.status = { attached: false };
  },
  validate: (attachment, { era }) => validate(attachment, era),
  validateUpdate(attachment, old, { era }) {
    const errors = validate(attachment, era);
    if (equal(attachment.spec, old.spec)) return errors;
    return [
      ...errors,
      immutable("spec", goStruct("storage.VolumeAttachmentSpec", attachment.spec)),
    ];
  },

  columns: [
    nameColumn,
    textColumn("Attacher", ({ spec }) => spec.attacher),
    textColumn("PV", ({ spec }) => spec.source.persistentVolumeName ?? ""),
    textColumn("Node", ({ spec }) => spec.nodeName),
    textColumn("Attached", ({ status }) => String(status.attached)),
    ageColumn,
  ],
});
