// EndpointSlices. pkg/registry/discovery/endpointslice;
// pkg/apis/discovery/validation/validation.go. In v1beta1 an endpoint's place is among its
// topology, from v1 on in fields of its own.

import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { protocols } from "./container-validation.ts";
import { atMost } from "./endpoints.ts";
import {
  type FieldError,
  immutable,
  invalids,
  notSupported,
  oneOf,
  required,
} from "./field-error.ts";
import { ipProblems, specialIPProblems } from "./ip.ts";
import type { KubeObject, ObjectReference } from "./meta.ts";
import { subdomainProblems } from "./names.ts";
import { type Context, defineResource } from "./resource.ts";

export interface EndpointSlice extends KubeObject {
  kind: "EndpointSlice";
  addressType: "IPv4" | "IPv6" | "FQDN";
  endpoints: Endpoint[];
  ports?: EndpointSlicePort[];
}

export interface Endpoint {
  addresses: string[];
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  hostname?: string;
  targetRef?: ObjectReference;
  nodeName?: string;
  zone?: string;
  /** Only in v1beta1. */
  topology?: Record<string, string>;
}

export interface EndpointSlicePort {
  name?: string;
  protocol?: "TCP" | "UDP" | "SCTP";
  port?: number;
  appProtocol?: string;
}

const addressTypes = ["FQDN", "IPv4", "IPv6"];

function validate(slice: EndpointSlice, { era }: Context): FieldError[] {
  const { addressType, endpoints = [], ports = [] } = slice;
  const errors: FieldError[] = [];
  if (!addressType) errors.push(required("addressType"));
  else if (!addressTypes.includes(addressType)) {
    errors.push(notSupported("addressType", addressType, addressTypes));
  }
  for (const [index, { addresses = [] }] of endpoints.entries()) {
    const field = `endpoints[${index}].addresses`;
    if (addresses.length === 0) errors.push(required(field, "must contain at least 1 address"));
    for (const [at, address] of addresses.entries()) {
      const problems =
        addressType === "FQDN"
          ? subdomainProblems(address, era)
          : [...ipProblems(address), ...specialIPProblems(address)];
      errors.push(...invalids(`${field}[${at}]`, address, problems));
    }
  }
  for (const [index, { protocol }] of ports.entries()) {
    errors.push(...oneOf(`ports[${index}].protocol`, protocol, protocols));
  }
  return errors;
}

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/** Also of a slice that came in the older form. */
function placed(endpoint: Endpoint): Endpoint {
  const { topology, ...rest } = endpoint;
  if (!topology) return endpoint;
  const [nodeName, zone] = [rest.nodeName ?? topology[HOST], rest.zone ?? topology[ZONE]];
  return { ...rest, ...(nodeName && { nodeName }), ...(zone && { zone }) };
}

function withTopology({ zone, nodeName, ...endpoint }: Endpoint): Endpoint {
  const topology = { ...(nodeName && { [HOST]: nodeName }), ...(zone && { [ZONE]: zone }) };
  return Object.keys(topology).length > 0 ? { ...endpoint, topology } : endpoint;
}

export const endpointSlices = defineResource<EndpointSlice>({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  singular: "endpointslice",
  shortNames: [],
  namespaced: true,
  alsoIn: ["discovery.k8s.io/v1beta1"],
  countsGenerations: true,
  shapes: {
    "discovery.k8s.io/v1beta1": {
      show: (slice) => ({ ...slice, endpoints: (slice.endpoints ?? []).map(withTopology) }),
      read(shown) {
        const slice = shown as EndpointSlice;
        slice.endpoints = (slice.endpoints ?? []).map(placed);
        return slice;
      },
    },
  },
  default({ ports, endpoints }) {
    for (const port of ports ?? []) {
      port.name ??= "";
      port.protocol ??= "TCP";
    }
    for (const endpoint of endpoints ?? []) endpoint.conditions ??= {};
  },
  validate,
  validateUpdate: (slice, old, context) => [
    ...validate(slice, context),
    ...(slice.addressType === old.addressType ? [] : [immutable("addressType", slice.addressType)]),
  ],
  columns: [
    nameColumn,
    textColumn("AddressType", ({ addressType }) => addressType),
    textColumn("Ports", ({ ports = [] }) => {
      return (
        atMost(
          ports.map(({ port, name }) => port ?? (name || "*")),
          3,
        ) || "<unset>"
      );
    }),
    textColumn("Endpoints", ({ endpoints = [] }) => {
      return (
        atMost(
          endpoints.flatMap(({ addresses }) => addresses),
          3,
        ) || "<unset>"
      );
    }),
    ageColumn,
  ],
});
