import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Era } from "../../api/era.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { v1_34 } from "../../eras/v1.34.ts";
import { type TestServer, testServer } from "../test-server.ts";

let server: TestServer;
const begin = async (era: Era = v1_20) => {
  server = await testServer({ era, host: immediate });
};
beforeEach(() => begin());

const services = "/api/v1/namespaces/default/services";
const json = (value: unknown) => JSON.stringify(value);
const service = (name: string, spec: object = {}) => ({
  body: json({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { ports: [{ port: 80 }], ...spec },
  }),
});
const create = (name: string, spec?: object) =>
  server.object("POST", services, service(name, spec));
const refuse = async (name: string, spec?: object) =>
  (await server.refusal("POST", services, service(name, spec))).message;
const patch = (name: string, spec: object) =>
  server.ask("PATCH", `${services}/${name}`, {
    body: json({ spec }),
    headers: { "content-type": "application/merge-patch+json" },
  });

describe("a service", () => {
  test("called kubernetes is there from the beginning, at the first address", async () => {
    const { spec } = await server.object("GET", `${services}/kubernetes`);
    expect(spec).toMatchObject({ clusterIP: "10.96.0.1", clusterIPs: ["10.96.0.1"] });
    const endpoints = await server.object("GET", "/api/v1/namespaces/default/endpoints/kubernetes");
    expect(endpoints["subsets"]).toEqual([
      {
        addresses: [{ ip: "10.0.0.10" }],
        ports: [{ name: "https", port: 6443, protocol: "TCP" }],
      },
    ]);
  });

  test("gets an address of the range that nobody else has", async () => {
    const addresses = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { spec } = await create(`s${i}`);
      expect(spec.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
      expect(spec.clusterIPs).toEqual([spec.clusterIP]);
      addresses.add(spec.clusterIP);
    }
    expect(addresses.size).toBe(20);
  });

  test("gets the same address in the same world", async () => {
    const first = (await create("s")).spec.clusterIP;
    await begin();
    expect((await create("s")).spec.clusterIP).toBe(first);
  });

  test("may ask for an address that is free and in the range", async () => {
    expect((await create("s", { clusterIP: "10.96.0.50" })).spec.clusterIP).toBe("10.96.0.50");
    expect(await refuse("t", { clusterIP: "10.96.0.50" })).toBe(
      'Service "t" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.50"}: failed to allocated ip:10.96.0.50 with error:provided IP is already allocated',
    );
    expect(await refuse("t", { clusterIP: "192.168.0.1" })).toBe(
      'Service "t" is invalid: spec.clusterIPs: Invalid value: []string{"192.168.0.1"}: failed to allocated ip:192.168.0.1 with error:provided IP is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    );
  });

  test("was refused an address in other words at other times", async () => {
    await begin(v1_34);
    expect(await refuse("t", { clusterIP: "192.168.0.1" })).toBe(
      'Service "t" is invalid: spec.clusterIPs: Invalid value: ["192.168.0.1"]: failed to allocate IP 192.168.0.1: the provided IP (192.168.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    );
  });

  test("gives its address back when it goes", async () => {
    await create("s", { clusterIP: "10.96.0.50" });
    await server.ask("DELETE", `${services}/s`);
    expect((await create("t", { clusterIP: "10.96.0.50" })).spec.clusterIP).toBe("10.96.0.50");
  });

  test("without an address has none, and one by name has none either", async () => {
    expect((await create("h", { clusterIP: "None" })).spec).toMatchObject({ clusterIP: "None" });
    const named = await create("n", { type: "ExternalName", externalName: "example.com" });
    expect(named.spec).not.toHaveProperty("clusterIP");
  });

  test("keeps its address", async () => {
    await create("s", { clusterIP: "10.96.0.50" });
    const { body } = await patch("s", { clusterIP: "10.96.0.51", clusterIPs: ["10.96.0.51"] });
    expect((body as { message: string }).message).toBe(
      'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.96.0.51"}: may not change once set',
    );
  });

  test("for nodes gets a port on each, of its own", async () => {
    const { spec } = await create("s", { type: "NodePort" });
    expect(spec.ports[0].nodePort).toBeGreaterThanOrEqual(30_000);
    expect(spec.ports[0].nodePort).toBeLessThanOrEqual(32_767);
    const asked = await create("t", { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] });
    expect(asked.spec.ports[0].nodePort).toBe(30_080);
    expect(await refuse("u", { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] })).toBe(
      'Service "u" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    expect(await refuse("u", { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] })).toBe(
      'Service "u" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });

  test("may become one for nodes, and back", async () => {
    await create("s");
    const wider = (await patch("s", { type: "NodePort" })).body as { spec: { ports: object[] } };
    expect(wider.spec.ports[0]).toHaveProperty("nodePort");
    const narrow = (await patch("s", { type: "ClusterIP" })).body as { spec: { ports: object[] } };
    expect(narrow.spec.ports[0]).not.toHaveProperty("nodePort");
  });

  test("as a dry run takes nothing", async () => {
    const query = { dryRun: "All" };
    await server.object("POST", services, { ...service("s", { clusterIP: "10.96.0.50" }), query });
    await create("s", { clusterIP: "10.96.0.50" });
  });

  test("is replaced only by those who say which version they mean, until 1.21", async () => {
    const { spec } = await create("s");
    const request = service("s", { clusterIP: spec.clusterIP, clusterIPs: spec.clusterIPs });
    expect((await server.refusal("PUT", `${services}/s`, request)).message).toBe(
      'Service "s" is invalid: metadata.resourceVersion: Invalid value: "": must be specified for an update',
    );
    await begin(v1_34);
    await create("s");
    const bare = await server.object("PUT", `${services}/s`, service("s"));
    expect(bare.spec.clusterIP).toBeDefined();
  });
});
