// The variables by which containers find services: WEB_SERVICE_HOST and its like.
// pkg/kubelet/envvars/envvars.go, kubelet_pods.go getServiceEnvVarMap.

import type { Service } from "../../api/service.ts";

/** Of all services of the namespace, and of the API server in any case. */
export function serviceEnvironment(
  services: Iterable<Service>,
  namespace: string,
  links: boolean,
): Map<string, string> {
  const chosen = new Map<string, Service>();
  for (const service of services) {
    const { clusterIP } = service.spec;
    if (!clusterIP || clusterIP === "None") continue;
    const { name, namespace: own } = service.metadata;
    const isMaster = own === "default" && name === "kubernetes";
    if (isMaster ? !chosen.has(name) : own === namespace && links) chosen.set(name, service);
  }
  const env = new Map<string, string>();
  for (const service of chosen.values()) describe(service, env);
  return env;
}

const upper = (name: string): string => name.toUpperCase().replaceAll("-", "_");

function describe({ metadata, spec }: Service, env: Map<string, string>): void {
  const prefix = upper(metadata.name);
  const { clusterIP: ip = "", ports = [] } = spec;
  env.set(`${prefix}_SERVICE_HOST`, ip);
  env.set(`${prefix}_SERVICE_PORT`, String(ports[0]?.port ?? ""));
  for (const { name, port } of ports) {
    if (name) env.set(`${prefix}_SERVICE_PORT_${upper(name)}`, String(port));
  }
  ports.forEach(({ port, protocol = "TCP" }, index) => {
    const url = `${protocol.toLowerCase()}://${ip}:${port}`;
    if (index === 0) env.set(`${prefix}_PORT`, url);
    const each = `${prefix}_PORT_${port}_${protocol}`;
    env.set(each, url);
    env.set(`${each}_PROTO`, protocol.toLowerCase());
    env.set(`${each}_PORT`, String(port));
    env.set(`${each}_ADDR`, ip);
  });
}
