import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Behavior, Era, FeatureGate } from "../../api/era.ts";
import { isStream } from "../../api/http.ts";
import { type Lease, leases } from "../../api/lease.ts";
import { condition, keyOf } from "../../api/meta.ts";
import { type Node, nodes, type Taint } from "../../api/node.ts";
import { type Pod, pods, type Toleration } from "../../api/pod.ts";
import { microTimestamp, timestamp } from "../../api/time.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { v1_3 as wordsOf1_3, v1_12 as wordsOf1_12 } from "../../eras/words/nodes.ts";
import { taintManager } from "../taint-manager.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { running } from "../test-kubelet.ts";
import { withoutAdmission } from "../test-objects.ts";
import { nodeLifecycle } from "./node-lifecycle.ts";

let cluster: TestCluster;
afterEach(() => cluster.stop());

/** The kubelet of a node, as far as its heartbeat goes. */
interface Beating {
  die(): Promise<void>;
  live(): Promise<void>;
}

async function start(era: Era = withoutAdmission(v1_20)): Promise<void> {
  const controllers = era.gates.has("TaintBasedEvictions")
    ? [nodeLifecycle, taintManager]
    : [nodeLifecycle];
  cluster = await testCluster({ era, controllers, host: immediate });
}

const nodeOf = (name: string, at: string): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  spec: {},
  status: {
    conditions: ["OutOfDisk", "MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].map(
      (type) => ({
        type,
        status: type === "Ready" ? ("True" as const) : ("False" as const),
        lastHeartbeatTime: at,
        lastTransitionTime: at,
      }),
    ),
  },
});

async function addNode(name: string): Promise<Beating> {
  const { client, clock } = cluster;
  const { gates } = client.era;
  await client.create(nodes, nodeOf(name, timestamp(clock.now())));
  const key = { namespace: gates.has("NodeLease") ? "kube-node-lease" : "", name };
  let stopping = new AbortController();
  if (key.namespace) {
    await client.create<Lease>(leases, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: key,
      spec: { holderIdentity: name },
    });
  }
  const body = async () => {
    if (key.namespace) {
      const lease = await client.get(leases, key);
      return { ...lease, spec: { ...lease.spec, renewTime: microTimestamp(clock.now()) } };
    }
    const node = await client.get(nodes, key);
    const { status } = nodeOf(name, timestamp(clock.now()));
    return { ...node, status };
  };
  const path = key.namespace ? client.path(leases, key) : `${client.path(nodes, key)}/status`;
  const live = async () => {
    stopping = new AbortController();
    const query = { keepalive: "10s" };
    const { signal } = stopping;
    const answer = await client.send({ method: "PUT", path, query, body: await body(), signal });
    void (async () => {
      if (isStream(answer.body)) for await (const _nothing of answer.body);
    })();
  };
  await live();
  return {
    async die() {
      stopping.abort();
      await clock.settle();
    },
    async live() {
      await live();
      const node = await client.get(nodes, { namespace: "", name });
      const { status } = nodeOf(name, timestamp(clock.now()));
      await client.updateStatus(nodes, { ...node, status });
    },
  };
}

async function addPod(name: string, node: string, tolerations: Toleration[] = []): Promise<Pod> {
  const { client, clock } = cluster;
  const pod = await client.create<Pod>(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: { nodeName: node, tolerations, containers: [{ name: "c", image: "i" }] },
    status: {},
  });
  return client.updateStatus(pods, running(pod, true, clock.now()));
}

const getNode = (name: string) => cluster.client.get(nodes, { namespace: "", name });
const getPod = (name: string) => cluster.client.get(pods, { namespace: "default", name });
const readyOf = async (name: string) =>
  condition((await getNode(name)).status.conditions, "Ready")?.status;
const taintsOf = async (name: string) =>
  ((await getNode(name)).spec.taints ?? []).map(({ key, effect }: Taint) => `${key}:${effect}`);

/** What is injected into every pod. */
const fiveMinutes: Toleration[] = ["not-ready", "unreachable"].map((what) => ({
  key: `node.kubernetes.io/${what}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

describe("with leases and taints", () => {
  test("a node that is heard stays ready, and nothing has to be done for it", async () => {
    await start();
    await addNode("a");
    await cluster.advance(3_600_000);
    expect(await readyOf("a")).toBe("True");
    expect(cluster.clock.nextDue()).toBeUndefined();
    expect(await cluster.eventsOf("a")).toEqual([
      "RegisteredNode: Node a event: Registered Node a in Controller",
    ]);
  });

  test("a silent node is unknown after its time of grace, and tainted", async () => {
    await start();
    const a = await addNode("a");
    await addNode("b");
    await addPod("web", "a", fiveMinutes);
    await cluster.advance(604_000);
    await a.die();
    // The last heartbeat was four seconds ago.
    await cluster.advance(35_999);
    expect(await readyOf("a")).toBe("True");
    await cluster.advance(2);
    const { status } = await getNode("a");
    const { lastTransitionTime, ...ready } = condition(status.conditions, "Ready") ?? {};
    expect(ready).toMatchObject({
      status: "Unknown",
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
    });
    expect(condition(status.conditions, "PIDPressure")?.status).toBe("Unknown");
    expect(condition(status.conditions, "OutOfDisk")?.status).toBe("False");
    expect(await taintsOf("a")).toEqual(["node.kubernetes.io/unreachable:NoSchedule"]);
    const pod = await getPod("web");
    expect(condition(pod.status.conditions, "Ready")).toMatchObject({
      status: "False",
      lastTransitionTime,
    });
    expect(await cluster.eventsOf("web")).toEqual(["NodeNotReady: Node is not ready"]);
    await cluster.advance(5_000);
    expect((await taintsOf("a"))[1]).toBe("node.kubernetes.io/unreachable:NoExecute");
  });

  test("its pods are deleted when they tolerate it no longer; a node that is back keeps them", async () => {
    await start();
    const a = await addNode("a");
    await addNode("b");
    await addPod("web", "a", fiveMinutes);
    await addPod("stays", "a", [{ operator: "Exists" }]);
    await cluster.advance(20_000);
    await a.die();
    await cluster.advance(44_000);
    await addPod("late", "a", [...fiveMinutes]);
    await cluster.advance(300_000);
    expect((await getPod("web")).metadata.deletionTimestamp).toBeUndefined();
    await cluster.advance(2_000);
    expect((await getPod("web")).metadata.deletionTimestamp).toBeDefined();
    expect((await getPod("stays")).metadata.deletionTimestamp).toBeUndefined();
    expect(await cluster.eventsOf("web")).toContain(
      "TaintManagerEviction: Marking for deletion Pod default/web",
    );
    await addPod("new", "a", fiveMinutes);
    await cluster.advance(1_000);
    await a.live();
    await cluster.advance(1_000);
    expect(await readyOf("a")).toBe("True");
    expect(await taintsOf("a")).toEqual([]);
    expect(await cluster.eventsOf("new")).toContain(
      "TaintManagerEviction: Cancelling deletion of Pod default/new",
    );
    await cluster.advance(3_600_000);
    expect((await getPod("new")).metadata.deletionTimestamp).toBeUndefined();
  });

  test("when no node is ready, nothing is evicted", async () => {
    await start();
    const a = await addNode("a");
    const b = await addNode("b");
    await addPod("web", "a");
    await cluster.advance(20_000);
    await a.die();
    await cluster.advance(15_000);
    await b.die();
    await cluster.advance(600_000);
    expect([await readyOf("a"), await readyOf("b")]).toEqual(["Unknown", "Unknown"]);
    expect(await taintsOf("b")).toEqual(["node.kubernetes.io/unreachable:NoSchedule"]);
    // The first of them was evicted before the second was missed.
    expect((await getPod("web")).metadata.deletionTimestamp).toBeDefined();
    expect(await taintsOf("a")).toEqual(["node.kubernetes.io/unreachable:NoSchedule"]);
  });

  test("nodes of a zone are evicted one after the other, every ten seconds", async () => {
    await start();
    const all = await Promise.all(["a", "b", "c", "d", "e", "f"].map((name) => addNode(name)));
    await cluster.advance(20_000);
    for (const node of all.slice(0, 3)) await node.die();
    const evicted = async () => {
      const taints = await Promise.all(["a", "b", "c"].map((name) => taintsOf(name)));
      return taints.filter((each) => each.some((taint) => taint.endsWith("NoExecute"))).length;
    };
    await cluster.advance(45_100);
    expect(await evicted()).toBe(1);
    await cluster.advance(10_000);
    expect(await evicted()).toBe(2);
    await cluster.advance(10_000);
    expect(await evicted()).toBe(3);
  });

  test("a node that says itself that it is not ready is tainted so", async () => {
    await start();
    await addNode("a");
    await addNode("b");
    await cluster.advance(20_000);
    const node = await getNode("a");
    const conditions = node.status.conditions?.map((each) =>
      each.type === "Ready" ? { ...each, status: "False" as const } : each,
    );
    await cluster.client.updateStatus(nodes, {
      ...node,
      status: { ...node.status, ...(conditions && { conditions }) },
    });
    await cluster.advance(5_000);
    expect(await taintsOf("a")).toEqual([
      "node.kubernetes.io/not-ready:NoSchedule",
      "node.kubernetes.io/not-ready:NoExecute",
    ]);
    expect(await cluster.eventsOf("a")).toHaveLength(1);
  });

  test("cordoning taints, and a node that is deleted is let go", async () => {
    await start();
    await addNode("a");
    const key = { namespace: "", name: "a" };
    await cluster.client.patch(nodes, key, { body: { spec: { unschedulable: true } } });
    await cluster.advance(1_000);
    expect(await taintsOf("a")).toEqual(["node.kubernetes.io/unschedulable:NoSchedule"]);
    await cluster.client.patch(nodes, key, { body: { spec: { unschedulable: null } } });
    await cluster.advance(1_000);
    expect(await taintsOf("a")).toEqual([]);
    await cluster.client.delete(nodes, key);
    await cluster.advance(1_000);
    expect(await cluster.eventsOf("a")).toContain(
      "RemovingNode: Node a event: Removing Node a from Controller",
    );
  });

  test("a node whose kubelet never spoke is given a minute", async () => {
    await start();
    await cluster.client.create<Node>(nodes, {
      ...nodeOf("mute", ""),
      status: {},
    });
    await cluster.advance(59_000);
    expect(await readyOf("mute")).toBeUndefined();
    await cluster.advance(2_000);
    const { conditions } = (await getNode("mute")).status;
    expect(condition(conditions, "Ready")).toMatchObject({
      status: "Unknown",
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
    });
  });

  test("taints that people set throw out what does not tolerate them", async () => {
    await start();
    await addNode("a");
    await addPod("plain", "a");
    const toleration = { key: "k", operator: "Exists" as const, effect: "NoExecute" as const };
    await addPod("patient", "a", [{ ...toleration, tolerationSeconds: 60 }]);
    await cluster.advance(1_000);
    const node = await getNode("a");
    const taints: Taint[] = [{ key: "k", effect: "NoExecute" }];
    await cluster.client.update(nodes, { ...node, spec: { ...node.spec, taints } });
    await cluster.advance(59_000);
    expect((await getPod("plain")).metadata.deletionTimestamp).toBeDefined();
    expect((await getPod("patient")).metadata.deletionTimestamp).toBeUndefined();
    await cluster.advance(1_000);
    expect((await getPod("patient")).metadata.deletionTimestamp).toBeDefined();
  });
});

describe("before there were taints", () => {
  const gone: readonly FeatureGate[] = [
    "NodeLease",
    "TaintBasedEvictions",
    "TaintNodesByCondition",
  ];
  const behaviors = new Set(v1_20.behaviors);
  behaviors.delete("pods-told-of-lost-nodes");
  const gates = new Set([...v1_20.gates].filter((gate) => !gone.includes(gate)));
  const words = { ...v1_20.words, nodes: wordsOf1_12 };
  const v1_12: Era = { ...withoutAdmission(v1_20), gates, behaviors, words };
  const early: readonly Behavior[] = ["evicted-pods-killed", "nodes-known-by-name"];
  const v1_3: Era = {
    ...v1_12,
    behaviors: new Set([...behaviors, ...early]),
    words: { ...words, nodes: wordsOf1_3 },
  };

  test("pods of a silent node are deleted after five minutes, and stay as lost", async () => {
    await start(v1_12);
    const a = await addNode("a");
    await addNode("b");
    const before = await addPod("web", "a");
    await cluster.advance(3_600_000);
    expect(cluster.clock.nextDue()).toBeUndefined();
    await a.die();
    await cluster.advance(40_000);
    expect(await readyOf("a")).toBe("Unknown");
    const ready = condition((await getPod("web")).status.conditions, "Ready");
    expect(ready).toEqual({ ...condition(before.status.conditions, "Ready"), status: "False" });
    await cluster.advance(259_000);
    expect((await getPod("web")).metadata.deletionTimestamp).toBeUndefined();
    await cluster.advance(2_000);
    const pod = await getPod("web");
    expect(pod.metadata.deletionTimestamp).toBeDefined();
    expect(pod.status).toMatchObject({
      reason: "NodeLost",
      message: "Node a which was running pod web is unresponsive",
    });
    expect(await cluster.eventsOf("web")).toEqual([
      "NodeControllerEviction: Marking for deletion Pod web from Node a",
    ]);
    await cluster.advance(3_600_000);
    expect(await cluster.eventsOf("a")).toEqual([
      "RegisteredNode: Node a event: Registered Node a in Controller",
      "NodeNotReady: Node a status is now: NodeNotReady",
      "DeletingAllPods: Node a event: Deleting all Pods from Node a.",
    ]);
    expect(cluster.clock.nextDue()).toBeUndefined();
  });

  test("a node that comes back in time keeps its pods", async () => {
    await start(v1_12);
    const a = await addNode("a");
    await addNode("b");
    await addPod("web", "a");
    await cluster.advance(20_000);
    await a.die();
    await cluster.advance(200_000);
    await a.live();
    await cluster.advance(600_000);
    expect((await getPod("web")).metadata.deletionTimestamp).toBeUndefined();
    expect(await readyOf("a")).toBe("True");
  });

  test("in the first releases they are killed when their time to end is over", async () => {
    await start(v1_3);
    const a = await addNode("a");
    await addNode("b");
    await addPod("web", "a");
    await cluster.advance(20_000);
    await a.die();
    await cluster.advance(301_000);
    expect((await getPod("web")).metadata.deletionTimestamp).toBeDefined();
    await cluster.advance(28_000);
    expect(await cluster.names(pods)).toEqual(["web"]);
    await cluster.advance(5_000);
    expect(await cluster.names(pods)).toEqual([]);
    expect(await cluster.eventsOf("a")).toEqual([
      "RegisteredNode: Node a event: Registered Node a in NodeController",
      "NodeNotReady: Node a status is now: NodeNotReady",
      "DeletingAllPods: Node a event: Deleting all Pods from Node a.",
      'TerminatingEvictedPod: Node a event: Pod web has exceeded the grace period for deletion after being evicted from Node "a" and is being force killed',
      "TerminatedAllPods: Node a event: Terminated all Pods on Node a.",
    ]);
    expect(keyOf(await getNode("a")).name).toBe("a");
  });
});
