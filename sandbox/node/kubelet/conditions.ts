// The conditions of a pod, out of the statuses of its containers.
// pkg/kubelet/status/generate.go.

import { type Condition, condition } from "../../api/meta.ts";
import type { ContainerStatus, PodPhase, PodSpec } from "../../api/pod.ts";

const not = (type: string, reason: string, message?: string): Condition => ({
  ...{ type, status: "False", reason },
  ...(message && { message }),
});
const is = (type: string, reason?: string): Condition => ({
  ...{ type, status: "True" },
  ...(reason && { reason }),
});

interface Told {
  readonly spec: PodSpec;
  /** Of all containers, init containers too. */
  readonly statuses: readonly ContainerStatus[];
  readonly phase: PodPhase;
  /** A pod that has failed is not ready for that reason, whatever its containers do. */
  readonly failedIsReason: boolean;
}

/** Go prints a list of words so. */
const list = (names: readonly string[]): string => `[${names.join(" ")}]`;

/** What is said of the containers that are not as they should be; empty if all are. */
function complaint(
  names: readonly string[],
  statuses: readonly ContainerStatus[],
  { isFine, how }: { isFine(status: ContainerStatus): boolean; how: string },
): { readonly unknown: boolean; readonly text: string } {
  const found = new Map(statuses.map((status) => [status.name, status]));
  const unknown = names.filter((name) => !found.has(name));
  const bad = names.filter((name) => {
    const status = found.get(name);
    return status !== undefined && !isFine(status);
  });
  const parts = [
    ...(unknown.length > 0 ? [`containers with unknown status: ${list(unknown)}`] : []),
    ...(bad.length > 0 ? [`containers with ${how} status: ${list(bad)}`] : []),
  ];
  return { unknown: unknown.length > 0, text: parts.join(", ") };
}

export function containersReady(told: Told, type = "ContainersReady"): Condition {
  const { spec, statuses, phase } = told;
  const sidecars = (spec.initContainers ?? []).filter((each) => each.restartPolicy === "Always");
  const names = [...sidecars, ...spec.containers].map(({ name }) => name);
  const { unknown, text } = complaint(names, statuses, {
    isFine: ({ ready }) => ready,
    how: "unready",
  });
  if (phase === "Succeeded" && !unknown) return not(type, "PodCompleted");
  if (phase === "Failed" && !unknown && told.failedIsReason) return not(type, "PodFailed");
  return text === "" ? is(type) : not(type, "ContainersNotReady", text);
}

export function podReady(told: Told, conditions: readonly Condition[]): Condition {
  const containers = containersReady(told, "Ready");
  if (containers.status !== "True") return containers;
  const messages: string[] = [];
  for (const { conditionType } of told.spec.readinessGates ?? []) {
    const found = condition(conditions, conditionType);
    if (!found) {
      messages.push(
        `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
      );
    } else if (found.status !== "True") {
      messages.push(
        `the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`,
      );
    }
  }
  return messages.length === 0
    ? containers
    : not("Ready", "ReadinessGatesNotReady", messages.join(", "));
}

export function podInitialized({ spec, statuses, phase }: Told): Condition {
  const names = (spec.initContainers ?? []).map(({ name }) => name);
  const sidecars = new Set(
    (spec.initContainers ?? [])
      .filter((each) => each.restartPolicy === "Always")
      .map(({ name }) => name),
  );
  const { unknown, text } = complaint(names, statuses, {
    isFine: ({ name, ready, started }) => (sidecars.has(name) ? (started ?? false) : ready),
    how: "incomplete",
  });
  if (phase === "Succeeded" && !unknown) return is("Initialized", "PodCompleted");
  // A sidecar that begins again does not take it back.
  const hasBegun = spec.containers.some(({ name }) => {
    const { running, terminated } = statuses.find((each) => each.name === name)?.state ?? {};
    return running !== undefined || terminated !== undefined;
  });
  if (sidecars.size > 0 && hasBegun) return is("Initialized");
  return text === "" ? is("Initialized") : not("Initialized", "ContainersNotInitialized", text);
}
