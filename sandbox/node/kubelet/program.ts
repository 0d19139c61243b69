// The kubelet as a program of its node: puts its parts together, and takes them apart when it ends.

import { configMaps } from "../../api/configmap.ts";
import type { Era } from "../../api/era.ts";
import type { Node } from "../../api/node.ts";
import { nodes } from "../../api/node.ts";
import type { Pod } from "../../api/pod.ts";
import { secrets } from "../../api/secret.ts";
import { services } from "../../api/service.ts";
import { Client } from "../../client/client.ts";
import { createRecorder } from "../../client/events.ts";
import { Informer } from "../../client/informer.ts";
import type { Cloud } from "../../machine/cloud.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Target } from "../../machine/network.ts";
import type { Process, Program } from "../../machine/process.ts";
import type { Random } from "../../sim/random.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { NodeTimings } from "../timings.ts";
import {
  MountError,
  type Mounted,
  type Shares,
  type VolumeHost,
  type VolumePlugin,
} from "../volumes/plugin.ts";
import type { VolumeTools } from "../volumes/pod-volumes.ts";
import { beat } from "./heartbeat.ts";
import { Kubelet } from "./kubelet.ts";
import { type NodeDescription, NodeReporter, nodeReference } from "./node-status.ts";
import { ObjectCache } from "./objects.ts";
import { podField, resourceField } from "./own-fields.ts";
import { kubeletHandler } from "./server.ts";
import type { KubeletTools } from "./tools.ts";

export interface KubeletConfig {
  readonly machine: Machine;
  readonly runtime: Runtime;
  readonly era: Era;
  readonly random: Random;
  readonly timings: NodeTimings;
  readonly nodeName: string;
  /** Where the API server is. */
  readonly server: Target;
  readonly description: NodeDescription;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly plugins: readonly VolumePlugin[];
  readonly cloud: Cloud | undefined;
  readonly shares: Shares | undefined;
  readonly probesSucceed: boolean;
  readonly makesPaths: boolean;
  /** What is mounted for pods; it outlives the kubelet. */
  readonly mounts: Map<string, Map<string, Mounted>>;
  /** The kubelet that runs now, for whoever looks from outside. */
  readonly running: { kubelet: Kubelet | undefined };
}

/** For so long nobody hears that the runtime is down. */
const RUNTIME_PATIENCE_MS = 30_000;

export function kubeletProgram(config: KubeletConfig): Program {
  return async (process) => {
    const stopping = new AbortController();
    process.killed.addEventListener("abort", () => stopping.abort(), { once: true });
    const parts = assemble(config, process, stopping.signal);
    const { tools, kubelet, reporter, nodeInformer, serviceInformer } = parts;
    config.running.kubelet = kubelet;
    stopping.signal.addEventListener("abort", () => {
      kubelet.stop();
      reporter.stop();
      config.running.kubelet = undefined;
    });
    process.network.serve(10250, kubeletHandler(kubelet), { secure: true });
    tools.events.normal(nodeReference(config.nodeName), "Starting", "Starting kubelet.");
    tools.spawn(async () => {
      const node = await reporter.register();
      tools.events.normal(
        nodeReference(config.nodeName),
        "NodeAllocatableEnforced",
        "Updated Node Allocatable limit across pods",
      );
      tools.spawn(() => beat(tools, node, () => reporter.current()));
      tools.spawn(() => nodeInformer.run());
      tools.spawn(() => serviceInformer.run());
      await Promise.all([nodeInformer.synced, serviceInformer.synced]);
      kubelet.start();
    });
    return process.wait(new Promise<number>(() => {}));
  };
}

function assemble(config: KubeletConfig, process: Process, signal: AbortSignal) {
  const { machine, runtime, era, random, nodeName } = config;
  const { clock } = machine;
  const client = clientOf(config, process, signal);
  const spawn = spawner(clock.soon, signal);
  const nodeInformer = new Informer(nodes, {
    client,
    clock,
    signal,
    fields: `metadata.name=${nodeName}`,
  });
  const serviceInformer = new Informer(services, { client, clock, signal });
  const node = () => nodeInformer.get({ namespace: "", name: nodeName });
  const objects = new ObjectCache({
    ...{ client, clock, signal, spawn },
    changed: (uid) => kubelet.refresh(uid),
  });
  const tools: KubeletTools = {
    ...{ clock, era, random, machine, runtime, client, nodeName, objects, node, signal, spawn },
    words: era.words.kubelet,
    timings: config.timings,
    network: process.network,
    events: createRecorder({ client, clock, component: "kubelet", host: nodeName }),
    hostIP: machine.adapter.addresses[0] ?? "",
    clusterDns: config.clusterDns,
    clusterDomain: config.clusterDomain,
    probesSucceed: config.probesSucceed,
    services: () => serviceInformer.list(),
    log: (text) => void process.stdout.write(`${text}\n`),
  };
  const reporter = new NodeReporter(tools, config.description, () => kubelet.volumesInUse);
  const attached = new AttachedVolumes(node, () => reporter.later());
  const kubelet: Kubelet = new Kubelet(tools, volumeTools(config, tools, attached, reporter));
  nodeInformer.on(({ now }) => {
    if (!now) return;
    if (runtime.podCIDR === undefined && now.spec.podCIDR) {
      runtime.podCIDR = now.spec.podCIDR;
      reporter.later();
      kubelet.wakeAll();
    }
    attached.look();
    reporter.noteSchedulable(now.spec.unschedulable ?? false);
  });
  const stops = [
    runtime.onChange(() => {
      if (reporter.hasNewImages) reporter.later();
    }),
    runtime.onUpDown(() => {
      if (runtime.isUp) kubelet.wakeAll();
      clock.after(runtime.isUp ? 0 : RUNTIME_PATIENCE_MS, () => reporter.later());
    }),
  ];
  const stop = () => stops.forEach((each) => void each());
  signal.addEventListener("abort", stop, { once: true });
  return { tools, kubelet, reporter, nodeInformer, serviceInformer };
}

function clientOf(
  { era, nodeName, server }: KubeletConfig,
  { network }: Process,
  signal: AbortSignal,
) {
  const { gitVersion, gitCommit } = era.build;
  const silence = new Promise<never>(() => {});
  return new Client({
    handler: (request) => (signal.aborted ? silence : network.request(server, request)),
    era,
    userAgent: `kubelet/${gitVersion} (linux/amd64) kubernetes/${gitCommit.slice(0, 7)}`,
    certificate: { commonName: `system:node:${nodeName}`, organizations: ["system:nodes"] },
  });
}

/**
 * Runs work in turns of its own; an error that nobody expected stops the sandbox, unless we stop.
 */
function spawner(soon: (run: () => void) => void, signal: AbortSignal): KubeletTools["spawn"] {
  return (work) =>
    soon(() => {
      if (signal.aborted) return;
      work().catch((error: unknown) => {
        if (signal.aborted) return;
        soon(() => {
          throw error;
        });
      });
    });
}

/** Waits until the node's status says that volumes are attached. */
class AttachedVolumes {
  readonly #node: () => Node | undefined;
  readonly #asked: () => void;
  readonly #waiting = new Set<() => void>();

  constructor(node: () => Node | undefined, asked: () => void) {
    this.#node = node;
    this.#asked = asked;
  }

  look(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  wait(uniqueName: string, signal: AbortSignal): Promise<void> {
    // The control plane must hear that we use it, too.
    this.#asked();
    const isThere = () =>
      this.#node()?.status.volumesAttached?.some(({ name }) => name === uniqueName) &&
      this.#node()?.status.volumesInUse?.includes(uniqueName);
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!isThere()) return;
        done();
        resolve();
      };
      const stop = () => {
        done();
        reject(signal.reason);
      };
      const done = () => {
        this.#waiting.delete(look);
        signal.removeEventListener("abort", stop);
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", stop, { once: true });
      look();
    });
  }
}

function volumeTools(
  config: KubeletConfig,
  tools: KubeletTools,
  attached: AttachedVolumes,
  reporter: NodeReporter,
): VolumeTools {
  const { client, clock, era, machine, objects, nodeName, hostIP } = tools;
  const place = (pod: Pod) => ({ hostIP, podIP: pod.status?.podIP ?? "" });
  const host: VolumeHost = {
    ...{ clock, era, nodeName, files: machine.files, node: tools.node },
    cloud: config.cloud,
    shares: config.shares,
    makesPaths: config.makesPaths,
    configMap: (key, { metadata }) => objects.get(configMaps, key, metadata.uid ?? ""),
    secret: (key, { metadata }) => objects.get(secrets, key, metadata.uid ?? ""),
    token: (pod, seconds, audience) => requestToken(client, pod, { seconds, audience }),
    field: (pod, path) => podField(pod, path, place(pod)) ?? "",
    resourceField(pod, selector) {
      const { containerName } = selector;
      const container = pod.spec.containers.find(({ name }) => name === containerName);
      const allocatable = tools.node()?.status.allocatable ?? {};
      return (container && resourceField(container, selector, allocatable)) ?? "";
    },
  };
  return {
    ...{ host, client, events: tools.events, timings: config.timings, plugins: config.plugins },
    attached: (name, signal) => attached.wait(name, signal),
    released: () => reporter.later(),
    kept(uid) {
      let kept = config.mounts.get(uid);
      if (!kept) config.mounts.set(uid, (kept = new Map()));
      return kept;
    },
  };
}

async function requestToken(
  client: Client,
  { metadata, spec }: Pod,
  { seconds = 3600, audience }: { seconds: number | undefined; audience: string | undefined },
): Promise<string> {
  const { namespace, name, uid } = metadata;
  const account = spec.serviceAccountName ?? "default";
  const { body } = await client.send({
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body: {
      ...{ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {} },
      spec: {
        audiences: audience === undefined ? [] : [audience],
        expirationSeconds: seconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
      },
    },
  });
  const { status } = body as { status?: { token?: string } };
  if (!status?.token) throw new MountError(`failed to fetch token for ${account}`);
  return status.token;
}
