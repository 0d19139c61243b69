// A range of addresses for the pods of each node, the first that is free.
// pkg/controller/nodeipam/ipam/range_allocator.go.

import { hasField } from "../api/era.ts";
import { nodes } from "../api/node.ts";
import { isReason } from "../api/status.ts";
import { defineController } from "../client/controller.ts";

/** `10.244.0.0/16`, in parts of 256 addresses, as kubeadm with a usual network plugin has it. */
const rangeOf = (index: number): string => `10.244.${index}.0/24`;
const RANGES = 256;

/** Ranges in use, by the name of the node. */
type State = Map<string, number>;

export const nodeIpam = defineController<State>({
  name: "cidrAllocator",
  for: nodes,
  state: () => new Map(),

  async reconcile(key, { cache, client, events, state, era }) {
    const node = cache.get(nodes, key);
    if (!node) {
      state.delete(key.name);
      return undefined;
    }
    const known = /^10\.244\.(\d+)\.0\/24$/.exec(node.spec.podCIDR ?? "")?.[1];
    if (known !== undefined) state.set(key.name, Number(known));
    if (node.spec.podCIDR) return undefined;
    const used = new Set(state.values());
    for (const { spec } of cache.list(nodes)) {
      const taken = /^10\.244\.(\d+)\.0\/24$/.exec(spec.podCIDR ?? "")?.[1];
      if (taken !== undefined) used.add(Number(taken));
    }
    const index = Array.from({ length: RANGES }, (_, each) => each).find((each) => !used.has(each));
    if (index === undefined) {
      const text = `Node ${key.name} status is now: CIDRNotAvailable`;
      events.normal(node, "CIDRNotAvailable", text);
      return undefined;
    }
    state.set(key.name, index);
    const podCIDR = rangeOf(index);
    const several = hasField(era, "core/v1.NodeSpec", "podCIDRs");
    const spec = { podCIDR, ...(several && { podCIDRs: [podCIDR] }) };
    try {
      await client.patch(nodes, key, { body: { spec } });
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
    return undefined;
  },
});
