// Turns a machine into a node: a container runtime, a kubelet and, if wanted, a kube-proxy, each a
// service that the machine's init keeps. What runs in the runtime outlives all three.

import type { Era } from "../api/era.ts";
import type { Cloud } from "../machine/cloud.ts";
import type { ImageRegistry } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import type { Fabric, Target } from "../machine/network.ts";
import type { Program } from "../machine/process.ts";
import { hex, type Random } from "../sim/random.ts";
import type { Kubelet } from "./kubelet/kubelet.ts";
import type { NodeDescription } from "./kubelet/node-status.ts";
import { kubeletProgram } from "./kubelet/program.ts";
import { kubeProxyProgram } from "./proxy/kube-proxy.ts";
import { Runtime } from "./runtime/runtime.ts";
import type { NodeTimings } from "./timings.ts";
import { volumePlugins } from "./volumes/index.ts";
import type { Mounted, Shares, VolumePlugin } from "./volumes/plugin.ts";

export interface NodeOptions {
  readonly machine: Machine;
  readonly fabric: Fabric;
  readonly era: Era;
  /** The node's own stream of chance. */
  readonly random: Random;
  readonly registry: ImageRegistry;
  /** Where the API server listens; asked over the node's network. */
  readonly server: Target;
  readonly timings: NodeTimings;
  /** The machine's hostname unless given. */
  readonly name?: string;
  /** Addresses for its pods; the node object's `spec.podCIDR` unless given. */
  readonly podCIDR?: string;
  readonly clusterDns?: readonly string[];
  readonly clusterDomain?: string;
  readonly description?: Partial<NodeDescription>;
  readonly cloud?: Cloud;
  readonly shares?: Shares;
  readonly plugins?: readonly VolumePlugin[];
  /** Everything is forgiven that the runtime of the recorded clusters forgave. */
  readonly pretends?: boolean;
  /** A script posts what a kubelet would: no events, and no container that ever ends. */
  readonly scripted?: boolean;
  /** kube-proxy runs as a service of the machine, not in a pod. */
  readonly proxy?: boolean;
  /** What ran on the machine before it was switched off. */
  readonly before?: NodeHandle;
}

/** A node, for whoever looks at it or repairs it from outside. */
export interface NodeHandle {
  readonly name: string;
  readonly machine: Machine;
  readonly runtime: Runtime;
  /** What is mounted for pods, by pod and volume. */
  readonly mounts: Map<string, Map<string, Mounted>>;
  /** Undefined while it does not run. */
  readonly kubelet: Kubelet | undefined;
}

/** Registers the services and starts them; the node is in the API soon after. */
export async function bootNode(options: NodeOptions): Promise<NodeHandle> {
  const { machine, era, timings, random } = options;
  const name = options.name ?? machine.hostname;
  const { before } = options;
  const runtime = before?.runtime ?? new Runtime(options);
  runtime.machine = machine;
  if (options.podCIDR !== undefined) runtime.podCIDR = options.podCIDR;
  const running: { kubelet: Kubelet | undefined } = { kubelet: undefined };
  const mounts = before?.mounts ?? new Map<string, Map<string, Mounted>>();
  const pretends = options.pretends ?? false;
  const kubelet = kubeletProgram({
    ...{ machine, runtime, era, random, timings, nodeName: name, running, mounts },
    server: options.server,
    description: describe(options),
    clusterDns: options.clusterDns ?? [],
    clusterDomain: options.clusterDomain ?? "cluster.local",
    plugins: [...(options.plugins ?? []), ...volumePlugins],
    cloud: options.cloud,
    shares: options.shares,
    probesSucceed: pretends,
    makesPaths: pretends,
    silent: options.scripted ?? false,
  });
  const service = era.words.kubelet.runtime;
  await install(machine, service, {
    description:
      service === "docker" ? "Docker Application Container Engine" : "containerd container runtime",
    program: runtimeProgram(runtime, machine),
  });
  await install(machine, "kubelet", {
    description: "kubelet: The Kubernetes Node Agent",
    program: kubelet,
  });
  if (options.proxy) {
    await install(machine, "kube-proxy", {
      description: "Kubernetes Kube Proxy",
      program: kubeProxyProgram({
        ...{ era, random, server: options.server },
        adapterOf: () => machine.adapter,
      }),
    });
  }
  return {
    ...{ name, machine, runtime, mounts },
    get kubelet() {
      return running.kubelet;
    },
  };
}

async function install(
  { files, system: { units } }: Machine,
  name: string,
  { description, program }: { readonly description: string; readonly program: Program },
): Promise<void> {
  files.makeDirectory("/usr/bin", { parents: true });
  files.install(`/usr/bin/${name}`, program);
  units.register({
    ...{ name: `${name}.service`, description, argv: [`/usr/bin/${name}`] },
    ...{ restart: "always", restartMs: 10_000 },
  });
  await units.start(name);
}

/** The runtime's daemon: containers run on when it stops, but not when the machine does. */
function runtimeProgram(runtime: Runtime, machine: Machine): Program {
  return async (process) => {
    runtime.isUp = true;
    process.killed.addEventListener("abort", () => {
      if (machine.isDown) runtime.powerOff();
      else runtime.isUp = false;
    });
    return process.wait(new Promise<number>(() => {}));
  };
}

/** The disk, in kibibytes: of 40 GB, as a file system counts them. */
const DISK_KIB = 41_152_736;
/** What the kubelet keeps back: a tenth of the disk, and memory for its own needs. */
const DISK_KEPT = Math.floor((DISK_KIB * 1024) / 10);
const MEMORY_KEPT_KIB = 100 * 1024;

function describe({ machine, random, description, pretends }: NodeOptions): NodeDescription {
  const { cpus, memory, booted } = machine.system;
  const kib = Math.floor(memory / 1024);
  const hugepages = { "hugepages-1Gi": "0", "hugepages-2Mi": "0" };
  const capacity = {
    ...{ cpu: String(cpus), memory: `${kib}Ki`, pods: "110" },
    "ephemeral-storage": pretends ? "0" : `${DISK_KIB}Ki`,
    ...(!pretends && hugepages),
    ...description?.capacity,
  };
  const left = {
    memory: `${kib - MEMORY_KEPT_KIB}Ki`,
    "ephemeral-storage": String(DISK_KIB * 1024 - DISK_KEPT),
  };
  const id = (what: string) => hex(random.stream(what), 32);
  const spaced = (what: string) => id(what).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const attached = { "volumes.kubernetes.io/controller-managed-attach-detach": "true" };
  return {
    ...{ labels: {}, taints: [], providerID: undefined, osImage: "Ubuntu 20.04.6 LTS" },
    annotations: pretends ? {} : attached,
    machineID: pretends ? "" : id("machine"),
    systemUUID: pretends ? "" : spaced("system"),
    bootID: spaced(`boot ${booted}`),
    ...description,
    capacity,
    allocatable: { ...capacity, ...(!pretends && left), ...description?.allocatable },
  };
}
