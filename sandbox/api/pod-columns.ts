// What `kubectl get pods` shows: how many containers are ready, in which state the pod is as a
// whole, how often it was restarted. pkg/printers/internalversion/printers.go printPod.

import { ageColumn, ageOf, nameColumn, textColumn } from "./columns.ts";
import type { Era } from "./era.ts";
import { condition } from "./meta.ts";
import type { ContainerState, ContainerStatus, Pod } from "./pod.ts";
import type { Column, View } from "./resource.ts";
import { parseTime } from "./time.ts";

export interface PodSummary {
  /** The STATUS column: `Running`, `Init:0/1`, `CrashLoopBackOff`. */
  readonly status: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** When the last container that was started again had ended. */
  readonly lastRestart: string | undefined;
}

/** A pod in one line. */
export function summarize(pod: Pod, era: Era): PodSummary {
  const { phase = "", reason, conditions } = pod.status ?? {};
  const gated = condition(conditions, "PodScheduled")?.reason === "SchedulingGated";
  const start = initialState(pod, gated ? "SchedulingGated" : reason || phase);
  const initialized = condition(conditions, "Initialized")?.status === "True";
  const state = start.initializing && !initialized ? start : runningState(pod, start, era);
  const sidecars = (pod.spec?.initContainers ?? []).filter(
    (each) => each.restartPolicy === "Always",
  );
  return {
    status: deletionStatus(pod, era) ?? state.status,
    ready: state.ready,
    total: (pod.spec?.containers?.length ?? 0) + sidecars.length,
    ...restartsOf(state.counted),
  };
}

interface State {
  readonly status: string;
  readonly ready: number;
  /** The containers whose restarts are shown. */
  readonly counted: readonly ContainerStatus[];
  readonly initializing: boolean;
}

/** What the init containers make of it: the first one that has not ended well decides. */
function initialState({ spec, status }: Pod, before: string): State {
  const statuses = status?.initContainerStatuses ?? [];
  const isSidecar = (name: string) =>
    spec.initContainers?.find((each) => each.name === name)?.restartPolicy === "Always";
  const sidecars = statuses.filter(({ name }) => isSidecar(name));
  let ready = 0;
  for (const [index, { name, state, started, ready: isReady }] of statuses.entries()) {
    if (state?.terminated?.exitCode === 0) continue;
    if (isSidecar(name) && started) {
      if (isReady) ready++;
      continue;
    }
    const text = `Init:${initText(state) ?? `${index}/${spec.initContainers?.length ?? 0}`}`;
    return { status: text, ready, counted: statuses.slice(0, index + 1), initializing: true };
  }
  return { status: before, ready, counted: sidecars, initializing: false };
}

function initText(state: ContainerState | undefined): string | undefined {
  if (state?.terminated) return endText(state.terminated);
  const reason = state?.waiting?.reason;
  return reason && reason !== "PodInitializing" ? reason : undefined;
}

const endText = ({ reason, signal, exitCode }: NonNullable<ContainerState["terminated"]>): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);

/** What the containers make of it: the first one counts most. */
function runningState({ status: podStatus }: Pod, start: State, era: Era): State {
  const statuses = podStatus?.containerStatuses ?? [];
  let { status, ready } = start;
  let running = false;
  for (const { state, ready: isReady } of statuses.toReversed()) {
    if (state?.waiting?.reason) status = state.waiting.reason;
    else if (state?.terminated) status = endText(state.terminated);
    else if (isReady && state?.running) {
      running = true;
      ready++;
    }
  }
  if (status === "Completed" && running && era.behaviors.has("running-beside-completed")) {
    const isReady = condition(podStatus?.conditions, "Ready")?.status === "True";
    const strict = era.behaviors.has("unready-beside-completed");
    status = isReady || !strict ? "Running" : "NotReady";
  }
  const sidecars = start.initializing ? [] : start.counted;
  return { status, ready, counted: [...sidecars, ...statuses], initializing: false };
}

function deletionStatus({ metadata, status }: Pod, era: Era): string | undefined {
  if (!metadata.deletionTimestamp) return undefined;
  if (status?.reason === "NodeLost" && era.behaviors.has("lost-pods-unknown")) return "Unknown";
  const finished = status?.phase === "Succeeded" || status?.phase === "Failed";
  if (finished && era.behaviors.has("finished-pods-not-terminating")) return undefined;
  return "Terminating";
}

function restartsOf(
  statuses: readonly ContainerStatus[],
): Pick<PodSummary, "restarts" | "lastRestart"> {
  let restarts = 0;
  let lastRestart: string | undefined;
  for (const { restartCount, lastState } of statuses) {
    restarts += restartCount;
    const ended = lastState?.terminated?.finishedAt;
    if (ended && (parseTime(ended) ?? 0) > (parseTime(lastRestart) ?? 0)) lastRestart = ended;
  }
  return { restarts, lastRestart };
}

function restartsCell(pod: Pod, view: View): string | number {
  const { restarts, lastRestart } = summarize(pod, view.era);
  if (!view.era.behaviors.has("restart-ages")) return restarts;
  return restarts > 0 && lastRestart
    ? `${restarts} (${ageOf(lastRestart, view)} ago)`
    : String(restarts);
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const met = gates.filter(
    ({ conditionType }) => condition(status?.conditions, conditionType)?.status === "True",
  );
  return `${met.length}/${gates.length}`;
}

const wide = { wide: true };

/** `<none>`; until 1.10, when kubectl made its tables itself, nothing. */
const orNone = (text: string | undefined, { era }: View): string =>
  text || (era.behaviors.has("server-tables") ? "<none>" : "");

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  textColumn("Ready", (pod, { era }) => {
    const { ready, total } = summarize(pod, era);
    return `${ready}/${total}`;
  }),
  textColumn("Status", (pod, { era }) => summarize(pod, era).status),
  { name: "Restarts", type: "integer", cell: restartsCell },
  ageColumn,
  textColumn("IP", ({ status }) => status?.podIPs?.[0]?.ip || status?.podIP || "<none>", wide),
  textColumn("Node", ({ spec }, view) => orNone(spec.nodeName, view), wide),
  textColumn("Nominated Node", ({ status }) => status?.nominatedNodeName || "<none>", wide),
  textColumn("Readiness Gates", readinessGates, wide),
];
