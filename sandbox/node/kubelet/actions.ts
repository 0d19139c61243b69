// What is to be done for a pod, given what runs of it: the heart of a sync.
// kuberuntime/kuberuntime_manager.go computePodActions, computeInitContainerActions.

import type { Container as ContainerSpec, Pod } from "../../api/pod.ts";
import type { Container } from "../runtime/container.ts";
import type { PodParts } from "../runtime/runtime.ts";
import type { Sandbox } from "../runtime/sandbox.ts";

export interface PodActions {
  /** All that runs is ended, the sandbox too. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly sandbox: Sandbox | undefined;
  readonly attempt: number;
  readonly initToStart: readonly ContainerSpec[];
  readonly toStart: readonly ContainerSpec[];
  readonly toKill: readonly ToKill[];
}

export interface ToKill {
  readonly container: Container;
  readonly spec: ContainerSpec;
  readonly why: "liveness" | "startup" | "changed";
}

/** What probes say of a container that runs. */
export interface Health {
  /** The probe that it failed, if any. */
  failed(container: Container): "liveness" | "startup" | undefined;
  /** It runs, and its startup probe has succeeded. */
  started(container: Container): boolean;
}

export const latest = ({ containers }: PodParts, name: string): Container | undefined =>
  containers.find(({ config }) => config.name === name);

export const isSidecar = ({ restartPolicy }: ContainerSpec): boolean => restartPolicy === "Always";

/** Whether a container that does not run should. */
export function shouldRestart(
  spec: ContainerSpec,
  { metadata, spec: { restartPolicy = "Always" } }: Pod,
  container: Container | undefined,
): boolean {
  if (metadata.deletionTimestamp) return false;
  if (!container || container.state === "created") return true;
  if (container.state === "running") return false;
  if (isSidecar(spec)) return true;
  if (restartPolicy === "Never") return false;
  return restartPolicy === "Always" || container.exitCode !== 0;
}

export function computeActions(pod: Pod, parts: PodParts, health: Health): PodActions {
  const [sandbox] = parts.sandboxes;
  const { initContainers = [], containers, restartPolicy = "Always" } = pod.spec;
  if (!sandbox?.ready) {
    const attempt = sandbox ? sandbox.attempt + 1 : 0;
    const none = { killPod: true, sandbox, attempt, initToStart: [], toStart: [], toKill: [] };
    const done = restartPolicy === "Never" && attempt > 0 && parts.containers.length > 0;
    if (done) return { ...none, createSandbox: false };
    const [first] = initContainers;
    if (first) return { ...none, createSandbox: true, initToStart: [first] };
    const toStart = containers.filter((spec) => {
      const ended = latest(parts, spec.name);
      return !(restartPolicy === "OnFailure" && ended?.state === "exited" && ended.exitCode === 0);
    });
    if (toStart.length === 0) return { ...none, createSandbox: false };
    return { ...none, createSandbox: true, toStart };
  }
  const base = { createSandbox: false, sandbox, attempt: sandbox.attempt, killPod: false };
  const init = initActions(pod, parts, health);
  if (init.failed) return { ...base, killPod: true, initToStart: [], toStart: [], toKill: [] };
  if (!init.done) return { ...base, initToStart: init.toStart, toStart: [], toKill: init.toKill };
  const main = mainActions(pod, parts, health);
  const killPod = main.kept === 0 && main.toStart.length === 0;
  if (killPod) return { ...base, killPod, initToStart: [], toStart: [], toKill: [] };
  return {
    ...base,
    initToStart: init.toStart,
    toStart: main.toStart,
    toKill: [...init.toKill, ...main.toKill],
  };
}

interface InitActions {
  readonly done: boolean;
  readonly failed: boolean;
  readonly toStart: readonly ContainerSpec[];
  readonly toKill: readonly ToKill[];
}

/**
 * Init containers one after the other; sidecars stay, and only hold up what comes after their
 * start.
 */
function initActions(pod: Pod, parts: PodParts, health: Health): InitActions {
  const { initContainers = [], containers, restartPolicy } = pod.spec;
  const toStart: ContainerSpec[] = [];
  const toKill: ToKill[] = [];
  // Once a main container has run, all init containers have; they may have been removed since.
  const over = containers.some(({ name }) => latest(parts, name) !== undefined);
  for (const spec of initContainers) {
    const container = latest(parts, spec.name);
    if (isSidecar(spec)) {
      const why = container?.state === "running" ? health.failed(container) : undefined;
      if (container && why) toKill.push({ container, spec, why });
      if (container?.state !== "running" || why) toStart.push(spec);
      if (over || (container && health.started(container))) continue;
      return { done: false, failed: false, toStart, toKill };
    }
    if (over) continue;
    if (container?.state === "exited" && container.exitCode === 0) continue;
    if (container?.state === "exited" && restartPolicy === "Never") {
      return { done: false, failed: true, toStart: [], toKill: [] };
    }
    if (container?.state !== "running") toStart.push(spec);
    return { done: false, failed: false, toStart, toKill };
  }
  return { done: true, failed: false, toStart, toKill };
}

function mainActions(pod: Pod, parts: PodParts, health: Health) {
  const toStart: ContainerSpec[] = [];
  const toKill: ToKill[] = [];
  let kept = 0;
  for (const spec of pod.spec.containers) {
    const container = latest(parts, spec.name);
    if (container?.state !== "running") {
      if (shouldRestart(spec, pod, container)) toStart.push(spec);
      continue;
    }
    const changed = container.config.labels.spec.image !== spec.image;
    const why = changed ? "changed" : health.failed(container);
    if (!why) {
      kept++;
      continue;
    }
    toKill.push({ container, spec, why });
    if (changed || pod.spec.restartPolicy !== "Never") toStart.push(spec);
  }
  return { toStart, toKill, kept };
}
