// What the controllers of volumes say in each era.

import type { AttachWords, VolumeWords } from "../../api/words/volumes.ts";

const beta = "volume.beta.kubernetes.io/storage-provisioner";

const attaching: AttachWords = {
  // It does end with a blank.
  attached: (volume) => `AttachVolume.Attach succeeded for volume "${volume}" `,
  failed: (step, volume, error) => `${step} failed for volume "${volume}" : ${error}`,
  multiAttach: (volume, { near, far }) =>
    `Multi-Attach error for volume "${volume}" Volume is already ${alreadyUsed(near, far)}`,
  driverTimeout: (driver, handle) =>
    `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`,
};

function alreadyUsed(near: readonly string[], far: number): string {
  const others = `${far} pod(s) in different namespaces`;
  if (near.length > 0) {
    return `used by pod(s) ${near.join(", ")}${far > 0 ? ` and ${others}` : ""}`;
  }
  if (far > 0) return `used by ${others}`;
  return "exclusively attached to one node and can't be attached to another";
}

export const v1_34: VolumeWords = {
  noVolume: "no persistent volumes available for this claim and no storage class is set",
  waitForFirstConsumer: "waiting for first consumer to be created before binding",
  waitForPods: (pods) =>
    `waiting for ${pods.length > 1 ? "pods" : "pod"} ${pods.join(",")} to be scheduled`,
  externalProvisioning: (provisioner) =>
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  provisioned: (volume, plugin) => `Successfully provisioned volume ${volume} using ${plugin}`,
  provisioningFailed: (storageClass, error) =>
    `Failed to provision volume with StorageClass "${storageClass}": ${error}`,
  deleterMissing: (volume) =>
    `error getting deleter volume plugin for volume "${volume}": no deletable volume plugin matched`,
  recycleFailed: (error) => `Recycle failed: ${error}`,
  recyclerImage: "registry.k8s.io/build-image/debian-base:bookworm-v1.0.2",
  recyclerEvents: true,
  provisionerAnnotations: [beta, "volume.kubernetes.io/storage-provisioner"],
  attaching,
};

export const v1_20: VolumeWords = {
  ...v1_34,
  externalProvisioning: (provisioner) =>
    `waiting for a volume to be created, either by external provisioner "${provisioner}" or manually created by system administrator`,
  deleterMissing: (volume) =>
    `Error getting deleter volume plugin for volume "${volume}": no deletable volume plugin matched`,
  recyclerImage: "busybox:1.27",
  provisionerAnnotations: [beta],
  attaching: {
    ...attaching,
    driverTimeout: (_driver, handle) =>
      `kubernetes.io/csi: attachdetachment timeout for volume ${handle}`,
  },
};

export const v1_11: VolumeWords = { ...v1_20, waitForPods: undefined };

export const v1_5: VolumeWords = {
  ...v1_11,
  noVolume: undefined,
  externalProvisioning: undefined,
  provisioned: undefined,
  recyclerImage: "gcr.io/google_containers/busybox",
  attaching: undefined,
};

export const v1_3: VolumeWords = {
  ...v1_5,
  provisioningFailed: (_storageClass, error) => `Failed to provision volume: ${error}`,
  recycleFailed: (error) => `Recycler failed: ${error}`,
  recyclerEvents: false,
  provisionerAnnotations: [],
};
