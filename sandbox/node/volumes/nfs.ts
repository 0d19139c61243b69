// nfs: a directory of a file server, shared by all who mount it. pkg/volume/nfs/nfs.go.

import {
  MountError,
  type Mounted,
  type MountRequest,
  mountOutput,
  sourceOf,
  type VolumePlugin,
} from "./plugin.ts";

interface NfsSource {
  readonly server: string;
  readonly path: string;
  readonly readOnly?: boolean;
}

export const nfs: VolumePlugin = {
  name: "kubernetes.io/nfs",
  field: "nfs",
  setUp({ spec, path, host: { files, shares } }: MountRequest): Mounted {
    const { server, path: exported, readOnly = false } = sourceOf<NfsSource>(spec, "nfs");
    const found = shares?.find(server, exported) ?? "mount.nfs: Connection timed out";
    if (typeof found === "string") {
      const source = `${server}:${exported}`;
      throw new MountError(mountOutput({ type: "nfs", source, path, output: found }));
    }
    files.makeDirectory(path, { parents: true });
    files.mount(path, found.place);
    return {
      ...{ place: found.place, path, kind: "directory", readOnly: spec.readOnly || readOnly },
      tearDown: () => files.unmount(path),
    };
  },
};
