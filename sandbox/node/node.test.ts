import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { nodes } from "../api/node.ts";
import { pods } from "../api/pod.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});
const node1 = { namespace: "", name: "node1" };

test("a node registers with all that it knows of itself", async () => {
  const cluster = await testNodes({ era, host });
  const { metadata, status } = await cluster.client.get(nodes, node1);
  expect(metadata.labels).toEqual({
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": "node1",
    "kubernetes.io/os": "linux",
  });
  expect(status.addresses).toEqual([
    { type: "InternalIP", address: "10.0.0.11" },
    { type: "Hostname", address: "node1" },
  ]);
  expect(status.conditions?.map(({ type, status: is, reason }) => [type, is, reason])).toEqual([
    ["MemoryPressure", "False", "KubeletHasSufficientMemory"],
    ["DiskPressure", "False", "KubeletHasNoDiskPressure"],
    ["PIDPressure", "False", "KubeletHasSufficientPID"],
    ["Ready", "True", "KubeletReady"],
  ]);
  expect(status.nodeInfo).toMatchObject({
    ...{ kubeletVersion: "v1.20.2", containerRuntimeVersion: "docker://19.3.14" },
  });
  expect(await cluster.said("node1")).toEqual([
    "Starting: Starting kubelet.",
    "NodeHasSufficientMemory: Node node1 status is now: NodeHasSufficientMemory",
    "NodeHasNoDiskPressure: Node node1 status is now: NodeHasNoDiskPressure",
    "NodeHasSufficientPID: Node node1 status is now: NodeHasSufficientPID",
    "NodeAllocatableEnforced: Updated Node Allocatable limit across pods",
  ]);
});

test("the node's status lists the images that were pulled, a little later", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(20_000);
  const { images } = (await cluster.client.get(nodes, node1)).status;
  expect(images).toEqual([
    { names: [expect.stringMatching(/^toolbox@sha256:/), "toolbox:1"], sizeBytes: 5_000_000 },
  ]);
});

test("cordoning is noted in an event", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.client.patch(nodes, node1, { body: { spec: { unschedulable: true } } });
  await cluster.advance(11_000);
  expect(await cluster.said("node1")).toContain(
    "NodeNotSchedulable: Node node1 status is now: NodeNotSchedulable",
  );
});

test("containers run on while the kubelet is stopped, and it finds them again", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("stays", { containers: [container(["polite"])] });
  await cluster.run("goes", { containers: [container(["polite"])] });
  await cluster.advance(6_000);
  const { machine, runtime } = cluster.nodes[0] ?? {};
  const stopping = machine?.system.units.stop("kubelet");
  await cluster.advance(1_000);
  await stopping;
  expect(cluster.nodes[0]?.kubelet).toBeUndefined();
  await cluster.remove("goes", 0);
  await cluster.run("waits", { containers: [container(["serve"])] });
  await cluster.advance(60_000);
  const running = () =>
    [...(runtime?.pods.values() ?? [])].filter(
      ({ containers }) => containers[0]?.state === "running",
    );
  expect(running()).toHaveLength(2);
  expect((await cluster.status("waits")).phase).toBe("Pending");
  const before = (await cluster.status("stays")).containerStatuses;
  await machine?.system.units.start("kubelet");
  await cluster.advance(10_000);
  expect((await cluster.status("waits")).phase).toBe("Running");
  expect((await cluster.status("stays")).containerStatuses).toEqual(before);
  expect(running()).toHaveLength(2);
});

test("a node that is cut off keeps its containers, and catches up when it is back", async () => {
  const cluster = await testNodes({ era, host, nodes: 2 });
  await cluster.run("web", { containers: [container(["polite"])] });
  await cluster.advance(6_000);
  cluster.fabric.isolate("node1");
  await cluster.advance(60_000);
  await cluster.remove("web", 0);
  // The other half of the split brain: the same name on another node.
  await cluster.run("web", { nodeName: "node2", containers: [container(["polite"])] });
  await cluster.advance(30_000);
  const runs = (index: number) =>
    [...(cluster.nodes[index]?.runtime.pods.values() ?? [])].filter(
      ({ containers }) => containers[0]?.state === "running",
    ).length;
  expect([runs(0), runs(1)]).toEqual([1, 1]);
  cluster.fabric.rejoin("node1");
  await cluster.advance(140_000);
  expect([runs(0), runs(1)]).toEqual([0, 1]);
  expect((await cluster.status("web")).phase).toBe("Running");
});

test("what others wrote over a pod's status is put right", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(6_000);
  const conditions = [{ type: "Ready", status: "False" }];
  const key = { namespace: "default", name: "web" };
  await cluster.client.patch(pods, key, {
    body: { status: { conditions } },
    subresource: "status",
  });
  await cluster.advance(11_000);
  const ready = (await cluster.status("web")).conditions?.find(({ type }) => type === "Ready");
  expect(ready?.status).toBe("True");
});

test("without its runtime the node is not ready, and says why", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(6_000);
  const units = cluster.nodes[0]?.machine.system.units;
  const stopping = units?.stop("docker");
  await cluster.advance(40_000);
  await stopping;
  const ready = async () =>
    (await cluster.client.get(nodes, node1)).status.conditions?.find(
      ({ type }) => type === "Ready",
    );
  expect(await ready()).toMatchObject({ status: "False", message: "container runtime is down" });
  expect((await cluster.status("web")).containerStatuses?.[0]?.state?.running).toBeDefined();
  await units?.start("docker");
  await cluster.advance(40_000);
  expect((await ready())?.status).toBe("True");
});

test("a file in the manifests' directory is a pod of the node's own", async () => {
  const cluster = await testNodes({ era, host });
  const { files } = cluster.nodes[0]?.machine ?? {};
  files?.makeDirectory("/etc/kubernetes/manifests", { parents: true });
  const manifest = [
    ...["apiVersion: v1", "kind: Pod", "metadata: {name: etcd, namespace: default}"],
    "spec: {containers: [{name: c, image: 'toolbox:1', command: [polite]}]}",
  ];
  files?.write("/etc/kubernetes/manifests/etcd.yaml", `${manifest.join("\n")}\n`);
  await cluster.advance(10_000);
  const mirror = await cluster.pod("etcd-node1");
  expect(mirror.status.phase).toBe("Running");
  expect(mirror.metadata.annotations?.["kubernetes.io/config.source"]).toBe("file");
  // Deleting the copy in the API does not end what it is a copy of.
  await cluster.remove("etcd-node1", 0);
  await cluster.advance(5_000);
  const again = await cluster.pod("etcd-node1");
  expect(again.metadata.uid).not.toBe(mirror.metadata.uid);
  expect(again.status.containerStatuses).toEqual(mirror.status.containerStatuses);
  files?.remove("/etc/kubernetes/manifests/etcd.yaml");
  await cluster.advance(5_000);
  await expect(cluster.pod("etcd-node1")).rejects.toThrow("not found");
  expect(cluster.nodes[0]?.runtime.pods.size).toBe(0);
});

test("after a reboot pods begin anew, and their init containers too", async () => {
  const cluster = await testNodes({ era, host });
  const init = container(["true"], { name: "init" });
  await cluster.run("web", { initContainers: [init], containers: [container(["polite"])] });
  const once = { restartPolicy: "Never" as const, containers: [container(["polite"])] };
  await cluster.run("once", once);
  await cluster.advance(10_000);
  const before = await cluster.pod("web");
  await cluster.reboot(0);
  const seen = await cluster.story("web", 10);
  expect(seen.at(-1)).toMatch(/^\ds Running init=Completed\(0\) ready r1 c=running ready r1$/);
  const after = await cluster.status("web");
  expect(after.podIP).not.toBe(before.status.podIP);
  expect(after.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 255 });
  expect(await cluster.said("web")).toContain(
    "SandboxChanged: Pod sandbox changed, it will be killed and re-created.",
  );
  expect((await cluster.status("once")).phase).toBe("Failed");
  expect(await cluster.said("node1")).toContainEqual(
    expect.stringMatching(/^Rebooted: Node node1 has been rebooted, boot id: /),
  );
});

test("a node that is switched off is silent, and nothing of it runs", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["polite"])] });
  await cluster.advance(6_000);
  const [node] = cluster.nodes;
  node?.machine.shutdown();
  await cluster.advance(60_000);
  expect(node?.kubelet).toBeUndefined();
  const { containers = [] } = [...(node?.runtime.pods.values() ?? [])][0] ?? {};
  expect(containers.map(({ state }) => state)).toEqual(["exited"]);
  // The API does not know yet.
  expect((await cluster.status("web")).phase).toBe("Running");
});
