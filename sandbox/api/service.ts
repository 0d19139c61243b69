// Services. pkg/registry/core/service/strategy.go; types in api/core/v1/types.go.

import type { KubeObject } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface Service extends KubeObject {
  kind: "Service";
  spec: ServiceSpec;
  status: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

export interface ServiceSpec {
  ports?: ServicePort[];
  selector?: Record<string, string>;
  clusterIP?: string;
  clusterIPs?: string[];
  type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  externalIPs?: string[];
  sessionAffinity?: "None" | "ClientIP";
  loadBalancerIP?: string;
  externalName?: string;
  externalTrafficPolicy?: string;
  internalTrafficPolicy?: string;
  publishNotReadyAddresses?: boolean;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
}

export interface ServicePort {
  name?: string;
  protocol?: "TCP" | "UDP" | "SCTP";
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

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
  columns: [],
});
