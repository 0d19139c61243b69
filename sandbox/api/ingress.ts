// Ingresses, as the API keeps them.
// differs: an Ingress is kept, and no controller serves it.
// pkg/registry/networking/ingress/strategy.go; types in api/networking/v1/types.go.

import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import type { Era } from "./era.ts";
import { type FieldError, GoValue, invalid, invalids, oneOf, required } from "./field-error.ts";
import type { KubeObject } from "./meta.ts";
import { nameProblems, portNameProblems, portProblems, subdomainProblems } from "./names.ts";
import { defineResource } from "./resource.ts";

export interface Ingress extends KubeObject {
  kind: "Ingress";
  spec: IngressSpec;
  status: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

export interface IngressSpec {
  ingressClassName?: string;
  defaultBackend?: IngressBackend;
  tls?: { hosts?: string[]; secretName?: string }[];
  rules?: { host?: string; http?: { paths: IngressPath[] } }[];
}

export interface IngressPath {
  path?: string;
  pathType?: string;
  backend: IngressBackend;
}

export interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } };
  resource?: { apiGroup?: string; kind: string; name: string };
}

function validate({ spec }: Ingress, era: Era): FieldError[] {
  const { rules = [], defaultBackend, ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend) {
    const shown = new GoValue("[]networking.IngressRule(nil)");
    errors.push(invalid("spec", shown, "either `defaultBackend` or `rules` must be specified"));
  }
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, "spec.defaultBackend", era));
  for (const [index, { host, http }] of rules.entries()) {
    const field = `spec.rules[${index}]`;
    if (host) errors.push(...validateHost(host, `${field}.host`, era));
    if (http && (http.paths ?? []).length === 0) errors.push(required(`${field}.http.paths`));
    for (const [at, path] of (http?.paths ?? []).entries()) {
      errors.push(...validatePath(path, `${field}.http.paths[${at}]`, era));
    }
  }
  if (ingressClassName !== undefined) {
    const problems = subdomainProblems(ingressClassName, era);
    errors.push(...invalids("spec.ingressClassName", ingressClassName, problems));
  }
  return errors;
}

function validateHost(host: string, field: string, era: Era): FieldError[] {
  const errors: FieldError[] = [];
  if (/^\d+(\.\d+){3}$/.test(host)) {
    errors.push(invalid(field, host, "must be a DNS name, not an IP address"));
  }
  const name = host.replace(/^\*\./, "");
  return [...errors, ...invalids(field, host, subdomainProblems(name, era))];
}

const badParts = ["//", "/./", "/../", "%2f", "%2F"];
const badEnds = ["/..", "/."];

function validatePath({ path = "", pathType, backend }: IngressPath, field: string, era: Era) {
  if (pathType === undefined) return [required(`${field}.pathType`, "pathType must be specified")];
  const at = `${field}.path`;
  const types = ["Exact", "ImplementationSpecific", "Prefix"];
  const errors = [...oneOf(`${field}.pathType`, pathType, types)];
  const exact = pathType === "Exact" || pathType === "Prefix";
  if (!path.startsWith("/") && (exact || path !== "")) {
    errors.push(invalid(at, path, "must be an absolute path"));
  }
  if (exact) {
    for (const part of badParts) {
      if (path.includes(part)) errors.push(invalid(at, path, `must not contain '${part}'`));
    }
    for (const end of badEnds) {
      if (path.endsWith(end)) errors.push(invalid(at, path, `cannot end with '${end}'`));
    }
  }
  return [...errors, ...validateBackend(backend, `${field}.backend`, era)];
}

function validateBackend(
  backend: IngressBackend | undefined,
  field: string,
  era: Era,
): FieldError[] {
  const { service, resource } = backend ?? {};
  if (service && resource)
    return [invalid(field, "", "cannot set both resource and service backends")];
  if (resource) {
    return (["kind", "name"] as const)
      .filter((name) => !resource[name])
      .map((name) => required(`${field}.resource.${name}`, `${name} is required`));
  }
  if (!service) return [invalid(field, "", "resource or service backend is required")];
  const { name, number } = service.port ?? {};
  const errors: FieldError[] = service.name
    ? [
        ...invalids(
          `${field}.service.name`,
          service.name,
          nameProblems("service", service.name, era),
        ),
      ]
    : [required(`${field}.service.name`)];
  if (name && number) errors.push(invalid(field, "", "cannot set both port name & port number"));
  else if (name)
    errors.push(...invalids(`${field}.service.port.name`, name, portNameProblems(name)));
  else if (number)
    errors.push(...invalids(`${field}.service.port.number`, number, portProblems(number)));
  else errors.push(required(field, "port name or number is required"));
  return errors;
}

export const ingresses = defineResource<Ingress>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  namespaced: true,
  subresources: ["status"],
  countsGenerations: true,

  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} };
  },
  validate: (ingress, { era }) => validate(ingress, era),
  validateUpdate: (ingress, _old, { era }) => validate(ingress, era),

  columns: [
    nameColumn,
    textColumn("Class", ({ spec }) => spec.ingressClassName ?? "<none>"),
    textColumn("Hosts", hostsText),
    textColumn("Address", ({ status }) =>
      (status.loadBalancer?.ingress ?? []).map(({ ip, hostname = "" }) => ip ?? hostname).join(","),
    ),
    textColumn("Ports", ({ spec }) => (spec.tls?.length ? "80, 443" : "80")),
    ageColumn,
  ],
});

function hostsText({ spec: { rules = [] } }: Ingress): string {
  const hosts = rules.flatMap(({ host }) => (host ? [host] : []));
  if (hosts.length === 0) return "*";
  const more = rules.length - 3;
  return hosts.slice(0, 3).join(",") + (more > 0 ? ` + ${more} more...` : "");
}
