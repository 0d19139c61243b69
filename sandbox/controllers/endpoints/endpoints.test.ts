import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { endpoints as endpointsKind } from "../../api/endpoints.ts";
import { endpointSlices } from "../../api/endpointslice.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { type Service, type ServiceSpec, services } from "../../api/service.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { running } from "../test-kubelet.ts";
import { withoutAdmission } from "../test-objects.ts";
import { endpoints } from "./endpoints.ts";
import { endpointSlice } from "./endpointslice.ts";

const db = { namespace: "default", name: "db" };

const serviceOf = (spec: Partial<ServiceSpec> = {}): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { ...db },
  spec: {
    clusterIP: "None",
    selector: { app: "db" },
    ports: [{ name: "sql", port: 5432 }],
    ...spec,
  },
  status: {},
});

async function makePod(cluster: TestCluster, number: number, ready = true): Promise<Pod> {
  const name = `db-${number}`;
  const made = await cluster.client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels: { app: "db" } },
    spec: {
      hostname: name,
      subdomain: "db",
      nodeName: "node1",
      containers: [{ name: "c", image: "postgres", ports: [{ name: "sql", containerPort: 5433 }] }],
    },
    status: {},
  });
  const runs = running(made, ready, cluster.clock.now());
  runs.status.podIP = `10.244.1.${number + 1}`;
  return cluster.client.updateStatus(pods, runs);
}

const start = () =>
  testCluster({
    era: withoutAdmission(v1_20),
    controllers: [endpoints, endpointSlice],
    host: immediate,
  });

const subsetsOf = async (cluster: TestCluster) =>
  (await cluster.client.get(endpointsKind, db)).subsets ?? [];

test("ready pods are addresses, others are not ready, with the names they have below the service", async () => {
  const cluster = await start();
  await cluster.client.create(services, serviceOf());
  await makePod(cluster, 1);
  await makePod(cluster, 0);
  await makePod(cluster, 2, false);
  await cluster.advance(1_000);
  const [subset] = await subsetsOf(cluster);
  expect(subset?.addresses?.map(({ ip, hostname }) => [ip, hostname])).toEqual([
    ["10.244.1.1", "db-0"],
    ["10.244.1.2", "db-1"],
  ]);
  expect(subset?.notReadyAddresses?.map(({ ip }) => ip)).toEqual(["10.244.1.3"]);
  expect(subset?.ports).toEqual([{ name: "sql", port: 5432, protocol: "TCP" }]);
  const { metadata } = await cluster.client.get(endpointsKind, db);
  expect(metadata.labels).toEqual({ "service.kubernetes.io/headless": "" });
  cluster.stop();
});

test("a named target port is looked up in the pod, and a pod that ends is no address", async () => {
  const cluster = await start();
  const ports = [{ name: "sql", port: 5432, targetPort: "sql" }];
  await cluster.client.create(services, serviceOf({ ports }));
  await makePod(cluster, 0);
  await cluster.advance(1_000);
  expect((await subsetsOf(cluster))[0]?.ports?.[0]?.port).toBe(5433);
  await cluster.client.delete(pods, { namespace: "default", name: "db-0" });
  await cluster.advance(1_000);
  expect(await subsetsOf(cluster)).toEqual([]);
  cluster.stop();
});

test("a service may publish pods that are not ready", async () => {
  const cluster = await start();
  await cluster.client.create(services, serviceOf({ publishNotReadyAddresses: true }));
  await makePod(cluster, 0, false);
  await cluster.advance(1_000);
  expect((await subsetsOf(cluster))[0]?.addresses).toHaveLength(1);
  cluster.stop();
});

test("endpoints go with their service", async () => {
  const cluster = await start();
  await cluster.client.create(services, serviceOf());
  await cluster.advance(1_000);
  expect(await cluster.names(endpointsKind)).toEqual(["db"]);
  await cluster.client.delete(services, db);
  await cluster.advance(1_000);
  expect(await cluster.names(endpointsKind)).toEqual([]);
  cluster.stop();
});

test("slices have a hundred endpoints at most, and keep what stays where it is", async () => {
  const cluster = await start();
  await cluster.client.create(services, serviceOf());
  for (let number = 0; number < 130; number++) await makePod(cluster, number);
  await cluster.advance(1_000);
  const sizes = async () => {
    const { items } = await cluster.client.list(endpointSlices);
    return items.map(({ endpoints: list }) => list.length).sort((a, b) => a - b);
  };
  expect(await sizes()).toEqual([30, 100]);
  const before = await cluster.names(endpointSlices);
  await cluster.client.delete(pods, { namespace: "default", name: "db-0" });
  await cluster.advance(1_000);
  expect((await sizes()).reduce((a, b) => a + b)).toBe(129);
  expect(await cluster.names(endpointSlices)).toEqual(before);
  cluster.stop();
});

test("a service without pods has one empty slice", async () => {
  const cluster = await start();
  await cluster.client.create(services, serviceOf());
  await cluster.advance(1_000);
  const { items } = await cluster.client.list(endpointSlices);
  expect(items.map(({ endpoints: list, ports }) => [list, ports])).toEqual([[[], []]]);
  await makePod(cluster, 0);
  await cluster.advance(1_000);
  const { items: after } = await cluster.client.list(endpointSlices);
  expect(after.map(({ endpoints: list }) => list.length)).toEqual([1]);
  expect(after[0]?.metadata.name).toBe(items[0]?.metadata.name);
  cluster.stop();
});
