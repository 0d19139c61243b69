// Services as kubectl described them until 1.7.

import type { Service } from "../../../../api/service.ts";
import { defineDescriber } from "../describer.ts";
import { formatLabels, labels } from "../lines.ts";
import { endpointsOf } from "../service.ts";

export const service = defineDescriber<Service>({
  kind: "Service",
  async describe({ kubectl, object: { metadata, spec, status }, events }) {
    const endpoints = await endpointsOf(kubectl, metadata.namespace ?? "", metadata.name);
    const ingress = status?.loadBalancer?.ingress ?? [];
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      labels("Labels", metadata.labels),
      `Selector:\t${formatLabels(spec.selector)}`,
      `Type:\t${spec.type ?? ""}`,
      `IP:\t${spec.clusterIP ?? ""}`,
      ingress.length > 0 &&
        `LoadBalancer Ingress:\t${ingress.map(({ ip, hostname = "" }) => ip || hostname).join(", ")}`,
      ...(spec.ports ?? []).flatMap(({ name = "", port, protocol = "TCP", nodePort = 0 }) => {
        const title = name || "<unset>";
        return [
          `Port:\t${title}\t${port}/${protocol}`,
          ...(nodePort ? [`NodePort:\t${title}\t${nodePort}/${protocol}`] : []),
          `Endpoints:\t${endpoints(name)}`,
        ];
      }),
      `Session Affinity:\t${spec.sessionAffinity ?? ""}`,
      events,
    ];
  },
});
