// Addresses and ports for services: none is given twice. What is taken is what the stored services
// have. pkg/registry/core/service/storage/rest.go, ipallocator, portallocator.

import { type Era, hasField } from "../../api/era.ts";
import { type FieldError, invalid, invalidObject, withJsonValues } from "../../api/field-error.ts";
import { goList } from "../../api/go-value.ts";
import { formatIPv4, inRange, parseCidr, parseIPv4, type Range } from "../../api/ip.ts";
import { type Service, type ServicePort, type ServiceSpec, services } from "../../api/service.ts";
import { needsClusterIP, needsHealthPort, needsNodePorts } from "../../api/service-addresses.ts";
import { internalError } from "../../api/status.ts";
import type { Random } from "../../sim/random.ts";
import type { ServerView } from "../admission/plugin.ts";
import type { Hooks } from "./hooks.ts";

/** Ports of nodes that services may have. */
const PORTS: Range = { first: 30_000, size: 2768 };

export const serviceHooks: Hooks<Service> = {
  beforeCreate(service, { dryRun }, server) {
    const { spec } = service;
    if (needsClusterIP(spec) && !dryRun) allocateAddress(service, server);
    if (needsClusterIP(spec)) nameFamilies(spec, server.era);
    if (needsNodePorts(spec)) allocatePorts(service, [], server);
    if (needsHealthPort(spec)) allocateHealthPort(service, server);
    return undefined;
  },
  beforeUpdate(service, old, { context, server }) {
    const { spec } = service;
    if (needsClusterIP(spec) && !needsClusterIP(old.spec) && !context.dryRun) {
      allocateAddress(service, server);
      nameFamilies(spec, server.era);
    }
    if (needsNodePorts(spec)) allocatePorts(service, portsOf(old), server);
    if (spec.type !== "LoadBalancer") service.status = { ...service.status, loadBalancer: {} };
    if (!needsHealthPort(spec)) return undefined;
    const before = old.spec.healthCheckNodePort;
    if (!needsHealthPort(old.spec)) allocateHealthPort(service, server);
    else if (before !== spec.healthCheckNodePort) {
      const text =
        "cannot change healthCheckNodePort on loadBalancer service with externalTraffic=Local during update";
      throw refused(service, invalid("spec.healthCheckNodePort", spec.healthCheckNodePort, text));
    }
    return undefined;
  },
};

const refused = ({ metadata }: Service, error: FieldError) =>
  invalidObject(services, metadata.name, [error]);

function allocateAddress(service: Service, server: ServerView): void {
  const { spec } = service;
  const asked = spec.clusterIP ?? "";
  if (asked === "None") return;
  const range = parseCidr(server.serviceRange) as Range;
  const listed = hasField(server.era, "core/v1.ServiceSpec", "clusterIPs");
  const taken = new Set(server.list(services).map((each) => parseIPv4(each.spec.clusterIP ?? "")));
  if (asked === "") {
    // Neither the network's own address nor the last one.
    const usable = { first: range.first + 1, size: range.size - 2 };
    const found = freeNumber(usable, taken, chanceFor(service, "address", server));
    if (found === undefined) throw internalError("failed to allocate a serviceIP: range is full");
    spec.clusterIP = formatIPv4(found);
  } else {
    const number = parseIPv4(asked);
    const { addressRefused, addressOutside } = server.era.words.core;
    const why =
      number === undefined || !inRange(range, number)
        ? addressOutside(asked, server.serviceRange)
        : taken.has(number) && "provided IP is already allocated";
    if (why) {
      const text = addressRefused(asked, why);
      const error = listed
        ? invalid("spec.clusterIPs", goList("string", spec.clusterIPs), text)
        : invalid("spec.clusterIP", asked, text);
      const asJson = server.era.behaviors.has("json-field-values");
      const [said = error] = asJson ? withJsonValues([error]) : [error];
      throw refused(service, said);
    }
  }
  if (listed && spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
}

/** Since dual stack a service says for which families it has addresses; here there is one. */
function nameFamilies(spec: ServiceSpec, era: Era): void {
  if (!era.gates.has("IPv6DualStack")) return;
  const anywhere = spec.clusterIP === "None" && !Object.keys(spec.selector ?? {}).length;
  spec.ipFamilyPolicy ??= anywhere ? "RequireDualStack" : "SingleStack";
  const both = anywhere && spec.ipFamilyPolicy !== "SingleStack";
  spec.ipFamilies ??= both ? ["IPv4", "IPv6"] : ["IPv4"];
}

const portsOf = ({ spec }: Service): number[] =>
  [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort].filter(
    (port): port is number => port !== undefined && port > 0,
  );

function takenPorts(service: Service, server: ServerView): Set<number | undefined> {
  const others = server
    .list(services)
    .filter(({ metadata }) => metadata.uid !== service.metadata.uid);
  return new Set(others.flatMap(portsOf));
}

/** `own` are those that the service has already. */
function allocatePorts(service: Service, own: readonly number[], server: ServerView): void {
  const taken = takenPorts(service, server);
  const chance = chanceFor(service, "nodeport", server);
  const ports = service.spec.ports ?? [];
  // One port for two protocols is one number.
  const byPort = new Map<number, number>();
  for (const port of ports) if (port.nodePort) byPort.set(port.port, port.nodePort);
  for (const [index, port] of ports.entries()) {
    if (port.nodePort) {
      const field = `spec.ports[${index}].nodePort`;
      if (!own.includes(port.nodePort)) checkPort(service, port.nodePort, { field, taken });
      continue;
    }
    port.nodePort = byPort.get(port.port) ?? freePort(taken, ports, chance);
    byPort.set(port.port, port.nodePort);
  }
}

function freePort(
  taken: ReadonlySet<number | undefined>,
  ports: readonly ServicePort[],
  chance: Random,
): number {
  const all = new Set([...taken, ...ports.map(({ nodePort }) => nodePort)]);
  const port = freeNumber(PORTS, all, chance);
  if (port === undefined) throw internalError("failed to allocate a nodePort: range is full");
  return port;
}

interface Checked {
  readonly field: string;
  readonly taken: ReadonlySet<number | undefined>;
}

function checkPort(service: Service, port: number, { field, taken }: Checked): void {
  const last = PORTS.first + PORTS.size - 1;
  if (!inRange(PORTS, port)) {
    const text = `provided port is not in the valid range. The range of valid ports is ${PORTS.first}-${last}`;
    throw refused(service, invalid(field, port, text));
  }
  if (taken.has(port)) {
    throw refused(service, invalid(field, port, "provided port is already allocated"));
  }
}

function allocateHealthPort(service: Service, server: ServerView): void {
  const { spec } = service;
  const asked = spec.healthCheckNodePort;
  const taken = takenPorts(service, server);
  if (!asked) {
    spec.healthCheckNodePort = freePort(
      taken,
      spec.ports ?? [],
      chanceFor(service, "healthport", server),
    );
  } else if (taken.has(asked)) {
    throw internalError(
      `failed to allocate requested HealthCheck NodePort ${asked}: provided port is already allocated`,
    );
  }
}

const chanceFor = ({ metadata }: Service, what: string, { random }: ServerView): Random =>
  random.stream(`${what}/${metadata.uid}`);

/** One that is free, at random; undefined if none is. */
function freeNumber(
  { first, size }: Range,
  taken: ReadonlySet<number | undefined>,
  chance: Random,
): number | undefined {
  const start = chance.below(size);
  for (let i = 0; i < size; i++) {
    const number = first + ((start + i) % size);
    if (!taken.has(number)) return number;
  }
  return undefined;
}
