// What the API is told of containers. kubelet_pods.go convertToAPIContainerStatuses.

import type { Era } from "../../api/era.ts";
import type {
  Container as ContainerSpec,
  ContainerState,
  ContainerStatus,
  Pod,
} from "../../api/pod.ts";
import { timestamp } from "../../api/time.ts";
import { familiarName, parseReference } from "../../machine/image.ts";
import type { Container } from "../runtime/container.ts";
import type { PodParts } from "../runtime/runtime.ts";
import { shouldRestart } from "./actions.ts";

/** Why a container could not be started at the last try. */
export interface StartFailure {
  /** `ErrImagePull` */
  readonly reason: string;
  readonly message: string;
}

export interface StatusInput {
  readonly pod: Pod;
  readonly parts: PodParts;
  readonly era: Era;
  /** What the API was told before. */
  readonly old: readonly ContainerStatus[] | undefined;
  readonly failures: ReadonlyMap<string, StartFailure>;
}

/** In the order of the pod for init containers, by name for the others, as upstream sorts them. */
export function containerStatuses(
  specs: readonly ContainerSpec[],
  isInit: boolean,
  input: StatusInput,
): ContainerStatus[] {
  const statuses = specs.map((spec) => statusOf(spec, isInit, input));
  if (isInit) return statuses;
  return statuses.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function statusOf(spec: ContainerSpec, isInit: boolean, input: StatusInput): ContainerStatus {
  const { pod, parts, old, failures, era } = input;
  const mine = parts.containers.filter(({ config }) => config.name === spec.name);
  const [latest, before] = mine;
  const known = old?.find(({ name }) => name === spec.name);
  let status = latest
    ? reported(latest, era)
    : known?.state?.terminated
      ? { ...known }
      : waiting(spec, pod, known);
  if (latest || !known?.state?.terminated) Object.assign(status, details(spec, latest, era));
  if (latest && before) status.lastState = stateOf(before, era);
  if (isInit && latest?.state === "exited" && latest.exitCode === 0) return status;
  const failure = failures.get(spec.name);
  if (!failure || !shouldRestart(spec, pod, latest)) return status;
  const { reason, message } = failure;
  if (status.state?.terminated) status = { ...status, lastState: status.state };
  status.state = { waiting: { ...(message && { message }), reason } };
  return status;
}

function waiting(
  { name, image = "" }: ContainerSpec,
  { spec }: Pod,
  known: ContainerStatus | undefined,
): ContainerStatus {
  const reason = (spec.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating";
  return {
    ...{ name, image, imageID: "", ready: false },
    restartCount: known?.restartCount ?? 0,
    state: { waiting: { reason } },
    lastState: known?.lastState ?? {},
  };
}

function reported(container: Container, era: Era): ContainerStatus {
  const { name, attempt, image } = container.config;
  const words = era.words.kubelet;
  const full = image.reference;
  const docker = words.runtime === "docker";
  const parsed = parseReference(full);
  const shown = docker && parsed ? familiarName(parsed) : full;
  const plain = shown.slice(0, shown.lastIndexOf(":"));
  const imageID = words.imageIdPrefix.endsWith("sha256:")
    ? `${words.imageIdPrefix}${image.digest}`
    : `${words.imageIdPrefix}${plain}@sha256:${image.digest}`;
  return {
    ...{ name, image: shown, imageID, ready: false, restartCount: attempt },
    containerID: containerIdText(container, era),
    state: stateOf(container, era),
    lastState: {},
  };
}

export const containerIdText = ({ id }: Container, era: Era): string =>
  `${era.words.kubelet.runtime}://${id}`;

function stateOf(container: Container, era: Era): ContainerState {
  const { startedAt, finishedAt, exitCode, reason, state, message } = container;
  const started = timestamp(startedAt);
  if (state === "running") return { running: { startedAt: started } };
  const left = [message, lastWords(container)].filter((text) => text !== "").join(": ");
  return {
    terminated: {
      exitCode,
      ...(reason && { reason }),
      ...(left && { message: left.slice(0, 4096) }),
      ...{ startedAt: started, finishedAt: timestamp(finishedAt) },
      containerID: containerIdText(container, era),
    },
  };
}

/** What it wrote into the file for that, or its last lines if its spec wants them. */
function lastWords({ config, exitCode, log }: Container): string {
  const { spec, terminationMessage } = config.labels;
  const written = terminationMessage();
  const wantsLog = spec.terminationMessagePolicy === "FallbackToLogsOnError";
  return written === "" && wantsLog && exitCode !== 0 ? log.tail() : written;
}

/** What newer kubelets tell beside: what it may use, what is mounted, and who it is. */
function details(
  { resources = {}, volumeMounts = [] }: ContainerSpec,
  container: Container | undefined,
  { gates }: Era,
): Partial<ContainerStatus> {
  const details: Partial<ContainerStatus> = {};
  if (gates.has("RecursiveReadOnlyMounts") && volumeMounts.length > 0) {
    details.volumeMounts = volumeMounts.map(({ name, mountPath, readOnly }) => ({
      ...{ name, mountPath },
      ...(readOnly && { readOnly, recursiveReadOnly: "Disabled" }),
    }));
  }
  if (!container) return details;
  if (gates.has("InPlacePodVerticalScaling")) {
    details.resources = resources;
    if (resources.requests) details.allocatedResources = resources.requests;
  }
  const { identity } = container;
  if (gates.has("SupplementalGroupsPolicy") && identity) {
    const { uid, gid, groups } = identity;
    details.user = { linux: { gid, supplementalGroups: [...groups], uid } };
  }
  return details;
}
