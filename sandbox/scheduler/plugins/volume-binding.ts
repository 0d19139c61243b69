// Claims: those that are bound must be within reach of the node, for those that wait for it there
// must be volumes. pkg/scheduler/framework/plugins/volumebinding/volume_binding.go.

import type { SchedulerWords } from "../../api/words/scheduler.ts";
import { type Cycle, definePlugin, Refusal, skip } from "../framework.ts";
import type { Conflict, PodClaims, PodVolumes } from "../volume-binder.ts";

export interface VolumeState {
  readonly claims: PodClaims;
  /** What was found for each node that will do. */
  readonly found: Map<string, PodVolumes>;
}

function reasonOf(conflict: Conflict, words: SchedulerWords): string {
  if (conflict === "unreachable") return words.volumeAffinity;
  return conflict === "no volume" ? words.noVolumes : words.volumeGone;
}

const remedies: Readonly<Record<Conflict, string>> = {
  unreachable: "the claim is bound to a volume of another node; only there can the pod run",
  "no volume": "make a volume of the claim's class that this node can reach",
  "volume gone": "the volume that the claim is bound to does not exist any more",
};

/** A claim that is not there, or is going. */
function checkClaims({ pod, volumes, words }: Cycle): Refusal | undefined {
  for (const name of pod.claims) {
    const claim = volumes.claim(pod.pod.metadata.namespace ?? "", name);
    if (claim && !claim.metadata.deletionTimestamp) continue;
    return new Refusal([claim ? words.claimDeleted(name) : words.claimNotFound(name)], {
      final: true,
      basic: true,
      remedy: () =>
        claim ? `wait until claim ${name} is gone, and make it again` : `make the claim ${name}`,
    });
  }
  return undefined;
}

export const volumeBinding = definePlugin<VolumeState>({
  name: "VolumeBinding",

  preFilter(cycle) {
    if (cycle.pod.claims.length === 0) return skip;
    const refusal = checkClaims(cycle);
    if (refusal) return refusal;
    const claims = cycle.volumes.claimsOf(cycle.pod);
    const [unbound] = claims.immediate;
    if (unbound) {
      const { name } = unbound.metadata;
      return new Refusal([cycle.words.unboundClaim(name)], {
        final: true,
        remedy: () => `claim ${name} must be bound first: kubectl why pvc/${name}`,
      });
    }
    return { claims, found: new Map() };
  },

  filter({ node, name }, { volumes, words }, { claims, found }) {
    if (!node) return undefined;
    const result = volumes.find(claims, node);
    if ("bindings" in result) {
      found.set(name, result);
      return undefined;
    }
    return new Refusal(
      result.map((conflict) => reasonOf(conflict, words)),
      { final: true, remedy: () => result.map((conflict) => remedies[conflict]).join("; ") },
    );
  },
});
