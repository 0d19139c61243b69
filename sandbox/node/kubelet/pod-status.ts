// A pod's whole status as the kubelet sees it. kubelet_pods.go generateAPIPodStatus.

import { hasField } from "../../api/era.ts";
import type { Condition } from "../../api/meta.ts";
import type { ContainerStatus, Pod, PodStatus } from "../../api/pod.ts";
import { qosClass } from "../../api/pod-qos.ts";
import { latest } from "./actions.ts";
import { containersReady, podInitialized, podReady } from "./conditions.ts";
import { containerStatuses } from "./container-status.ts";
import type { Crew } from "./crew.ts";
import { phaseOf } from "./phase.ts";
import type { PodWorker } from "./worker.ts";

/** `ending`: nothing of it will be started any more. */
export function podStatus(crew: Crew, worker: PodWorker, ending: boolean): PodStatus {
  const { tools, statuses } = crew;
  const { era, runtime, hostIP } = tools;
  const { pod, uid, failures } = worker;
  const { spec } = pod;
  const parts = runtime.pod(uid);
  const told = statuses.get(uid) ?? crew.object(uid)?.status ?? pod.status ?? {};
  const input = { pod, parts, era, failures };
  const { initContainers = [], containers } = spec;
  const main = containerStatuses(containers, false, { ...input, old: told.containerStatuses });
  const init = containerStatuses(initContainers, true, {
    ...input,
    old: told.initContainerStatuses,
  });
  const status: PodStatus = {};
  applyProbes(crew, worker, [...init, ...main]);
  const finishes = ending && era.behaviors.has("deleted-pods-finish");
  const all = [...main, ...init];
  let phase = phaseOf(spec, all, finishes);
  const final = pod.status?.phase;
  if (final === "Failed" || final === "Succeeded") phase = final;
  status.phase = phase;
  const failedIsReason = era.behaviors.has("deleted-pods-finish");
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !ours.has(type));
  const state = { spec, statuses: all, phase, failedIsReason };
  status.conditions = [
    ...others,
    ...sandboxReady(crew, worker),
    podInitialized(state),
    podReady(state, others),
    ...(era.behaviors.has("containers-ready-condition") ? [containersReady(state)] : []),
    { type: "PodScheduled", status: "True" },
  ];
  if (era.gates.has("PodObservedGenerationTracking")) observe(status.conditions, status, pod);
  if (init.length > 0) status.initContainerStatuses = init;
  status.containerStatuses = main;
  if (hasField(era, "core/v1.PodStatus", "qosClass")) status.qosClass = qosClass(pod);
  const ready = parts.sandboxes.find((sandbox) => sandbox.ready);
  const ip = ready?.ip ?? told.podIP ?? (spec.hostNetwork ? hostIP : undefined);
  status.hostIP = hostIP;
  if (hasField(era, "core/v1.PodStatus", "hostIPs")) status.hostIPs = [{ ip: hostIP }];
  if (!ip) return status;
  status.podIP = ip;
  if (hasField(era, "core/v1.PodStatus", "podIPs")) status.podIPs = [{ ip }];
  return status;
}

const ours: ReadonlySet<string> = new Set([
  "PodScheduled",
  "Ready",
  "Initialized",
  "ContainersReady",
  "PodReadyToStartContainers",
]);

/** prober_manager.go UpdatePodStatus: which containers have started, and which are ready. */
function applyProbes(
  { tools }: Crew,
  worker: PodWorker,
  statuses: readonly ContainerStatus[],
): void {
  const { probes, uid, pod } = worker;
  const parts = tools.runtime.pod(uid);
  const tells = hasField(tools.era, "core/v1.ContainerStatus", "started");
  const plain = new Set(
    (pod.spec.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy !== "Always")
      .map(({ name }) => name),
  );
  for (const status of statuses) {
    if (plain.has(status.name)) {
      status.ready = status.state?.terminated?.exitCode === 0;
      if (tells && tools.era.gates.has("SidecarContainers")) status.started = false;
      continue;
    }
    const container = latest(parts, status.name);
    const runs = status.state?.running !== undefined && container !== undefined;
    const started = runs && isStarted(probes, container);
    if (tells) status.started = started;
    const checked = runs ? probes.result("readiness", container) : undefined;
    const { readyMs } = tools.timings;
    const settled = !container || tools.clock.now() - container.startedAt >= readyMs;
    status.ready = started && settled && (checked ?? !probes.has("readiness", status.name));
  }
}

export function isStarted(
  probes: PodWorker["probes"],
  container: NonNullable<ReturnType<typeof latest>>,
): boolean {
  const result = probes.result("startup", container);
  return result ?? !probes.has("startup", container.config.name);
}

/** Its sandbox stands and has a network, since 1.29. */
function sandboxReady({ tools }: Crew, { uid }: PodWorker): Condition[] {
  if (!tools.era.gates.has("PodReadyToStartContainersCondition")) return [];
  const ready = tools.runtime.pod(uid).sandboxes.some((sandbox) => sandbox.ready);
  return [{ type: "PodReadyToStartContainers", status: ready ? "True" : "False" }];
}

function observe(conditions: Condition[], status: PodStatus, { metadata }: Pod): void {
  const { generation } = metadata;
  if (generation === undefined) return;
  Object.assign(status, { observedGeneration: generation });
  conditions.forEach((condition, index) => {
    if (ours.has(condition.type)) {
      conditions[index] = Object.assign({ observedGeneration: generation }, condition);
    }
  });
}
