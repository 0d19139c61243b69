// A pod as the scheduler looks at it: what it asks for is worked out once.
// pkg/scheduler/framework/types.go PodInfo, calculateResource; pkg/scheduler/util/non_zero.go.

import { matches, type Selector, selectorOf } from "../api/labels.ts";
import { keyOf, keyText } from "../api/meta.ts";
import type { Container, Pod, PodAffinityTerm } from "../api/pod.ts";
import { type Amounts, amountsOf, podRequests } from "../api/pod-requests.ts";

/** What counts for a container that asks for nothing, when nodes are compared. */
const USUAL_CPU = 100;
const USUAL_MEMORY = 200 * 1024 * 1024;

export interface PodInfo {
  readonly pod: Pod;
  /** `namespace/name` */
  readonly key: string;
  readonly uid: string;
  readonly priority: number;
  readonly requests: Amounts;
  /** Cpu and memory with a usual amount for containers that do not say. */
  readonly usual: { readonly cpu: number; readonly memory: number };
  readonly ports: readonly HostPort[];
  /** Names of its claims. */
  readonly claims: readonly string[];
  readonly affinity: AffinityTerms | undefined;
}

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** The pod's wishes about other pods. */
export interface AffinityTerms {
  readonly required: readonly Term[];
  readonly requiredAnti: readonly Term[];
  readonly preferred: readonly WeightedTerm[];
  readonly preferredAnti: readonly WeightedTerm[];
}

export interface Term {
  readonly namespaces: ReadonlySet<string>;
  /** Absent: it matches no pod. */
  readonly selector: Selector | undefined;
  readonly topologyKey: string;
}

export interface WeightedTerm extends Term {
  readonly weight: number;
}

export function podInfo(pod: Pod): PodInfo {
  const usual = podRequests(pod, usualRequests);
  return {
    pod,
    key: keyText(keyOf(pod)),
    uid: pod.metadata.uid ?? "",
    priority: pod.spec.priority ?? 0,
    requests: podRequests(pod),
    usual: { cpu: usual.get("cpu") ?? 0, memory: usual.get("memory") ?? 0 },
    ports: hostPorts(pod),
    claims: claimNames(pod),
    affinity: affinityOf(pod),
  };
}

function usualRequests({ resources }: Container): Amounts {
  const asked = amountsOf(resources?.requests);
  return new Map([
    ["cpu", asked.get("cpu") ?? USUAL_CPU],
    ["memory", asked.get("memory") ?? USUAL_MEMORY],
  ]);
}

function hostPorts({ spec }: Pod): HostPort[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP = "", protocol = "TCP" }) =>
      hostPort ? [{ ip: hostIP || "0.0.0.0", protocol, port: hostPort }] : [],
    ),
  );
}

function claimNames({ metadata, spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim) return [volume.persistentVolumeClaim.claimName];
    return volume["ephemeral"] ? [`${metadata.name}-${volume.name}`] : [];
  });
}

function affinityOf({ metadata, spec }: Pod): AffinityTerms | undefined {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  if (!podAffinity && !podAntiAffinity) return undefined;
  const term = ({ namespaces, labelSelector, topologyKey }: PodAffinityTerm): Term => ({
    namespaces: new Set(namespaces?.length ? namespaces : [metadata.namespace ?? ""]),
    selector: selectorOf(labelSelector),
    topologyKey,
  });
  const required = (terms: readonly PodAffinityTerm[] | undefined) => (terms ?? []).map(term);
  const preferred = (
    terms: readonly { weight: number; podAffinityTerm: PodAffinityTerm }[] | undefined,
  ) => (terms ?? []).map(({ weight, podAffinityTerm }) => ({ ...term(podAffinityTerm), weight }));
  return {
    required: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAnti: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferred: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAnti: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

/** The term speaks of this pod. */
export const speaksOf = ({ namespaces, selector }: Term, { metadata }: Pod): boolean =>
  selector !== undefined &&
  namespaces.has(metadata.namespace ?? "") &&
  matches(selector, metadata.labels);
