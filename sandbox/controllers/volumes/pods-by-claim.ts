// Pods found by the claims that they use. pkg/controller/volume/common/common.go PodPVCIndex.

import type { Pod } from "../../api/pod.ts";

/** `namespace/claim` for each claim of the pod, those made for ephemeral volumes included. */
export function claimsOf({ metadata, spec }: Pod): string[] {
  const names: string[] = [];
  for (const volume of spec.volumes ?? []) {
    const name =
      volume.persistentVolumeClaim?.claimName ??
      (volume["ephemeral"] ? `${metadata.name}-${volume.name}` : undefined);
    if (name) names.push(`${metadata.namespace}/${name}`);
  }
  return names;
}
