// Volumes that say by label in which zone they are. pkg/scheduler/framework/plugins/volumezone.

import { definePlugin, Refusal, skip } from "../framework.ts";

const zoneLabels = [
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
];

/** A label of a volume, and the zones that will do: a volume may be in several. */
type Wanted = readonly { readonly key: string; readonly zones: readonly string[] }[];

export const volumeZone = definePlugin<Wanted>({
  name: "VolumeZone",

  preFilter({ pod, volumes }) {
    const wanted = pod.claims.flatMap((name) => {
      const claim = volumes.claim(pod.pod.metadata.namespace ?? "", name);
      const labels = volumes.volume(claim?.spec.volumeName ?? "")?.metadata.labels ?? {};
      return zoneLabels.flatMap((key) => {
        const value = labels[key];
        return value === undefined ? [] : { key, zones: value.split("__") };
      });
    });
    return wanted.length > 0 ? wanted : skip;
  },

  filter({ labels }, { words }, wanted) {
    // A node that knows nothing of zones is not asked.
    if (!zoneLabels.some((key) => labels[key] !== undefined)) return undefined;
    const fits = wanted.every(({ key, zones }) => zones.includes(labels[key] ?? ""));
    return fits ? undefined : new Refusal([words.volumeZone], { final: true });
  },
});
