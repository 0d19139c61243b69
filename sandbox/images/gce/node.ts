// What a node of a cluster on Google's machines says of itself.
// Upstream: pkg/cloudprovider/providers/gce/gce.go.

import type { Era } from "../../api/era.ts";
import type { Instance } from "../../machine/instances.ts";
import type { NodeDescription } from "../../node/kubelet/node-status.ts";

const BETA = "failure-domain.beta.kubernetes.io";

export function gceNode(
  era: Era,
  name: string,
  { zone, type }: Pick<Instance, "zone" | "type">,
): Partial<NodeDescription> {
  const region = zone.replace(/-[a-z]$/, "");
  const domain = era.behaviors.has("topology-labels") ? "topology.kubernetes.io" : BETA;
  return {
    labels: {
      "beta.kubernetes.io/instance-type": type,
      [`${domain}/region`]: region,
      [`${domain}/zone`]: zone,
    },
    providerID: `gce://kennel/${zone}/${name}`,
    osImage: "Debian GNU/Linux 7 (wheezy)",
  };
}
