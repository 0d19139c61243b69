// Volumes that are directories of whichever node a pod runs on: for clusters of one node, and for
// trying things out. pkg/volume/hostpath/host_path.go.

import { sizeOf } from "../../../api/volume-binding.ts";
import type { FileSystem } from "../../../machine/files.ts";
import { uuid } from "../../../sim/random.ts";
import { VolumeError } from "../../operations.ts";
import { recycleTimeout, type VolumePlugin } from "../volume-plugin.ts";

export interface HostPathOptions {
  /** The flag --enable-hostpath-provisioner of the controller manager. */
  readonly provisioning: boolean;
  /** Of the machine that the controller manager runs on: it makes and removes the directories. */
  readonly files?: Pick<FileSystem, "kind" | "makeDirectory" | "removeDirectory">;
}

const PROVISION_MS = 20;
const DELETE_MS = 10;
const name = "kubernetes.io/host-path";

export const hostPath = ({ provisioning, files }: HostPathOptions): VolumePlugin => ({
  name,
  supports: (spec) => spec.hostPath !== undefined,

  async provision({ claim }, { clock, random, signal }) {
    if (!provisioning) throw new VolumeError(`Provisioning in volume plugin "${name}" is disabled`);
    if (claim.spec.volumeMode === "Block") {
      throw new VolumeError(`${name} does not support block volume provisioning`);
    }
    await clock.sleep(PROVISION_MS, signal);
    const path = `/tmp/hostpath_pv/${uuid(random.stream(`host-path/${claim.metadata.uid}`))}`;
    files?.makeDirectory(path, { parents: true, mode: 0o750 });
    return {
      annotations: { "kubernetes.io/createdby": "hostpath-dynamic-provisioner" },
      spec: {
        accessModes: [...(claim.spec.accessModes ?? ["ReadWriteOnce"])],
        capacity: { storage: claim.spec.resources?.requests?.["storage"] ?? "0" },
        hostPath: { path },
      },
    };
  },

  async delete({ spec }, { clock, signal }) {
    const path = spec.hostPath?.path ?? "";
    if (!/\/tmp\/.+/.test(path)) {
      throw new VolumeError(
        `host_path deleter only supports /tmp/.+ but received provided ${path}`,
      );
    }
    await clock.sleep(DELETE_MS, signal);
    if (files?.kind(path)) files.removeDirectory(path, { recursive: true });
  },

  recycle: (volume) => ({
    source: { hostPath: { path: volume.spec.hostPath?.path ?? "" } },
    timeoutSeconds: recycleTimeout(sizeOf(volume), 30, 60),
  }),
});
