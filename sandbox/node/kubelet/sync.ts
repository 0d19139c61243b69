// One look at a pod: tell how it is, then bring what runs nearer to what should.
// kubelet.go syncPod, kuberuntime_manager.go SyncPod.

import type { Container as ContainerSpec, Pod } from "../../api/pod.ts";
import { goDuration } from "../../api/time.ts";
import { fill } from "../fill.ts";
import type { Container } from "../runtime/container.ts";
import { RuntimeError } from "../runtime/runtime.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import { VolumesMissing, type VolumeTools } from "../volumes/pod-volumes.ts";
import { computeActions, type Health, latest, type PodActions } from "./actions.ts";
import type { BackOff } from "./back-off.ts";
import { type ImageManager, StartError } from "./images.ts";
import { killContainer, killContainers } from "./kill.ts";
import { hideLog } from "./log-files.ts";
import { hostnameOf, resolvConf } from "./naming.ts";
import type { Pleg } from "./pleg.ts";
import { isStarted, podStatus } from "./pod-status.ts";
import type { ProbeHooks } from "./probes.ts";
import { startContainer } from "./start.ts";
import type { StatusManager } from "./status-manager.ts";
import { fieldPathOf, type KubeletTools, podText, SyncError } from "./tools.ts";
import type { PodWorker } from "./worker.ts";

/** What the workers of one kubelet share. */
export interface Crew {
  readonly tools: KubeletTools;
  readonly statuses: StatusManager;
  readonly pleg: Pleg;
  readonly images: ImageManager;
  /** Of containers that crash. */
  readonly backOff: BackOff;
  readonly volumes: VolumeTools;
  readonly probeHooks: ProbeHooks;
  /** The pod as the API has it; for a static pod, its mirror. */
  object(uid: string): Pod | undefined;
  /** Nothing is left of the pod, here and in the API. */
  left(worker: PodWorker): void;
}

/** Resolves to true if nothing will ever be done for this pod again. Rejects with `SyncError`. */
export async function syncPod(
  crew: Crew,
  worker: PodWorker,
  signal: AbortSignal,
): Promise<boolean> {
  const { tools, statuses } = crew;
  const { pod, uid, probes } = worker;
  const { runtime } = tools;
  const status = podStatus(crew, worker, false);
  statuses.set(pod, status);
  probes.wake((name) => latest(runtime.pod(uid), name));
  if (!runtime.isUp) throw new SyncError("container runtime is down");
  const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  if (status.phase === "Failed" || status.phase === "Succeeded") {
    await killContainers(tools, pod, graceMs);
    return true;
  }
  await volumesOf(crew, worker, signal);
  const health: Health = {
    failed: (container) =>
      (["liveness", "startup"] as const).find((type) => probes.result(type, container) === false),
    started: (container) => container.state === "running" && isStarted(probes, container),
  };
  const actions = computeActions(pod, runtime.pod(uid), health);
  await act(crew, worker, { actions, signal, graceMs });
  return false;
}

async function volumesOf(
  { tools }: Crew,
  { pod, volumes }: PodWorker,
  signal: AbortSignal,
): Promise<void> {
  try {
    await volumes.ready(pod, signal);
  } catch (error) {
    if (!(error instanceof VolumesMissing)) throw error;
    tools.events.warning(pod, "FailedMount", error.message);
    throw new SyncError(error.message);
  }
}

interface Doing {
  readonly actions: PodActions;
  readonly signal: AbortSignal;
  readonly graceMs: number;
}

async function act(
  crew: Crew,
  worker: PodWorker,
  { actions, signal, graceMs }: Doing,
): Promise<void> {
  const { tools } = crew;
  const { pod, uid, failures } = worker;
  const { words, events, runtime } = tools;
  let { sandbox } = actions;
  if (actions.createSandbox && sandbox) events.normal(pod, ...words.sandboxChanged);
  if (actions.killPod) {
    await killContainers(tools, pod, graceMs);
    for (const old of runtime.pod(uid).sandboxes) runtime.stopSandbox(old);
  }
  for (const { container, why } of actions.toKill) {
    const said = why === "changed" ? words.killingChanged : words.killingUnhealthy;
    await killContainer(tools, { container, pod, graceMs, words: said, probe: why });
  }
  if (actions.createSandbox) sandbox = await createSandbox(crew, worker, actions.attempt, signal);
  if (!sandbox) return;
  const errors: StartError[] = [];
  const begin = async (spec: ContainerSpec): Promise<boolean> => {
    try {
      await startOne(crew, worker, { spec, sandbox, signal });
      failures.delete(spec.name);
      return true;
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      failures.set(spec.name, { reason: error.reason, message: error.message });
      errors.push(error);
      return false;
    }
  };
  const specs = [...actions.initToStart, ...actions.toStart];
  const failed: string[] = [];
  for (const spec of specs) {
    if (await begin(spec)) continue;
    failed.push(spec.name);
    if (actions.initToStart.includes(spec)) break;
  }
  if (errors.length === 0) return;
  const texts = errors.map(({ reason, message }, index) => {
    return `failed to "StartContainer" for "${failed[index]}" with ${reason}: ${JSON.stringify(message)}\n`;
  });
  const waits = errors.map(({ waitMs }) => waitMs);
  const shortest = waits.some((ms) => ms === undefined)
    ? undefined
    : Math.min(...(waits as number[]));
  throw new SyncError(texts.length === 1 ? `${texts[0]}` : `[${texts.join(", ")}]`, shortest);
}

async function createSandbox(
  { tools }: Crew,
  { pod, uid }: PodWorker,
  attempt: number,
  signal: AbortSignal,
): Promise<Sandbox> {
  const { runtime, words, events, machine, clusterDns, clusterDomain } = tools;
  const { name, namespace = "" } = pod.metadata;
  const names = { servers: clusterDns, domain: clusterDomain, runtime: words.runtime };
  const { hostNetwork = false } = pod.spec;
  try {
    return await runtime.runSandbox(
      {
        ...{ pod: { uid, namespace, name }, attempt, hostNetwork },
        hostname: hostNetwork ? machine.hostname : hostnameOf(pod, clusterDomain).hostname,
        resolvConf: resolvConf(pod, names, machine.files),
        ports: portsOf(pod),
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const message = fill(words.sandboxFailed, { error: error.message });
    events.warning(pod, "FailedCreatePodSandBox", message);
    throw new SyncError(message);
  }
}

const portsOf = ({ spec }: Pod) =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
      .map(({ hostIP = "", hostPort = 0, containerPort }) => ({ hostIP, hostPort, containerPort })),
  );

interface Starting {
  readonly spec: ContainerSpec;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
}

async function startOne(
  crew: Crew,
  worker: PodWorker,
  { spec, sandbox, signal }: Starting,
): Promise<void> {
  const { tools, images, backOff } = crew;
  const { pod, uid, volumes } = worker;
  const { runtime, words, events } = tools;
  const old = runtime.pod(uid).containers.filter(({ config }) => config.name === spec.name);
  const [last] = old;
  if (last?.state === "exited") demandPatience(last);
  await startContainer(tools, { pod, spec, sandbox, volumes, images, signal });
  // Of those that ended only the last one is kept, for `logs --previous`.
  for (const container of old.slice(1)) {
    hideLog(tools.machine.files, container);
    runtime.removeContainer(container);
  }

  function demandPatience(ended: Container): void {
    const key = `${uid}_${spec.name}_${spec.image}`;
    if (!backOff.isWaiting(key, ended.finishedAt)) return backOff.next(key, ended.finishedAt);
    const ms = backOff.of(key);
    const values = { time: goDuration(ms), container: spec.name, pod: podText(pod) };
    events.warning(pod, "BackOff", fill(words.backOffStart, values), fieldPathOf(pod, spec));
    const left = ended.finishedAt + ms - tools.clock.now();
    throw new StartError("CrashLoopBackOff", fill(words.backOffStatus, values), left);
  }
}
