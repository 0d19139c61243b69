// Ports of the node itself. pkg/scheduler/framework/plugins/nodeports.

import { definePlugin, Refusal, skip } from "../framework.ts";

export const nodePorts = definePlugin({
  name: "NodePorts",
  preFilter: ({ pod }) => (pod.ports.length > 0 ? undefined : skip),
  filter(node, { pod, words }) {
    const taken = pod.ports.find((port) => node.isPortTaken(port));
    if (!taken) return undefined;
    const remedy = () => `port ${taken.port} of ${node.name} is taken: do without hostPort`;
    return new Refusal([words.hostPorts], { remedy });
  },
});
