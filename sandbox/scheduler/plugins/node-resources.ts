// Whether what the pod asks for is left on the node; and, of the nodes where it is, those with most
// left and with cpu and memory in balance. pkg/scheduler/framework/plugins/noderesources.

import { formatQuantity } from "../../api/quantity.ts";
import { type Cycle, definePlugin, MAX_SCORE, Refusal } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";

export const nodeResourcesFit = definePlugin({
  name: "NodeResourcesFit",
  filter(node, { pod, words }) {
    const lacking = [...pod.requests].filter(
      ([resource, amount]) =>
        amount > 0 && node.requested(resource) + amount > node.allocatable(resource),
    );
    const full = node.podCount + 1 > node.allocatable("pods");
    if (lacking.length === 0 && !full) return undefined;
    const reasons = lacking.map(([resource]) => words.insufficient(resource));
    if (full) reasons.unshift(words.tooManyPods);
    const remedy = () =>
      lacking
        .map(([resource, amount]) => {
          const left = node.allocatable(resource) - node.requested(resource);
          return `${node.name} has ${text(resource, left)} of ${resource} left, the pod asks for ${text(resource, amount)}`;
        })
        .join("; ") || `${node.name} runs as many pods as it may`;
    return new Refusal(reasons, { remedy });
  },

  score: {
    weight: () => 1,
    of(node, cycle) {
      const { cpu, memory } = usage(node, cycle);
      return Math.trunc((left(cpu) + left(memory)) / 2);
    },
  },
});

function text(resource: string, amount: number): string {
  const nano = BigInt(amount) * (resource === "cpu" ? 1_000_000n : 1_000_000_000n);
  const binary = resource === "memory" || resource === "ephemeral-storage";
  return formatQuantity({ nano, format: binary ? "binary" : "decimal" });
}

/** How much would be in use, and how much there is. */
interface Usage {
  readonly used: number;
  readonly capacity: number;
}

function usage(node: NodeInfo, { pod }: Cycle): { cpu: Usage; memory: Usage } {
  const { cpu, memory } = pod.usual;
  return {
    cpu: { used: node.usual.cpu + cpu, capacity: node.allocatable("cpu") },
    memory: { used: node.usual.memory + memory, capacity: node.allocatable("memory") },
  };
}

const left = ({ used, capacity }: Usage): number =>
  capacity === 0 || used > capacity ? 0 : Math.trunc(((capacity - used) * MAX_SCORE) / capacity);

const fraction = ({ used, capacity }: Usage): number => (capacity === 0 ? 1 : used / capacity);

// differs: balance is scored as in 1.20 in all releases; later ones take half the difference.
export const balancedAllocation = definePlugin({
  name: "NodeResourcesBalancedAllocation",
  score: {
    weight: () => 1,
    of(node, cycle) {
      const { cpu, memory } = usage(node, cycle);
      const fractions = [fraction(cpu), fraction(memory)] as const;
      if (Math.max(...fractions) >= 1) return 0;
      return Math.trunc((1 - Math.abs(fractions[0] - fractions[1])) * MAX_SCORE);
    },
  },
});
