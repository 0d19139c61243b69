// A pod's phase, out of the statuses of its containers. kubelet_pods.go getPhase.

import type { ContainerStatus, PodPhase, PodSpec } from "../../api/pod.ts";

/** `ending`: the pod is deleted and will not start anything any more. */
export function phaseOf(
  spec: PodSpec,
  statuses: readonly ContainerStatus[],
  ending: boolean,
): PodPhase {
  const { restartPolicy = "Always", initContainers = [], containers } = spec;
  const found = new Map(statuses.map((status) => [status.name, status]));
  // Once a main container has begun, a sidecar that begins again does not take that back.
  const hasBegun = containers.some(({ name }) => {
    const { running, terminated } = found.get(name)?.state ?? {};
    return running !== undefined || terminated !== undefined;
  });
  const count = { unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0 };
  let initializing = 0;
  let initFailed = 0;
  for (const { name, restartPolicy: own } of initContainers) {
    const status = found.get(name);
    const { state, lastState } = status ?? {};
    if (own === "Always") {
      if (state?.running) count.running++;
      else if (state?.waiting && !lastState?.terminated) count.waiting++;
      if (!hasBegun && !status?.started && !state?.terminated) initializing++;
      continue;
    }
    if (state?.terminated) initFailed += state.terminated.exitCode !== 0 ? 1 : 0;
    else if (state?.waiting && lastState?.terminated) {
      initFailed += lastState.terminated.exitCode !== 0 ? 1 : 0;
    } else initializing++;
  }
  if (initFailed > 0 && restartPolicy === "Never") return "Failed";
  for (const { name } of containers) {
    const { state, lastState } = found.get(name) ?? {};
    if (state?.running) count.running++;
    else if (state?.terminated) {
      count.stopped++;
      if (state.terminated.exitCode === 0) count.succeeded++;
    } else if (state?.waiting) {
      if (lastState?.terminated) count.stopped++;
      else count.waiting++;
    } else count.unknown++;
  }
  if (initializing > 0 || count.waiting > 0) return "Pending";
  if (count.unknown > 0) return "Pending";
  if (count.running > 0) return "Running";
  if (count.stopped === 0) return "Pending";
  // Everything has ended: whether it begins again is the restart policy's word.
  if (ending) return count.stopped === count.succeeded ? "Succeeded" : "Failed";
  if (restartPolicy === "Always") return "Running";
  if (count.stopped === count.succeeded) return "Succeeded";
  return restartPolicy === "Never" ? "Failed" : "Running";
}
