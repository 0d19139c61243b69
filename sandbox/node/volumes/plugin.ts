// What a kind of volume is to the kubelet: how it gets into a pod, and what can go wrong. One file
// for each kind in this folder. pkg/volume/plugins.go.

import type { ConfigMap } from "../../api/configmap.ts";
import type { Era } from "../../api/era.ts";
import type { NamespacedName } from "../../api/meta.ts";
import type { Node } from "../../api/node.ts";
import type { PersistentVolume } from "../../api/persistentvolume.ts";
import type { DownwardFile, Pod } from "../../api/pod.ts";
import type { Secret } from "../../api/secret.ts";
import type { Cloud } from "../../machine/cloud.ts";
import type { FileSystem, Place, Tree } from "../../machine/files.ts";
import type { Clock } from "../../sim/clock.ts";

/** A volume as a pod gets it: its own source, or that of the PersistentVolume behind its claim. */
export interface VolumeSpec {
  /** In messages: the pod's name for it, or the PersistentVolume's. */
  readonly name: string;
  /** `hostPath: {…}`: the one field that says what it is. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly persistentVolume: PersistentVolume | undefined;
  readonly readOnly: boolean;
}

export interface VolumePlugin {
  /** `kubernetes.io/host-path` */
  readonly name: string;
  /** The field of the source that it looks into. */
  readonly field: string;
  /** Only volumes of this driver: CSI. */
  readonly driver?: string;
  /** What the node must report as attached before it can be mounted; undefined: nothing. */
  attachable?(spec: VolumeSpec): string;
  /** Before anything else; a message is why it cannot be. */
  check?(request: MountRequest): string | undefined;
  /** Makes it ready for one pod. Throws `MountError`. */
  setUp(request: MountRequest): Mounted | Promise<Mounted>;
}

export interface MountRequest {
  readonly spec: VolumeSpec;
  readonly pod: Pod;
  /** The pod's name for it. */
  readonly volume: string;
  /** Where on the node it is to be seen. */
  readonly path: string;
  readonly host: VolumeHost;
}

/** A volume that is ready to be mounted into containers. */
export interface Mounted {
  readonly place: Place;
  /** Where the node itself sees it. */
  readonly path: string;
  readonly kind: "file" | "directory";
  readonly readOnly: boolean;
  /** Takes it away again. */
  tearDown?(): void;
  /** Brings it up to date with what it shows: a changed ConfigMap. */
  refresh?(pod: Pod): Promise<void>;
}

/** What volume plugins may use of the node. */
export interface VolumeHost {
  readonly clock: Clock;
  readonly era: Era;
  readonly nodeName: string;
  /** The node's own. */
  readonly files: FileSystem;
  readonly cloud: Cloud | undefined;
  readonly shares: Shares | undefined;
  /** Paths of the node that a volume names and that are not there are made. */
  readonly makesPaths: boolean;
  node(): Node | undefined;
  configMap(key: NamespacedName, pod: Pod): Promise<ConfigMap | undefined>;
  secret(key: NamespacedName, pod: Pod): Promise<Secret | undefined>;
  token(pod: Pod, seconds: number | undefined, audience: string | undefined): Promise<string>;
  field(pod: Pod, path: string): string;
  resourceField(pod: Pod, selector: ResourceField): string;
}

export type ResourceField = NonNullable<DownwardFile["resourceFieldRef"]>;

/** File servers somewhere on the network. */
export interface Shares {
  /** What a server exports under a path, or why it cannot be mounted, in the words of mount.nfs. */
  find(server: string, path: string): Pick<Tree, "place"> | string;
}

/** A step of mounting failed; it will be tried again. */
export class MountError extends Error {
  override readonly name = "MountError";
  /** `MountVolume.SetUp` */
  readonly step: string;
  constructor(message: string, step = "MountVolume.SetUp") {
    super(message);
    this.step = step;
  }
}

export interface FailedCommand {
  readonly type: string;
  readonly source: string;
  readonly path: string;
  readonly output: string;
}

/** What the kubelet says when the mount command fails. */
export const mountOutput = ({ type, source, path, output }: FailedCommand): string =>
  `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t ${type} ${source} ${path}\nOutput: ${output}\n`;

/** What is not there, as the kubelet says it. */
export function missing(host: VolumeHost, singular: string, name: string): string {
  const plural = host.era.words.kubelet.missingObject === "plural";
  return `${singular}${plural ? "s" : ""} "${name}" not found`;
}

/** `spec.source[plugin.field]`, which the plugin was chosen for. */
export const sourceOf = <T>(spec: VolumeSpec, field: string): T => spec.source[field] as T;
