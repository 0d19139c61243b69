// What becomes of a claim. Every branch is said out loud, because each of them is a question that
// users ask. pkg/controller/volume/persistentvolume/pv_controller.go syncUnboundClaim,
// syncBoundClaim.

import type { PersistentVolume } from "../../api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import { pods } from "../../api/pod.ts";
import { isFinished } from "../../api/pod-readiness.ts";
import { storageClasses } from "../../api/storageclass.ts";
import {
  alphaClassAnnotation,
  annotated,
  bindCompleted,
  boundByController,
  classOf,
  isReservedFor,
  offersModes,
  requestOf,
  sameVolumeMode,
  selectedNode,
  sizeOf,
} from "../../api/volume-binding.ts";
import { VolumeError } from "../operations.ts";

import { type Binder, bind, loseClaim, setClaimStatus } from "./binder.ts";
import { assignDefaultClass } from "./default-class.ts";
import { provisionClaim, provisionWithoutClass } from "./provisioning.ts";
import { tellClaim } from "./verdicts.ts";

export async function syncClaim(claim: PersistentVolumeClaim, binder: Binder): Promise<void> {
  if (annotated(claim, bindCompleted)) return syncBoundClaim(claim, binder);
  return claim.spec.volumeName
    ? syncClaimWithVolume(claim, claim.spec.volumeName, binder)
    : syncClaimWithoutVolume(claim, binder);
}

/** The claim takes any volume that suits it. */
async function syncClaimWithoutVolume(claim: PersistentVolumeClaim, binder: Binder): Promise<void> {
  const { state, events } = binder;
  const storageClass = binder.cache.get(storageClasses, { namespace: "", name: classOf(claim) });
  const delayed = storageClass?.volumeBindingMode === "WaitForFirstConsumer";
  const alpha =
    binder.era.behaviors.has("alpha-provisioning") && annotated(claim, alphaClassAnnotation);
  // One that is to be made for it: those that others made will not do.
  const volume = state.volumes.find(claim, delayed || alpha);
  if (volume) {
    // There is one. What a failure leaves half done is done at the next look.
    tellClaim(claim, { verdict: `bound to volume "${volume.metadata.name}"`, volume }, binder);
    return bind(volume, claim, binder);
  }
  // None suits, but perhaps there is a class for it by now (from 1.26 on).
  if (await assignDefaultClass(claim, binder)) return;
  if (delayed && !annotated(claim, selectedNode)) {
    // Its class wants to know the node first; the scheduler will choose one.
    waitForConsumer(claim, binder);
  } else if (alpha) {
    return provisionWithoutClass(claim, binder);
  } else if (classOf(claim)) {
    // Someone must make one.
    return provisionClaim(claim, storageClass, binder);
  } else {
    // Nobody can make one: it waits for one that is made by hand.
    const verdict = "no volume fits, and there is no class to make one";
    tellClaim(claim, { verdict, remedy: volumeToMake(claim) }, binder);
    if (state.words.noVolume) events.normal(claim, "FailedBinding", state.words.noVolume);
  }
  await setClaimStatus(claim, { phase: "Pending" }, binder);
}

function volumeToMake({ spec }: PersistentVolumeClaim): string {
  const size = spec.resources?.requests?.["storage"] ?? "any size";
  const modes = (spec.accessModes ?? []).join(" and ");
  return `make a volume of ${size} or more with ${modes}, or ask for a class with a provisioner`;
}

function waitForConsumer(claim: PersistentVolumeClaim, binder: Binder): void {
  const { cache, events, state } = binder;
  const { waitForFirstConsumer, waitForPods } = state.words;
  const { namespace, name } = claim.metadata;
  const waiting = cache
    .by(pods, "claim", `${namespace}/${name}`)
    .filter((pod) => !pod.spec.nodeName && !isFinished(pod))
    .map(({ metadata }) => metadata.name);
  const verdict =
    waiting.length > 0
      ? `waits for ${waiting.join(", ")} to be scheduled`
      : "waits for its first consumer";
  const [first] = waiting;
  const remedy = first ? `kubectl why pod/${first}` : "make a pod that uses the claim";
  tellClaim(claim, { verdict, remedy }, binder);
  if (waiting.length > 0 && waitForPods) {
    events.normal(claim, "WaitForPodScheduled", waitForPods(waiting));
  } else {
    events.normal(claim, "WaitForFirstConsumer", waitForFirstConsumer);
  }
}

/** The claim names its volume: it takes this one or none. */
async function syncClaimWithVolume(
  claim: PersistentVolumeClaim,
  name: string,
  binder: Binder,
): Promise<void> {
  const { state, events } = binder;
  const volume = state.volumes.get(name);
  if (!volume) {
    // It is not there. It may come.
    tellClaim(claim, { verdict: `names volume "${name}", which does not exist` }, binder);
  } else if (!volume.spec.claimRef) {
    // It is free. It must do all the same.
    const mismatch = mismatchOf(volume, claim);
    if (!mismatch) {
      tellClaim(claim, { verdict: `bound to volume "${name}", which it names`, volume }, binder);
      return bind(volume, claim, binder);
    }
    tellClaim(
      claim,
      { verdict: `names volume "${name}", which does not fit: ${mismatch}` },
      binder,
    );
    events.warning(
      claim,
      "VolumeMismatch",
      `Cannot bind to requested volume "${name}": ${mismatch}`,
    );
  } else if (isReservedFor(volume, claim)) {
    // It is kept for this claim.
    tellClaim(
      claim,
      { verdict: `bound to volume "${name}", which is kept for it`, volume },
      binder,
    );
    return bind(volume, claim, binder);
  } else {
    // It has another claim. If a user wrote the name, that may change; if we did, we were wrong.
    tellClaim(claim, { verdict: `names volume "${name}", which has another claim` }, binder);
    events.warning(claim, "FailedBinding", `volume "${name}" already bound to a different claim.`);
    if (annotated(claim, boundByController)) throw new VolumeError(`invalid binding to ${name}`);
  }
  await setClaimStatus(claim, { phase: "Pending" }, binder);
}

/** Why a volume that is named by the claim cannot be bound to it. */
function mismatchOf(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp) {
    return `the volume is marked for deletion "${volume.metadata.name}"`;
  }
  if (sizeOf(volume) < requestOf(claim)) return "requested PV is too small";
  if (classOf(volume) !== classOf(claim)) return "storageClassName does not match";
  if (!sameVolumeMode(volume, claim)) return "incompatible volumeMode";
  if (!offersModes(volume, claim)) return "incompatible accessMode";
  return undefined;
}

/** Once bound, always bound: either to its volume or, if that is gone, to nothing. */
async function syncBoundClaim(claim: PersistentVolumeClaim, binder: Binder): Promise<void> {
  const lose = (reason: string, message: string, verdict: string) => {
    tellClaim(claim, { verdict }, binder);
    return loseClaim(claim, { reason, message }, binder);
  };
  const name = claim.spec.volumeName;
  if (!name) {
    return lose(
      "ClaimLost",
      "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!",
      "was bound, but its volumeName is gone",
    );
  }
  const volume = binder.state.volumes.get(name);
  if (!volume) {
    return lose(
      "ClaimLost",
      "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
      `was bound to volume "${name}", which does not exist any more`,
    );
  }
  // The volume's side is missing or right: write what is missing.
  if (!volume.spec.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) {
    return bind(volume, claim, binder);
  }
  return lose(
    "ClaimMisbound",
    "Two claims are bound to the same volume, this one is bound incorrectly",
    `volume "${name}" is bound to another claim`,
  );
}
