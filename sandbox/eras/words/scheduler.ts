// What the scheduler says in each era. pkg/scheduler/core FitError; framework/plugins.

import type { NoFit, SchedulerWords } from "../../api/words/scheduler.ts";

/** `1 Insufficient cpu, 3 node(s) were unschedulable`: as text, so by the first digit. */
function counted(reasons: Iterable<string>): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}

const reasonsOf = ({ nodes }: NoFit): string[] => nodes.flatMap(({ reasons }) => [...reasons]);

/** 1.11: counted, except that claims are complained about without the nodes. */
function fewWords(result: NoFit): string {
  const { nodes, preFilter } = result;
  if (preFilter?.basic) return preFilter.reason;
  if (preFilter) {
    return nodes.length > 1
      ? `${preFilter.reason} (repeated ${nodes.length} times)`
      : preFilter.reason;
  }
  return everyNode(result);
}

/** 1.20: everything is counted by node. */
const everyNode = (result: NoFit): string =>
  `0/${result.nodes.length} nodes are available: ${counted(reasonsOf(result))}.`;

/** What preemption has to say, behind a filter's reasons. */
function preemption({ nodes, preemption: said }: NoFit): string {
  if (said === undefined) return "";
  return typeof said === "string"
    ? `preemption: ${said}`
    : `preemption: 0/${nodes.length} nodes are available: ${counted(said)}.`;
}

/** 1.29: what needs no node is said once. */
function withPreemption(result: NoFit): string {
  const why = result.preFilter?.reason ?? counted(reasonsOf(result));
  return [`0/${result.nodes.length} nodes are available: ${why}.`, preemption(result)]
    .filter(Boolean)
    .join(" ");
}

/** 1.34: dynamic resource allocation puts its word in, too. */
function withAllocation(result: NoFit): string {
  const { nodes, preFilter } = result;
  if (preFilter) return `0/${nodes.length} nodes are available: ${preFilter.reason}. not found`;
  const why = `0/${nodes.length} nodes are available: ${counted(reasonsOf(result))}.`;
  const tail = preemption(result);
  return tail ? `${why} no new claims to deallocate, ${tail}` : why;
}

export const v1_34: SchedulerWords = {
  scheduled: (pod, node) => `Successfully assigned ${pod} to ${node}`,
  noFit: withAllocation,
  noNodes: "no nodes available to schedule pods",
  insufficient: (resource) => `Insufficient ${resource}`,
  tooManyPods: "Too many pods",
  nodeSelector: "node(s) didn't match Pod's node affinity/selector",
  nodeName: "node(s) didn't match the requested node name",
  taint: (key, value) => `node(s) had untolerated taint {${key}: ${value}}`,
  unschedulable: "node(s) were unschedulable",
  hostPorts: "node(s) didn't have free ports for the requested pod ports",
  podAffinity: "",
  affinityRules: "node(s) didn't match pod affinity rules",
  antiAffinityRules: "node(s) didn't match pod anti-affinity rules",
  existingAntiAffinity: "node(s) didn't satisfy existing pods anti-affinity rules",
  topologySpread: "node(s) didn't match pod topology spread constraints",
  topologyLabel: "node(s) didn't match pod topology spread constraints (missing required label)",
  unboundClaim: () => "pod has unbound immediate PersistentVolumeClaims",
  claimNotFound: (claim) => `persistentvolumeclaim "${claim}" not found`,
  claimDeleted: (claim) => `persistentvolumeclaim "${claim}" is being deleted`,
  noVolumes: "node(s) didn't find available persistent volumes to bind",
  volumeAffinity: "node(s) didn't match PersistentVolume's node affinity",
  volumeGone: "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
  volumeZone: "node(s) had no available volume zone",
  volumeCount: "node(s) exceed max volume count",
  diskConflict: "node(s) had no available disk",
  readWriteOncePod:
    "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
  bindFailed: (_pod, error) => `running PreBind plugin "VolumeBinding": binding volumes: ${error}`,
  preempted: (_pod, uid, node) => `Preempted by pod ${uid} on node ${node}`,
};

export const v1_33: SchedulerWords = { ...v1_34, noFit: withPreemption };

export const v1_20: SchedulerWords = {
  ...v1_33,
  noFit: everyNode,
  nodeSelector: "node(s) didn't match Pod's node affinity",
  nodeName: "node(s) didn't match the requested hostname",
  taint: (key, value) => `node(s) had taint {${key}: ${value}}, that the pod didn't tolerate`,
  podAffinity: "node(s) didn't match pod affinity/anti-affinity",
  preempted: (pod, _uid, node) => `Preempted by ${pod} on node ${node}`,
  volumeAffinity: "node(s) had volume node affinity conflict",
  volumeGone: "pvc(s) bound to non-existent pv(s)",
};

export const v1_11: SchedulerWords = {
  ...v1_20,
  noFit: fewWords,
  tooManyPods: "Insufficient pods",
  nodeSelector: "node(s) didn't match node selector",
  taint: () => "node(s) had taints that the pod didn't tolerate",
  unboundClaim: () => "pod has unbound PersistentVolumeClaims",
  bindFailed: (_pod, error) => error,
};

const alone = (pod: string): string => pod.slice(pod.indexOf("/") + 1);

export const v1_10: SchedulerWords = {
  ...v1_11,
  scheduled: (pod, node) => `Successfully assigned ${alone(pod)} to ${node}`,
};

/** Until 1.5 the rules are called by their names. */
const named: SchedulerWords = {
  ...v1_11,
  noFit: perNode,
  insufficient: (resource) =>
    `Insufficient ${resource === "cpu" ? "CPU" : resource[0]?.toUpperCase() + resource.slice(1)}`,
  tooManyPods: "Insufficient PodCount",
  nodeSelector: "MatchNodeSelector",
  nodeName: "HostName",
  taint: () => "PodToleratesNodeTaints",
  unschedulable: "",
  hostPorts: "PodFitsHostPorts",
  podAffinity: "",
  affinityRules: "MatchInterPodAffinity",
  antiAffinityRules: "MatchInterPodAffinity",
  existingAntiAffinity: "MatchInterPodAffinity",
  volumeAffinity: "NoVolumeNodeConflict",
  volumeZone: "NoVolumeZoneConflict",
  volumeCount: "MaxVolumeCount",
  diskConflict: "NoDiskConflict",
};

/** 1.3: one line for each node, with the first rule that failed. */
function perNode({ pod, nodes, preFilter }: NoFit): string {
  if (preFilter) return inBrackets(nodes.map(() => preFilter.reason));
  const lines = nodes.map(({ node, reasons }) => `fit failure on node (${node}): ${reasons[0]}`);
  return [`pod (${pod}) failed to fit in any node`, ...lines, ""].join("\n");
}

/** 1.5: a summary, how often each rule failed. */
function summary(result: NoFit): string {
  const { pod, nodes, preFilter } = result;
  if (preFilter) return inBrackets(nodes.map(() => preFilter.reason));
  const counts = new Map<string, number>();
  for (const reason of reasonsOf(result)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${reason} (${count})`).sort();
  return `pod (${pod}) failed to fit in any node\nfit failure summary on nodes : ${reasons.join(", ")}`;
}

const inBrackets = (messages: readonly string[]): string =>
  messages.length === 1 ? String(messages[0]) : `[${messages.join(", ")}]`;

export const v1_5: SchedulerWords = {
  ...named,
  noFit: summary,
  insufficient: (resource) => `Insufficient ${resource}`,
  tooManyPods: "Insufficient pods",
  scheduled: v1_10.scheduled,
  unboundClaim: (claim) =>
    `SchedulerPredicates failed due to PersistentVolumeClaim is not bound: "${claim}", which is unexpected.`,
};

export const v1_3: SchedulerWords = {
  ...named,
  scheduled: v1_10.scheduled,
  unboundClaim: (claim) => `PersistentVolumeClaim is not bound: "${claim}"`,
};
