// What the control plane must know of one kind of storage: how to make, delete, empty and grow a
// volume of it. pkg/volume/plugins.go ProvisionableVolumePlugin and its sisters.

import type { Era } from "../../api/era.ts";
import type { Node } from "../../api/node.ts";
import type { PersistentVolume, PersistentVolumeSpec } from "../../api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import type { Volume } from "../../api/pod.ts";
import type { StorageClass } from "../../api/storageclass.ts";
import type { Clock } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";

/** What fails throws VolumeError or CloudError, with a message for users. */
export interface VolumePlugin {
  /** As classes name it: `kubernetes.io/host-path`. */
  readonly name: string;
  /** True for the volumes whose source this plugin understands. */
  supports(spec: PersistentVolumeSpec): boolean;
  /** Mount options of a class are kept on its volumes. */
  readonly mountOptions?: boolean;
  /** Makes the storage; takes virtual time. Without it no class can name this plugin. */
  provision?(request: ProvisionRequest, tools: PluginTools): Promise<Provisioned>;
  /** Destroys the storage, not the object. */
  delete?(volume: PersistentVolume, tools: PluginTools): Promise<void>;
  /** How a pod is to reach the volume in order to empty it. */
  recycle?(volume: PersistentVolume): RecyclePlan;
  /** Grows the storage to at least `size` and gives its new capacity. */
  expand?(volume: PersistentVolume, size: string): Promise<string>;
}

/** What a plugin may use of the process that it works in. */
export interface PluginTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly era: Era;
}

export interface ProvisionRequest {
  /** Of the volume to be. */
  readonly name: string;
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass;
  /** Where the first pod will run, if the class waits for it. */
  readonly node: Node | undefined;
}

/** The volume as the plugin knows it; the binder adds claim, class and name. */
export interface Provisioned {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec: PersistentVolumeSpec;
}

export interface RecyclePlan {
  readonly source: Omit<Volume, "name">;
  readonly timeoutSeconds: number;
}

const GIB = 2 ** 30;

/** So much for each GiB, but no less than the minimum. */
export const recycleTimeout = (bytes: number, perGib: number, minimum: number): number =>
  Math.max(Math.floor(bytes / GIB) * perGib, minimum);
