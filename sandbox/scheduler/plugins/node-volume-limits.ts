// How many disks of a cloud can be attached to a node.
// pkg/scheduler/framework/plugins/nodevolumelimits/non_csi.go.

import type { PersistentVolumeSpec } from "../../api/persistentvolume.ts";
import { type Cycle, definePlugin, Refusal, skip } from "../framework.ts";
import type { PodInfo } from "../pod-info.ts";

interface Limit {
  readonly name: string;
  /** What a node may say in its allocatable resources. */
  readonly resource: string;
  readonly usual: number;
  readonly provisioner: string;
  idOf(spec: PersistentVolumeSpec): string | undefined;
}

const limits: readonly Limit[] = [
  {
    name: "EBSLimits",
    resource: "attachable-volumes-aws-ebs",
    usual: 39,
    provisioner: "kubernetes.io/aws-ebs",
    idOf: ({ awsElasticBlockStore }) => awsElasticBlockStore?.volumeID,
  },
  {
    name: "GCEPDLimits",
    resource: "attachable-volumes-gce-pd",
    usual: 16,
    provisioner: "kubernetes.io/gce-pd",
    idOf: ({ gcePersistentDisk }) => gcePersistentDisk?.pdName,
  },
];

/** What the pod has of such disks; a claim that is not bound yet counts by its class. */
function disksOf({ pod, claims }: PodInfo, limit: Limit, { volumes }: Cycle): string[] {
  const namespace = pod.metadata.namespace ?? "";
  return claims.flatMap((name) => {
    const claim = volumes.claim(namespace, name);
    if (!claim) return [];
    const volume = claim.spec.volumeName ? volumes.volume(claim.spec.volumeName) : undefined;
    if (volume) return limit.idOf(volume.spec) ?? [];
    const made = volumes.storageClass(claim)?.provisioner === limit.provisioner;
    return made ? `${namespace}/${name}` : [];
  });
}

// differs: limits of CSI drivers are not counted.
export const nodeVolumeLimits = limits.map((limit) =>
  definePlugin<readonly string[]>({
    name: limit.name,
    preFilter(cycle) {
      const disks = disksOf(cycle.pod, limit, cycle);
      return disks.length > 0 ? disks : skip;
    },
    filter(node, cycle, disks) {
      const there = new Set<string>();
      for (const pod of node.pods) for (const id of disksOf(pod, limit, cycle)) there.add(id);
      const more = new Set(disks.filter((id) => !there.has(id)));
      const most = node.allocatable(limit.resource) || limit.usual;
      return there.size + more.size > most ? new Refusal([cycle.words.volumeCount]) : undefined;
    },
  }),
);
