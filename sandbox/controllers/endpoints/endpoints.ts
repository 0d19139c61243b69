// Endpoints: the addresses behind each service. pkg/controller/endpoint/endpoints_controller.go,
// pkg/api/v1/endpoints/util.go.

import { equal } from "../../api/clone.ts";
import {
  type EndpointAddress,
  type EndpointPort,
  type EndpointSubset,
  type Endpoints,
  endpoints as endpointsKind,
} from "../../api/endpoints.ts";
import { type Era, hasField } from "../../api/era.ts";
import { keyText, type NamespacedName } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReady } from "../../api/pod-readiness.ts";
import { type Service, services } from "../../api/service.ts";
import { isReason, StatusError } from "../../api/status.ts";
import { defineController, type Requeue, type Tools } from "../../client/controller.ts";
import { Instants } from "../instants.ts";
import { indexByNamespace } from "../ownership.ts";
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

const headlessLabel = "service.kubernetes.io/headless";
const hostnamesAnnotation = "endpoints.beta.kubernetes.io/hostnames-map";

interface State {
  readonly instants: Instants;
  readonly triggers: TriggerTimes;
}

export const endpoints = defineController<State>({
  name: "endpoint-controller",
  for: services,
  watches: [wakeServices],
  indexes: [indexByNamespace(pods), indexByNamespace(services)],
  state: () => ({ instants: new Instants(), triggers: new TriggerTimes() }),
  reconcile,
});

async function reconcile(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined> {
  const { cache, client, clock, state } = tools;
  const service = cache.get(services, key);
  if (!service) {
    state.instants.forget(keyText(key));
    state.triggers.forget(keyText(key));
    await client.delete(endpointsKind, key).catch(ignoreNotFound);
    return undefined;
  }
  const again = state.instants.again(keyText(key), clock.now());
  if (again) return again;
  // Whoever leaves the selector out writes the endpoints himself.
  if (!service.spec.selector) return undefined;
  const behind = podsBehind(service, cache);
  const subsets = repack(behind.flatMap((pod) => entriesOf(pod, service, tools.era)));
  const since = state.triggers.since(keyText(key), service, behind);
  await write(service, { subsets, since }, tools);
  return undefined;
}

function ignoreNotFound(error: unknown): void {
  if (!isReason(error, "NotFound")) throw error;
}

/** One address under one port; without a port for a headless service that names none. */
interface Entry {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly port: EndpointPort | undefined;
}

function entriesOf(pod: Pod, service: Service, era: Era): Entry[] {
  const ready = publishesUnready(service) || isReady(pod);
  if (!ready && !mayServe(pod)) return [];
  const hostname = nameBelow(pod, service);
  const { nodeName } = pod.spec;
  const address: EndpointAddress = {
    ip: pod.status.podIP ?? "",
    ...(hostname && { hostname }),
    ...(nodeName && hasField(era, "core/v1.EndpointAddress", "nodeName") && { nodeName }),
    targetRef: referenceTo(pod),
  };
  const { ports = [] } = service.spec;
  if (ports.length === 0) return isHeadless(service) ? [{ address, ready, port: undefined }] : [];
  return ports.flatMap((servicePort) => {
    const number = findPort(pod, servicePort);
    if (number === undefined) return [];
    const { name, protocol = "TCP" } = servicePort;
    return [{ address, ready, port: { ...(name && { name }), port: number, protocol } }];
  });
}

const portKey = ({ name = "", port, protocol }: EndpointPort): string =>
  `${name}/${port}/${protocol}`;

/** RepackSubsets: ports with the same addresses together, addresses in order. */
function repack(entries: readonly Entry[]): EndpointSubset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; entries: Entry[] }>();
  for (const entry of entries) {
    const key = entry.port ? portKey(entry.port) : "";
    const known = byPort.get(key);
    if (known) known.entries.push(entry);
    else byPort.set(key, { port: entry.port, entries: [entry] });
  }
  const byAddresses = new Map<string, { subset: EndpointSubset; ports: EndpointPort[] }>();
  for (const { port, entries: own } of byPort.values()) {
    const subset = subsetOf(own);
    const key = JSON.stringify([subset.addresses, subset.notReadyAddresses].map(addressKeys));
    const known = byAddresses.get(key) ?? { subset, ports: [] };
    if (port) known.ports.push(port);
    byAddresses.set(key, known);
  }
  return [...byAddresses.values()].map(({ subset, ports }) => ({
    ...subset,
    ...(ports.length > 0 && { ports: ports.sort((a, b) => (portKey(a) < portKey(b) ? -1 : 1)) }),
  }));
}

const addressKeys = (addresses: readonly EndpointAddress[] | undefined): string[] =>
  (addresses ?? []).map(({ ip, targetRef }) => `${ip} ${targetRef?.uid ?? ""}`);

function subsetOf(entries: readonly Entry[]): EndpointSubset {
  const addresses = entries.filter(({ ready }) => ready).map(({ address }) => address);
  const notReadyAddresses = entries.filter(({ ready }) => !ready).map(({ address }) => address);
  return {
    ...(addresses.length > 0 && { addresses: addresses.sort(byAddress) }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses: notReadyAddresses.sort(byAddress) }),
  };
}

function byAddress(a: EndpointAddress, b: EndpointAddress): number {
  const [left = "", right = ""] = [a, b].map(
    ({ ip, targetRef }) => `${ip} ${targetRef?.uid ?? ""}`,
  );
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Outcome {
  readonly subsets: EndpointSubset[];
  readonly since: string | undefined;
}

async function write(service: Service, outcome: Outcome, tools: Tools<State>): Promise<void> {
  const { cache, client, era, events } = tools;
  const { name, namespace = "" } = service.metadata;
  const current = cache.get(endpointsKind, { namespace, name });
  const labels = labelsOf(service, era);
  const { subsets, since } = outcome;
  const same =
    current &&
    equal(withoutVersions(current.subsets ?? []), withoutVersions(subsets)) &&
    equal(current.metadata.labels ?? {}, labels);
  if (same) return;
  const { [triggerAnnotation]: _old, ...kept } = current?.metadata.annotations ?? {};
  const annotations = { ...kept, ...annotationsOf(subsets, since, era) };
  const draft: Endpoints = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...(current?.metadata ?? { name, namespace }),
      annotations,
      labels,
    },
    ...(subsets.length > 0 && { subsets }),
  };
  if (Object.keys(annotations).length === 0) delete draft.metadata.annotations;
  if (Object.keys(labels).length === 0) delete draft.metadata.labels;
  try {
    if (current) await client.update(endpointsKind, draft);
    else await client.create(endpointsKind, draft);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (!current && isNamespaceEnding(error)) return;
    const [reason, text] = current
      ? ["FailedToUpdateEndpoint", `Failed to update endpoint ${namespace}/${name}`]
      : ["FailedToCreateEndpoint", `Failed to create endpoint for service ${namespace}/${name}`];
    events.warning(draft, reason, `${text}: ${error.message}`);
    throw error;
  }
}

/** A pod that is written anew without any change that counts here changes no endpoints. */
const withoutVersions = (subsets: readonly EndpointSubset[]): unknown =>
  subsets.map(({ addresses, notReadyAddresses, ports }) => ({
    addresses: addresses?.map(withoutVersion),
    notReadyAddresses: notReadyAddresses?.map(withoutVersion),
    ports,
  }));

function withoutVersion({ targetRef, ...address }: EndpointAddress): unknown {
  const { resourceVersion: _version, ...reference } = targetRef ?? {};
  return { ...address, reference };
}

function labelsOf(service: Service, era: Era): Record<string, string> {
  const { labels } = service.metadata;
  if (!era.behaviors.has("headless-label")) return { ...labels };
  const { [headlessLabel]: _headless, ...rest } = labels ?? {};
  return isHeadless(service) ? { ...rest, [headlessLabel]: "" } : rest;
}

function annotationsOf(
  subsets: readonly EndpointSubset[],
  since: string | undefined,
  era: Era,
): Record<string, string> {
  const annotations: Record<string, string> = {};
  if (since && era.behaviors.has("trigger-times")) annotations[triggerAnnotation] = since;
  if (!era.behaviors.has("hostnames-map")) return annotations;
  const named = subsets
    .flatMap(({ addresses = [], notReadyAddresses = [] }) => [...addresses, ...notReadyAddresses])
    .filter(({ hostname }) => hostname)
    .map(({ ip, hostname }) => [ip, { HostName: hostname }] as const);
  if (named.length > 0)
    annotations[hostnamesAnnotation] = JSON.stringify(Object.fromEntries(named));
  return annotations;
}
