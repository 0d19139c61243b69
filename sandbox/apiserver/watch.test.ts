import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { HISTORY } from "./store.ts";
import { type Loose, type TestServer, testServer } from "./test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const configs = "/api/v1/namespaces/default/configmaps";
const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

interface Told {
  readonly type: string;
  readonly object: Loose;
}

const config = (name: string, labels: Record<string, string> = {}) => ({
  body: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels } }),
});

/** Reads a watch in the background; `heard` is what has come so far. */
async function listen(query: Record<string, string>, headers: Record<string, string> = {}) {
  const { body } = await server.ask("GET", configs, { query: { watch: "1", ...query }, headers });
  const heard: string[] = [];
  const events: Told[] = [];
  const state = { ended: false, heard, events };
  const read = async () => {
    for await (const event of body as AsyncIterable<Told>) {
      events.push(event);
      heard.push(`${event.type} ${event.object.metadata?.name ?? event.object["message"]}`);
    }
    state.ended = true;
  };
  void read();
  await server.clock.settle();
  return state;
}

const create = (name: string, labels?: Record<string, string>) =>
  server.object("POST", configs, config(name, labels));
const update = (name: string, labels?: Record<string, string>) =>
  server.object("PUT", `${configs}/${name}`, config(name, labels));
const remove = (name: string) => server.ask("DELETE", `${configs}/${name}`);

describe("a watch", () => {
  test("without a version begins with all there is", async () => {
    await create("a");
    const { heard } = await listen({});
    expect(heard).toEqual(["ADDED a"]);
    await create("b");
    await update("a", { l: "1" });
    await remove("b");
    await server.clock.settle();
    expect(heard).toEqual(["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"]);
  });

  test("from a version tells what has happened since", async () => {
    const { metadata } = await create("a");
    await create("b");
    await remove("b");
    const { heard } = await listen({ resourceVersion: metadata.resourceVersion ?? "" });
    expect(heard).toEqual(["ADDED b", "DELETED b"]);
  });

  test("tells an object that begins to match as new, and one that ceases to as gone", async () => {
    await create("a");
    const { heard } = await listen({ labelSelector: "l=1" });
    await update("a", { l: "1" });
    await update("a", { l: "1", m: "2" });
    await update("a", { l: "2" });
    await remove("a");
    await server.clock.settle();
    expect(heard).toEqual(["ADDED a", "MODIFIED a", "DELETED a"]);
  });

  test("by name tells nothing of others", async () => {
    const { heard } = await listen({ fieldSelector: "metadata.name=b" });
    await create("a");
    await create("b");
    await server.clock.settle();
    expect(heard).toEqual(["ADDED b"]);
  });

  test("of a namespace tells nothing of another one", async () => {
    const { heard } = await listen({});
    await server.object("POST", "/api/v1/namespaces/kube-system/configmaps", config("x"));
    await server.clock.settle();
    expect(heard).toEqual([]);
  });

  test("ends after the time that it was asked for", async () => {
    const state = await listen({ timeoutSeconds: "5" });
    await server.clock.advance(4_999);
    expect(state.ended).toBe(false);
    await server.clock.advance(1);
    await server.clock.settle();
    expect(state.ended).toBe(true);
  });

  test("from a version that nobody remembers says so and ends", async () => {
    const { metadata } = await create("a");
    for (let i = 0; i <= 2 * HISTORY; i++) {
      server.store.put(
        "/registry/configmaps/default/busy",
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "busy", namespace: "default" } },
        server.store.get("/registry/configmaps/default/busy")?.revision ?? 0,
      );
    }
    const state = await listen({ resourceVersion: metadata.resourceVersion ?? "" });
    expect(state.events).toHaveLength(1);
    expect(state.events[0]).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", code: 410, reason: "Expired" },
    });
    expect(state.events[0]?.object["message"]).toMatch(/^too old resource version: \d+ \(\d+\)$/);
    expect(state.ended).toBe(true);
  });

  test("comes as tables where they are asked for, with headings once", async () => {
    const { events } = await listen({}, { accept });
    await create("a");
    await create("b");
    await server.clock.settle();
    const [first, second] = events.map(({ object }) => object);
    expect(first).toMatchObject({ kind: "Table", rows: [{ cells: ["a", 0, "0s"] }] });
    expect(first?.["columnDefinitions"]).toHaveLength(3);
    expect(second?.["columnDefinitions"]).toBeNull();
  });

  test("ends when the server goes down", async () => {
    const state = await listen({});
    server.server.close();
    await server.clock.settle();
    expect(state.ended).toBe(true);
  });
});
