// Switches on the nodes of a scene, each a machine with a kubelet; where a cloud rents them out,
// its switches work too.

import type { Era } from "../api/era.ts";
import { quantityValue } from "../api/quantity.ts";
import type { Cloud } from "../machine/cloud.ts";
import type { FileSystem } from "../machine/files.ts";
import type { ImageRegistry } from "../machine/image.ts";
import type { Instances } from "../machine/instances.ts";
import type { Target } from "../machine/network.ts";
import { bootNode, type NodeHandle } from "../node/index.ts";
import type { NodeDescription } from "../node/kubelet/node-status.ts";
import { instantTimings, realTimings, scriptedTimings } from "../node/timings.ts";
import { amazonLinux, eksNode } from "./eks/node.ts";
import { gceNode } from "./gce/node.ts";
import { hostMachine, type Site, startSshd } from "./hosts.ts";
import { haveDns, type Marked, marksOf } from "./kubeadm/index.ts";
import type { Surroundings } from "./surroundings.ts";

/** A node as the scene describes it. */
export interface NodeOrder extends Marked {
  readonly name: string;
  readonly address: string;
  readonly cpus: number;
  readonly memory: string;
  readonly zone?: string;
  readonly instanceType?: string;
}

export interface NodesOptions {
  readonly scene: {
    readonly nodes: readonly NodeOrder[];
    readonly addons: readonly string[];
    readonly workstation: { readonly user: string };
    readonly runtime: {
      readonly unknownImages: "refuse" | "run";
      readonly speed: keyof typeof timings;
    };
  };
  readonly era: Era;
  readonly site: Site;
  readonly server: Target;
  readonly registry: ImageRegistry;
  readonly dns: string;
  readonly cloud: Rented | undefined;
  readonly surroundings: Surroundings;
}

/** What a cloud rents out. */
export interface Rented {
  readonly cloud: Cloud;
  readonly instances: Instances;
}

const timings = { instant: instantTimings, real: realTimings, scripted: scriptedTimings };

const DEFAULT_TYPE = "m5.large";

/** Puts the nodes into `nodes`, one after the other. */
export async function bootNodes(
  options: NodesOptions,
  nodes: Map<string, NodeHandle>,
): Promise<void> {
  const { scene, cloud } = options;
  for (const [index, node] of scene.nodes.entries()) {
    let description: Partial<NodeDescription> = marksOf(options.era, node);
    const boot = async (before?: NodeHandle) =>
      nodes.set(node.name, await switchOn({ node, index, description, before }, options));
    if (cloud) {
      const rented = rent(node, cloud, {
        off: () => switchOff(nodes.get(node.name)),
        on: async () => void (await boot(nodes.get(node.name))),
      });
      const made =
        cloud.cloud.provider === "gce"
          ? gceNode(options.era, node.name, rented)
          : eksNode(options.era, rented);
      description = { ...description, ...made };
      description = { ...description, labels: { ...made.labels, ...node.labels } };
    }
    await boot();
  }
}

function rent(
  { name, address, zone, instanceType: type = DEFAULT_TYPE }: NodeOrder,
  { cloud, instances }: Rented,
  power: Parameters<Instances["add"]>[0]["power"],
) {
  const place = zone ?? `${cloud.region}${cloud.provider === "gce" ? "-b" : "a"}`;
  cloud.place(name, place);
  return instances.add({ name, address, zone: place, type, power });
}

interface SwitchOn {
  readonly node: NodeOrder;
  readonly index: number;
  readonly description: Partial<NodeDescription>;
  /** What it was before it was switched off. */
  readonly before: NodeHandle | undefined;
}

async function switchOn(
  { node, index, description, before }: SwitchOn,
  { scene, era, site, server, registry, dns, cloud, surroundings }: NodesOptions,
): Promise<NodeHandle> {
  const { name: hostname, address, cpus, memory } = node;
  const files: FileSystem | undefined = before?.machine.files;
  const { user } = scene.workstation;
  const machine = hostMachine(site, {
    ...{ hostname, address, cpus, memory: quantityValue(memory) },
    users: user === "root" ? [] : [user],
    ...(cloud?.cloud.provider === "aws" && amazonLinux),
    ...(files && { files }),
  });
  await startSshd(machine);
  const { unknownImages, speed } = scene.runtime;
  return bootNode({
    ...{ machine, fabric: site.fabric, era, registry, server, description },
    random: site.random.stream(`node/${hostname}`),
    timings: timings[speed],
    scripted: speed === "scripted",
    pretends: unknownImages === "run",
    // As the controller gives them out, to one node after the other.
    podCIDR: `10.244.${index}.0/24`,
    clusterDns: haveDns(scene.addons) ? [dns] : [],
    proxy: !scene.addons.includes("kube-proxy"),
    ...{ shares: surroundings.shares, plugins: surroundings.plugins },
    ...(cloud && { cloud: cloud.cloud }),
    ...(before && { before }),
  });
}

/** As when the power goes: nothing says goodbye, and its address is nobody's. */
function switchOff(node: NodeHandle | undefined): void {
  if (!node || node.machine.isDown) return;
  node.machine.shutdown();
  node.machine.adapter.detach();
}
