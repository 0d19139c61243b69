import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { keyOf } from "../api/meta.ts";
import { type Pod, pods } from "../api/pod.ts";
import { type ReplicaSet, replicaSets } from "../api/replicaset.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { replicaSet } from "./replicaset.ts";
import { type TestCluster, testCluster } from "./test-cluster.ts";
import { running, testKubelet } from "./test-kubelet.ts";
import { withoutAdmission } from "./test-objects.ts";

const web = { namespace: "default", name: "web" };

function setOf(replicas: number, spec: Partial<ReplicaSet["spec"]> = {}): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { ...web },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "c", image: "nginx" }] },
      },
      ...spec,
    },
    status: { replicas: 0 },
  };
}

function podOf(name: string, labels: Record<string, string>): Pod {
  const containers = [{ name: "c", image: "nginx" }];
  const metadata = { name, namespace: "default", labels };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { containers }, status: {} };
}

const start = (kubelet = testKubelet()) =>
  testCluster({
    era: withoutAdmission(v1_20),
    controllers: [replicaSet, kubelet],
    host: immediate,
  });

const statusOf = async (cluster: TestCluster) =>
  (await cluster.client.get(replicaSets, web)).status;

async function scale(cluster: TestCluster, replicas: number) {
  await cluster.client.patch(replicaSets, web, { body: { spec: { replicas } } });
  await cluster.advance(1_000);
}

test("makes the pods that are missing and says so", async () => {
  const cluster = await start();
  await cluster.client.create(replicaSets, setOf(3));
  await cluster.advance(1_000);
  const names = await cluster.names(pods);
  expect(names).toHaveLength(3);
  expect(await statusOf(cluster)).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  });
  expect((await cluster.eventsOf("web")).sort()).toEqual(
    names.map((name) => `SuccessfulCreate: Created pod: ${name}`),
  );
  cluster.stop();
});

test("deletes first the pods that are not ready, and makes none for those that end", async () => {
  let slow = "";
  const cluster = await start(testKubelet({ ready: ({ metadata }) => metadata.name !== slow }));
  await cluster.client.create(replicaSets, setOf(3));
  await cluster.clock.settle();
  slow = (await cluster.names(pods))[1] as string;
  const pod = await cluster.client.get(pods, { namespace: "default", name: slow });
  await cluster.client.updateStatus(pods, running(pod, false, cluster.clock.now()));
  await cluster.advance(1_000);
  await scale(cluster, 2);
  const left = await cluster.names(pods);
  expect(left).toHaveLength(2);
  expect(left).not.toContain(slow);
  expect(await cluster.eventsOf("web")).toContain(`SuccessfulDelete: Deleted pod: ${slow}`);
  cluster.stop();
});

test("a pod that ends is replaced, and stays for looking at", async () => {
  const cluster = await start();
  await cluster.client.create(replicaSets, setOf(1));
  await cluster.advance(1_000);
  const [name = ""] = await cluster.names(pods);
  const pod = await cluster.client.get(pods, { namespace: "default", name });
  await cluster.client.updateStatus(pods, {
    ...pod,
    status: { phase: "Failed", reason: "Evicted" },
  });
  await cluster.advance(1_000);
  expect(await cluster.names(pods)).toHaveLength(2);
  expect((await statusOf(cluster)).replicas).toBe(1);
  cluster.stop();
});

test("adopts a pod that matches and is nobody's, and lets go one that matches no more", async () => {
  const cluster = await start();
  await cluster.client.create(pods, podOf("stray", { app: "web" }));
  await cluster.client.create(replicaSets, setOf(2));
  await cluster.advance(1_000);
  const stray = await cluster.client.get(pods, { namespace: "default", name: "stray" });
  expect(stray.metadata.ownerReferences).toMatchObject([{ name: "web", controller: true }]);
  expect(await cluster.names(pods)).toHaveLength(2);

  await cluster.client.patch(pods, keyOf(stray), { body: { metadata: { labels: { app: "me" } } } });
  await cluster.advance(1_000);
  const released = await cluster.client.get(pods, keyOf(stray));
  expect(released.metadata.ownerReferences ?? []).toEqual([]);
  expect(await cluster.names(pods)).toHaveLength(3);
  cluster.stop();
});

test("a pod counts as available when it has been ready for minReadySeconds, and then at once", async () => {
  const cluster = await start();
  await cluster.client.create(replicaSets, setOf(1, { minReadySeconds: 10 }));
  await cluster.advance(9_000);
  expect(await statusOf(cluster)).toMatchObject({ readyReplicas: 1 });
  expect((await statusOf(cluster)).availableReplicas).toBeUndefined();
  await cluster.advance(1_500);
  expect((await statusOf(cluster)).availableReplicas).toBe(1);
  cluster.stop();
});

test("300 pods are made exactly once each, and nothing is left to do afterwards", async () => {
  const cluster = await start();
  await cluster.client.create(replicaSets, setOf(300));
  await cluster.advance(10_000);
  expect(await cluster.names(pods)).toHaveLength(300);
  expect((await statusOf(cluster)).readyReplicas).toBe(300);
  expect(cluster.clock.nextDue()).toBeUndefined();
  cluster.stop();
});
