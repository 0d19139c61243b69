// The labels of nodes that the pod asks for or prefers.
// pkg/scheduler/framework/plugins/nodeaffinity.

import { hasLabels } from "../../api/labels.ts";
import type { Node } from "../../api/node.ts";
import { selectsNode, termHolds } from "../../api/node-selector.ts";
import type { Pod } from "../../api/pod.ts";
import { termsText } from "../../api/volume-refusals.ts";
import { definePlugin, normalizeByMax, Refusal, skip } from "../framework.ts";

/** The pod's node selector and required node affinity hold for the node. */
export function wantsNode({ spec }: Pod, node: Node): boolean {
  if (!hasLabels(spec.nodeSelector ?? {}, node.metadata.labels)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || selectsNode(required, node);
}

const preferences = ({ spec }: Pod) =>
  spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;

function wish({ spec }: Pod): string {
  const labels = Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = termsText(required);
  return [...labels, ...(terms ? [terms] : [])].join(" and ");
}

export const nodeAffinity = definePlugin({
  name: "NodeAffinity",

  preFilter: ({ pod: { pod } }) =>
    pod.spec.nodeSelector || pod.spec.affinity?.nodeAffinity ? undefined : skip,
  filter({ node, name }, { pod: { pod }, words }) {
    if (!node || wantsNode(pod, node)) return undefined;
    const remedy = () => `give ${name} what the pod asks for: ${wish(pod)}`;
    return new Refusal([words.nodeSelector], { final: true, remedy });
  },

  score: {
    weight: ({ behaviors }) => (behaviors.has("preference-weights") ? 2 : 1),
    prepare: ({ pod: { pod } }) => (preferences(pod)?.length ? undefined : skip),
    of: ({ node }, { pod: { pod } }) =>
      (preferences(pod) ?? []).reduce(
        (sum, { weight, preference }) =>
          node && termHolds(preference, node.metadata) ? sum + weight : sum,
        0,
      ),
    normalize: (scores) => normalizeByMax(scores),
  },
});
