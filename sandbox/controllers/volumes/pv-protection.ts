// Keeps volumes that are deleted until they are not bound any more.
// pkg/controller/volume/pvprotection/pv_protection_controller.go.

import { keyOf } from "../../api/meta.ts";
import { persistentVolumes } from "../../api/persistentvolume.ts";
import { defineController, wakeOn } from "../../client/controller.ts";
import { finalizerTask, setFinalizer } from "./finalizers.ts";

const finalizer = "kubernetes.io/pv-protection";

export const pvProtection = defineController<undefined>({
  name: "pv-protection-controller",
  watches: [
    wakeOn(persistentVolumes, ({ now }) =>
      now && finalizerTask(now, finalizer) ? [keyOf(now)] : [],
    ),
  ],

  async reconcile(key, { cache, client, trace }) {
    const volume = cache.get(persistentVolumes, key);
    const task = volume && finalizerTask(volume, finalizer);
    if (!task) return undefined;
    if (task === "remove" && volume.status.phase === "Bound") {
      const { namespace, name } = volume.spec.claimRef ?? {};
      trace.decide({
        by: "pv-protection-controller",
        about: { kind: "PersistentVolume", ...key },
        verdict: `${key.name} is being deleted, and kept until its claim ${namespace}/${name} is gone`,
        rule: "pkg/controller/volume/pvprotection isBeingUsed",
        options: [],
      });
      return undefined;
    }
    const wanted = task === "add";
    await setFinalizer(client, persistentVolumes, { object: volume, finalizer, wanted });
    return undefined;
  },
});
