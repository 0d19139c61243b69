// What stands beside the cluster in some scenes: file servers, a Ceph cluster, etcd's own door.

import type { Era } from "../api/era.ts";
import type { Store } from "../apiserver/store.ts";
import type { Machine } from "../machine/machine.ts";
import type { Shares, VolumePlugin } from "../node/volumes/plugin.ts";
import { rbd } from "../node/volumes/rbd.ts";
import { bootCeph, makeClient } from "./ceph/host.ts";
import { startEtcd } from "./etcd/etcd.ts";
import type { Site } from "./hosts.ts";
import { type Export, FileServers } from "./nfs-server.ts";

export interface SurroundingsOptions {
  readonly scene: {
    readonly cloud: { readonly shares: readonly Export[]; readonly ceph?: string };
    readonly controlPlane: { readonly etcd: boolean };
  };
  readonly era: Era;
  readonly site: Site;
  readonly store: Store;
  readonly master: { readonly machine: Machine; readonly address: string };
  readonly workstation: Machine;
}

/** What nodes can mount because of them. */
export interface Surroundings {
  readonly shares: Shares;
  readonly plugins: readonly VolumePlugin[];
}

/** Switches them on. */
export async function bootSurroundings(options: SurroundingsOptions): Promise<Surroundings> {
  const { scene, era, site, store, master, workstation } = options;
  const shares = new FileServers(site, scene.cloud.shares);
  await shares.start();
  shares.mountAll(workstation.files);
  if (scene.controlPlane.etcd) await startEtcd({ store, era, master, workstation });
  const { ceph: address } = scene.cloud;
  if (address === undefined) return { shares, plugins: [] };
  const cluster = await bootCeph(site, { hostname: "ceph", address });
  makeClient(workstation, cluster);
  return { shares, plugins: [rbd(cluster)] };
}
