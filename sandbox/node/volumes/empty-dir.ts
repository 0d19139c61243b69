// emptyDir: a directory of the node that lives as long as its pod.
// pkg/volume/emptydir/empty_dir.go.
// differs: a pod that outgrows its sizeLimit is not evicted; only memory has a limit.

import { quantityValue } from "../../api/quantity.ts";
import { createTree } from "../../machine/tree.ts";
import { type Mounted, type MountRequest, sourceOf, type VolumePlugin } from "./plugin.ts";

export const emptyDir: VolumePlugin = {
  name: "kubernetes.io/empty-dir",
  field: "emptyDir",
  setUp({ spec, path, host: { clock, files } }: MountRequest): Mounted {
    const { medium, sizeLimit } = sourceOf<{ medium?: string; sizeLimit?: string }>(
      spec,
      "emptyDir",
    );
    files.makeDirectory(path, { parents: true });
    const shared = { path, kind: "directory", readOnly: false } as const;
    const tearDown = () => files.removeDirectory(path, { recursive: true });
    if (medium !== "Memory") {
      files.chmod(path, 0o777);
      return { ...shared, place: files.place(path), tearDown };
    }
    const capacity = sizeLimit ? quantityValue(sizeLimit) : Number.POSITIVE_INFINITY;
    const disk = { device: "tmpfs", type: "tmpfs", capacity, used: 0 };
    const tree = createTree({ clock, disk });
    tree.files.chmod("/", 0o777);
    files.mount(path, tree.place);
    const unmount = () => {
      files.unmount(path);
      tearDown();
    };
    return { ...shared, place: tree.place, tearDown: unmount };
  },
};
