// Disks that a cloud rents out: made in a zone, attached to one machine at a time, and surviving
// both the machine and the pod. The volume plugins of the control plane call it; a node mounts what
// is attached to it. Stands for EBS and GCE PD; it knows nothing of Kubernetes objects.

import type { Clock } from "../sim/clock.ts";
import { hex, type Random } from "../sim/random.ts";
import type { Disk, Tree } from "./files.ts";
import { createTree } from "./tree.ts";

export interface CloudDisk {
  /** `vol-0a95433b…` on aws, a name on gce. */
  readonly id: string;
  readonly zone: string;
  readonly sizeGiB: number;
  /** What is on it; mounted where the disk is attached. */
  readonly tree: Tree;
  /** When it was made. */
  readonly created: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly attachment: Attachment | undefined;
}

export interface Attachment {
  /** The machine, by its node's name. */
  readonly node: string;
  /** `/dev/xvdba` */
  readonly device: string;
  readonly since: number;
}

/** Everything that changes something takes virtual time, and fails with CloudError. */
export interface Cloud {
  readonly provider: "aws" | "gce";
  readonly region: string;
  /** Puts a machine into a zone; disks can only be attached within it. */
  place(node: string, zone: string): void;
  zoneOf(node: string): string | undefined;
  /** Zones in which there are machines, sorted. */
  zones(): readonly string[];
  create(disk: DiskOrder): Promise<CloudDisk>;
  delete(id: string): Promise<void>;
  resize(id: string, sizeGiB: number): Promise<void>;
  /** The device under which the machine sees it. */
  attach(id: string, node: string): Promise<string>;
  /** Not an error if it is not attached there. */
  detach(id: string, node: string): Promise<void>;
  disk(id: string): CloudDisk | undefined;
  /** The oldest first. */
  readonly disks: readonly CloudDisk[];
  /** The machine is given back: nothing is attached to it any more. */
  release(node: string): void;
}

export interface DiskOrder {
  /** The disk's id where the cloud lets one choose. */
  readonly name: string;
  readonly zone: string;
  readonly sizeGiB: number;
  /** What the cloud's own tools show of it. */
  readonly tags?: Readonly<Record<string, string>>;
}

export class CloudError extends Error {
  override readonly name = "CloudError";
  /** The disk is attached somewhere: trying again later may do. */
  readonly inUse: boolean;
  constructor(message: string, inUse = false) {
    super(message);
    this.inUse = inUse;
  }
}

/** How long a cloud takes for what, in milliseconds of virtual time. */
export interface CloudTiming {
  readonly create: number;
  readonly delete: number;
  readonly resize: number;
  readonly attach: number;
  readonly detach: number;
}

const usual: CloudTiming = { create: 1200, delete: 800, resize: 3000, attach: 2500, detach: 5000 };

export interface CloudOptions {
  readonly provider: "aws" | "gce";
  readonly region: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing?: Partial<CloudTiming>;
}

interface KeptDisk {
  readonly id: string;
  readonly zone: string;
  sizeGiB: number;
  readonly tree: Tree;
  readonly created: number;
  readonly tags: Readonly<Record<string, string>>;
  attachment: Attachment | undefined;
}

const GIB = 1024 ** 3;

export function createCloud(options: CloudOptions): Cloud {
  const { provider, region, clock, random } = options;
  const timing = { ...usual, ...options.timing };
  const disks = new Map<string, KeptDisk>();
  const machines = new Map<string, string>();

  const found = (id: string): KeptDisk => {
    const disk = disks.get(id);
    if (!disk) throw new CloudError(`InvalidVolume.NotFound: The volume '${id}' does not exist.`);
    return disk;
  };
  const nextDevice = (node: string): string => {
    const taken = [...disks.values()].map(
      ({ attachment }) => attachment?.node === node && attachment.device,
    );
    for (let i = 0; ; i++) {
      const letters = String.fromCharCode(98 + Math.floor(i / 26), 97 + (i % 26));
      if (!taken.includes(`/dev/xvd${letters}`)) return `/dev/xvd${letters}`;
    }
  };
  return {
    provider,
    region,
    place: (node, zone) => void machines.set(node, zone),
    zoneOf: (node) => machines.get(node),
    zones: () => [...new Set(machines.values())].sort(),
    disk: (id) => disks.get(id),
    get disks() {
      return [...disks.values()];
    },
    release(node) {
      machines.delete(node);
      for (const disk of disks.values()) {
        if (disk.attachment?.node === node) disk.attachment = undefined;
      }
    },
    async create({ name, zone, sizeGiB, tags = {} }) {
      await clock.sleep(timing.create);
      const id = provider === "aws" ? `vol-0${hex(random, 16)}` : name;
      const filled: Disk = {
        get device() {
          return disks.get(id)?.attachment?.device ?? id;
        },
        ...{ type: "ext4", capacity: sizeGiB * GIB, used: 0 },
      };
      const tree = createTree({ clock, disk: filled });
      const created = clock.now();
      const disk: KeptDisk = { id, zone, sizeGiB, tree, created, tags, attachment: undefined };
      disks.set(id, disk);
      return disk;
    },
    async delete(id) {
      await clock.sleep(timing.delete);
      const node = disks.get(id)?.attachment?.node;
      if (node !== undefined) throw new CloudError(`disk ${id} is attached to ${node}`, true);
      disks.delete(id);
    },
    async resize(id, sizeGiB) {
      await clock.sleep(timing.resize);
      const disk = found(id);
      disk.sizeGiB = Math.max(disk.sizeGiB, sizeGiB);
      disk.tree.disk.capacity = disk.sizeGiB * GIB;
    },
    async attach(id, node) {
      await clock.sleep(timing.attach);
      const disk = found(id);
      const at = disk.attachment?.node;
      if (at !== undefined && at !== node) {
        throw new CloudError(`VolumeInUse: ${id} is already attached to an instance`, true);
      }
      if (machines.get(node) !== disk.zone) {
        throw new CloudError(
          `InvalidVolume.ZoneMismatch: The volume '${id}' is not in the same availability zone as instance '${node}'`,
        );
      }
      disk.attachment ??= { node, device: nextDevice(node), since: clock.now() };
      return disk.attachment.device;
    },
    async detach(id, node) {
      await clock.sleep(timing.detach);
      const disk = found(id);
      if (disk.attachment?.node === node) disk.attachment = undefined;
    },
  };
}
