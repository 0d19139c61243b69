// What kubeadm installs differs from release to release: where images are, how old they are, how
// the machines of the control plane are marked.

import type { Era } from "../../api/era.ts";
import { present } from "../../sim/assert.ts";

export interface Release {
  /** Where the project's images are. */
  readonly registry: string;
  readonly coredns: string;
  /** Labels, and keys of taints, of a node with the control plane. */
  readonly controlPlaneKeys: readonly string[];
  /** Taints that DNS and the like put up with. */
  readonly toleratedKeys: readonly string[];
  /** The two DNS servers keep off each other's node. */
  readonly spreadsDns: boolean;
  /** The label that says that a node runs Linux. */
  readonly osLabel: string;
  /** In the DNS server's configuration. */
  readonly cache: string;
}

const master = "node-role.kubernetes.io/master";
const controlPlane = "node-role.kubernetes.io/control-plane";

const newest: Release = {
  registry: "registry.k8s.io",
  coredns: "registry.k8s.io/coredns/coredns:v1.12.1",
  controlPlaneKeys: [controlPlane],
  toleratedKeys: [controlPlane],
  spreadsDns: true,
  osLabel: "kubernetes.io/os",
  cache:
    "cache 30 {\n       disable success cluster.local\n       disable denial cluster.local\n    }",
};

/** By the era's name. */
const releases: Readonly<Record<string, Release>> = {
  "v1.11": {
    registry: "k8s.gcr.io",
    coredns: "k8s.gcr.io/coredns:1.1.3",
    controlPlaneKeys: [master],
    toleratedKeys: [master],
    spreadsDns: false,
    osLabel: "beta.kubernetes.io/os",
    cache: "cache 30",
  },
  "v1.20": {
    registry: "k8s.gcr.io",
    coredns: "k8s.gcr.io/coredns:1.7.0",
    controlPlaneKeys: [controlPlane, master],
    toleratedKeys: [master, controlPlane],
    spreadsDns: false,
    osLabel: "kubernetes.io/os",
    cache: "cache 30",
  },
  "v1.33": {
    ...newest,
    coredns: "registry.k8s.io/coredns/coredns:v1.12.0",
  },
  "v1.34": newest,
};

export const releaseOf = ({ name }: Era): Release =>
  present(releases[name], `what kubeadm installs in ${name}`);
