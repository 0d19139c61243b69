// Ingresses.

import type { Ingress, IngressBackend } from "../../../api/ingress.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import type { Service } from "../../../api/service.ts";
import { expected } from "../cli/errors.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { another, defineDescriber } from "./describer.ts";
import { annotations, type Lines, labels } from "./lines.ts";
import { endpointsOf } from "./service.ts";

/** Ingresses without a default backend once had one in common. */
const common: IngressBackend = { service: { name: "default-http-backend", port: { number: 80 } } };

export const ingress = defineDescriber<Ingress>({
  kind: "Ingress",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { namespace = "" } = metadata;
    const detailed = kubectl.era.behaviors.has("describe-details");
    const balancers = (status?.loadBalancer?.ingress ?? []).flatMap(
      ({ ip, hostname }) => ip || hostname || [],
    );
    const fallback = spec.defaultBackend
      ? await backend(kubectl, namespace, spec.defaultBackend)
      : detailed
        ? "<default>"
        : await backend(kubectl, "kube-system", common);
    return [
      `Name:\t${metadata.name}`,
      detailed && labels("Labels", metadata.labels),
      `Namespace:\t${namespace}`,
      `Address:\t${[...new Set(balancers)].sort(byCodePoint).join(",")}`,
      detailed && `Ingress Class:\t${spec.ingressClassName ?? "<none>"}`,
      `Default backend:\t${fallback}`,
      tls(object),
      await rules(kubectl, object, fallback),
      annotations("Annotations", metadata.annotations),
      events,
    ];
  },
});

function tls({ spec: { tls: list = [] } }: Ingress): Lines {
  if (list.length === 0) return undefined;
  return [
    "TLS:",
    ...list.map(({ secretName, hosts = [] }) =>
      secretName
        ? `  ${secretName} terminates ${hosts.join(",")}`
        : `  SNI routes ${hosts.join(",")}`,
    ),
  ];
}

async function rules(
  kubectl: Kubectl,
  { metadata, spec }: Ingress,
  fallback: string,
): Promise<Lines> {
  const lines: string[] = ["Rules:", "  Host\tPath\tBackends", "  ----\t----\t--------"];
  const served = (spec.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of served) {
    lines.push(`  ${host || "*"}\t`);
    for (const { path = "", backend: target } of http?.paths ?? []) {
      lines.push(`    \t${path} \t${await backend(kubectl, metadata.namespace ?? "", target)}`);
    }
  }
  if (served.length === 0) lines.push(`  *\t*\t${fallback}`);
  return lines;
}

/** `web:80 (10.0.0.1:8080)`. */
async function backend(
  kubectl: Kubectl,
  namespace: string,
  { service, resource }: IngressBackend,
): Promise<string> {
  if (resource) {
    return `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}`;
  }
  if (!service) return "";
  const { name, port } = service;
  const title = `${name}:${port?.number || (port?.name ?? "")}`;
  try {
    if (!kubectl.era.behaviors.has("describe-placement")) {
      await another(kubectl, { type: "endpoints", namespace, name });
    }
    const { spec } = await another<Service>(kubectl, { type: "services", namespace, name });
    const found = (spec.ports ?? []).findLast((each) =>
      port?.number ? each.port === port.number : !!port?.name && each.name === port.name,
    );
    const endpoints = await endpointsOf(kubectl, namespace, name);
    return `${title} (${endpoints(found?.name ?? "")})`;
  } catch (error) {
    return `${title} (<error: ${expected(error).message}>)`;
  }
}
