// What the controllers of volumes say of claims and volumes. Undefined: nothing is said.

export interface VolumeWords {
  /** A claim without a class, for which there is no volume. */
  readonly noVolume: string | undefined;
  readonly waitForFirstConsumer: string;
  /** Instead of the above, while there are pods that use the claim. */
  waitForPods: ((pods: readonly string[]) => string) | undefined;
  externalProvisioning: ((provisioner: string) => string) | undefined;
  provisioned: ((volume: string, plugin: string) => string) | undefined;
  provisioningFailed(storageClass: string, error: string): string;
  deleterMissing(volume: string): string;
  recycleFailed(error: string): string;
  /** Where the pod that empties a volume gets its shell from. */
  readonly recyclerImage: string;
  /** The events of that pod are told of the volume, too. */
  readonly recyclerEvents: boolean;
  /** Set on claims that wait for a provisioner. */
  readonly provisionerAnnotations: readonly string[];
  /** What pods are told of the disks that they wait for; undefined: nothing. */
  readonly attaching: AttachWords | undefined;
}

export interface AttachWords {
  attached(volume: string): string;
  failed(step: string, volume: string, error: string): string;
  /** A disk is on another node, where these pods use it. */
  multiAttach(
    volume: string,
    pods: { readonly near: readonly string[]; readonly far: number },
  ): string;
  driverTimeout(driver: string, handle: string): string;
}
