// The template of a workload's pods. kubectl pkg/describe/describe.go DescribePodTemplate.

import type { Era } from "../../../api/era.ts";
import type { PodTemplate } from "../../../api/pod.ts";
import { containers } from "./containers.ts";
import { annotations, type Lines, labels } from "./lines.ts";
import { spreading, tolerations } from "./pod.ts";
import { volumes } from "./volumes.ts";

export function podTemplate(template: PodTemplate | undefined, { behaviors }: Era): Lines {
  if (!template) return ["Pod Template:", "  <unset>"];
  const { metadata = {}, spec } = template;
  const { initContainers = [], serviceAccountName, priorityClassName } = spec;
  const detailed = behaviors.has("describe-details");
  const own = { before: "  ", detailed };
  const placed = behaviors.has("describe-placement");
  return [
    "Pod Template:",
    labels("  Labels", metadata.labels),
    Object.keys(metadata.annotations ?? {}).length > 0 &&
      annotations("  Annotations", metadata.annotations),
    serviceAccountName && `  Service Account:\t${serviceAccountName}`,
    initContainers.length > 0 && containers("Init Containers", initContainers, own),
    containers("Containers", spec.containers, own),
    volumes(spec.volumes, { before: "  ", plain: placed }),
    detailed && spreading(spec.topologySpreadConstraints, "  "),
    priorityClassName && `  Priority Class Name:\t${priorityClassName}`,
    placed && [labels("  Node-Selectors", spec.nodeSelector), tolerations(spec.tolerations, "  ")],
  ];
}
