// NetworkPolicies.

import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from "../../../api/networkpolicy.ts";
import { parseTime } from "../../../api/time.ts";
import { defineDescriber } from "./describer.ts";
import { annotations, formatSelector, indent, type Lines, labels } from "./lines.ts";

export const networkPolicy = defineDescriber<NetworkPolicy>({
  kind: "NetworkPolicy",
  describe({ object: { metadata, spec } }) {
    const { ingress = [], egress = [], policyTypes = [] } = spec;
    const pods = formatSelector(spec.podSelector);
    const selected =
      pods === "<none>"
        ? "<none> (Allowing the specific traffic to all pods in this namespace)"
        : pods;
    const inward = ingress.map(({ ports, from }) => ({ ports, peers: from }));
    const outward = egress.map(({ ports, to }) => ({ ports, peers: to }));
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      `Created on:\t${goTime(metadata.creationTimestamp)}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations),
      "Spec:",
      `  PodSelector:     ${selected}`,
      policyTypes.includes("Ingress")
        ? ["  Allowing ingress traffic:", rules(inward, "ingress")]
        : "  Not affecting ingress traffic",
      policyTypes.includes("Egress")
        ? ["  Allowing egress traffic:", rules(outward, "egress")]
        : "  Not affecting egress traffic",
      `  Policy Types: ${policyTypes.join(", ") || "<none>"}`,
    ];
  },
});

/** `2026-11-21 01:38:32 +0000 UTC`. */
function goTime(text: string | undefined): string {
  const date = new Date(parseTime(text) ?? 0).toISOString();
  return `${date.slice(0, 10)} ${date.slice(11, 19)} +0000 UTC`;
}

interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}

function rules(list: readonly Rule[], direction: "ingress" | "egress"): Lines {
  if (list.length === 0) {
    return `    <none> (Selected pods are isolated for ${direction} connectivity)`;
  }
  const [word, end] = direction === "ingress" ? ["From", "source"] : ["To", "destination"];
  return indent(
    2,
    list.map(({ ports = [], peers = [] }, index) => [
      ports.length === 0
        ? "To Port: <any> (traffic allowed to all ports)"
        : ports.map(({ port, protocol = "TCP" }) => `To Port: ${port ?? "<nil>"}/${protocol}`),
      peers.length === 0
        ? `${word}: <any> (traffic not restricted by ${end})`
        : peers.map((peer) => [`${word}:`, indent(1, peerLines(peer))]),
      index < list.length - 1 && "----------",
    ]),
  );
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): Lines {
  return [
    namespaceSelector && `NamespaceSelector: ${formatSelector(namespaceSelector)}`,
    podSelector && `PodSelector: ${formatSelector(podSelector)}`,
    !namespaceSelector &&
      !podSelector &&
      ipBlock && [
        "IPBlock:",
        `  CIDR: ${ipBlock.cidr}`,
        `  Except: ${(ipBlock.except ?? []).join(", ")}`,
      ],
  ];
}
