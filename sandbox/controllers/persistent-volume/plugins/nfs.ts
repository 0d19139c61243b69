// Directories of an NFS server: made by hand, shared by all nodes, emptied by a pod.
// pkg/volume/nfs/nfs.go.

import { clone } from "../../../api/clone.ts";
import { sizeOf } from "../../../api/volume-binding.ts";
import { recycleTimeout, type VolumePlugin } from "../volume-plugin.ts";

export const nfs: VolumePlugin = {
  name: "kubernetes.io/nfs",
  mountOptions: true,
  supports: (spec) => spec.nfs !== undefined,
  recycle: (volume) => ({
    source: { nfs: clone(volume.spec.nfs ?? { server: "", path: "" }) },
    timeoutSeconds: recycleTimeout(sizeOf(volume), 30, 300),
  }),
};
