import { beforeEach, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { isStream } from "../api/http.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { type Loose, type TestServer, testServer } from "./test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
const leaseOf = (second: number) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "node1" },
  spec: {
    holderIdentity: "node1",
    leaseDurationSeconds: 40,
    renewTime: `2021-01-13T12:00:${String(second).padStart(2, "0")}.000000Z`,
  },
});

const readLease = () => server.object("GET", `${leases}/node1`);
const renewed = async () => (await readLease())["spec"].renewTime.slice(14, 19);

/** Puts the lease and holds the request open. */
async function promise(second: number) {
  const known = await readLease();
  const stopping = new AbortController();
  const response = await server.server.handler({
    method: "PUT",
    path: `${leases}/node1`,
    query: { keepalive: "10s" },
    headers: {},
    certificate: { commonName: "admin", organizations: ["system:masters"] },
    body: JSON.stringify({ ...leaseOf(second), metadata: known.metadata }),
    signal: stopping.signal,
  });
  const state = { ended: false, letGo: () => stopping.abort() };
  const read = async () => {
    if (!isStream(response.body)) throw new Error("it is not held");
    for await (const _nothing of response.body);
    state.ended = true;
  };
  void read();
  return state;
}

test("while a request is held, its object is renewed for all who read it", async () => {
  await server.object("POST", leases, { body: JSON.stringify(leaseOf(0)) });
  const held = await promise(0);
  const { resourceVersion } = (await readLease()).metadata;
  await server.clock.advance(25_000);
  expect(await renewed()).toBe("00:20");
  expect((await readLease()).metadata.resourceVersion).toBe(resourceVersion);
  const list = (await server.object("GET", leases)) as Loose;
  expect(list["items"][0].spec.renewTime).toBe("2021-01-13T12:00:20.000000Z");
  const { headers } = await server.ask("GET", `${leases}/node1`);
  expect(headers["keepalive"]).toBe("10s");
  expect(server.clock.nextDue()).toBeUndefined();
  expect(held.ended).toBe(false);
});

test("when it ends, the last time is written, once", async () => {
  await server.object("POST", leases, { body: JSON.stringify(leaseOf(0)) });
  const held = await promise(0);
  await server.clock.advance(25_000);
  const before = server.store.revision;
  held.letGo();
  await server.clock.settle();
  expect(held.ended).toBe(true);
  expect(server.store.revision).toBe(before + 1);
  await server.clock.advance(60_000);
  expect(await renewed()).toBe("00:20");
  const { headers } = await server.ask("GET", `${leases}/node1`);
  expect(headers).not.toHaveProperty("keepalive");
});

test("a new promise takes the place of the old one", async () => {
  await server.object("POST", leases, { body: JSON.stringify(leaseOf(0)) });
  const old = await promise(0);
  await server.clock.advance(13_000);
  await promise(13);
  await server.clock.settle();
  expect(old.ended).toBe(true);
  old.letGo();
  await server.clock.advance(25_000);
  expect(await renewed()).toBe("00:33");
});

test("a promise ends with its object, and with the server", async () => {
  await server.object("POST", leases, { body: JSON.stringify(leaseOf(0)) });
  const first = await promise(0);
  await server.object("DELETE", `${leases}/node1`);
  await server.clock.settle();
  expect(first.ended).toBe(true);
  await server.object("POST", leases, { body: JSON.stringify(leaseOf(0)) });
  const second = await promise(0);
  await server.clock.advance(31_000);
  server.server.close();
  await server.clock.settle();
  expect(second.ended).toBe(true);
  await server.clock.advance(60_000);
  expect(await renewed()).toBe("00:30");
});

test("a node's heartbeat is in its conditions, but for those that are others'", async () => {
  const at = "2021-01-13T12:00:00Z";
  const conditions = [
    { type: "NetworkUnavailable", status: "False", lastHeartbeatTime: "2021-01-13T11:00:00Z" },
    { type: "Ready", status: "True", lastHeartbeatTime: at, lastTransitionTime: at },
  ];
  const metadata = { name: "node1" };
  const node = { apiVersion: "v1", kind: "Node", metadata, status: { conditions } };
  const path = "/api/v1/nodes";
  const made = await server.object("POST", path, { body: JSON.stringify(node) });
  await server.ask("PUT", `${path}/node1/status`, {
    query: { keepalive: "10s" },
    body: JSON.stringify({ ...node, metadata: made.metadata }),
  });
  await server.clock.advance(45_000);
  const read = await server.object("GET", `${path}/node1`);
  const beats = read["status"].conditions.map((each: Loose) => each["lastHeartbeatTime"]);
  expect(beats).toEqual(["2021-01-13T11:00:00Z", "2021-01-13T12:00:40Z"]);
});

test("a promise must say how often", async () => {
  await server.object("POST", leases, { body: JSON.stringify(leaseOf(0)) });
  const known = await readLease();
  const { message } = await server.refusal("PUT", `${leases}/node1`, {
    query: { keepalive: "often" },
    body: JSON.stringify({ ...leaseOf(0), metadata: known.metadata }),
  });
  expect(message).toBe('invalid keepalive "often"');
});
