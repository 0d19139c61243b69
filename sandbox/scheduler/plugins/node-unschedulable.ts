// Nodes that are cordoned. pkg/scheduler/framework/plugins/nodeunschedulable.

import { toleratedBy } from "../../api/taints.ts";
import { definePlugin, Refusal } from "../framework.ts";

const cordon = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;

export const nodeUnschedulable = definePlugin({
  name: "NodeUnschedulable",
  filter({ node, name }, { pod, words }) {
    if (!node?.spec.unschedulable || toleratedBy(cordon, pod.pod.spec.tolerations))
      return undefined;
    const remedy = () => `kubectl uncordon ${name}`;
    return new Refusal([words.unschedulable], { final: true, remedy });
  },
});
