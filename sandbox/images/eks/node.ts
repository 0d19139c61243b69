// What a node of an EKS cluster says of itself: a private name, its zone, its type, Amazon Linux.
// Upstream: pkg/cloudprovider/providers/aws/aws.go, amazon-eks-ami.

import type { Era } from "../../api/era.ts";
import type { Instance } from "../../machine/instances.ts";
import type { NodeDescription } from "../../node/kubelet/node-status.ts";

export const amazonLinux = {
  kernel: "4.14.77-81.59.amzn2.x86_64",
  release: `NAME="Amazon Linux"
VERSION="2"
ID="amzn"
ID_LIKE="centos rhel fedora"
VERSION_ID="2"
PRETTY_NAME="Amazon Linux 2"
ANSI_COLOR="0;33"
CPE_NAME="cpe:2.3:o:amazon:amazon_linux:2"
HOME_URL="https://amazonlinux.com/"
`,
} as const;

const BETA = "failure-domain.beta.kubernetes.io";

/** What is written on the case of an instance that is a node. */
export function eksNode(
  era: Era,
  { id, zone, type }: Pick<Instance, "id" | "zone" | "type">,
): Partial<NodeDescription> {
  const region = zone.replace(/[a-z]$/, "");
  const isNew = era.behaviors.has("topology-labels");
  return {
    labels: {
      "beta.kubernetes.io/instance-type": type,
      [`${BETA}/region`]: region,
      [`${BETA}/zone`]: zone,
      ...(isNew && {
        "node.kubernetes.io/instance-type": type,
        "topology.kubernetes.io/region": region,
        "topology.kubernetes.io/zone": zone,
      }),
    },
    providerID: `aws:///${zone}/${id}`,
    osImage: "Amazon Linux 2",
    // Those of EKS have the version of the server without its suffix.
    kubeletVersion: era.build.gitVersion.replace(/-eks-.*/, ""),
  };
}
