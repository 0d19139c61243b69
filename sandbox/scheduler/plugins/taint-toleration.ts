// Taints that the pod does not tolerate; those that only prefer are counted.
// pkg/scheduler/framework/plugins/tainttoleration.

import { taintsOf, toleratedBy, untoleratedTaint } from "../../api/taints.ts";
import { definePlugin, normalizeByMax, Refusal, skip } from "../framework.ts";

export const taintToleration = definePlugin({
  name: "TaintToleration",

  filter({ node, name }, { pod, words }) {
    const { tolerations } = pod.pod.spec;
    const taint = untoleratedTaint(node && taintsOf(node), tolerations, [
      "NoSchedule",
      "NoExecute",
    ]);
    if (!taint) return undefined;
    const { key, value = "", effect } = taint;
    const remedy = () =>
      `let the pod tolerate ${key}, or take the taint away: kubectl taint nodes ${name} ${key}:${effect}-`;
    return new Refusal([words.taint(key, value)], { final: true, remedy });
  },

  score: {
    weight: ({ behaviors }) => (behaviors.has("preference-weights") ? 3 : 1),
    prepare: (_cycle, nodes) =>
      nodes.some(
        ({ node }) => node && taintsOf(node).some(({ effect }) => effect === "PreferNoSchedule"),
      )
        ? undefined
        : skip,
    of: ({ node }, { pod }) =>
      (node ? taintsOf(node) : []).filter(
        (taint) =>
          taint.effect === "PreferNoSchedule" && !toleratedBy(taint, pod.pod.spec.tolerations),
      ).length,
    normalize: (scores) => normalizeByMax(scores, true),
  },
});
