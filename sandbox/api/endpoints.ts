// Endpoints. pkg/registry/core/endpoint/strategy.go; types in api/core/v1/types.go.

import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { protocols } from "./container-validation.ts";
import type { Era } from "./era.ts";
import { type FieldError, invalids, oneOf, required } from "./field-error.ts";
import { ipProblems, specialIPProblems } from "./ip.ts";
import type { KubeObject, ObjectReference } from "./meta.ts";
import { labelProblems, portProblems, subdomainProblems } from "./names.ts";
import { type Context, defineResource } from "./resource.ts";

export interface Endpoints extends KubeObject {
  kind: "Endpoints";
  subsets?: EndpointSubset[];
}

export interface EndpointSubset {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
}

export interface EndpointAddress {
  ip: string;
  hostname?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
}

export interface EndpointPort {
  name?: string;
  port: number;
  protocol?: "TCP" | "UDP" | "SCTP";
  appProtocol?: string;
}

function validate({ subsets = [] }: Endpoints, { era }: Context): FieldError[] {
  return subsets.flatMap(({ addresses, notReadyAddresses, ports }, index) => {
    const field = `subsets[${index}]`;
    const errors: FieldError[] = [];
    if (!addresses?.length && !notReadyAddresses?.length) {
      errors.push(required(field, "must specify `addresses` or `notReadyAddresses`"));
    }
    for (const [name, list] of Object.entries({ addresses, notReadyAddresses })) {
      for (const [at, address] of (list ?? []).entries()) {
        errors.push(...validateAddress(address, `${field}.${name}[${at}]`, era));
      }
    }
    for (const [at, port] of (ports ?? []).entries()) {
      const path = `${field}.ports[${at}]`;
      errors.push(...validatePort(port, path, { era, named: (ports?.length ?? 0) > 1 }));
    }
    return errors;
  });
}

function validateAddress(address: EndpointAddress, field: string, era: Era): FieldError[] {
  const { ip = "", hostname, nodeName } = address;
  return [
    ...invalids(`${field}.ip`, ip, ipProblems(ip)),
    ...(hostname ? invalids(`${field}.hostname`, hostname, labelProblems(hostname, era)) : []),
    ...(nodeName ? invalids(`${field}.nodeName`, nodeName, subdomainProblems(nodeName, era)) : []),
    ...invalids(`${field}.ip`, ip, specialIPProblems(ip)),
  ];
}

function validatePort(
  { name, port, protocol }: EndpointPort,
  field: string,
  { era, named }: { readonly era: Era; readonly named: boolean },
): FieldError[] {
  const errors: FieldError[] = [];
  if (name) errors.push(...invalids(`${field}.name`, name, labelProblems(name, era)));
  else if (named) errors.push(required(`${field}.name`));
  errors.push(...invalids(`${field}.port`, port ?? 0, portProblems(port ?? 0)));
  return [...errors, ...oneOf(`${field}.protocol`, protocol, protocols)];
}

const SHOWN = 3;

/** `10.0.0.1:80,10.0.0.2:80`: three at most, then how many more there are. */
export function endpointsText({ subsets = [] }: Endpoints, portName?: string): string {
  if (subsets.length === 0) return "<none>";
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports
          .filter(({ name = "" }) => portName === undefined || name === portName)
          .flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
  );
  return atMost(all, SHOWN);
}

/** The first of a list, joined, with the number of the rest. */
export function atMost(list: readonly (string | number)[], shown: number): string {
  const text = list.slice(0, shown).join(",");
  return list.length > shown ? `${text} + ${list.length - shown} more...` : text;
}

export const endpoints = defineResource<Endpoints>({
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  storedUnder: "services/endpoints",
  createdByUpdate: true,
  default({ subsets }) {
    for (const { ports } of subsets ?? []) for (const port of ports ?? []) port.protocol ??= "TCP";
  },
  validate,
  validateUpdate: (object, _old, context) => validate(object, context),
  columns: [nameColumn, textColumn("Endpoints", (object) => endpointsText(object)), ageColumn],
});
