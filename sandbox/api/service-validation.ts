// What must be right with a service. pkg/apis/core/validation/validation.go ValidateService.
// differs: only single-stack IPv4 clusters; topology keys are not looked at.

import { equal } from "./clone.ts";
import { protocols, validatePortOrName } from "./container-validation.ts";
import { type Era, hasField } from "./era.ts";
import {
  duplicate,
  type FieldError,
  forbiddenField,
  GoValue,
  immutable,
  invalid,
  invalids,
  oneOf,
  required,
} from "./field-error.ts";
import { goList } from "./go-value.ts";
import { ipProblems, parseCidr, specialIPProblems } from "./ip.ts";
import { validateLabels } from "./label-validation.ts";
import { labelProblems, portProblems, qualifiedNameProblems, subdomainProblems } from "./names.ts";
import type { Context } from "./resource.ts";
import type { Service, ServicePort, ServiceSpec } from "./service.ts";
import { needsHealthPort } from "./service-addresses.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const KUBELET_PORT = 10_250;

export function validateService({ spec }: Service, { era }: Context): FieldError[] {
  const { ports = [], type, externalIPs = [] } = spec;
  const headless = spec.clusterIP === "None";
  const errors: FieldError[] = [];
  if (ports.length === 0 && !headless && type !== "ExternalName")
    errors.push(required("spec.ports"));
  errors.push(...validateType(spec, era));
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`;
    errors.push(...validatePort(port, path, { era, many: ports.length > 1, names }));
  }
  errors.push(...validateLabels(spec.selector, "spec.selector", era));
  errors.push(...validateAffinity(spec), ...validateClusterIPs(spec, era));
  for (const [index, ip] of externalIPs.entries()) {
    const path = `spec.externalIPs[${index}]`;
    const problems = ipProblems(ip);
    errors.push(...invalids(path, ip, problems.length > 0 ? problems : specialIPProblems(ip)));
  }
  errors.push(...oneOf("spec.type", type, types));
  errors.push(...validatePortNumbers(spec), ...validateRanges(spec));
  return [...errors, ...validateTrafficPolicy(spec)];
}

function validateType(spec: ServiceSpec, era: Era): FieldError[] {
  const { ports = [], type } = spec;
  const listed = hasField(era, "core/v1.ServiceSpec", "clusterIPs");
  const field = listed ? "spec.clusterIPs[0]" : "spec.clusterIP";
  const errors: FieldError[] = [];
  if (type === "LoadBalancer") {
    for (const [index, { port }] of ports.entries()) {
      if (port !== KUBELET_PORT) continue;
      const text = `may not expose port ${port} externally since it is used by kubelet`;
      errors.push(invalid(`spec.ports[${index}]`, port, text));
    }
  }
  if ((type === "LoadBalancer" || type === "NodePort") && spec.clusterIP === "None") {
    errors.push(invalid(field, "None", `may not be set to 'None' for ${type} services`));
  }
  if (type !== "ExternalName") return errors;
  if (spec.clusterIPs?.length || (!listed && spec.clusterIP)) {
    const text = listed
      ? "may not be set for ExternalName services"
      : "must be empty for ExternalName services";
    errors.push(forbiddenField(listed ? "spec.clusterIPs" : field, text));
  }
  for (const each of ["ipFamilies", "ipFamilyPolicy"] as const) {
    if (spec[each]?.length) {
      errors.push(forbiddenField(`spec.${each}`, "may not be set for ExternalName services"));
    }
  }
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (!name) return [...errors, required("spec.externalName")];
  return [...errors, ...invalids("spec.externalName", name, subdomainProblems(name, era))];
}

function validatePort(
  port: ServicePort,
  field: string,
  { era, many, names }: { readonly era: Era; readonly many: boolean; readonly names: Set<string> },
): FieldError[] {
  const { name, protocol, appProtocol } = port;
  const errors: FieldError[] = [];
  if (name) {
    errors.push(...invalids(`${field}.name`, name, labelProblems(name, era)));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
  } else if (many) errors.push(required(`${field}.name`));
  errors.push(...invalids(`${field}.port`, port.port ?? 0, portProblems(port.port ?? 0)));
  errors.push(...oneOf(`${field}.protocol`, protocol, protocols));
  errors.push(...validatePortOrName(port.targetPort, `${field}.targetPort`));
  if (appProtocol !== undefined) {
    const problems = qualifiedNameProblems(appProtocol, era);
    errors.push(...invalids(`${field}.appProtocol`, appProtocol, problems));
  }
  return errors;
}

const DAY = 86_400;

function validateAffinity({
  sessionAffinity,
  sessionAffinityConfig,
}: ServiceSpec): readonly FieldError[] {
  const errors = oneOf("spec.sessionAffinity", sessionAffinity, ["ClientIP", "None"]);
  const field = "spec.sessionAffinityConfig";
  if (sessionAffinity === "None" && sessionAffinityConfig) {
    return [...errors, forbiddenField(field, "must not be set when session affinity is None")];
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined || (seconds > 0 && seconds <= DAY)) return errors;
  const text = `must be greater than 0 and less than ${DAY}`;
  return [...errors, invalid(`${field}.clientIP.timeoutSeconds`, seconds, text)];
}

function validateClusterIPs(spec: ServiceSpec, era: Era): FieldError[] {
  const { clusterIP = "", clusterIPs = [], type } = spec;
  if (type === "ExternalName") return [];
  if (!hasField(era, "core/v1.ServiceSpec", "clusterIPs")) {
    const problem = "must be empty, 'None', or a valid IP address";
    const wrong = clusterIP !== "" && clusterIP !== "None" && ipProblems(clusterIP).length > 0;
    return wrong ? [invalid("spec.clusterIP", clusterIP, problem)] : [];
  }
  const field = "spec.clusterIPs";
  const list = goList("string", clusterIPs);
  const errors: FieldError[] = [];
  if (clusterIP) {
    if (clusterIPs.length === 0) errors.push(required(field));
    else if (clusterIPs[0] !== clusterIP) {
      errors.push(invalid(field, list, "element [0] must match clusterIP"));
    }
  } else if (clusterIPs.length > 0) {
    errors.push(invalid(field, list, "must be empty when clusterIP is empty"));
  }
  for (const [index, ip] of clusterIPs.entries()) {
    if (index === 0 && ip === "None") {
      if (clusterIPs.length > 1) {
        errors.push(invalid(field, list, "'None' must be the first and only value"));
      }
    } else errors.push(...invalids(`${field}[${index}]`, ip, ipProblems(ip)));
  }
  if (clusterIPs.length > 2) errors.push(invalid(field, list, "may only hold up to 2 values"));
  return errors;
}

function validatePortNumbers({ ports = [], type }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, { nodePort }] of ports.entries()) {
    if (!nodePort || type !== "ClusterIP") continue;
    const text = "may not be used when `type` is 'ClusterIP'";
    errors.push(forbiddenField(`spec.ports[${index}].nodePort`, text));
  }
  for (const [index, { nodePort, protocol }] of ports.entries()) {
    if (!nodePort) continue;
    const id = `${protocol} ${nodePort}`;
    if (nodePorts.has(id)) errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort));
    nodePorts.add(id);
  }
  for (const [index, { port, protocol }] of ports.entries()) {
    const id = `${protocol} ${port}`;
    if (numbers.has(id)) {
      const text = `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`;
      errors.push(duplicate(`spec.ports[${index}]`, new GoValue(text)));
    }
    numbers.add(id);
  }
  return errors;
}

function validateRanges({ loadBalancerSourceRanges = [], type }: ServiceSpec): FieldError[] {
  if (loadBalancerSourceRanges.length === 0) return [];
  const field = "spec.LoadBalancerSourceRanges";
  const errors: FieldError[] = [];
  if (type !== "LoadBalancer") {
    errors.push(forbiddenField(field, "may only be used when `type` is 'LoadBalancer'"));
  }
  if (!loadBalancerSourceRanges.every((range) => parseCidr(range.trim()))) {
    const text = "must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 ";
    errors.push(invalid(field, `[${loadBalancerSourceRanges.join(" ")}]`, text));
  }
  return errors;
}

function validateTrafficPolicy(spec: ServiceSpec): FieldError[] {
  const { externalTrafficPolicy: policy, healthCheckNodePort: port = 0, type } = spec;
  const errors: FieldError[] = [];
  const external = type === "NodePort" || type === "LoadBalancer";
  if (policy && policy !== "Cluster" && policy !== "Local") {
    const text = "ExternalTrafficPolicy must be empty, Cluster or Local";
    errors.push(invalid("spec.externalTrafficPolicy", policy, text));
  } else if (policy && !external) {
    const text = "ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service";
    errors.push(invalid("spec.externalTrafficPolicy", policy, text));
  }
  if (port < 0) {
    const text = "HealthCheckNodePort must be not less than 0";
    errors.push(invalid("spec.healthCheckNodePort", port, text));
  } else if (port !== 0 && !needsHealthPort(spec)) {
    const text =
      "HealthCheckNodePort can only be set on LoadBalancer service with ExternalTrafficPolicy=Local";
    errors.push(invalid("spec.healthCheckNodePort", port, text));
  }
  return errors;
}

export function validateServiceUpdate(
  service: Service,
  old: Service,
  context: Context,
): FieldError[] {
  const { era } = context;
  // Before 1.22 an update of a service had to say which version of it was meant.
  const blind = !service.metadata.resourceVersion && !era.behaviors.has("services-keep-addresses");
  const text = "must be specified for an update";
  return [
    ...(blind ? [invalid("metadata.resourceVersion", "", text)] : []),
    ...validateAddressChange(service.spec, old.spec, era),
    ...validateService(service, context),
  ];
}

/** A service keeps its address for as long as it has one at all. */
function validateAddressChange(spec: ServiceSpec, old: ServiceSpec, era: Era): FieldError[] {
  if (spec.type === "ExternalName" || old.type === "ExternalName") return [];
  if (!hasField(era, "core/v1.ServiceSpec", "clusterIPs")) {
    const changed = old.clusterIP && old.clusterIP !== (spec.clusterIP ?? "");
    return changed ? [immutable("spec.clusterIP", spec.clusterIP ?? "")] : [];
  }
  const [now, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  if (before.length === 0 || equal(now, before)) return [];
  const field = "spec.clusterIPs[0]";
  const list = goList("string", now);
  if (now.length === 0) return [invalid(field, list, "primary clusterIP can not be unset")];
  return now[0] === before[0] ? [] : [invalid(field, list, "may not change once set")];
}
