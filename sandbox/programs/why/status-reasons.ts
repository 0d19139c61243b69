// What an object's own status gives as reasons: conditions that are not met, containers that wait.
// Only what keeps it from being well is told.

import type { KubeObject } from "../../api/meta.ts";
import type { ContainerStatus, Pod } from "../../api/pod.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Whole sentences. */
export function statusReasons(object: KubeObject): string[] {
  return [...deletion(object), ...(object.kind === "Pod" ? podReasons(object as Pod) : [])];
}

function deletion({ metadata }: KubeObject): string[] {
  if (!metadata.deletionTimestamp) return [];
  const { finalizers = [] } = metadata;
  const kept = finalizers.length > 0 ? `; kept until these are taken off: ${finalizers}` : "";
  return [`It is being deleted since ${metadata.deletionTimestamp}${kept}.`];
}

function podReasons({ status }: Pod): string[] {
  const { initContainerStatuses = [], containerStatuses = [], conditions = [] } = status;
  const waiting = [...initContainerStatuses, ...containerStatuses].flatMap(containerReason);
  const unmet = (conditions as readonly Condition[])
    .filter(({ type, status: met, message }) => type !== "Ready" && met === "False" && message)
    .map(({ type, reason, message }) => `${type} is False (${reason ?? "no reason"}): ${message}`);
  return [...waiting, ...unmet];
}

function containerReason({ name, state, restartCount }: ContainerStatus): string[] {
  const { reason, message } = state?.waiting ?? {};
  const again = restartCount > 0 ? `, after ${restartCount} restarts` : "";
  if (reason) return [`Container ${name} waits${again}: ${reason}${message ? `: ${message}` : ""}`];
  const { terminated } = state ?? {};
  if (!terminated || terminated.exitCode === 0) return [];
  return [`Container ${name} ended with exit code ${terminated.exitCode}: ${terminated.reason}`];
}
