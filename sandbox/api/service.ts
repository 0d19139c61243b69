// Services. pkg/registry/core/service/strategy.go; types in api/core/v1/types.go.

import { ageColumn, formatLabels, nameColumn, textColumn } from "./columns.ts";
import { hasField } from "./era.ts";
import type { KubeObject } from "./meta.ts";
import { defineResource, type View } from "./resource.ts";
import { prepareService, prepareServiceUpdate } from "./service-addresses.ts";
import { validateService, validateServiceUpdate } from "./service-validation.ts";

export interface Service extends KubeObject {
  kind: "Service";
  spec: ServiceSpec;
  status: ServiceStatus;
}

export interface ServiceStatus {
  loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
}

export interface ServiceSpec {
  ports?: ServicePort[];
  selector?: Record<string, string>;
  /** "None": its name stands for the addresses of its pods themselves. */
  clusterIP?: string;
  clusterIPs?: string[];
  type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  externalIPs?: string[];
  sessionAffinity?: "None" | "ClientIP";
  sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  externalName?: string;
  externalTrafficPolicy?: string;
  internalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  publishNotReadyAddresses?: boolean;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
}

export interface ServicePort {
  name?: string;
  protocol?: "TCP" | "UDP" | "SCTP";
  appProtocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

/** Where it can be reached from outside, as the EXTERNAL-IP column shows it. */
export function externalAddresses(
  { spec, status }: Pick<Service, "spec" | "status">,
  { era, wide }: Pick<View, "era" | "wide">,
): string {
  const externalIPs = spec.externalIPs ?? [];
  switch (spec.type) {
    case "ExternalName":
      return spec.externalName ?? "";
    case "LoadBalancer": {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(
        ({ ip, hostname }) => ip || hostname || "",
      );
      const text = [...new Set(ingress.filter(Boolean))].sort().join(",");
      const short = !wide && text.length > 16 ? `${text.slice(0, 13)}...` : text;
      return [short, ...externalIPs].filter(Boolean).join(",") || "<pending>";
    }
    default:
      if (externalIPs.length > 0) return externalIPs.join(",");
      return spec.type === "NodePort" && era.behaviors.has("nodes-as-external-ips")
        ? "<nodes>"
        : "<none>";
  }
}

const portText = ({ port, nodePort, protocol }: ServicePort, { era }: Pick<View, "era">): string =>
  nodePort && !era.behaviors.has("plain-service-ports")
    ? `${port}:${nodePort}/${protocol}`
    : `${port}/${protocol}`;

export const services = defineResource<Service>({
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  nameRule: "service",
  storedUnder: "services/specs",
  subresources: ["status"],

  default(service, { era }) {
    service.spec ??= {};
    const { spec } = service;
    spec.sessionAffinity ??= "None";
    if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
    else if (hasField(era, "core/v1.ServiceSpec", "sessionAffinityConfig")) {
      spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10_800 } };
    }
    spec.type ??= "ClusterIP";
    for (const port of spec.ports ?? []) {
      port.protocol ??= "TCP";
      port.targetPort ||= port.port;
    }
    const external = spec.type === "NodePort" || spec.type === "LoadBalancer";
    if (external && hasField(era, "core/v1.ServiceSpec", "externalTrafficPolicy")) {
      spec.externalTrafficPolicy ??= "Cluster";
    }
    const internal = spec.type !== "ExternalName";
    if (internal && hasField(era, "core/v1.ServiceSpec", "internalTrafficPolicy")) {
      spec.internalTrafficPolicy ??= "Cluster";
    }
    const loads = spec.type === "LoadBalancer";
    if (loads && era.gates.has("ServiceLBNodePortControl")) {
      spec.allocateLoadBalancerNodePorts ??= true;
    }
  },
  prepareForCreate(service, context) {
    service.status = {};
    prepareService(service.spec, context);
  },
  prepareForUpdate: prepareServiceUpdate,
  validate: validateService,
  validateUpdate: validateServiceUpdate,

  columns: [
    nameColumn,
    textColumn("Type", ({ spec }) => spec.type ?? ""),
    textColumn("Cluster-IP", ({ spec }) => spec.clusterIPs?.[0] || spec.clusterIP || "<none>"),
    textColumn("External-IP", externalAddresses),
    textColumn(
      "Port(s)",
      ({ spec }, view) =>
        (spec.ports ?? []).map((port) => portText(port, view)).join(",") || "<none>",
    ),
    ageColumn,
    textColumn("Selector", ({ spec }) => formatLabels(spec.selector), { wide: true }),
  ],
});
