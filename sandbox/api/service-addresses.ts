// How the two ways to say a service's address agree, and what of a service goes when its type
// changes. pkg/registry/core/service/strategy.go NormalizeClusterIPs, dropTypeDependentFields.

import { equal } from "./clone.ts";
import { hasField } from "./era.ts";
import type { Context } from "./resource.ts";
import type { Service, ServiceSpec } from "./service.ts";

export const needsClusterIP = ({ type }: ServiceSpec): boolean => type !== "ExternalName";
export const needsNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
export const needsHealthPort = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === "LoadBalancer" && externalTrafficPolicy === "Local";

/** True where addresses are lists: one for each family. */
const listed = ({ era }: Context) => hasField(era, "core/v1.ServiceSpec", "clusterIPs");

export function prepareService(spec: ServiceSpec, context: Context): void {
  if (!listed(context)) return;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
}

export function prepareServiceUpdate(
  { spec }: Service,
  { spec: old }: Service,
  context: Context,
): void {
  const { behaviors } = context.era;
  if (behaviors.has("services-keep-addresses")) keepAddresses(spec, old);
  if (listed(context)) normalize(spec, old);
  if (behaviors.has("services-drop-addresses")) dropAddresses(spec, old);
}

/** What was allocated need not be said again. */
function keepAddresses(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs) spec.clusterIPs = old.clusterIPs;
  }
  if (needsNodePorts(old) && needsNodePorts(spec)) {
    const taken = new Set(spec.ports?.map(({ nodePort }) => nodePort));
    for (const port of spec.ports ?? []) {
      const before = old.ports?.find(
        ({ name = "", port: number, protocol }) =>
          name === (port.name ?? "") && number === port.port && protocol === port.protocol,
      );
      if (!port.nodePort && before?.nodePort && !taken.has(before.nodePort)) {
        port.nodePort = before.nodePort;
      }
    }
  }
  if (needsHealthPort(old) && needsHealthPort(spec) && old.healthCheckNodePort) {
    spec.healthCheckNodePort ??= old.healthCheckNodePort;
  }
}

function normalize(spec: ServiceSpec, old: ServiceSpec): void {
  const [ip = "", before = ""] = [spec.clusterIP, old.clusterIP];
  // An older client that does not know the list has left it out.
  if (!spec.clusterIPs?.length && old.clusterIPs?.length && ip === before) {
    spec.clusterIPs = old.clusterIPs;
  }
  if (ip === before || !equal(spec.clusterIPs, old.clusterIPs)) return;
  if (ip === "") delete spec.clusterIPs;
  else spec.clusterIPs = [ip];
}

function dropAddresses(spec: ServiceSpec, old: ServiceSpec): void {
  const same = (field: keyof ServiceSpec) => equal(spec[field], old[field]);
  if (needsClusterIP(old) && !needsClusterIP(spec) && same("clusterIP") && same("clusterIPs")) {
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const) {
      delete spec[field];
    }
  }
  const ports = ({ ports }: ServiceSpec) => ports?.map(({ nodePort }) => nodePort);
  if (needsNodePorts(old) && !needsNodePorts(spec) && equal(ports(spec), ports(old))) {
    spec.ports = (spec.ports ?? []).map(({ nodePort: _, ...port }) => port);
  }
  if (needsHealthPort(old) && !needsHealthPort(spec) && same("healthCheckNodePort")) {
    delete spec.healthCheckNodePort;
  }
  const external = ({ type }: ServiceSpec) => type === "NodePort" || type === "LoadBalancer";
  if (external(old) && !external(spec)) delete spec.externalTrafficPolicy;
}
