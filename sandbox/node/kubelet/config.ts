// What a kubelet is told when it starts, and what it finds on its node.

import type { Era } from "../../api/era.ts";
import type { Cloud } from "../../machine/cloud.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Target } from "../../machine/network.ts";
import type { Random } from "../../sim/random.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { NodeTimings } from "../timings.ts";
import type { Mounted, Shares, VolumePlugin } from "../volumes/plugin.ts";
import type { Kubelet } from "./kubelet.ts";
import type { NodeDescription } from "./node-status.ts";

export interface KubeletConfig {
  readonly machine: Machine;
  readonly runtime: Runtime;
  readonly era: Era;
  readonly random: Random;
  readonly timings: NodeTimings;
  readonly nodeName: string;
  /** Where the API server is. */
  readonly server: Target;
  readonly description: NodeDescription;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly plugins: readonly VolumePlugin[];
  readonly cloud: Cloud | undefined;
  readonly shares: Shares | undefined;
  readonly probesSucceed: boolean;
  readonly makesPaths: boolean;
  /** It tells nobody what it does. */
  readonly silent: boolean;
  /** What is mounted for pods; it outlives the kubelet. */
  readonly mounts: Map<string, Map<string, Mounted>>;
  /** The kubelet that runs now, for whoever looks from outside. */
  readonly running: { kubelet: Kubelet | undefined };
}
