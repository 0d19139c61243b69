// Boots a cluster from a scene: machines, wires, control plane, nodes, the reader's workstation.
// The only file that knows every part. Nothing here runs a controller or answers a request itself.

import type { Era } from "./api/era.ts";
import { parseTime } from "./api/time.ts";
import { Store } from "./apiserver/store.ts";
import { findEra, without } from "./eras/index.ts";
import type { Site } from "./images/hosts.ts";
import { imagesOf } from "./images/index.ts";
import { addonInstaller, dnsAddress } from "./images/kubeadm/index.ts";
import { bootNodes, type Rented } from "./images/nodes.ts";
import { bootControlPlane } from "./images/plane.ts";
import { bootSurroundings } from "./images/surroundings.ts";
import { systemImages } from "./images/system.ts";
import { bootWorkstation } from "./images/workstation.ts";
import { createCloud } from "./machine/cloud.ts";
import { createFabric } from "./machine/fabric.ts";
import { createImageRegistry } from "./machine/image.ts";
import { Instances } from "./machine/instances.ts";
import type { Machine } from "./machine/machine.ts";
import type { Fabric, Target } from "./machine/network.ts";
import type { Terminal, TerminalOptions } from "./machine/tty.ts";
import type { NodeHandle } from "./node/index.ts";
import { createCatalog, type Loaders } from "./programs/bin/catalog.ts";
import type { Scene } from "./scene.ts";
import { assert, present } from "./sim/assert.ts";
import { type ClockControl, createClock, type Host } from "./sim/clock.ts";
import { createRandom } from "./sim/random.ts";
import { createTrace, type Trace } from "./sim/trace.ts";

export interface Cluster {
  readonly scene: Scene;
  readonly era: Era;
  readonly clock: ClockControl;
  readonly store: Store;
  readonly trace: Trace;
  readonly fabric: Fabric;
  readonly workstation: Machine;
  /** Where API server, scheduler and controllers run. */
  readonly controlPlane: Machine;
  /** Where the API server listens. */
  readonly server: Target;
  readonly nodes: ReadonlyMap<string, NodeHandle>;
  /** A login shell of the reader; `env` is added to its environment. */
  openTerminal(options: TerminalOptions & { readonly env?: ReadonlyMap<string, string> }): Terminal;
  /** One `bash -c` on the workstation, run to its end; the clock must be run meanwhile. */
  execute(command: string, cwd?: string): Promise<Executed>;
}

export interface Executed {
  /** Standard output and error together, in the order in which they were written. */
  readonly output: string;
  readonly exitCode: number;
}

/** What a cluster needs of whoever runs it. */
export interface ClusterHost extends Host {
  /** Fetches programs that are not there from the beginning. */
  readonly loaders: Loaders;
}

/** The cluster as it stands when the reader comes in: at the scene's start, with its setup done. */
export async function boot(scene: Scene, host: ClusterHost): Promise<Cluster> {
  const start = present(parseTime(scene.start), "the scene's start");
  const clock = createClock(start - scene.age * 1000, host);
  const cluster = build(scene, { clock, loaders: host.loaders });
  await clock.advance(0);
  await cluster.begin();
  await prepare(cluster, start);
  return cluster;
}

interface Ground {
  readonly clock: ClockControl;
  readonly loaders: Loaders;
}

/** Everything plugged in, and nothing switched on but what `begin` then switches on. */
function build(scene: Scene, { clock, loaders }: Ground) {
  const era = without(present(findEra(scene.era), `the era ${scene.era}`), scene.without);
  const client = scene.clientEra ?? scene.era;
  const clientEra = present(findEra(client), `the era ${client}`);
  const random = createRandom(scene.seed);
  const trace = createTrace(clock);
  const store = new Store(clock, { expires: true });
  const fabric = createFabric(clock);
  const neighbours = scene.nodes.map(({ name, address }) => ({ name, address }));
  const catalog = createCatalog(loaders);
  const site: Site = { clock, fabric, random, catalog, neighbours };
  const rented = rent(scene, site);
  const plane = bootControlPlane({ scene, era, site, store, trace, rented });
  const { server } = plane;
  const workstation = bootWorkstation({
    ...{ scene, era: clientEra, site, trace, server, rented },
  });
  const { unknownImages } = scene.runtime;
  const nodes = new Map<string, NodeHandle>();
  const known = imagesOf(catalog, clock.now());
  const system = systemImages({
    ...{ era, base: known.debian, programs: {}, server, random, trace },
    adapterOf: (name) => present(nodes.get(name), `the node ${name}`).machine.adapter,
  });
  // A runtime that pretends lets every server run on, however it was set up.
  const images = unknownImages === "run" ? known.plain : known.images;
  const registry = createImageRegistry({
    ...{ ...known, images: [...images, ...system], unknown: unknownImages },
    missingTags: unknownImages === "run" ? ["does-not-exist"] : [],
  });
  const { serviceRange, podRange } = scene.controlPlane;
  const dns = dnsAddress(serviceRange);
  const begin = async () => {
    await plane.begin();
    const master = { machine: plane.machine, address: server.host };
    const surroundings = await bootSurroundings({ scene, era, site, store, master, workstation });
    await bootNodes(
      { scene, era, site, server, registry, dns, cloud: rented, surroundings },
      nodes,
    );
    const { host, port } = plane.server;
    const installer = addonInstaller({
      ...{ names: scene.addons, era, dns, podRange, domain: "cluster.local" },
      ...{ target: plane.server, server: `https://${host}:${port}` },
    });
    plane.machine.files.install("/usr/local/bin/kubeadm", installer);
    plane.machine.spawn(["/usr/local/bin/kubeadm", "init", "phase", "addon", "all"]);
  };
  return {
    ...{ scene, era, clock, store, trace, fabric, workstation, nodes, begin, plane },
    server: plane.server,
    controlPlane: plane.machine,
    openTerminal: (options: Parameters<Cluster["openTerminal"]>[0]) =>
      workstation.openTerminal(["/bin/bash", "-l"], {
        ...options,
        ...readerOf(scene),
        env: new Map([["TERM_PROGRAM", "kennel"], ...(options.env ?? [])]),
      }),
    execute: (command: string, cwd?: string) => execute(workstation, scene, { command, cwd }),
  };
}

const readerOf = ({ workstation: { user, home } }: Scene) => ({ user, cwd: home });

/** What the scene's cloud rents out; undefined if the machines are nobody's. */
function rent({ cloud }: Scene, { clock, random }: Site): Rented | undefined {
  const { provider, region } = cloud;
  if (!provider) return undefined;
  const disks = createCloud({ provider, region, clock, random: random.stream("cloud") });
  const instances = new Instances(clock, random.stream("instances"));
  instances.onChange(({ name, state }) => state === "terminated" && disks.release(name));
  return { cloud: disks, instances };
}

async function execute(
  machine: Machine,
  scene: Scene,
  { command, cwd }: { readonly command: string; readonly cwd: string | undefined },
): Promise<Executed> {
  let output = "";
  const writer = {
    isTerminal: false,
    write: async (text: string) => {
      output += text;
    },
  };
  const child = machine.spawn(["/bin/bash", "-c", command], {
    ...readerOf(scene),
    ...(cwd !== undefined && { cwd }),
    ...{ stdout: writer, stderr: writer },
  });
  const exitCode = await child.exit;
  return { output, exitCode };
}

/**
 * A minute for the nodes, then what the scene's author did, then nothing until the reader comes.
 */
async function prepare(cluster: Cluster, start: number): Promise<void> {
  const { clock, scene, workstation } = cluster;
  await clock.advance(60_000);
  const { home } = scene.workstation;
  const lines = scene.manifests.map((text, index) => {
    const path = `/tmp/setup-${index}.yaml`;
    workstation.files.write(path, text);
    return `kubectl apply -f ${path}`;
  });
  for (const script of [...lines, scene.setup]) {
    if (script === "") continue;
    let done: Executed | undefined;
    const running = cluster.execute(script, home).then((result) => {
      done = result;
    });
    await clock.runUntil(start, () => done !== undefined);
    if (!done) throw new Error(`the setup of the scene ${scene.name} takes longer than its age`);
    await running;
    const { exitCode, output } = done as Executed;
    if (exitCode !== 0) throw new Error(`the setup of the scene ${scene.name} failed: ${output}`);
  }
  for (const index of scene.manifests.keys()) workstation.files.remove(`/tmp/setup-${index}.yaml`);
  assert(clock.now() <= start, "the scene is older than its setup takes");
  await clock.runUntil(start, () => false);
}
