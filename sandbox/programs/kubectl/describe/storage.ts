// StorageClasses and CSINodes.

import type { CsiNode } from "../../../api/csinode.ts";
import { isDefaultClass, type StorageClass } from "../../../api/storageclass.ts";
import { defineDescriber } from "./describer.ts";
import { annotations, date, formatLabels, type Lines, labels, many, truth } from "./lines.ts";

export const storageClass = defineDescriber<StorageClass>({
  kind: "StorageClass",
  describe({ object, events }) {
    const { metadata, mountOptions = [], reclaimPolicy, volumeBindingMode } = object;
    return [
      `Name:\t${metadata.name}`,
      `IsDefaultClass:\t${isDefaultClass(object) ? "Yes" : "No"}`,
      formatLabels(metadata.annotations)
        .split("\n")
        .map((line, index) => (index === 0 ? `Annotations:\t${line}` : line)),
      `Provisioner:\t${object.provisioner}`,
      `Parameters:\t${formatLabels(object.parameters)}`,
      `AllowVolumeExpansion:\t${truth(object.allowVolumeExpansion)}`,
      mountOptions.length === 0
        ? "MountOptions:\t<none>"
        : ["MountOptions:", ...mountOptions.map((option) => `  ${option}`)],
      reclaimPolicy && `ReclaimPolicy:\t${reclaimPolicy}`,
      volumeBindingMode && `VolumeBindingMode:\t${volumeBindingMode}`,
      topologies(object.allowedTopologies),
      events,
    ];
  },
});

function topologies(terms: StorageClass["allowedTopologies"]): Lines {
  if (!terms) return undefined;
  if (terms.length === 0) return "AllowedTopologies:\t<none>";
  return [
    "AllowedTopologies:\t",
    ...terms.map(({ matchLabelExpressions = [] }, index) =>
      many(
        `Term ${index}`,
        matchLabelExpressions.map(({ key, values }) =>
          values.length > 0 ? `${key} in [${values.join(", ")}]` : `${key} in`,
        ),
        "  ",
      ),
    ),
  ];
}

export const csiNode = defineDescriber<CsiNode>({
  kind: "CSINode",
  describe: ({ object: { metadata, spec }, events }) => [
    `Name:\t${metadata.name}`,
    labels("Labels", metadata.labels),
    annotations("Annotations", metadata.annotations),
    `CreationTimestamp:\t${date(metadata.creationTimestamp)}`,
    "Spec:",
    spec.drivers && [
      "  Drivers:",
      ...spec.drivers.map(({ name, nodeID, allocatable, topologyKeys }) => [
        `    ${name}:`,
        `      Node ID:\t${nodeID}`,
        allocatable?.count !== undefined && [
          "      Allocatables:",
          `        Count:\t${allocatable.count}`,
        ],
        topologyKeys && `      Topology Keys:\t[${topologyKeys.join(" ")}]`,
      ]),
    ],
    events,
  ],
});
