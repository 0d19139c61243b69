// Tells the trace what was decided about a claim, and every volume with the rule that refused it.

import type { PersistentVolume } from "../../api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import { refusalOf } from "../../api/volume-binding.ts";
import { explainRefusal } from "../../api/volume-refusals.ts";
import type { Option } from "../../sim/trace.ts";
import type { Binder } from "./binder.ts";

export interface ClaimVerdict {
  readonly verdict: string;
  /** The one that was taken. */
  readonly volume?: PersistentVolume;
  readonly remedy?: string;
}

/** Says it once: again only when the verdict or the volumes have changed. */
export function tellClaim(
  claim: PersistentVolumeClaim,
  { verdict, volume, remedy }: ClaimVerdict,
  { state, trace }: Binder,
): void {
  const { namespace = "", name, uid } = claim.metadata;
  const considered = state.volumes.considered();
  const told = state.told.get(`${namespace}/${name}`);
  if (told?.uid === uid && told?.verdict === verdict && told.considered === considered) return;
  state.told.set(`${namespace}/${name}`, { uid, verdict, considered });
  trace.decide({
    by: "persistentvolume-controller",
    about: { kind: claim.kind, namespace, name },
    verdict,
    rule: "pkg/controller/volume/persistentvolume syncClaim, FindMatchingVolume",
    options: () => considered.map((each) => optionOf(each, claim, volume)),
    ...(remedy && { remedy }),
  });
}

function optionOf(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  chosen: PersistentVolume | undefined,
): Option {
  const about = { kind: volume.kind, name: volume.metadata.name };
  if (volume.metadata.name === chosen?.metadata.name) return { about, taken: true };
  const refusal = refusalOf(volume, claim, { delayed: false });
  if (refusal) return { about, taken: false, ...explainRefusal(refusal, volume, claim) };
  if (!chosen) return { about, taken: false, rule: "not yet", why: "it would do" };
  const why = `it would do, but ${chosen.metadata.name} suits better: it is kept for the claim, or smaller, or offers no more modes than needed`;
  return { about, taken: false, rule: "smallest fit", why };
}
