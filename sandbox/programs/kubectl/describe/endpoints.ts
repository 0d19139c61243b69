// Endpoints and EndpointSlices.

import type { Endpoints } from "../../../api/endpoints.ts";
import type { EndpointSlice } from "../../../api/endpointslice.ts";
import { defineDescriber } from "./describer.ts";
import { annotations, type Lines, labels, table } from "./lines.ts";

const portsHeading = ["Name", "Port", "Protocol"];

export const endpoints = defineDescriber<Endpoints>({
  kind: "Endpoints",
  describe: ({ object: { metadata, subsets = [] }, events }) => [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace ?? ""}`,
    labels("Labels", metadata.labels),
    annotations("Annotations", metadata.annotations),
    "Subsets:",
    subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }): Lines => {
      const rows = ports.map(({ name, port, protocol }) => [name || "<unset>", port, protocol]);
      return [
        `  Addresses:\t${addresses.map(({ ip }) => ip).join(",") || "<none>"}`,
        `  NotReadyAddresses:\t${notReadyAddresses.map(({ ip }) => ip).join(",") || "<none>"}`,
        ports.length > 0 && ["  Ports:", table(portsHeading, rows, { before: "    " })],
        "",
      ];
    }),
    events,
  ],
});

export const endpointSlice = defineDescriber<EndpointSlice>({
  kind: "EndpointSlice",
  describe({ target, object, events }) {
    const { metadata, addressType, ports = [] } = object;
    const isStable = target.mapping.version === "v1";
    const rows = ports.map(({ name, port, protocol }) => [
      name || "<unset>",
      port ?? "<unset>",
      protocol,
    ]);
    const list = object.endpoints ?? [];
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations),
      `AddressType:\t${addressType}`,
      ports.length === 0 ? "Ports: <unset>" : ["Ports:", table(portsHeading, rows)],
      list.length === 0
        ? "Endpoints: <none>"
        : ["Endpoints:", list.map((each) => endpointLines(each, isStable))],
      events,
    ];
  },
});

function endpointLines(endpoint: EndpointSlice["endpoints"][number], isStable: boolean): Lines {
  const { addresses, conditions, hostname, targetRef, nodeName, zone, topology } = endpoint;
  return [
    `  - Addresses:\t${addresses.join(isStable ? ", " : ",") || "<none>"}`,
    "    Conditions:",
    `      Ready:\t${conditions?.ready ?? "<unset>"}`,
    `    Hostname:\t${hostname ?? "<unset>"}`,
    targetRef && `    TargetRef:\t${targetRef.kind}/${targetRef.name}`,
    isStable
      ? [`    NodeName:\t${nodeName ?? "<unset>"}`, `    Zone:\t${zone ?? "<unset>"}`]
      : labels("Topology", topology, "    "),
  ];
}
