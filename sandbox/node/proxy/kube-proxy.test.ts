import { expect, test } from "vitest";
import { immediate as host } from "../../../tests/support/hosts.ts";
import { endpoints } from "../../api/endpoints.ts";
import { type ServiceSpec, services } from "../../api/service.ts";
import { v1_20 as era } from "../../eras/v1.20.ts";
import { type TestNodes, testNodes } from "../test-node.ts";

const container = (command: string[]) => ({ name: "c", image: "toolbox:1", command });

/** Two nodes with kube-proxies, two servers and one client. */
async function withServers(): Promise<{ cluster: TestNodes; addresses: string[] }> {
  const cluster = await testNodes({ era, host, nodes: 2, node: { proxy: true } });
  await cluster.run("a", { containers: [container(["serve"])] });
  await cluster.run("b", { nodeName: "node2", containers: [container(["serve"])] });
  await cluster.run("client", { containers: [container(["forever"])] });
  await cluster.advance(8_000);
  const addresses: string[] = [];
  for (const name of ["a", "b"]) addresses.push((await cluster.status(name)).podIP ?? "");
  return { cluster, addresses };
}

const service = (cluster: TestNodes, name: string, spec: Partial<ServiceSpec> = {}) =>
  cluster.client.create(services, {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name, namespace: "default" }, status: {} },
    spec: { clusterIP: "10.96.7.7", ports: [{ port: 8080, targetPort: 80 }], ...spec },
  });

const asked = async (cluster: TestNodes, times: number, target: string[]) => {
  const answers: string[] = [];
  for (let i = 0; i < times; i++)
    answers.push((await cluster.exec("client", ["get", ...target])).trim());
  return answers;
};

test("a service's address leads to one of its endpoints, by turns of chance", async () => {
  const { cluster, addresses } = await withServers();
  await service(cluster, "web");
  await cluster.expose("web", addresses, 80);
  await cluster.advance(100);
  const answers = await asked(cluster, 12, ["10.96.7.7", "8080"]);
  expect(new Set(answers)).toEqual(new Set(["a", "b"]));
});

test("without endpoints a connection is refused", async () => {
  const { cluster } = await withServers();
  await service(cluster, "web");
  await cluster.advance(100);
  expect(await asked(cluster, 1, ["10.96.7.7", "8080"])).toEqual(["get: Connection refused\n[1]"]);
});

test("a client can be kept with its endpoint", async () => {
  const { cluster, addresses } = await withServers();
  await service(cluster, "web", { sessionAffinity: "ClientIP" });
  await cluster.expose("web", addresses, 80);
  await cluster.advance(100);
  expect(new Set(await asked(cluster, 8, ["10.96.7.7", "8080"])).size).toBe(1);
});

test("a node port is open on every node, and may prefer its own pods", async () => {
  const { cluster, addresses } = await withServers();
  const ports = [{ port: 80, targetPort: 80, nodePort: 30_080 }];
  await service(cluster, "web", { type: "NodePort", ports });
  await cluster.expose("web", addresses, 80);
  await cluster.advance(100);
  const answers = await asked(cluster, 12, ["10.0.0.12", "30080"]);
  expect(new Set(answers)).toEqual(new Set(["a", "b"]));
  const key = { namespace: "default", name: "web" };
  const body = { spec: { externalTrafficPolicy: "Local" } };
  await cluster.client.patch(services, key, { type: "merge", body });
  const addressesOf = addresses.map((ip, index) => ({ ip, nodeName: `node${index + 1}` }));
  const subsets = [{ addresses: addressesOf, ports: [{ port: 80 }] }];
  await cluster.client.patch(endpoints, key, { type: "merge", body: { subsets } });
  await cluster.advance(100);
  const outside = cluster.fabric.attach({ addresses: ["192.168.0.9"], place: "outside" });
  const { files } = cluster.nodes[0]?.machine ?? {};
  if (!files) throw new Error("node1 is there");
  const network = outside.open({ files });
  const request = { method: "GET", path: "/", query: {}, headers: {} } as const;
  for (let i = 0; i < 6; i++) {
    const { body: answer } = await network.request({ host: "10.0.0.12", port: 30_080 }, request);
    expect(answer).toBe("b");
  }
});

test("what kube-proxy has set up stays when it stops, and is stale from then on", async () => {
  const { cluster, addresses } = await withServers();
  await service(cluster, "web");
  await cluster.expose("web", addresses.slice(0, 1), 80);
  await cluster.advance(100);
  const stopping = cluster.nodes[0]?.machine.system.units.stop("kube-proxy");
  await cluster.advance(1_000);
  await stopping;
  const key = { namespace: "default", name: "web" };
  await cluster.client.patch(endpoints, key, { type: "merge", body: { subsets: null } });
  await cluster.advance(1_000);
  expect(await asked(cluster, 1, ["10.96.7.7", "8080"])).toEqual(["a"]);
  await cluster.nodes[0]?.machine.system.units.start("kube-proxy");
  await cluster.advance(1_000);
  expect(await asked(cluster, 1, ["10.96.7.7", "8080"])).toEqual(["get: Connection refused\n[1]"]);
});

test("a port of the node can lead to one pod alone", async () => {
  const { cluster } = await withServers();
  const ports = [{ containerPort: 80, hostPort: 8088 }];
  await cluster.run("edge", { containers: [{ ...container(["serve"]), ports }] });
  await cluster.advance(4_000);
  expect(await asked(cluster, 1, ["10.0.0.11", "8088"])).toEqual(["edge"]);
});
