// Disks that only one pod may use on a node, and claims that only one pod may use at all.
// pkg/scheduler/framework/plugins/volumerestrictions.

import type { Pod, Volume } from "../../api/pod.ts";
import { definePlugin, Refusal, skip } from "../framework.ts";

interface Disk {
  readonly readOnly?: boolean;
  readonly [field: string]: unknown;
}

/**
 * Sources that name a disk, by what makes it the same disk; and whether two may share it to read.
 */
const sources = [
  { source: "gcePersistentDisk", identity: ["pdName"], shared: true },
  { source: "awsElasticBlockStore", identity: ["volumeID"], shared: false },
  { source: "iscsi", identity: ["iqn"], shared: true },
  { source: "rbd", identity: ["pool", "image"], shared: true },
] as const;

function conflicts(a: Volume, b: Volume): boolean {
  return sources.some(({ source, identity, shared }) => {
    const [one, other] = [a[source], b[source]] as (Disk | undefined)[];
    if (!one || !other || identity.some((field) => one[field] !== other[field])) return false;
    if (source === "rbd" && !overlap(one["monitors"], other["monitors"])) return false;
    return !(shared && one.readOnly && other.readOnly);
  });
}

const overlap = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) && a.some((item) => b.includes(item));

const disksOf = ({ spec }: Pod): Volume[] =>
  (spec.volumes ?? []).filter((volume) => sources.some(({ source }) => volume[source]));

interface State {
  readonly disks: readonly Volume[];
  /** `namespace/name` of claims that are ReadWriteOncePod. */
  readonly exclusive: ReadonlySet<string>;
}

export const volumeRestrictions = definePlugin<State>({
  name: "VolumeRestrictions",

  preFilter({ pod, era, volumes }) {
    const { pod: object, claims } = pod;
    const disks = disksOf(object);
    const namespace = object.metadata.namespace ?? "";
    const exclusive = new Set(
      claims
        .filter((name) =>
          volumes.claim(namespace, name)?.spec.accessModes?.includes("ReadWriteOncePod"),
        )
        .map((name) => `${namespace}/${name}`),
    );
    if (!era.gates.has("ReadWriteOncePod")) exclusive.clear();
    return disks.length > 0 || exclusive.size > 0 ? { disks, exclusive } : skip;
  },

  filter(node, { words }, { disks, exclusive }) {
    for (const { pod, claims } of node.pods) {
      const theirs = disksOf(pod);
      if (disks.some((disk) => theirs.some((each) => conflicts(disk, each)))) {
        return new Refusal([words.diskConflict]);
      }
      const user = claims.find((name) => exclusive.has(`${pod.metadata.namespace}/${name}`));
      if (user) {
        const remedy = () =>
          `pod ${pod.metadata.name} uses claim ${user}, which only one pod may use`;
        return new Refusal([words.readWriteOncePod], { remedy });
      }
    }
    return undefined;
  },
});
