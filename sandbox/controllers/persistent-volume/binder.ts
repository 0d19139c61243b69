// What the parts of the binder share: its memory, its tools, and its writes. All writes go through
// here, so that the memory has them before the watch tells of them.
// pkg/controller/volume/persistentvolume/pv_controller.go bind, unbindVolume, updateClaimStatus.

import { clone, equal } from "../../api/clone.ts";
import { keyOf, keyText } from "../../api/meta.ts";
import {
  type PersistentVolume,
  type PersistentVolumePhase,
  persistentVolumes,
} from "../../api/persistentvolume.ts";
import {
  type PersistentVolumeClaim,
  type PersistentVolumeClaimPhase,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { annotated, bindCompleted, boundByController, reserve } from "../../api/volume-binding.ts";
import type { VolumeWords } from "../../api/words/volumes.ts";
import type { Tools } from "../../client/controller.ts";
import type { Operations } from "../operations.ts";
import type { Resync } from "./resync.ts";
import type { VolumeIndex } from "./volume-index.ts";
import type { VolumePlugin } from "./volume-plugin.ts";

/** Keeps the object of a volume until its storage is deleted (from 1.31 on). */
export const inTreeFinalizer = "kubernetes.io/pv-controller";

export interface BinderState {
  readonly volumes: VolumeIndex;
  /** By namespace and name. */
  readonly claims: Map<string, PersistentVolumeClaim>;
  readonly operations: Operations;
  readonly resync: Resync;
  readonly plugins: readonly VolumePlugin[];
  /** Which of them makes volumes for claims that name no class, in eras that have that. */
  readonly alphaProvisioner: string | undefined;
  readonly words: VolumeWords;
  /** How long a write takes until it is answered. */
  readonly writeMs: number;
  /** The last verdict told to the trace, by claim. */
  readonly told: Map<string, Told>;
  /** What an operation beside the control loop broke. */
  bug: unknown;
}

/** A verdict that has been told, and what it was about. */
export interface Told {
  readonly uid: string | undefined;
  readonly verdict: string;
  readonly considered: readonly PersistentVolume[];
}

export type Binder = Tools<BinderState>;

/** True if it was news: what is remembered may be newer than what is heard. */
export function rememberVolume(volume: PersistentVolume, { state }: Binder): boolean {
  const known = state.volumes.get(volume.metadata.name);
  if (known && revision(known) > revision(volume)) return false;
  state.volumes.put(volume);
  return true;
}

export function rememberClaim(claim: PersistentVolumeClaim, { state }: Binder): boolean {
  const key = keyText(keyOf(claim));
  const known = state.claims.get(key);
  if (known && revision(known) > revision(claim)) return false;
  state.claims.set(key, claim);
  return true;
}

const revision = ({ metadata }: PersistentVolume | PersistentVolumeClaim): number =>
  Number(metadata.resourceVersion);

/** A write costs time: whoever only reads, like the scheduler, is ahead of one who binds. */
async function writing<T>(binder: Binder, write: () => Promise<T>): Promise<T> {
  if (binder.state.writeMs > 0) await binder.clock.sleep(binder.state.writeMs, binder.signal);
  return write();
}

async function saveVolume(
  draft: PersistentVolume,
  binder: Binder,
  part?: "status",
): Promise<PersistentVolume> {
  const volume = await writing(binder, () =>
    part
      ? binder.client.updateStatus(persistentVolumes, draft)
      : binder.client.update(persistentVolumes, draft),
  );
  rememberVolume(volume, binder);
  return volume;
}

export async function saveClaim(
  draft: PersistentVolumeClaim,
  binder: Binder,
  part?: "status",
): Promise<PersistentVolumeClaim> {
  const claim = await writing(binder, () =>
    part
      ? binder.client.updateStatus(persistentVolumeClaims, draft)
      : binder.client.update(persistentVolumeClaims, draft),
  );
  rememberClaim(claim, binder);
  return claim;
}

export const saveFinalizers = (volume: PersistentVolume, finalizers: string[], binder: Binder) =>
  saveVolume({ ...clone(volume), metadata: { ...clone(volume.metadata), finalizers } }, binder);

export interface VolumeStatus {
  readonly phase: PersistentVolumePhase;
  readonly message?: string;
}

export async function setVolumePhase(
  volume: PersistentVolume,
  { phase, message }: VolumeStatus,
  binder: Binder,
): Promise<PersistentVolume> {
  if (volume.status.phase === phase) return volume;
  const draft = clone(volume);
  const { message: _old, ...status } = draft.status;
  draft.status = { ...status, phase, ...(message && { message }) };
  return saveVolume(draft, binder, "status");
}

/** An event to be. */
export interface Said {
  readonly reason: string;
  readonly message: string;
}

/** The phase, with an event if it is a new one. */
export async function failVolume(
  volume: PersistentVolume,
  { reason, message }: Said,
  binder: Binder,
): Promise<void> {
  if (volume.status.phase === "Failed") return;
  const failed = await setVolumePhase(volume, { phase: "Failed", message }, binder);
  binder.events.warning(failed, reason, message);
}

/** Phase, modes and size as the volume has them; without one, none. The size is taken once. */
export async function setClaimStatus(
  claim: PersistentVolumeClaim,
  {
    phase,
    volume,
  }: { readonly phase: PersistentVolumeClaimPhase; readonly volume?: PersistentVolume },
  binder: Binder,
): Promise<PersistentVolumeClaim> {
  const { accessModes: _modes, capacity, ...rest } = clone(claim.status);
  const changes = claim.status.phase !== phase;
  const size = volume && (changes ? volume.spec.capacity : capacity);
  const tells = !binder.era.behaviors.has("claims-without-capacity");
  const status = {
    ...rest,
    phase,
    ...(tells && volume?.spec.accessModes && { accessModes: [...volume.spec.accessModes] }),
    ...(tells && size && { capacity: { ...size } }),
  };
  if (equal(status, claim.status)) return claim;
  return saveClaim({ ...clone(claim), status }, binder, "status");
}

export async function loseClaim(
  claim: PersistentVolumeClaim,
  { reason, message }: Said,
  binder: Binder,
): Promise<void> {
  if (claim.status.phase === "Lost") return;
  const lost = await setClaimStatus(claim, { phase: "Lost" }, binder);
  binder.events.warning(lost, reason, message);
}

/**
 * Four writes, each of which leaves something that the next look can go on from: the volume's
 * reference, its phase, the claim's reference, its status.
 */
export async function bind(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  binder: Binder,
): Promise<void> {
  const draft = reserve(volume, claim);
  const reserved = draft ? await saveVolume(draft, binder) : volume;
  const bound = await setVolumePhase(reserved, { phase: "Bound" }, binder);
  const referring = await referToVolume(claim, bound, binder);
  await setClaimStatus(referring, { phase: "Bound", volume: bound }, binder);
}

async function referToVolume(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  binder: Binder,
): Promise<PersistentVolumeClaim> {
  const chosen = claim.spec.volumeName !== volume.metadata.name;
  if (!chosen && annotated(claim, bindCompleted)) return claim;
  const draft = clone(claim);
  const marks = { ...(chosen && { [boundByController]: "yes" }), [bindCompleted]: "yes" };
  draft.spec.volumeName = volume.metadata.name;
  draft.metadata.annotations = { ...draft.metadata.annotations, ...marks };
  return saveClaim(draft, binder);
}

/** Gives the volume free; one that a user kept for a claim stays kept for a claim of that name. */
export async function unbind(volume: PersistentVolume, binder: Binder): Promise<void> {
  const draft = clone(volume);
  if (annotated(volume, boundByController)) {
    delete draft.spec.claimRef;
    const { [boundByController]: _mark, ...others } = draft.metadata.annotations ?? {};
    if (Object.keys(others).length > 0) draft.metadata.annotations = others;
    else delete draft.metadata.annotations;
  } else {
    delete draft.spec.claimRef?.uid;
  }
  await setVolumePhase(await saveVolume(draft, binder), { phase: "Available" }, binder);
}
