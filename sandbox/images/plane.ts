// Where the control plane runs: on a machine of its own.
// differs: kubeadm has static pods of a node do it, which moving their files away would stop.

import type { Era } from "../api/era.ts";
import { servedVersions } from "../api/resource.ts";
import { petSets, statefulSets } from "../api/statefulset.ts";
import type { Store } from "../apiserver/store.ts";
import type { Controller } from "../client/controller.ts";
import { controllersOf } from "../controllers/index.ts";
import {
  awsElasticBlockStore,
  gcePersistentDisk,
} from "../controllers/persistent-volume/plugins/cloud-disks.ts";
import { hostPath } from "../controllers/persistent-volume/plugins/host-path.ts";
import { nfs } from "../controllers/persistent-volume/plugins/nfs.ts";
import { petSetController } from "../controllers/petset/index.ts";
import { statefulSetController } from "../controllers/statefulset/index.ts";
import { storageControllers } from "../controllers/volumes/index.ts";
import type { Machine } from "../machine/machine.ts";
import type { Target } from "../machine/network.ts";
import { runScheduler } from "../scheduler/index.ts";
import type { Trace } from "../sim/trace.ts";
import {
  API_PORT,
  type ControlPlane,
  kubeApiserver,
  kubeControllerManager,
  kubeScheduler,
} from "./control-plane.ts";
import { hostMachine, type Site } from "./hosts.ts";
import type { Rented } from "./nodes.ts";

export interface PlaneOptions {
  readonly scene: {
    readonly controlPlane: {
      readonly serviceRange: string;
      readonly binderResyncMs: number;
      readonly schedulerMaxBackoffMs: number;
      readonly provisioners: readonly string[];
      readonly hostname: string;
    };
  };
  readonly era: Era;
  readonly site: Site;
  readonly store: Store;
  readonly trace: Trace;
  readonly rented: Rented | undefined;
}

export interface Plane {
  readonly machine: Machine;
  readonly server: Target;
  /** Switches it on: when this resolves the API answers. */
  begin(): Promise<void>;
}

const ADDRESS = "10.0.0.10";

/** Of stateful sets, under whichever name the era knows them. */
function setController(era: Era): Controller {
  if (!era.behaviors.has("pet-sets")) return statefulSetController as Controller;
  return petSetController(servedVersions(petSets, era).length > 0 ? petSets : statefulSets);
}

export function bootControlPlane(options: PlaneOptions): Plane {
  const { scene, era, site, store, trace, rented } = options;
  const { hostname, serviceRange, binderResyncMs, schedulerMaxBackoffMs, provisioners } =
    scene.controlPlane;
  // As client-go dials.
  const server = { host: ADDRESS, port: API_PORT, secure: true, connectTimeoutMs: 30_000 };
  const machine = hostMachine(site, { hostname, address: ADDRESS, users: [] });
  const provisioning = provisioners.includes("kubernetes.io/host-path");
  const plane: ControlPlane = {
    ...{ era, store, trace, serviceRange, server },
    random: site.random,
    controllers: [
      ...controllersOf(era),
      ...storageControllers(era, {
        plugins: [
          hostPath({ provisioning, files: machine.files }),
          nfs,
          awsElasticBlockStore(rented?.cloud),
          gcePersistentDisk(rented?.cloud),
        ],
        resyncMs: binderResyncMs,
        alphaProvisioner: provisioners[0],
        ...(rented && { cloud: rented.cloud }),
      }),
      setController(era),
    ],
    schedule: ({ client, process, random, signal }) =>
      runScheduler({
        ...{ client, clock: process.clock, random, trace, signal, host: process.hostname },
        podMaxBackoffMs: schedulerMaxBackoffMs,
      }),
  };
  const programs = {
    "kube-apiserver": kubeApiserver(plane),
    "kube-controller-manager": kubeControllerManager(plane),
    "kube-scheduler": kubeScheduler(plane),
  };
  return {
    ...{ server, machine },
    async begin() {
      const { files, system } = machine;
      for (const [name, program] of Object.entries(programs)) {
        files.install(`/usr/local/bin/${name}`, program);
        system.units.register({
          name: `${name}.service`,
          description: name,
          argv: [`/usr/local/bin/${name}`],
          restart: "always",
        });
        await system.units.start(name);
      }
    },
  };
}
