// PodTemplates, which nothing in a cluster uses. pkg/registry/core/podtemplate/strategy.go.

import { formatLabels, nameColumn, textColumn } from "./columns.ts";
import type { KubeObject } from "./meta.ts";
import type { Container, PodTemplate } from "./pod.ts";
import { defaultPodSpec } from "./pod-defaults.ts";
import { validatePodTemplateSpec } from "./pod-validation.ts";
import { defineResource } from "./resource.ts";

export interface PodTemplateObject extends KubeObject {
  kind: "PodTemplate";
  template: PodTemplate;
}

const containersOf = ({ template }: PodTemplateObject): readonly Container[] =>
  template?.spec?.containers ?? [];

export const podTemplates = defineResource<PodTemplateObject>({
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  singular: "podtemplate",
  shortNames: [],
  namespaced: true,
  countsGenerations: true,
  returnsDeleted: true,
  default({ template }, context) {
    if (template?.spec) defaultPodSpec(template.spec, context);
  },
  validate: ({ template }, context) => validatePodTemplateSpec(template, "template", context),
  validateUpdate: ({ template }, _old, context) =>
    validatePodTemplateSpec(template, "template", context),
  columns: [
    nameColumn,
    textColumn("Containers", (object) =>
      containersOf(object)
        .map(({ name }) => name)
        .join(","),
    ),
    textColumn("Images", (object) =>
      containersOf(object)
        .map(({ image = "" }) => image)
        .join(","),
    ),
    textColumn("Pod Labels", ({ template }) => formatLabels(template?.metadata?.labels)),
  ],
});
