// Which volume may serve which claim: the rules that the binder and the scheduler share.
// pkg/controller/volume/persistentvolume/util/util.go FindMatchingVolume, GetBindVolumeToClaim.

import { clone } from "./clone.ts";
import { selects } from "./labels.ts";
import type { Node } from "./node.ts";
import { selectsNode } from "./node-selector.ts";
import type { PersistentVolume } from "./persistentvolume.ts";
import type { PersistentVolumeClaim } from "./persistentvolumeclaim.ts";
import { quantityValue } from "./quantity.ts";

export const boundByController = "pv.kubernetes.io/bound-by-controller";
export const bindCompleted = "pv.kubernetes.io/bind-completed";
export const provisionedBy = "pv.kubernetes.io/provisioned-by";
export const selectedNode = "volume.kubernetes.io/selected-node";
/** Where a class was named before there was a field for it, in 1.5. */
export const classAnnotation = "volume.beta.kubernetes.io/storage-class";
/** Whatever it said: the claim wanted a volume made for it, in 1.2 to 1.5. */
export const alphaClassAnnotation = "volume.alpha.kubernetes.io/storage-class";
/** The provisioner of classes whose volumes are all made by hand. */
export const noProvisioner = "kubernetes.io/no-provisioner";

/** The rule that keeps a claim from a volume, in the order in which the rules are asked. */
export type Refusal =
  | "taken"
  | "claimRef"
  | "size"
  | "volume mode"
  | "being deleted"
  | "first consumer"
  | "phase"
  | "selector"
  | "class"
  | "node affinity"
  | "access modes";

/** What else counts when a volume is sought. */
export interface Search {
  /** The node that must be able to reach it; the scheduler asks so. */
  readonly node?: Node;
  /**
   * The claim waits for its first consumer: without a node only a volume reserved for it will do.
   */
  readonly delayed: boolean;
  /** Volumes that other claims of the same pod take. */
  readonly taken?: ReadonlySet<string>;
}

export const classOf = ({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? "";

export const annotated = (
  { metadata }: PersistentVolume | PersistentVolumeClaim,
  annotation: string,
): boolean => metadata.annotations !== undefined && annotation in metadata.annotations;

/** The volume is this claim's, or is kept for one of its name. */
export function isReservedFor(
  { spec }: PersistentVolume,
  { metadata }: PersistentVolumeClaim,
): boolean {
  const reference = spec.claimRef;
  if (reference?.name !== metadata.name || reference.namespace !== metadata.namespace) return false;
  return !reference.uid || reference.uid === metadata.uid;
}

/** Both sides of the binding are written. */
export const isFullyBound = (claim: PersistentVolumeClaim): boolean =>
  Boolean(claim.spec.volumeName) && annotated(claim, bindCompleted);

export const sizeOf = ({ spec }: PersistentVolume): number => bytes(spec.capacity?.["storage"]);

export const requestOf = ({ spec }: PersistentVolumeClaim): number =>
  bytes(spec.resources?.requests?.["storage"]);

const units: Readonly<Record<string, number>> = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** Volumes are compared by the thousand, nearly all of them in these units. */
function bytes(text: string | undefined): number {
  const unit = text && units[text.slice(-2)];
  const count = unit ? Number(text.slice(0, -2)) : Number.NaN;
  return unit && Number.isInteger(count) ? count * unit : quantityValue(text);
}

export const sameVolumeMode = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (volume.spec.volumeMode ?? "Filesystem") === (claim.spec.volumeMode ?? "Filesystem");

export const offersModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));

export const reaches = ({ spec }: PersistentVolume, node: Node): boolean =>
  !spec.nodeAffinity?.required || selectsNode(spec.nodeAffinity.required, node);

/** The first rule that speaks against it; undefined if the claim may have the volume. */
export function refusalOf(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  { node, delayed, taken }: Search,
): Refusal | undefined {
  const reserved = isReservedFor(volume, claim);
  if (taken?.has(volume.metadata.name)) return "taken";
  if (volume.spec.claimRef && !reserved) return "claimRef";
  if (sizeOf(volume) < requestOf(claim)) return "size";
  if (!sameVolumeMode(volume, claim)) return "volume mode";
  if (volume.metadata.deletionTimestamp) return "being deleted";
  if (!reserved) {
    if (!node && delayed) return "first consumer";
    if (volume.status.phase !== "Available") return "phase";
    if (claim.spec.selector && !selects(claim.spec.selector, volume.metadata.labels))
      return "selector";
    if (classOf(volume) !== classOf(claim)) return "class";
  }
  if (node && !reaches(volume, node)) return "node affinity";
  if (!reserved && !offersModes(volume, claim)) return "access modes";
  return undefined;
}

/** The volume that is kept for the claim, or else the smallest that will do. */
export function bestVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  search: Search,
): PersistentVolume | undefined {
  let best: PersistentVolume | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const volume of volumes) {
    const refusal = refusalOf(volume, claim, search);
    const reserved = isReservedFor(volume, claim);
    // One that is kept for the claim but lies elsewhere: the claim waits for it.
    if (reserved && refusal === "node affinity") return undefined;
    if (refusal) continue;
    if (reserved) return volume;
    const size = sizeOf(volume);
    if (size >= smallest) continue;
    best = volume;
    smallest = size;
  }
  return best;
}

/** The volume with its reference to the claim; undefined if it has that already. */
export function reserve(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume | undefined {
  const reference = volume.spec.claimRef;
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const refers =
    reference?.name === name && reference.namespace === namespace && reference.uid === uid;
  const chosen = !isReservedFor(volume, claim) && !annotated(volume, boundByController);
  if (refers && !chosen) return undefined;
  const draft = clone(volume);
  if (!refers) {
    draft.spec.claimRef = {
      apiVersion: claim.apiVersion,
      kind: claim.kind,
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
    };
  }
  if (chosen)
    draft.metadata.annotations = { ...draft.metadata.annotations, [boundByController]: "yes" };
  return draft;
}
