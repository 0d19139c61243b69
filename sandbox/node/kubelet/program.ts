// The kubelet as a program of its node: puts its parts together, and takes them apart when it ends.

import { nodes } from "../../api/node.ts";
import { services } from "../../api/service.ts";
import { Client } from "../../client/client.ts";
import { createRecorder } from "../../client/events.ts";
import { Informer } from "../../client/informer.ts";
import type { Process, Program } from "../../machine/process.ts";
import type { KubeletConfig } from "./config.ts";
import { beat } from "./heartbeat.ts";
import { Kubelet } from "./kubelet.ts";
import { NodeReporter, nodeReference } from "./node-status.ts";
import { ObjectCache } from "./objects.ts";
import { kubeletHandler } from "./server.ts";
import type { KubeletTools } from "./tools.ts";
import { AttachedVolumes, volumeTools } from "./volume-tools.ts";

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
    // A script answers no questions.
    if (!config.silent) {
      process.network.serve(10250, kubeletHandler(kubelet), { secure: true });
    }
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
    events: config.silent
      ? { normal() {}, warning() {} }
      : createRecorder({ client, clock, component: "kubelet", host: nodeName }),
    hostIP: machine.adapter.addresses[0] ?? "",
    clusterDns: config.clusterDns,
    clusterDomain: config.clusterDomain,
    probesSucceed: config.probesSucceed,
    services: () => serviceInformer.list(),
    log: (text) => void process.stdout.write(`${text}\n`),
  };
  const reporter = new NodeReporter(tools, config.description, () => kubelet.volumesInUse);
  const attached = new AttachedVolumes(node, () => reporter.later());
  const kubelet: Kubelet = new Kubelet(tools, volumeTools(config, tools, attached));
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
