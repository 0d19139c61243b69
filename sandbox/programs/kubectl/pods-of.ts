// From what a user names to a pod and one of its containers: for logs, exec, attach and
// port-forward.
// pkg/polymorphichelpers: attachablepodforobject.go, logsforobject.go; pkg/cmd/util/podcmd.

import { condition, type KubeList, type KubeObject, type LabelSelector } from "../../api/meta.ts";
import type { Container, Pod } from "../../api/pod.ts";
import { byCodePoint } from "../../api/schema/go-json.ts";
import { parseTime } from "../../api/time.ts";
import { CommandError } from "./cli/errors.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { formatLabels, plainSelector } from "./describe/lines.ts";

/** Sorts pods so that the best comes first. */
export type Order = (a: Pod, b: Pod) => number;

const phases = ["Running", "Unknown", "Pending"];

function readySince({ status }: Pod): number {
  const ready = condition(status.conditions, "Ready");
  if (ready?.status !== "True") return Number.POSITIVE_INFINITY;
  return parseTime(ready.lastTransitionTime) ?? Number.POSITIVE_INFINITY;
}

const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status.containerStatuses ?? []).map(({ restartCount }) => restartCount));

const createdAt = ({ metadata }: Pod): number => parseTime(metadata.creationTimestamp) ?? 0;

function best(preferRestarted: boolean): Order {
  const measures: readonly ((pod: Pod) => number)[] = [
    ({ spec }) => (spec.nodeName ? 0 : 1),
    ({ status }) => phases.indexOf(status.phase ?? "Pending"),
    readySince,
    (pod) => (preferRestarted ? -restarts(pod) : restarts(pod)),
    createdAt,
  ];
  return (a, b) => {
    for (const measure of measures) {
      const [first, second] = [measure(a), measure(b)];
      if (first !== second) return first < second ? -1 : 1;
    }
    return byCodePoint(a.metadata.name, b.metadata.name);
  };
}

/** Which pod's log is the most telling. */
export const byLogging: Order = best(true);
/** Which pod is the most alive. */
export const byActivity: Order = best(false);

type Selecting = KubeObject & { readonly spec?: { readonly selector?: unknown } };

/** How the pods of an object are selected. Throws if it has none. */
export function podSelectorOf(object: KubeObject): string {
  const { kind, spec, metadata } = object as Selecting;
  const selector = spec?.selector;
  switch (kind) {
    case "Service":
    case "ReplicationController": {
      const pairs = (selector ?? {}) as Record<string, string>;
      if (kind === "Service" && Object.keys(pairs).length === 0) {
        throw new CommandError(
          `invalid service '${metadata.name}': Service is defined without a selector`,
        );
      }
      return formatLabels(pairs);
    }
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet":
    case "Deployment":
    case "Job":
      return plainSelector(selector as LabelSelector | undefined);
    default:
      throw new CommandError(`selector for *v1.${kind} not implemented`);
  }
}

export interface PodChoice {
  readonly order: Order;
  /** How long to wait for a first pod. */
  readonly timeoutMs: number;
  /** Before the complaint that an object has no pods. */
  readonly verb: string;
}

/** The pod itself, or the best of an object's pods, and how many there are. */
export async function podOf(
  kubectl: Kubectl,
  object: KubeObject,
  { order, timeoutMs, verb }: PodChoice,
): Promise<{ pod: Pod; count: number }> {
  if (object.kind === "Pod") return { pod: object as Pod, count: 1 };
  const labelSelector = selectorOrComplaint(object, verb);
  const { namespace = "" } = object.metadata;
  const mapping = await kubectl.discovery.find("pods");
  const query = { labelSelector };
  const list = await kubectl.rest.list<KubeList<Pod>>(mapping, namespace, { query });
  const [first] = [...list.items].sort(order);
  if (first) return { pod: { ...first, kind: "Pod", apiVersion: "v1" }, count: list.items.length };
  const stopping = new AbortController();
  const timer = kubectl.process.clock.after(timeoutMs, () => stopping.abort());
  try {
    const { resourceVersion = "" } = list.metadata;
    const more = { ...query, resourceVersion };
    const events = await kubectl.rest.watch(mapping, namespace, {
      query: more,
      signal: stopping.signal,
    });
    for await (const { type, object: pod } of events) {
      if (type === "ADDED" || type === "MODIFIED") return { pod: pod as Pod, count: 1 };
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    timer.cancel();
    stopping.abort();
  }
  throw new CommandError("timed out waiting for the condition");
}

function selectorOrComplaint(object: KubeObject, verb: string): string {
  try {
    return podSelectorOf(object);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`${verb} *v1.${object.kind}: ${error.message}`);
  }
}

/** All of its containers, the usual ones first. */
export const containersOf = ({ spec }: Pod): readonly Container[] => [
  ...spec.containers,
  ...(spec.initContainers ?? []),
  ...(spec.ephemeralContainers ?? []),
];

export const findContainer = (pod: Pod, name: string): Container | undefined =>
  containersOf(pod).find((each) => each.name === name);

const defaultContainerKey = "kubectl.kubernetes.io/default-container";

/** `app, sidecar, setup (init)`. */
export const containerNames = ({ spec }: Pod): string =>
  [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(", ");

/** The container that is meant if nobody says which; told on stderr if there are several. */
export async function defaultContainer(
  kubectl: Kubectl,
  pod: Pod,
  quiet: boolean,
): Promise<Container> {
  const [first] = pod.spec.containers;
  if (!first) {
    const { namespace, name } = pod.metadata;
    throw new CommandError(`pod ${namespace}/${name} does not have any containers`);
  }
  const chosen = findContainer(pod, pod.metadata.annotations?.[defaultContainerKey] ?? "");
  if (chosen) return chosen;
  if (!quiet && containersOf(pod).length > 1) {
    await kubectl.error(`Defaulted container "${first.name}" out of: ${containerNames(pod)}`);
  }
  return first;
}

/** What older clients told when they took the first of several containers. */
export async function tellFirstContainer(kubectl: Kubectl, { spec, metadata }: Pod): Promise<void> {
  await kubectl.error(`Defaulting container name to ${spec.containers[0]?.name}.`);
  await kubectl.error(
    `Use 'kubectl describe pod/${metadata.name} -n ${kubectl.namespace}' to see all of the containers in this pod.`,
  );
}

export const hasEnded = ({ status }: Pod): boolean =>
  status.phase === "Succeeded" || status.phase === "Failed";
