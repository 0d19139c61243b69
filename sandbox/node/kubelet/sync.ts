// One look at a pod: tell how it is, then bring what runs nearer to what should.
// kubelet.go syncPod.

import { VolumesMissing } from "../volumes/pod-volumes.ts";
import { computeActions, type Health, latest } from "./actions.ts";
import { carryOut } from "./carry-out.ts";
import type { Crew } from "./crew.ts";
import { killContainers } from "./kill.ts";
import { isStarted, podStatus } from "./pod-status.ts";
import { SyncError } from "./tools.ts";
import type { PodWorker } from "./worker.ts";

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
    const { containers } = runtime.pod(uid);
    const ran = containers.some(({ state }) => state === "running");
    await killContainers(tools, pod, graceMs);
    if (ran) statuses.set(pod, podStatus(crew, worker, true));
    return true;
  }
  await volumesOf(crew, worker, signal);
  const health: Health = {
    failed: (container) =>
      (["liveness", "startup"] as const).find((type) => probes.result(type, container) === false),
    started: (container) => container.state === "running" && isStarted(probes, container),
  };
  const actions = computeActions(pod, runtime.pod(uid), health);
  await carryOut(crew, worker, { actions, signal, graceMs });
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
