// The plugins in the order in which they are asked.
// pkg/scheduler/algorithmprovider/registry.go getDefaultConfig.

import type { Plugin } from "../framework.ts";
import { interPodAffinity } from "./inter-pod-affinity.ts";
import { nodeAffinity } from "./node-affinity.ts";
import { nodeName } from "./node-name.ts";
import { nodePorts } from "./node-ports.ts";
import { balancedAllocation, nodeResourcesFit } from "./node-resources.ts";
import { nodeUnschedulable } from "./node-unschedulable.ts";
import { nodeVolumeLimits } from "./node-volume-limits.ts";
import { podTopologySpread } from "./pod-topology-spread.ts";
import { selectorSpread } from "./selector-spread.ts";
import { taintToleration } from "./taint-toleration.ts";
import { volumeBinding } from "./volume-binding.ts";
import { volumeRestrictions } from "./volume-restrictions.ts";
import { volumeZone } from "./volume-zone.ts";

export const plugins: readonly Plugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  balancedAllocation,
  volumeRestrictions,
  ...nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  selectorSpread,
  interPodAffinity,
];
