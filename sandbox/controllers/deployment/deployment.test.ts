import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { type Deployment, type DeploymentSpec, deployments } from "../../api/deployment.ts";
import { condition } from "../../api/meta.ts";
import { pods } from "../../api/pod.ts";
import { replicaSets } from "../../api/replicaset.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { replicaSet } from "../replicaset.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { testKubelet } from "../test-kubelet.ts";
import { withoutAdmission } from "../test-objects.ts";
import { deployment } from "./deployment.ts";

const web = { namespace: "default", name: "web" };

function deploymentOf(replicas: number, spec: Partial<DeploymentSpec> = {}): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...web },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "nginx", image: "nginx:1.18" }] },
      },
      ...spec,
    },
    status: {},
  };
}

const start = (kubelet = testKubelet()) =>
  testCluster({
    era: withoutAdmission(v1_20),
    controllers: [deployment, replicaSet, kubelet],
    host: immediate,
  });

const statusOf = async (cluster: TestCluster) =>
  (await cluster.client.get(deployments, web)).status;

async function change(cluster: TestCluster, spec: object, ms = 5_000) {
  await cluster.client.patch(deployments, web, { body: { spec } });
  await cluster.advance(ms);
}

const image = (name: string) => ({
  template: { spec: { containers: [{ name: "nginx", image: name }] } },
});

const sizes = async (cluster: TestCluster) => {
  const { items } = await cluster.client.list(replicaSets);
  return items
    .map(({ spec, metadata }) => [
      spec.template.spec.containers[0]?.image,
      spec.replicas,
      metadata.annotations?.["deployment.kubernetes.io/revision"],
    ])
    .sort();
};

const rolled = async (cluster: TestCluster) =>
  (await cluster.eventsOf("web")).map((text) => text.replace(/web-[a-z0-9]+/, "web"));

test("makes a ReplicaSet, and says that it has its pods and is done", async () => {
  const cluster = await start();
  await cluster.client.create(deployments, deploymentOf(2));
  await cluster.advance(5_000);
  const status = await statusOf(cluster);
  expect(status).toMatchObject({
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
  });
  const [set = ""] = await cluster.names(replicaSets);
  expect(set).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
  expect(condition(status.conditions, "Progressing")).toMatchObject({
    status: "True",
    reason: "NewReplicaSetAvailable",
    message: `ReplicaSet "${set}" has successfully progressed.`,
  });
  expect(condition(status.conditions, "Available")?.reason).toBe("MinimumReplicasAvailable");
  cluster.stop();
});

test("replaces pods step by step, in the order that a real cluster does", async () => {
  const cluster = await start();
  await cluster.client.create(deployments, deploymentOf(2));
  await cluster.advance(5_000);
  await change(cluster, image("nginx:1.19"));
  expect(await sizes(cluster)).toEqual([
    ["nginx:1.18", 0, "1"],
    ["nginx:1.19", 2, "2"],
  ]);
  expect(await rolled(cluster)).toEqual([
    "ScalingReplicaSet: Scaled up replica set web to 2",
    "ScalingReplicaSet: Scaled up replica set web to 1",
    "ScalingReplicaSet: Scaled down replica set web to 1",
    "ScalingReplicaSet: Scaled up replica set web to 2",
    "ScalingReplicaSet: Scaled down replica set web to 0",
  ]);
  cluster.stop();
});

test("going back uses the old ReplicaSet again, under a new revision", async () => {
  const cluster = await start();
  await cluster.client.create(deployments, deploymentOf(2));
  await cluster.advance(5_000);
  await change(cluster, image("nginx:1.19"));
  await change(cluster, image("nginx:1.18"));
  expect(await sizes(cluster)).toEqual([
    ["nginx:1.18", 2, "3"],
    ["nginx:1.19", 0, "2"],
  ]);
  const { metadata } = await cluster.client.get(deployments, web);
  expect(metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  cluster.stop();
});

test("a rollout whose pods do not become ready stops short, and fails at its deadline", async () => {
  const bad = "nginx:bad";
  const cluster = await start(
    testKubelet({ ready: ({ spec }) => spec.containers[0]?.image !== bad }),
  );
  await cluster.client.create(deployments, deploymentOf(4, { progressDeadlineSeconds: 60 }));
  await cluster.advance(5_000);
  await change(cluster, image(bad), 50_000);
  expect(await sizes(cluster)).toEqual([
    ["nginx:1.18", 3, "1"],
    ["nginx:bad", 2, "2"],
  ]);
  const progressing = async () => condition((await statusOf(cluster)).conditions, "Progressing");
  expect((await progressing())?.reason).toBe("ReplicaSetUpdated");
  await cluster.advance(15_000);
  expect(await progressing()).toMatchObject({
    status: "False",
    reason: "ProgressDeadlineExceeded",
  });
  expect(cluster.clock.nextDue()).toBeUndefined();
  cluster.stop();
});

test("what is changed during a pause waits until it is over, but sizes do not", async () => {
  const cluster = await start();
  await cluster.client.create(deployments, deploymentOf(2));
  await cluster.advance(5_000);
  await change(cluster, { paused: true });
  await change(cluster, { ...image("nginx:1.19"), replicas: 3 });
  expect(await sizes(cluster)).toEqual([["nginx:1.18", 3, "1"]]);
  const { conditions } = await statusOf(cluster);
  expect(condition(conditions, "Progressing")?.reason).toBe("DeploymentPaused");
  await change(cluster, { paused: false });
  expect(await sizes(cluster)).toEqual([
    ["nginx:1.18", 0, "1"],
    ["nginx:1.19", 3, "2"],
  ]);
  cluster.stop();
});

test("Recreate lets the old pods go before the new ones come", async () => {
  const cluster = await start(testKubelet({ terminationMs: 20_000 }));
  const made = deploymentOf(2, { strategy: { type: "Recreate" } });
  made.spec.template.spec.nodeName = "node1";
  await cluster.client.create(deployments, made);
  await cluster.advance(5_000);
  await change(cluster, image("nginx:1.19"), 10_000);
  const images = async () => {
    const { items } = await cluster.client.list(pods);
    return items.map(({ spec }) => spec.containers[0]?.image);
  };
  expect(await images()).toEqual(["nginx:1.18", "nginx:1.18"]);
  await cluster.advance(60_000);
  expect(await images()).toEqual(["nginx:1.19", "nginx:1.19"]);
  cluster.stop();
});

test("keeps as many old ReplicaSets as the limit says", async () => {
  const cluster = await start();
  await cluster.client.create(deployments, deploymentOf(1, { revisionHistoryLimit: 1 }));
  await cluster.advance(5_000);
  for (const tag of ["1.19", "1.20", "1.21"]) await change(cluster, image(`nginx:${tag}`));
  expect(await sizes(cluster)).toEqual([
    ["nginx:1.20", 0, "3"],
    ["nginx:1.21", 1, "4"],
  ]);
  cluster.stop();
});
