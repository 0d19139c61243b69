import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { type ConfigMap, configMaps } from "../api/configmap.ts";
import { type Deployment, deployments } from "../api/deployment.ts";
import { type KubeObject, keyOf, type OwnerReference } from "../api/meta.ts";
import { pods } from "../api/pod.ts";
import { replicaSets } from "../api/replicaset.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { deployment } from "./deployment/deployment.ts";
import { garbageCollector } from "./garbage-collector.ts";
import { replicaSet } from "./replicaset.ts";
import { type TestCluster, testCluster } from "./test-cluster.ts";
import { testKubelet } from "./test-kubelet.ts";
import { withoutAdmission } from "./test-objects.ts";

const start = (kubelet = testKubelet()) =>
  testCluster({
    era: withoutAdmission(v1_20),
    controllers: [deployment, replicaSet, garbageCollector, kubelet],
    host: immediate,
  });

const web = { namespace: "default", name: "web" };

function webOf(replicas: number): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...web },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "nginx", image: "nginx" }], nodeName: "node1" },
      },
    },
    status: {},
  };
}

/** A config map that others own: `block` of them wait for it to go. */
async function make(
  cluster: TestCluster,
  name: string,
  { owners, block = false }: { owners: readonly KubeObject[]; block?: boolean } = { owners: [] },
) {
  const ownerReferences = owners.map(
    ({ apiVersion, kind, metadata }): OwnerReference => ({
      apiVersion,
      kind,
      name: metadata.name,
      uid: metadata.uid ?? "",
      ...(block && { blockOwnerDeletion: true }),
    }),
  );
  const object: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default", ownerReferences },
  };
  return cluster.client.create(configMaps, object);
}

test("a Deployment takes its ReplicaSets and their pods with it", async () => {
  const cluster = await start();
  await cluster.client.create(deployments, webOf(3));
  await cluster.advance(5_000);
  expect(await cluster.names(pods)).toHaveLength(3);
  await cluster.client.delete(deployments, web, { propagationPolicy: "Background" });
  await cluster.advance(5_000);
  expect(await cluster.names(replicaSets)).toEqual([]);
  expect(await cluster.names(pods)).toEqual([]);
  cluster.stop();
});

test("in the foreground the owner stays until all that it owns has gone", async () => {
  const cluster = await start(testKubelet({ terminationMs: 20_000 }));
  await cluster.client.create(deployments, webOf(2));
  await cluster.advance(5_000);
  await cluster.client.delete(deployments, web, { propagationPolicy: "Foreground" });
  await cluster.advance(5_000);
  const ending = await cluster.client.get(deployments, web);
  expect(ending.metadata.finalizers).toEqual(["foregroundDeletion"]);
  expect(await cluster.names(replicaSets)).toHaveLength(1);
  await cluster.advance(60_000);
  expect(await cluster.names(deployments)).toEqual([]);
  expect(await cluster.names(replicaSets)).toEqual([]);
  expect(await cluster.names(pods)).toEqual([]);
  cluster.stop();
});

test("orphans stay, and nobody owns them any more", async () => {
  const cluster = await start();
  await cluster.client.create(deployments, webOf(2));
  await cluster.advance(5_000);
  await cluster.client.delete(deployments, web, { propagationPolicy: "Orphan" });
  await cluster.advance(5_000);
  expect(await cluster.names(deployments)).toEqual([]);
  const { items } = await cluster.client.list(replicaSets);
  expect(items).toHaveLength(1);
  expect(items[0]?.metadata.ownerReferences ?? []).toEqual([]);
  expect(await cluster.names(pods)).toHaveLength(2);
  cluster.stop();
});

test("what has an owner left stays, without the one that is gone", async () => {
  const cluster = await start();
  const a = await make(cluster, "a");
  const b = await make(cluster, "b");
  const child = await make(cluster, "child", { owners: [a, b] });
  await cluster.advance(1_000);
  await cluster.client.delete(configMaps, keyOf(a));
  await cluster.advance(1_000);
  await cluster.client.delete(configMaps, keyOf(b));
  await cluster.advance(1_000);
  expect(await cluster.names(configMaps)).toEqual([]);
  expect(child.metadata.ownerReferences).toHaveLength(2);
  cluster.stop();
});

test("an owner that is waiting counts as gone, if another one is left", async () => {
  const cluster = await start();
  const a = await make(cluster, "a");
  const b = await make(cluster, "b");
  await make(cluster, "child", { owners: [a, b], block: true });
  await cluster.advance(1_000);
  await cluster.client.delete(configMaps, keyOf(a), { propagationPolicy: "Foreground" });
  await cluster.advance(1_000);
  expect(await cluster.names(configMaps)).toEqual(["b", "child"]);
  const { metadata } = await cluster.client.get(configMaps, {
    namespace: "default",
    name: "child",
  });
  expect(metadata.ownerReferences?.map(({ name }) => name)).toEqual(["b"]);
  cluster.stop();
});

test("what is made for an owner that does not exist goes", async () => {
  const cluster = await start();
  const a = await make(cluster, "a");
  const ghost = { ...a, metadata: { ...a.metadata, uid: "gone" } };
  await make(cluster, "child", { owners: [ghost] });
  await cluster.advance(1_000);
  expect(await cluster.names(configMaps)).toEqual(["a"]);
  cluster.stop();
});

test("two that own each other can still be deleted", async () => {
  const cluster = await start();
  const a = await make(cluster, "a");
  const b = await make(cluster, "b", { owners: [a], block: true });
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "b", uid: b.metadata.uid };
  const body = { metadata: { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] } };
  await cluster.client.patch(configMaps, keyOf(a), { body });
  await cluster.advance(1_000);
  await cluster.client.delete(configMaps, keyOf(a), { propagationPolicy: "Foreground" });
  await cluster.advance(5_000);
  expect(await cluster.names(configMaps)).toEqual([]);
  cluster.stop();
});
