// Does for a pod what is to be done: ends containers, makes its sandbox, starts containers in
// order.
// kuberuntime_manager.go SyncPod.

import type { Container as ContainerSpec, Pod } from "../../api/pod.ts";
import { goDuration } from "../../api/time.ts";
import { fill } from "../fill.ts";
import type { Container } from "../runtime/container.ts";
import { RuntimeError } from "../runtime/runtime.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import type { PodActions } from "./actions.ts";
import type { Crew } from "./crew.ts";
import { StartError } from "./images.ts";
import { killContainer, killContainers } from "./kill.ts";
import { hideLog } from "./log-files.ts";
import { hostnameOf, resolvConf } from "./naming.ts";
import { startContainer } from "./start.ts";
import { containerOf, podText, SyncError } from "./tools.ts";
import type { PodWorker } from "./worker.ts";

interface Doing {
  readonly actions: PodActions;
  readonly signal: AbortSignal;
  readonly graceMs: number;
}

/** Rejects with `SyncError`, so that it is done again. */
export async function carryOut(
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
  if (actions.createSandbox)
    sandbox = await createSandbox(crew, worker, { attempt: actions.attempt, signal });
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
  { attempt, signal }: { readonly attempt: number; readonly signal: AbortSignal },
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
  const { readyMs } = tools.timings;
  if (readyMs > 0) tools.clock.after(readyMs, () => worker.wake());
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
    events.warning(containerOf(pod, spec), "BackOff", fill(words.backOffStart, values));
    const left = ended.finishedAt + ms - tools.clock.now();
    throw new StartError("CrashLoopBackOff", fill(words.backOffStatus, values), left);
  }
}
