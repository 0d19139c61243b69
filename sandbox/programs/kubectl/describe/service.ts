// Services.

import { atMost, type Endpoints, endpointsText } from "../../../api/endpoints.ts";
import type { EndpointSlice } from "../../../api/endpointslice.ts";
import type { Service, ServicePort } from "../../../api/service.ts";
import { isReason } from "../../../api/status.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { another, defineDescriber, others } from "./describer.ts";
import { annotationSign, annotations, formatLabels, type Lines, labels } from "./lines.ts";

export const service = defineDescriber<Service>({
  kind: "Service",
  async describe({ kubectl, object, events }) {
    const { metadata, spec } = object;
    const endpoints = await endpointsOf(kubectl, metadata.namespace ?? "", metadata.name);
    const { ports = [], internalTrafficPolicy, loadBalancerSourceRanges = [] } = spec;
    const detailed = kubectl.era.behaviors.has("describe-placement");
    return [
      heading(kubectl, object),
      ports.map((port) => portLines(port, endpoints)),
      `Session Affinity:\t${spec.sessionAffinity ?? ""}`,
      spec.externalTrafficPolicy && `External Traffic Policy:\t${spec.externalTrafficPolicy}`,
      detailed && internalTrafficPolicy && `Internal Traffic Policy:\t${internalTrafficPolicy}`,
      !!spec.healthCheckNodePort && `HealthCheck NodePort:\t${spec.healthCheckNodePort}`,
      loadBalancerSourceRanges.length > 0 &&
        `LoadBalancer Source Ranges:\t${loadBalancerSourceRanges.join(",")}`,
      events,
    ];
  },
});

function heading(kubectl: Kubectl, { metadata, spec, status }: Service): Lines {
  const detailed = kubectl.era.behaviors.has("describe-details");
  const both = kubectl.era.behaviors.has("describe-more");
  const { ipFamilies = [], clusterIPs = [], externalIPs = [], loadBalancerIP } = spec;
  const ingress = status?.loadBalancer?.ingress ?? [];
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace ?? ""}`,
    labels("Labels", metadata.labels),
    annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
    `Selector:\t${formatLabels(spec.selector)}`,
    `Type:\t${spec.type ?? ""}`,
    spec.ipFamilyPolicy && `IP Family Policy:\t${spec.ipFamilyPolicy}`,
    both && `IP Families:\t${ipFamilies.join(",") || "<none>"}`,
    `IP:\t${spec.clusterIP ?? ""}`,
    both && `IPs:\t${clusterIPs.join(",") || "<none>"}`,
    externalIPs.length > 0 && `External IPs:\t${externalIPs.join(",")}`,
    loadBalancerIP && `${detailed ? "Desired LoadBalancer IP" : "IP"}:\t${loadBalancerIP}`,
    spec.externalName && `External Name:\t${spec.externalName}`,
    ingress.length > 0 &&
      `LoadBalancer Ingress:\t${ingress.map(({ ip, hostname = "" }) => ip || hostname).join(", ")}`,
  ];
}

function portLines(port: ServicePort, endpoints: EndpointsText): Lines {
  const { name = "", protocol = "TCP", targetPort = 0, nodePort = 0 } = port;
  const title = name || "<unset>";
  return [
    `Port:\t${title}\t${port.port}/${protocol}`,
    `TargetPort:\t${targetPort}/${protocol}`,
    nodePort !== 0 && `NodePort:\t${title}\t${nodePort}/${protocol}`,
    `Endpoints:\t${endpoints(name)}`,
  ];
}

/** The addresses behind a port, by its name. */
export type EndpointsText = (port: string) => string;

/** Throws nothing if there are none; the service may have no pods at all. */
export async function endpointsOf(
  kubectl: Kubectl,
  namespace: string,
  name: string,
): Promise<EndpointsText> {
  if (kubectl.era.behaviors.has("describe-placement")) {
    const query = { labelSelector: `kubernetes.io/service-name=${name}` };
    const slices = await others<EndpointSlice>(kubectl, {
      type: "endpointslices",
      namespace,
      query,
    });
    return (port) => slicesText(slices, port);
  }
  try {
    const found = await another<Endpoints>(kubectl, { type: "endpoints", namespace, name });
    return (port) => endpointsText(found, port);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    return () => "<none>";
  }
}

const SHOWN = 3;

function slicesText(slices: readonly EndpointSlice[], wanted: string): string {
  if (slices.length === 0) return "<none>";
  const all = slices.flatMap(({ endpoints, ports = [] }) => {
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    const addresses = ready.map(({ addresses }) => addresses[0] ?? "");
    if (ports.length === 0) return addresses;
    return ports
      .filter(({ name = "" }) => name === wanted)
      .flatMap(({ port }) => addresses.map((address) => `${address}:${port ?? 0}`));
  });
  return atMost(all, SHOWN);
}
