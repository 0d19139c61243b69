// PersistentVolumes.

import { accessModesText } from "../../../api/access-modes.ts";
import { classOfVolume, type PersistentVolume } from "../../../api/persistentvolume.ts";
import type { NodeSelectorTerm } from "../../../api/pod.ts";
import { defineDescriber } from "./describer.ts";
import { annotationSign, annotations, type Lines, labels, many } from "./lines.ts";
import { type Source, sourceLines } from "./volume-sources.ts";

/** Fields of a volume's spec that are not where it comes from. */
const common = new Set([
  "capacity",
  "accessModes",
  "claimRef",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "mountOptions",
  "volumeMode",
  "nodeAffinity",
  "volumeAttributesClassName",
]);

export const volume = defineDescriber<PersistentVolume>({
  kind: "PersistentVolume",
  describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { claimRef, volumeMode } = spec;
    const phase = metadata.deletionTimestamp
      ? `Terminating (lasts ${kubectl.age(metadata.deletionTimestamp)})`
      : (status.phase ?? "");
    const [plugin = "", source] = Object.entries(spec).find(([key]) => !common.has(key)) ?? [];
    return [
      `Name:\t${metadata.name}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      `Finalizers:\t[${(metadata.finalizers ?? []).join(" ")}]`,
      `StorageClass:\t${classOfVolume(object)}`,
      `Status:\t${phase}`,
      `Claim:\t${claimRef ? `${claimRef.namespace ?? ""}/${claimRef.name ?? ""}` : ""}`,
      `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ""}`,
      `Access Modes:\t${accessModesText(spec.accessModes)}`,
      volumeMode && `VolumeMode:\t${volumeMode}`,
      `Capacity:\t${spec.capacity?.["storage"] ?? "0"}`,
      affinity(spec.nodeAffinity?.required?.nodeSelectorTerms),
      `Message:\t${status.message ?? ""}`,
      "Source:",
      sourceLines(plugin, withNamespace(source as Source | undefined), true) ?? "  <unknown>",
      events,
    ];
  },
});

/** A reference to a secret always has a namespace here, if only an empty one. */
function withNamespace(source: Source = {}): Source {
  const { secretRef } = source;
  return secretRef ? { ...source, secretRef: { namespace: "", ...secretRef } } : source;
}

function affinity(terms: readonly NodeSelectorTerm[] | undefined): Lines {
  if (!terms) return "Node Affinity:\t<none>";
  if (terms.length === 0) return ["Node Affinity:\t", "  Required Terms:\t<none>"];
  return [
    "Node Affinity:\t",
    "  Required Terms:\t",
    ...terms.map(({ matchExpressions = [] }, index) =>
      many(
        `Term ${index}`,
        matchExpressions.map(({ key, operator, values = [] }) => {
          const list = values.length > 0 ? ` [${values.join(", ")}]` : "";
          return `${key} ${operator.toLowerCase()}${list}`;
        }),
        "    ",
      ),
    ),
  ];
}
