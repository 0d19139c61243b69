// What the server itself sees to when it starts: that the namespaces and classes are there which
// every cluster has, and that programs in pods find the server. pkg/controlplane/controller.go and
// its hooks.

import { type Endpoints, endpoints } from "../api/endpoints.ts";
import { type EndpointSlice, endpointSlices } from "../api/endpointslice.ts";
import type { Era } from "../api/era.ts";
import { formatIPv4, parseCidr } from "../api/ip.ts";
import type { KubeObject } from "../api/meta.ts";
import { type Namespace, namespaces } from "../api/namespace.ts";
import { type PriorityClass, priorityClasses, systemClasses } from "../api/priorityclass.ts";
import { groupVersionOf, type Resource, servedVersions } from "../api/resource.ts";
import { clusterRoles } from "../api/role.ts";
import { clusterRoleBindings } from "../api/rolebinding.ts";
import { type Service, services } from "../api/service.ts";
import { assert } from "../sim/assert.ts";
import { bootstrapBindings, bootstrapRoles } from "./access-policy.ts";
import type { Registry, WriteOptions } from "./registry.ts";

/** Where programs in pods reach the server, behind the service `kubernetes`. */
export interface Advertised {
  readonly address: string;
  readonly port: number;
}

interface Place {
  readonly era: Era;
  readonly serviceRange: string;
  registry(resource: Resource): Registry;
}

/** Makes what is missing. Without an address the service `kubernetes` is left out. */
export function bootstrap(place: Place, advertised: Advertised | undefined): void {
  const { era } = place;
  const ensure = (resource: Resource, objects: readonly KubeObject[]) => {
    if (servedVersions(resource, era).length === 0) return;
    for (const object of objects) write(place.registry(resource), object, advertised);
  };
  ensure(namespaces as Resource, namespacesOf(era).map(namespace));
  ensure(priorityClasses as Resource, classes());
  ensure(clusterRoles as Resource, bootstrapRoles());
  ensure(clusterRoleBindings as Resource, bootstrapBindings());
  if (!advertised) return;
  ensure(services as Resource, [service(place, advertised)]);
  ensure(endpoints as Resource, [endpointsAt(advertised, era)]);
  if (era.gates.has("EndpointSlice")) ensure(endpointSlices as Resource, [sliceAt(advertised)]);
}

/** Only what says where the server is can be out of date. */
function write(registry: Registry, object: KubeObject, advertised: Advertised | undefined): void {
  const { resource } = registry;
  const groupVersion = groupVersionOf(resource);
  object.apiVersion = groupVersion;
  const user = { name: "system:apiserver", groups: ["system:masters"] };
  const options: WriteOptions = { user, groupVersion, owned: true };
  const { name, namespace = "" } = object.metadata;
  const found = registry.find({ namespace, name });
  if (!found) registry.create(namespace, object, options);
  else if (advertised && resource.plural.startsWith("endpoint")) {
    registry.update({ namespace, name }, object, options);
  }
}

const namespacesOf = ({ gates, behaviors }: Era): readonly string[] => [
  "kube-system",
  "default",
  ...(behaviors.has("two-namespaces") ? [] : ["kube-public"]),
  ...(gates.has("NodeLease") ? ["kube-node-lease"] : []),
];

const namespace = (name: string): Namespace => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
  spec: {},
  status: {},
});

const classes = (): PriorityClass[] =>
  Object.entries(systemClasses).map(([name, facts]) => ({
    apiVersion: "",
    kind: "PriorityClass",
    metadata: { name },
    ...facts,
  }));

const PORT = "https";
const about = { namespace: "default", name: "kubernetes" };

function service({ serviceRange }: Place, { port }: Advertised): Service {
  const range = parseCidr(serviceRange);
  assert(range !== undefined, `${serviceRange} must be a range of addresses`);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...about, labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: formatIPv4(range.first + 1),
      sessionAffinity: "None",
      ports: [{ name: PORT, port: 443, targetPort: port, protocol: "TCP" }],
    },
    status: { loadBalancer: {} },
  };
}

const endpointsAt = ({ address, port }: Advertised, { gates }: Era): Endpoints => ({
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: {
    ...about,
    ...(gates.has("EndpointSlice") && {
      labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
    }),
  },
  subsets: [{ addresses: [{ ip: address }], ports: [{ name: PORT, port, protocol: "TCP" }] }],
});

const sliceAt = ({ address, port }: Advertised): EndpointSlice => ({
  apiVersion: "",
  kind: "EndpointSlice",
  metadata: { ...about, labels: { "kubernetes.io/service-name": "kubernetes" } },
  addressType: "IPv4",
  endpoints: [{ addresses: [address], conditions: { ready: true } }],
  ports: [{ name: PORT, port, protocol: "TCP" }],
});
