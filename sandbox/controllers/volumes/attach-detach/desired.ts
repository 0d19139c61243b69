// To which nodes a volume should be attached: those on which pods want it that have not ended.
// pkg/controller/volume/attachdetach/cache/desired_state_of_world.go.

import { csiDrivers } from "../../../api/csidriver.ts";
import { parseKey } from "../../../api/meta.ts";
import { type Node, nodes } from "../../../api/node.ts";
import { type PersistentVolume, persistentVolumes } from "../../../api/persistentvolume.ts";
import { type Pod, pods } from "../../../api/pod.ts";
import type { Cache } from "../../../client/informers.ts";
import { diskName } from "../../persistent-volume/plugins/cloud-disks.ts";
import { isTerminated } from "../terminated.ts";
import { claimOf, volumeOfClaim } from "./names.ts";

export interface Desired {
  /** In messages: the PersistentVolume's, or the pod's own name for its disk. */
  readonly title: string;
  readonly volume: PersistentVolume | undefined;
  /** It may be attached to several nodes at once. */
  readonly shared: boolean;
  /** The pods that want it, by their nodes. */
  readonly users: ReadonlyMap<string, readonly Pod[]>;
}

const managedAnnotation = "volumes.kubernetes.io/controller-managed-attach-detach";

/** Other nodes attach volumes themselves; that is not simulated. */
export const isManaged = (node: Node | undefined): boolean =>
  node?.metadata.annotations?.[managedAnnotation] === "true";

export function desired(name: string, cache: Cache): Desired {
  const users = new Map<string, Pod[]>();
  const add = (pod: Pod) => {
    const { nodeName } = pod.spec;
    if (!nodeName || isTerminated(pod)) return;
    if (!isManaged(cache.get(nodes, { namespace: "", name: nodeName }))) return;
    const known = users.get(nodeName);
    if (known) known.push(pod);
    else users.set(nodeName, [pod]);
  };
  let volume: PersistentVolume | undefined;
  for (const each of cache.by(persistentVolumes, "disk", name)) {
    const claim = claimOf(each);
    if (volumeOfClaim(parseKey(claim), cache) !== each || skipsAttach(each, cache)) continue;
    volume = each;
    for (const pod of cache.by(pods, "claim", claim)) add(pod);
  }
  const direct = cache.by(pods, "disk", name);
  for (const pod of direct) add(pod);
  const own = direct[0]?.spec.volumes?.find((each) => diskName(each) === name);
  return {
    title: volume?.metadata.name ?? own?.name ?? name,
    volume,
    shared: !volume || mayBeShared(volume),
    users,
  };
}

/** Some drivers have nothing to do before a volume is mounted. */
const skipsAttach = ({ spec }: PersistentVolume, cache: Cache): boolean =>
  spec.csi !== undefined &&
  cache.get(csiDrivers, { namespace: "", name: spec.csi.driver })?.spec.attachRequired === false;

/** If nothing is said about it, the cloud has the last word. */
function mayBeShared({ spec: { accessModes = [] } }: PersistentVolume): boolean {
  const many = accessModes.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany");
  return many || accessModes.length === 0;
}
