// Where daemons run: on every node that their template does not rule out and whose taints they
// stand.
// pkg/controller/daemon/daemon_controller.go nodeShouldRunDaemonPod, util/daemonset_util.go.

import { clone } from "../../api/clone.ts";
import type { DaemonSet } from "../../api/daemonset.ts";
import type { Era } from "../../api/era.ts";
import { hasLabels } from "../../api/labels.ts";
import type { Node, Taint } from "../../api/node.ts";
import { selectsNode } from "../../api/node-selector.ts";
import type { Pod, PodSpec, PodTemplate, Toleration } from "../../api/pod.ts";
import { untoleratedTaint } from "../../api/taints.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

/**
 * The taints that every daemon stands: of nodes in trouble, and of nodes that take no other pods.
 */
const stood: readonly (readonly [key: string, effect: Taint["effect"]])[] = [
  ["node.kubernetes.io/not-ready", "NoExecute"],
  ["node.kubernetes.io/unreachable", "NoExecute"],
  ["node.kubernetes.io/disk-pressure", "NoSchedule"],
  ["node.kubernetes.io/memory-pressure", "NoSchedule"],
  ["node.kubernetes.io/pid-pressure", "NoSchedule"],
  ["node.kubernetes.io/unschedulable", "NoSchedule"],
];

/** The tolerations of a daemon: its own, and those of its kind. */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const all = [...tolerations];
  const network = ["node.kubernetes.io/network-unavailable", "NoSchedule"] as const;
  for (const [key, effect] of hostNetwork ? [...stood, network] : stood) {
    const made: Toleration = { key, operator: "Exists", effect };
    const at = all.findIndex((each) => each.key === key && each.effect === effect);
    if (at < 0) all.push(made);
    else all[at] = made;
  }
  return all;
}

export interface Placement {
  /** A pod should be there. */
  readonly wanted: boolean;
  /** One that is there may stay. */
  readonly kept: boolean;
}

export function placementOn(node: Node, { spec }: DaemonSet): Placement {
  const pod = spec.template.spec;
  const { name, labels } = node.metadata;
  const affinity = pod.affinity?.nodeAffinity?.[REQUIRED];
  const fits =
    (!pod.nodeName || pod.nodeName === name) &&
    hasLabels(pod.nodeSelector ?? {}, labels) &&
    (!affinity || selectsNode(affinity, node));
  if (!fits) return { wanted: false, kept: false };
  const tolerations = daemonTolerations(pod);
  const { taints } = node.spec;
  const wanted = !untoleratedTaint(taints, tolerations, ["NoSchedule", "NoExecute"]);
  return { wanted, kept: wanted || !untoleratedTaint(taints, tolerations, ["NoExecute"]) };
}

/** The node that a daemon is on, or is meant for. */
export function targetOf({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return fields.find(({ key }) => key === "metadata.name")?.values?.[0] ?? "";
}

/** The template for the pod of one node. */
export function templateFor(
  { spec, metadata }: DaemonSet,
  { node, hash }: { node: string; hash: string },
  era: Era,
): PodTemplate {
  const template = clone(spec.template);
  const generation = metadata.annotations?.["deprecated.daemonset.template.generation"];
  const labels = { ...template.metadata?.labels };
  if (generation !== undefined) labels["pod-template-generation"] = generation;
  if (hash) labels["controller-revision-hash"] = hash;
  template.metadata = { ...template.metadata, labels };
  if (!era.gates.has("ScheduleDaemonSetPods")) {
    template.spec.nodeName = node;
    return template;
  }
  template.spec.tolerations = daemonTolerations(template.spec);
  const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [node] }];
  const { affinity = {} } = template.spec;
  template.spec.affinity = {
    ...affinity,
    nodeAffinity: {
      ...affinity.nodeAffinity,
      [REQUIRED]: { nodeSelectorTerms: [{ matchFields }] },
    },
  };
  return template;
}
