// local: a directory of one certain node, which somebody must have made. pkg/volume/local/local.go.

import {
  MountError,
  type Mounted,
  type MountRequest,
  sourceOf,
  type VolumePlugin,
} from "./plugin.ts";

export const local: VolumePlugin = {
  name: "kubernetes.io/local-volume",
  field: "local",
  setUp({ spec, path, host: { files, makesPaths } }: MountRequest): Mounted {
    const { path: source } = sourceOf<{ path: string }>(spec, "local");
    if (makesPaths && !files.kind(source)) files.makeDirectory(source, { parents: true });
    if (!files.kind(source)) {
      throw new MountError(
        `path "${source}" does not exist`,
        "MountVolume.NewMounter initialization",
      );
    }
    if (files.kind(source) !== "directory") {
      throw new MountError(
        "only directory and block device are supported",
        "MountVolume.MountDevice",
      );
    }
    files.makeDirectory(path, { parents: true });
    files.mount(path, files.place(source));
    return {
      ...{ place: files.place(source), path, kind: "directory", readOnly: spec.readOnly },
      tearDown: () => files.unmount(path),
    };
  },
};
