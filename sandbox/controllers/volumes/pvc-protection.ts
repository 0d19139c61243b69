// Keeps claims that are deleted until no pod uses them any more.
// pkg/controller/volume/pvcprotection/pvc_protection_controller.go.

import { keyOf, keyText, type NamespacedName, parseKey } from "../../api/meta.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { defineController, indexOn, type Tools, wakeOn } from "../../client/controller.ts";
import { finalizerTask, setFinalizer } from "./finalizers.ts";
import { claimsOf } from "./pods-by-claim.ts";
import { isTerminated } from "./terminated.ts";

const finalizer = "kubernetes.io/pvc-protection";

export const pvcProtection = defineController<undefined>({
  name: "pvc-protection-controller",
  watches: [
    wakeOn(persistentVolumeClaims, ({ now }) =>
      now && finalizerTask(now, finalizer) ? [keyOf(now)] : [],
    ),
    wakeOn(pods, ({ now, before }) => {
      const pod = now ?? before;
      if (!pod) return [];
      // Only pods that may have let go of their claims are of interest.
      const replaced = before && before.metadata.uid !== pod.metadata.uid ? claimKeys(before) : [];
      const keeps = now?.spec.nodeName && !isTerminated(now);
      return keeps ? replaced : [...claimKeys(pod), ...replaced];
    }),
  ],
  indexes: [indexOn(pods, "claim", claimsOf)],

  async reconcile(key, tools) {
    const claim = tools.cache.get(persistentVolumeClaims, key);
    const task = claim && finalizerTask(claim, finalizer);
    if (!task) return undefined;
    if (task === "remove") {
      const users = await usersOf(claim, tools);
      tell(claim, users, tools);
      if (users.length > 0) return undefined;
    }
    const wanted = task === "add";
    await setFinalizer(tools.client, persistentVolumeClaims, { object: claim, finalizer, wanted });
    return undefined;
  },
});

const claimKeys = (pod: Pod): NamespacedName[] => claimsOf(pod).map(parseKey);

/**
 * Pods on nodes, even those that have ended: in the cache, and if there are none there, on the
 * server.
 */
async function usersOf(
  claim: PersistentVolumeClaim,
  { cache, client }: Tools<undefined>,
): Promise<readonly Pod[]> {
  const key = keyText(keyOf(claim));
  const uses = (pod: Pod) =>
    pod.spec.nodeName !== undefined &&
    pod.spec.nodeName !== "" &&
    !isForceDeletedOwner(pod, claim) &&
    claimsOf(pod).includes(key);
  const heard = cache.by(pods, "claim", key).filter(uses);
  if (heard.length > 0) return heard;
  const { namespace = "" } = claim.metadata;
  return (await client.list(pods, { namespace })).items.filter(uses);
}

/** A pod that only waits to go does not hold the claim that was made for it. */
const isForceDeletedOwner = (
  { metadata: { uid, deletionTimestamp, deletionGracePeriodSeconds } }: Pod,
  { metadata }: PersistentVolumeClaim,
): boolean =>
  deletionTimestamp !== undefined &&
  deletionGracePeriodSeconds === 0 &&
  (metadata.ownerReferences ?? []).some((owner) => owner.controller && owner.uid === uid);

function tell(
  claim: PersistentVolumeClaim,
  users: readonly Pod[],
  { trace }: Tools<undefined>,
): void {
  const { name } = claim.metadata;
  const names = users.map(({ metadata }) => metadata.name);
  trace.decide({
    by: "pvc-protection-controller",
    about: { kind: "PersistentVolumeClaim", ...keyOf(claim) },
    verdict:
      names.length > 0
        ? `${name} is being deleted, and kept until no pod uses it: now ${names.join(", ")}`
        : `${name} is being deleted, and no pod uses it: it goes`,
    rule: "pkg/controller/volume/pvcprotection isBeingUsed",
    options: users.map((pod) => ({
      about: { kind: "Pod", ...keyOf(pod) },
      taken: false,
      rule: "in use",
      why: `it is on the node ${pod.spec.nodeName} and names the claim`,
    })),
    ...(names.length > 0 && { remedy: `kubectl delete pod ${names.join(" ")}` }),
  });
}
