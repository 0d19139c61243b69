// A Ceph cluster: pools of block images, spread over daemons that one can take out. It outlives
// its programs. Upstream: ceph 10 (jewel), src/librbd, src/mon.

import type { Tree } from "../../machine/files.ts";
import { createTree } from "../../machine/tree.ts";
import type { BlockImages, MapRequest } from "../../node/volumes/rbd.ts";
import type { Clock } from "../../sim/clock.ts";
import { hex, type Random, uuid } from "../../sim/random.ts";

export const allFeatures = [
  ..."layering striping exclusive-lock object-map fast-diff deep-flatten journaling".split(" "),
];
/** What new images get, and what the kernels of the time can do. */
export const usualFeatures = "layering exclusive-lock object-map fast-diff deep-flatten".split(" ");
const kernelFeatures = new Set(["layering", "striping"]);
/** Each needs another one. */
export const needs: Readonly<Record<string, string>> = {
  "object-map": "exclusive-lock",
  "fast-diff": "object-map",
  journaling: "exclusive-lock",
};

export interface BlockImage {
  readonly name: string;
  readonly id: string;
  /** In MiB. */
  size: number;
  readonly features: Set<string>;
  readonly tree: Tree;
  readonly mappedBy: Set<string>;
}

export interface Osd {
  readonly id: number;
  up: boolean;
  in: boolean;
}

const MIB = 1024 ** 2;

export class CephCluster implements BlockImages {
  readonly id: string;
  readonly key: string;
  readonly monitor: string;
  readonly hostname: string;
  readonly pools = new Map<string, Map<string, BlockImage>>([["rbd", new Map()]]);
  readonly osds: Osd[] = [0, 1, 2].map((id) => ({ id, up: true, in: true }));
  readonly #clock: Clock;
  readonly #random: Random;
  /** Whether the monitor answers. */
  up: () => boolean = () => false;

  constructor(
    site: { readonly clock: Clock; readonly random: Random },
    { monitor, hostname }: { readonly monitor: string; readonly hostname: string },
  ) {
    this.#clock = site.clock;
    this.#random = site.random.stream("ceph");
    this.id = uuid(this.#random);
    this.key = `AQ${hex(this.#random, 36)}==`;
    this.monitor = monitor;
    this.hostname = hostname;
  }

  image(pool: string, name: string): BlockImage | undefined {
    return this.pools.get(pool)?.get(name);
  }

  create(pool: string, name: string, size: number): BlockImage {
    const id = hex(this.#random.stream(`${pool}/${name}`), 12);
    const device = `/dev/rbd/${pool}/${name}`;
    const disk = { device, type: "ext4", capacity: size * MIB, used: 0 };
    const tree = createTree({ clock: this.#clock, disk });
    const made: BlockImage = {
      ...{ name, id, size, tree, features: new Set(usualFeatures), mappedBy: new Set<string>() },
    };
    this.pools.get(pool)?.set(name, made);
    return made;
  }

  map({ monitors, pool, image: name, user, key, node, readOnly }: MapRequest) {
    const reached = monitors.some((each) => each.replace(/:\d+$/, "") === this.monitor);
    if (!reached || !this.up())
      return "rbd: sysfs write failed\nrbd: map failed: (110) Connection timed out";
    if (user !== "admin" || key !== this.key) {
      return "rbd: sysfs write failed\nrbd: map failed: (1) Operation not permitted";
    }
    const images = this.pools.get(pool);
    if (!images) return `rbd: error opening pool '${pool}': (2) No such file or directory`;
    const image = images.get(name);
    if (!image) {
      return 'rbd: sysfs write failed\nIn some cases useful info is found in syslog - try "dmesg | tail" or so.\nrbd: map failed: (2) No such file or directory';
    }
    const missing = [...image.features].filter((feature) => !kernelFeatures.has(feature));
    if (missing.length > 0) {
      return 'rbd: sysfs write failed\nRBD image feature set mismatch. You can disable features unsupported by the kernel with "rbd feature disable".\nIn some cases useful info is found in syslog - try "dmesg | tail" or so.\nrbd: map failed: (6) No such device or address';
    }
    const others = [...image.mappedBy].filter((each) => each !== node);
    if (others.length > 0 && !readOnly) return `rbd: image ${name} is locked by other nodes`;
    image.mappedBy.add(node);
    return image.tree;
  }

  unmap({ pool, image, node }: Pick<MapRequest, "pool" | "image" | "node">): void {
    this.image(pool, image)?.mappedBy.delete(node);
  }

  get health(): "HEALTH_OK" | "HEALTH_WARN" {
    return this.osds.every((osd) => osd.up && osd.in) ? "HEALTH_OK" : "HEALTH_WARN";
  }

  /** Bytes that all images hold. */
  get used(): number {
    return [...this.pools.values()]
      .flatMap((images) => [...images.values()])
      .reduce((sum, { tree }) => sum + tree.used, 0);
  }
}
