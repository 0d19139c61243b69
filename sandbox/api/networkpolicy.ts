// NetworkPolicies, as the API keeps them.
// differs: a NetworkPolicy is kept, and no network plugin enforces it.
// pkg/registry/networking/networkpolicy/strategy.go; types in api/networking/v1/types.go.

import { ageColumn, formatSelector, nameColumn, textColumn } from "./columns.ts";
import type { Era } from "./era.ts";
import {
  type FieldError,
  forbiddenField,
  invalids,
  notSupported,
  required,
} from "./field-error.ts";
import { validateLabelSelector } from "./label-validation.ts";
import type { KubeObject, LabelSelector } from "./meta.ts";
import { portNameProblems, portProblems } from "./names.ts";
import { defineResource } from "./resource.ts";

export interface NetworkPolicy extends KubeObject {
  kind: "NetworkPolicy";
  spec: {
    podSelector: LabelSelector;
    ingress?: { ports?: NetworkPolicyPort[]; from?: NetworkPolicyPeer[] }[];
    egress?: { ports?: NetworkPolicyPort[]; to?: NetworkPolicyPeer[] }[];
    policyTypes?: string[];
  };
}

export interface NetworkPolicyPort {
  protocol?: string;
  port?: number | string;
}

export interface NetworkPolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

const protocols = ["TCP", "UDP", "SCTP"];
const types = ["Ingress", "Egress"];

function validate({ spec }: NetworkPolicy, era: Era): FieldError[] {
  const errors = validateLabelSelector(spec.podSelector, "spec.podSelector", era);
  for (const [index, { ports = [], from = [] }] of (spec.ingress ?? []).entries()) {
    errors.push(...validateRule({ ports, peers: from }, `spec.ingress[${index}]`, era));
  }
  for (const [index, { ports = [], to = [] }] of (spec.egress ?? []).entries()) {
    errors.push(...validateRule({ ports, peers: to }, `spec.egress[${index}]`, era));
  }
  for (const [index, type] of (spec.policyTypes ?? []).entries()) {
    if (!types.includes(type)) errors.push(notSupported(`spec.policyTypes[${index}]`, type, types));
  }
  return errors;
}

interface Rule {
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
}

function validateRule({ ports, peers }: Rule, field: string, era: Era): FieldError[] {
  const side = field.includes("ingress") ? "from" : "to";
  return [
    ...ports.flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`)),
    ...peers.flatMap((peer, index) => validatePeer(peer, `${field}.${side}[${index}]`, era)),
  ];
}

function validatePort({ protocol, port }: NetworkPolicyPort, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol && !protocols.includes(protocol)) {
    errors.push(notSupported(`${field}.protocol`, protocol, protocols));
  }
  if (port === undefined) return errors;
  const problems = typeof port === "number" ? portProblems(port) : portNameProblems(port);
  return [...errors, ...invalids(`${field}.port`, port, problems)];
}

function validatePeer(peer: NetworkPolicyPeer, field: string, era: Era): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors = [
    ...validateLabelSelector(podSelector, `${field}.podSelector`, era),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`, era),
  ];
  if (ipBlock && !ipBlock.cidr) errors.push(required(`${field}.ipBlock.cidr`));
  if (!podSelector && !namespaceSelector && !ipBlock) {
    errors.push(required(field, "must specify a peer"));
  } else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbiddenField(field, "may not specify both ipBlock and another peer"));
  }
  return errors;
}

export const networkPolicies = defineResource<NetworkPolicy>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  namespaced: true,
  alsoIn: ["extensions/v1beta1"],
  countsGenerations: true,

  default({ spec }) {
    for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of ports ?? []) port.protocol ??= "TCP";
    }
    if (spec.policyTypes?.length) return;
    spec.policyTypes = spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
  },
  validate: (policy, { era }) => validate(policy, era),
  validateUpdate: (policy, _old, { era }) => validate(policy, era),

  columns: [
    nameColumn,
    textColumn("Pod-Selector", ({ spec }) => formatSelector(spec.podSelector)),
    ageColumn,
  ],
});
