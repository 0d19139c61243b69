// What is said of a claim, and of the template of one. kubectl pkg/describe/describe.go
// printPersistentVolumeClaim.

import { accessModesText } from "../../../api/access-modes.ts";
import { classOfClaim, type PersistentVolumeClaim } from "../../../api/persistentvolumeclaim.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { annotationSign, annotations, type Lines, labels } from "./lines.ts";

/** `kubectl` is given for a whole claim, not for a template. */
export function claimLines(claim: PersistentVolumeClaim, kubectl?: Kubectl): Lines {
  const { metadata = { name: "" }, spec, status } = claim;
  const { deletionTimestamp, finalizers = [] } = metadata;
  const { volumeName = "", volumeMode, dataSource } = spec;
  const phase = deletionTimestamp
    ? `Terminating (lasts ${kubectl?.age(deletionTimestamp)})`
    : (status?.phase ?? "");
  return [
    kubectl && [`Name:\t${metadata.name}`, `Namespace:\t${metadata.namespace ?? ""}`],
    `StorageClass:\t${classOfClaim({ ...claim, metadata })}`,
    kubectl && `Status:\t${phase}`,
    `Volume:\t${volumeName}`,
    labels("Labels", metadata.labels),
    annotations("Annotations", metadata.annotations, kubectl && annotationSign(kubectl)),
    kubectl && `Finalizers:\t[${finalizers.join(" ")}]`,
    `Capacity:\t${volumeName ? (status?.capacity?.["storage"] ?? "0") : ""}`,
    `Access Modes:\t${volumeName ? accessModesText(status?.accessModes) : ""}`,
    volumeMode && `VolumeMode:\t${volumeMode}`,
    dataSource && [
      "DataSource:",
      dataSource.apiGroup !== undefined && `  APIGroup:\t${dataSource.apiGroup}`,
      `  Kind:\t${dataSource.kind}`,
      `  Name:\t${dataSource.name}`,
    ],
  ];
}
