// Disks of a cloud, by whichever name: the control plane attaches them to the node, the kubelet
// mounts what is attached. pkg/volume/awsebs/attacher.go, pkg/volume/gcepd/attacher.go,
// pkg/volume/csi.

import {
  MountError,
  type Mounted,
  type MountRequest,
  sourceOf,
  type VolumePlugin,
  type VolumeSpec,
} from "./plugin.ts";

export const awsEbs = diskPlugin({
  name: "kubernetes.io/aws-ebs",
  field: "awsElasticBlockStore",
  handle: (spec) => sourceOf<{ volumeID: string }>(spec, "awsElasticBlockStore").volumeID,
});

export const gcePd = diskPlugin({
  name: "kubernetes.io/gce-pd",
  field: "gcePersistentDisk",
  handle: (spec) => sourceOf<{ pdName: string }>(spec, "gcePersistentDisk").pdName,
});

export const ebsCsi = csiPlugin("ebs.csi.aws.com");
export const pdCsi = csiPlugin("pd.csi.storage.gke.io");

interface DiskPlugin {
  readonly name: string;
  readonly field: string;
  readonly driver?: string;
  /** What the cloud knows the disk by, with what stands around it. */
  handle(spec: VolumeSpec): string;
}

function csiPlugin(driver: string): VolumePlugin {
  const handle = (spec: VolumeSpec) =>
    `${driver}^${sourceOf<{ volumeHandle: string }>(spec, "csi").volumeHandle}`;
  return diskPlugin({ name: "kubernetes.io/csi", field: "csi", driver, handle });
}

function diskPlugin({ name, field, driver, handle }: DiskPlugin): VolumePlugin {
  return {
    ...{ name, field, ...(driver !== undefined && { driver }) },
    attachable: (spec) => `${name}/${handle(spec)}`,
    setUp({ spec, path, host: { cloud, files, nodeName } }: MountRequest): Mounted {
      const id = handle(spec).replace(/^.*[/^]/, "");
      const disk = cloud?.disk(id);
      if (!disk || disk.attachment?.node !== nodeName) {
        throw new MountError(
          `Could not find attached disk("${id}"). Timeout waiting for mount paths to be created.`,
          "MountVolume.WaitForAttach",
        );
      }
      // What mkfs.ext4 leaves on a disk that was empty.
      if (!disk.tree.files.kind("/lost+found")) {
        disk.tree.files.makeDirectory("/lost+found", { mode: 0o700 });
      }
      files.makeDirectory(path, { parents: true });
      files.mount(path, disk.tree.place);
      return {
        ...{ place: disk.tree.place, path, kind: "directory", readOnly: spec.readOnly },
        tearDown: () => files.unmount(path),
      };
    },
  };
}
