// What makes a pod a member of a set: its name, its labels, its claims.
// pkg/controller/statefulset/stateful_set_utils.go.

import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import type { Pod, Volume } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import { remembered } from "../../sim/remembered.ts";

export const podNameLabel = "statefulset.kubernetes.io/pod-name";
export const podIndexLabel = "apps.kubernetes.io/pod-index";
export const revisionLabel = "controller-revision-hash";

interface Membership {
  readonly set: string;
  readonly ordinal: number;
}

/**
 * `web` and 2 of `web-2`; undefined if the name is none of a set. Asked of every pod of a set at
 * every look at it.
 */
export const membership = remembered((pod: Pod): Membership | undefined => read(pod.metadata.name));

function read(name: string): Membership | undefined {
  const match = /^(.*)-(\d+)$/.exec(name);
  const ordinal = Number(match?.[2]);
  return match?.[1] !== undefined && ordinal < 2 ** 31 ? { set: match[1], ordinal } : undefined;
}

export const ordinalOf = (pod: Pod): number => membership(pod)?.ordinal ?? -1;

export const podName = ({ metadata }: StatefulSet, ordinal: number): string =>
  `${metadata.name}-${ordinal}`;

export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;

export const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;

export const isInRange = (set: StatefulSet, ordinal: number): boolean =>
  ordinal >= firstOrdinal(set) && ordinal < firstOrdinal(set) + replicasOf(set);

export const claimName = (
  set: StatefulSet,
  claim: PersistentVolumeClaim,
  ordinal: number,
): string => `${claim.metadata.name}-${podName(set, ordinal)}`;

/** The claims of one ordinal, as they are made when they are not there. */
export function claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  const { spec, metadata } = set;
  return (spec.volumeClaimTemplates ?? []).map((claim) => {
    const { labels, annotations } = claim.metadata;
    return {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        name: claimName(set, claim, ordinal),
        namespace: metadata.namespace ?? "",
        labels: { ...labels, ...spec.selector?.matchLabels },
        ...(annotations && { annotations: { ...annotations } }),
      },
      spec: claim.spec,
      status: {},
    };
  });
}

/** The volumes of a pod, with those of its claims first. */
export function volumesOf(set: StatefulSet, { spec }: Pod, ordinal: number): Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const own = templates.map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) },
  }));
  const others = (spec.volumes ?? []).filter(
    ({ name }) => !templates.some(({ metadata }) => metadata.name === name),
  );
  return [...own, ...others];
}

export function hasIdentity(set: StatefulSet, { metadata }: Pod, indexed: boolean): boolean {
  const { name, labels } = metadata;
  const ordinal = name.slice(set.metadata.name.length + 1);
  return labels?.[podNameLabel] === name && (!indexed || labels[podIndexLabel] === ordinal);
}

/** Its claims are called after it, as it is after its ordinal. */
export function hasStorage(set: StatefulSet, pod: Pod): boolean {
  return (set.spec.volumeClaimTemplates ?? []).every((claim) => {
    const volume = pod.spec.volumes?.find(({ name }) => name === claim.metadata.name);
    return (
      volume?.persistentVolumeClaim?.claimName === `${claim.metadata.name}-${pod.metadata.name}`
    );
  });
}
