import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { type DaemonSet, daemonSets } from "../../api/daemonset.ts";
import { type Node, nodes } from "../../api/node.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { testKubelet } from "../test-kubelet.ts";
import { withoutAdmission } from "../test-objects.ts";
import { daemonSet } from "./daemonset.ts";
import { targetOf } from "./placement.ts";

const agent = { namespace: "default", name: "agent" };

function agentOf(spec: Partial<DaemonSet["spec"]> = {}): DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { ...agent },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: {
        metadata: { labels: { app: "agent" } },
        spec: { containers: [{ name: "agent", image: "fluentd:v1.11" }] },
      },
      ...spec,
    },
    status: {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    },
  };
}

const nodeOf = (name: string, labels: Record<string, string> = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
  spec: {},
  status: {},
});

async function start(kubelet = testKubelet()): Promise<TestCluster> {
  const cluster = await testCluster({
    era: withoutAdmission(v1_20),
    controllers: [daemonSet, kubelet],
    host: immediate,
  });
  for (const name of ["node1", "node2", "node3"]) {
    await cluster.client.create(nodes, nodeOf(name, { disk: name === "node3" ? "ssd" : "hdd" }));
  }
  return cluster;
}

const statusOf = async (cluster: TestCluster) =>
  (await cluster.client.get(daemonSets, agent)).status;

const placed = async (cluster: TestCluster) => {
  const { items } = await cluster.client.list(pods);
  return items.map((pod: Pod) => targetOf(pod)).sort();
};

test("there is one pod for each node, meant for that node, and standing its troubles", async () => {
  const cluster = await start();
  await cluster.client.create(daemonSets, agentOf());
  await cluster.advance(1_000);
  expect(await placed(cluster)).toEqual(["node1", "node2", "node3"]);
  expect(await statusOf(cluster)).toEqual({
    currentNumberScheduled: 3,
    numberMisscheduled: 0,
    desiredNumberScheduled: 3,
    numberReady: 3,
    observedGeneration: 1,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
  });
  const { items } = await cluster.client.list(pods);
  expect(items[0]?.spec.tolerations?.map(({ key }) => key)).toContain(
    "node.kubernetes.io/unreachable",
  );
  await cluster.client.create(nodes, nodeOf("node4"));
  await cluster.advance(1_000);
  expect(await placed(cluster)).toEqual(["node1", "node2", "node3", "node4"]);
  cluster.stop();
});

test("a taint against new pods leaves the daemon there, one against all takes it away", async () => {
  const cluster = await start();
  await cluster.client.create(daemonSets, agentOf());
  await cluster.advance(1_000);
  const taint = (effect: string) => ({ body: { spec: { taints: [{ key: "special", effect }] } } });
  await cluster.client.patch(nodes, { namespace: "", name: "node2" }, taint("NoSchedule"));
  await cluster.advance(1_000);
  expect(await placed(cluster)).toEqual(["node1", "node2", "node3"]);
  expect(await statusOf(cluster)).toMatchObject({
    desiredNumberScheduled: 2,
    numberMisscheduled: 1,
  });
  await cluster.client.patch(nodes, { namespace: "", name: "node2" }, taint("NoExecute"));
  await cluster.advance(1_000);
  expect(await placed(cluster)).toEqual(["node1", "node3"]);
  cluster.stop();
});

test("a node selector and its labels decide where daemons are", async () => {
  const cluster = await start();
  const made = agentOf();
  made.spec.template.spec.nodeSelector = { disk: "ssd" };
  await cluster.client.create(daemonSets, made);
  await cluster.advance(1_000);
  expect(await placed(cluster)).toEqual(["node3"]);
  const body = { metadata: { labels: { disk: "ssd" } } };
  await cluster.client.patch(nodes, { namespace: "", name: "node1" }, { body });
  await cluster.advance(1_000);
  expect(await placed(cluster)).toEqual(["node1", "node3"]);
  cluster.stop();
});

test("an update replaces one pod at a time, and waits for each", async () => {
  const cluster = await start(
    testKubelet({ ready: ({ spec }) => spec.containers[0]?.image !== "bad" }),
  );
  await cluster.client.create(daemonSets, agentOf());
  await cluster.advance(1_000);
  const change = async (image: string) => {
    const body = { spec: { template: { spec: { containers: [{ name: "agent", image }] } } } };
    await cluster.client.patch(daemonSets, agent, { body });
    await cluster.advance(5_000);
    const { items } = await cluster.client.list(pods);
    return items.map(({ spec }) => spec.containers[0]?.image).sort();
  };
  expect(await change("fluentd:v1.12")).toEqual(Array(3).fill("fluentd:v1.12"));
  expect(await change("bad")).toEqual(["bad", "fluentd:v1.12", "fluentd:v1.12"]);
  expect(await statusOf(cluster)).toMatchObject({
    updatedNumberScheduled: 1,
    numberUnavailable: 1,
  });
  expect(await change("fluentd:v1.12")).toEqual(Array(3).fill("fluentd:v1.12"));
  cluster.stop();
});

test("a daemon that fails is replaced, and later if it fails again", async () => {
  const cluster = await start();
  const made = agentOf();
  made.spec.template.spec.nodeSelector = { disk: "ssd" };
  await cluster.client.create(daemonSets, made);
  await cluster.advance(1_000);
  const fail = async () => {
    const { items } = await cluster.client.list(pods);
    const [pod] = items as [Pod];
    await cluster.client.updateStatus(pods, { ...pod, status: { phase: "Failed" } });
    await cluster.advance(100);
    return (await cluster.names(pods))[0] !== pod.metadata.name;
  };
  expect(await fail()).toBe(true);
  expect(await fail()).toBe(false);
  await cluster.advance(2_000);
  const { items } = await cluster.client.list(pods);
  expect(items.map(({ status }) => status.phase)).toEqual(["Running"]);
  const [first = ""] = await cluster.eventsOf("agent");
  expect(first).toMatch(/^SuccessfulCreate: Created pod: agent-/);
  cluster.stop();
});
