// StatefulSets.

import { classOfClaim, type PersistentVolumeClaim } from "../../../api/persistentvolumeclaim.ts";
import type { StatefulSet } from "../../../api/statefulset.ts";
import { defineDescriber } from "./describer.ts";
import {
  annotationSign,
  annotations,
  date,
  indent,
  type Lines,
  labels,
  plainSelector,
} from "./lines.ts";
import { podTemplate } from "./pod-template.ts";
import { podsStatus } from "./workloads.ts";

export const statefulSet = defineDescriber<StatefulSet>({
  kind: "StatefulSet",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
    const selector = plainSelector(spec.selector);
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
      `Selector:\t${selector}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      `Replicas:\t${spec.replicas ?? 1} desired | ${status?.replicas ?? 0} total`,
      `Update Strategy:\t${spec.updateStrategy?.type ?? ""}`,
      partition !== undefined &&
        (partition !== 0 || kubectl.era.behaviors.has("describe-more")) &&
        `  Partition:\t${partition}`,
      maxUnavailable !== undefined &&
        kubectl.era.behaviors.has("describe-details") &&
        `  MaxUnavailable:\t${maxUnavailable}`,
      `Pods Status:\t${await podsStatus(kubectl, object, selector)}`,
      podTemplate(spec.template, kubectl.era),
      claimTemplates(spec.volumeClaimTemplates),
      events,
    ];
  },
});

function claimTemplates(templates: readonly PersistentVolumeClaim[] = []): Lines {
  if (templates.length === 0) return "Volume Claims:\t<none>";
  return [
    "Volume Claims:",
    ...templates.map((claim) =>
      indent(1, [
        `Name:\t${claim.metadata.name}`,
        `StorageClass:\t${classOfClaim(claim)}`,
        labels("Labels", claim.metadata.labels),
        labels("Annotations", claim.metadata.annotations),
        `Capacity:\t${claim.spec.resources?.requests?.["storage"] ?? "<default>"}`,
        `Access Modes:\t[${(claim.spec.accessModes ?? []).join(" ")}]`,
      ]),
    ),
  ];
}
