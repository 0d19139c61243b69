// EndpointSlices: the addresses behind each service, at most a hundred in one object.
// pkg/controller/endpointslice/{endpointslice_controller,reconciler,utils}.go.

import { equal } from "../../api/clone.ts";
import {
  type Endpoint,
  type EndpointSlice,
  type EndpointSlicePort,
  endpointSlices,
} from "../../api/endpointslice.ts";
import { keyOf, keyText, type NamespacedName } from "../../api/meta.ts";
import { nodes } from "../../api/node.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReady } from "../../api/pod-readiness.ts";
import { type Service, services } from "../../api/service.ts";
import { isReason, StatusError } from "../../api/status.ts";
import { defineController, type Requeue, type Tools } from "../../client/controller.ts";
import { Instants } from "../instants.ts";
import {
  byController,
  controllerReference,
  indexByController,
  indexByNamespace,
} from "../ownership.ts";
import { isNamespaceEnding } from "../pod-control.ts";
import {
  findPort,
  isHeadless,
  mayServe,
  nameBelow,
  podsBehind,
  publishesUnready,
  referenceTo,
  wakeServices,
} from "./service-pods.ts";
import { TriggerTimes, triggerAnnotation } from "./trigger-times.ts";

const CAPACITY = 100;
const serviceLabel = "kubernetes.io/service-name";
const managerLabel = "endpointslice.kubernetes.io/managed-by";
const manager = "endpointslice-controller.k8s.io";
const headlessLabel = "service.kubernetes.io/headless";
const zoneLabel = "topology.kubernetes.io/zone";

interface State {
  readonly instants: Instants;
  readonly triggers: TriggerTimes;
}

export const endpointSlice = defineController<State>({
  name: "endpoint-slice-controller",
  for: services,
  owns: [endpointSlices],
  watches: [wakeServices],
  indexes: [indexByNamespace(pods), indexByNamespace(services), indexByController(endpointSlices)],
  state: () => ({ instants: new Instants(), triggers: new TriggerTimes() }),
  reconcile,
});

/** The endpoints that have the same ports, by address; and the slices that have these ports. */
interface Group {
  readonly ports: EndpointSlicePort[];
  readonly wanted: Map<string, Endpoint>;
  readonly slices: EndpointSlice[];
}

interface Plan {
  readonly create: EndpointSlice[];
  readonly update: EndpointSlice[];
  readonly remove: EndpointSlice[];
}

async function reconcile(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined> {
  const { cache, clock, state } = tools;
  const service = cache.get(services, key);
  if (!service) {
    state.instants.forget(keyText(key));
    state.triggers.forget(keyText(key));
    return undefined;
  }
  const again = state.instants.again(keyText(key), clock.now());
  if (again) return again;
  if (!service.spec.selector || service.metadata.deletionTimestamp) return undefined;
  const behind = podsBehind(service, cache).filter(mayServe);
  const existing = cache
    .by(endpointSlices, byController, service.metadata.uid ?? "")
    .filter(({ metadata }) => metadata.labels?.[managerLabel] === manager);
  const plan: Plan = { create: [], update: [], remove: [] };
  for (const group of groupsOf(service, { behind, existing }, tools).values()) {
    fill(service, group, plan);
  }
  if (existing.length === plan.remove.length && plan.create.length === 0) keepOne(service, plan);
  const since = state.triggers.since(keyText(key), service, behind);
  await carryOut(plan, since, tools);
  return undefined;
}

/** A service without endpoints has one slice, which is empty and says nothing of ports. */
function keepOne(service: Service, { create, remove }: Plan): void {
  const empty = remove.findIndex(
    ({ endpoints = [], ports = [] }) => endpoints.length + ports.length === 0,
  );
  if (empty < 0) create.push(newSlice(service, []));
  else remove.splice(empty, 1);
}

const portsKey = (ports: readonly EndpointSlicePort[]): string =>
  ports
    .map(({ name = "", port, protocol }) => `${name}/${port}/${protocol}`)
    .sort()
    .join(",");

function groupsOf(
  service: Service,
  { behind, existing }: { behind: readonly Pod[]; existing: readonly EndpointSlice[] },
  tools: Tools<State>,
): Map<string, Group> {
  const groups = new Map<string, Group>();
  const groupFor = (ports: EndpointSlicePort[]): Group => {
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, wanted: new Map(), slices: [] };
    groups.set(key, group);
    return group;
  };
  for (const slice of existing) groupFor(slice.ports ?? []).slices.push(slice);
  for (const pod of behind) {
    const endpoint = endpointOf(pod, service, tools);
    groupFor(portsOf(pod, service)).wanted.set(endpointKey(endpoint), endpoint);
  }
  return groups;
}

const endpointKey = ({ addresses, targetRef }: Endpoint): string =>
  `${addresses.join(",")} ${targetRef?.uid ?? ""}`;

function portsOf(pod: Pod, service: Service): EndpointSlicePort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = findPort(pod, servicePort);
    if (port === undefined) return [];
    const { name = "", protocol = "TCP" } = servicePort;
    return [{ name, port, protocol }];
  });
}

function endpointOf(pod: Pod, service: Service, { cache, era }: Tools<State>): Endpoint {
  const ready = publishesUnready(service) || (isReady(pod) && !pod.metadata.deletionTimestamp);
  const hostname = nameBelow(pod, service);
  const { nodeName } = pod.spec;
  const node = nodeName ? cache.get(nodes, { namespace: "", name: nodeName }) : undefined;
  const zone = node?.metadata.labels?.[zoneLabel];
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const more = era.gates.has("EndpointSliceTerminatingCondition");
  return {
    addresses: [pod.status.podIP ?? ""],
    conditions: { ready, ...(more && { serving: isReady(pod), terminating }) },
    ...(hostname && { hostname }),
    targetRef: referenceTo(pod),
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
  };
}

/** Keeps endpoints where they are, and puts new ones where there is room. */
function fill(service: Service, { ports, wanted, slices }: Group, plan: Plan): void {
  const open = new Map(wanted);
  const kept = slices.map((slice) => {
    const endpoints = (slice.endpoints ?? []).flatMap((endpoint) => {
      const key = endpointKey(endpoint);
      const now = open.get(key);
      open.delete(key);
      return now ? [now] : [];
    });
    return { slice, endpoints, isChanged: !sameEndpoints(endpoints, slice.endpoints ?? []) };
  });
  const roomy = [...kept].sort(
    (a, b) => Number(b.isChanged) - Number(a.isChanged) || b.endpoints.length - a.endpoints.length,
  );
  const rest = [...open.values()];
  for (const each of roomy) {
    if (each.endpoints.length === 0 && each.isChanged) continue;
    const taken = rest.splice(0, CAPACITY - each.endpoints.length);
    if (taken.length === 0) continue;
    each.endpoints.push(...taken);
    each.isChanged = true;
  }
  while (rest.length > 0) {
    plan.create.push({ ...newSlice(service, ports), endpoints: rest.splice(0, CAPACITY) });
  }
  for (const { slice, endpoints, isChanged } of kept) {
    if (endpoints.length === 0) plan.remove.push(slice);
    else if (isChanged) plan.update.push({ ...slice, endpoints });
  }
}

/** The version of a pod changes with each of its writes: that alone changes no endpoint. */
function sameEndpoints(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  const plain = ({ targetRef, ...endpoint }: Endpoint) => {
    const { resourceVersion: _version, ...reference } = targetRef ?? {};
    return { ...endpoint, reference };
  };
  return equal(a.map(plain), b.map(plain));
}

function newSlice(service: Service, ports: EndpointSlicePort[]): EndpointSlice {
  const { name, namespace = "", labels } = service.metadata;
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "",
      generateName: `${name}-`,
      namespace,
      labels: {
        ...labels,
        [serviceLabel]: name,
        [managerLabel]: manager,
        ...(isHeadless(service) && { [headlessLabel]: "" }),
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: "IPv4",
    endpoints: [],
    ports,
  };
}

async function carryOut(
  { create, update, remove }: Plan,
  since: string | undefined,
  { client }: Tools<State>,
): Promise<void> {
  // A slice that goes gives its name to one that comes.
  while (create.length > 0 && remove.length > 0) {
    const { metadata } = remove.shift() as EndpointSlice;
    update.push({ ...(create.pop() as EndpointSlice), metadata });
  }
  const noted = ({ metadata, ...slice }: EndpointSlice): EndpointSlice => {
    const { [triggerAnnotation]: _old, ...kept } = metadata.annotations ?? {};
    const annotations = { ...kept, ...(since && { [triggerAnnotation]: since }) };
    const { annotations: _annotations, ...rest } = metadata;
    const some = Object.keys(annotations).length > 0;
    return { ...slice, metadata: { ...rest, ...(some && { annotations }) } };
  };
  try {
    for (const slice of create) await client.create(endpointSlices, noted(slice));
  } catch (error) {
    if (error instanceof StatusError && isNamespaceEnding(error)) return;
    throw error;
  }
  for (const slice of update) await client.update(endpointSlices, noted(slice));
  for (const slice of remove) {
    await client.delete(endpointSlices, keyOf(slice)).catch((error: unknown) => {
      if (!isReason(error, "NotFound")) throw error;
    });
  }
}
