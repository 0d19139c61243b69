import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { type Loose, type TestServer, testServer } from "./test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const json = (value: unknown) => JSON.stringify(value);
const path = (plural: string, name = "", namespace = "default") =>
  `/api/v1/namespaces/${namespace}/${plural}${name && `/${name}`}`;
const create = (plural: string, kind: string, object: object) =>
  server.object("POST", path(plural), {
    body: json({ apiVersion: "v1", kind, ...object }),
  });
const config = (name: string, finalizers: string[] = [], labels = {}) =>
  create("configmaps", "ConfigMap", { metadata: { name, finalizers, labels } });
const pod = (name: string, spec: object = {}) =>
  create("pods", "Pod", {
    metadata: { name },
    spec: { containers: [{ name: "c", image: "nginx" }], ...spec },
  });
const remove = (plural: string, name: string, body: object = {}) =>
  server.object("DELETE", path(plural, name), { body: json(body) });
const isThere = async (plural: string, name: string) =>
  (await server.ask("GET", path(plural, name))).status === 200;

describe("a deletion", () => {
  test("answers with what has gone, or says only that it has", async () => {
    const { metadata } = await config("a");
    expect(await remove("configmaps", "a")).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name: "a", kind: "configmaps", uid: metadata.uid },
    });
    await pod("p");
    expect(await remove("pods", "p")).toMatchObject({ kind: "Pod", metadata: { name: "p" } });
  });

  test("waits for finalizers, and is finished by the last that goes", async () => {
    await config("a", ["example.com/one", "example.com/two"]);
    const marked = await remove("configmaps", "a");
    expect(marked.metadata).toMatchObject({
      deletionTimestamp: "2021-01-13T12:00:00Z",
      deletionGracePeriodSeconds: 0,
    });
    const drop = (finalizers: string[]) =>
      server.ask("PATCH", path("configmaps", "a"), {
        body: json({ metadata: { finalizers } }),
        headers: { "content-type": "application/merge-patch+json" },
      });
    await drop(["example.com/two"]);
    expect(await isThere("configmaps", "a")).toBe(true);
    await drop([]);
    expect(await isThere("configmaps", "a")).toBe(false);
  });

  test("of an object that ends lets no finalizer be added", async () => {
    await config("a", ["example.com/one"]);
    await remove("configmaps", "a");
    const { message } = await server.refusal("PATCH", path("configmaps", "a"), {
      body: json({ metadata: { finalizers: ["example.com/one", "example.com/new"] } }),
      headers: { "content-type": "application/merge-patch+json" },
    });
    expect(message).toContain(
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/new"}',
    );
  });

  test("gives a pod that runs its time, and less if that is asked for", async () => {
    await pod("p", { nodeName: "node1" });
    const marked = await remove("pods", "p");
    expect(marked.metadata).toMatchObject({
      deletionGracePeriodSeconds: 30,
      deletionTimestamp: "2021-01-13T12:00:30Z",
    });
    await server.clock.advance(5_000);
    const sooner = await remove("pods", "p", { gracePeriodSeconds: 10 });
    expect(sooner.metadata).toMatchObject({
      deletionGracePeriodSeconds: 10,
      deletionTimestamp: "2021-01-13T12:00:10Z",
    });
    const later = await remove("pods", "p", { gracePeriodSeconds: 60 });
    expect(later.metadata["deletionGracePeriodSeconds"]).toBe(10);
    await remove("pods", "p", { gracePeriodSeconds: 0 });
    expect(await isThere("pods", "p")).toBe(false);
  });

  test("takes a pod without a node at once", async () => {
    await pod("p");
    await remove("pods", "p");
    expect(await isThere("pods", "p")).toBe(false);
  });

  test("marks an object whose dependents go first or stay behind", async () => {
    await config("a");
    const first = await remove("configmaps", "a", { propagationPolicy: "Foreground" });
    expect(first.metadata.finalizers).toEqual(["foregroundDeletion"]);
    await config("b");
    const orphans = await remove("configmaps", "b", { propagationPolicy: "Orphan" });
    expect(orphans.metadata.finalizers).toEqual(["orphan"]);
    await config("c");
    const old = await remove("configmaps", "c", { orphanDependents: true });
    expect(old.metadata.finalizers).toEqual(["orphan"]);
  });

  test("is refused if the object is not the one that is meant", async () => {
    const { metadata } = await config("a");
    const { message, reason } = await server.refusal("DELETE", path("configmaps", "a"), {
      body: json({ preconditions: { uid: "other" } }),
    });
    expect(reason).toBe("Conflict");
    expect(message).toBe(
      `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  });

  test("is refused for options that do not go together", async () => {
    await config("a");
    const both = await server.refusal("DELETE", path("configmaps", "a"), {
      body: json({ propagationPolicy: "Orphan", orphanDependents: true }),
    });
    expect(both.message).toContain("orphanDependents and deletionPropagation cannot be both set");
    const unknown = await server.refusal("DELETE", path("configmaps", "a"), {
      body: json({ propagationPolicy: "Never" }),
    });
    expect(unknown.message).toContain('propagationPolicy: Unsupported value: "Never"');
  });

  test("as a dry run leaves everything as it is", async () => {
    await config("a");
    const before = server.store.revision;
    await remove("configmaps", "a", { dryRun: ["All"] });
    expect(server.store.revision).toBe(before);
    expect(await isThere("configmaps", "a")).toBe(true);
  });

  test("of a collection takes what is selected", async () => {
    await config("a", [], { l: "1" });
    await config("b", [], { l: "2" });
    await server.ask("DELETE", path("configmaps"), { query: { labelSelector: "l=1" } });
    expect(await isThere("configmaps", "a")).toBe(false);
    expect(await isThere("configmaps", "b")).toBe(true);
  });
});

describe("a namespace", () => {
  const space = (name: string) => `/api/v1/namespaces/${name}`;
  const make = (name: string) =>
    server.object("POST", "/api/v1/namespaces", {
      body: json({ apiVersion: "v1", kind: "Namespace", metadata: { name } }),
    });
  const finalize = (namespace: Loose, finalizers: string[]) =>
    server.ask("PUT", `${space(namespace.metadata.name)}/finalize`, {
      body: json({ ...namespace, spec: { finalizers } }),
    });

  test("begins active, with the finalizer of its controller", async () => {
    const made = await make("shop");
    expect(made).toMatchObject({
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  });

  test("that is deleted ends, and goes once it is finalized", async () => {
    await make("shop");
    const ending = await server.object("DELETE", space("shop"));
    expect(ending).toMatchObject({ status: { phase: "Terminating" } });
    expect(ending.metadata).toHaveProperty("deletionTimestamp");
    expect((await server.ask("GET", space("shop"))).status).toBe(200);
    await finalize(ending, []);
    expect((await server.ask("GET", space("shop"))).status).toBe(404);
  });

  test("cannot be finalized by an ordinary update", async () => {
    const made = await make("shop");
    const body = json({ ...made, spec: { finalizers: [] } });
    const same = await server.object("PUT", space("shop"), { body });
    expect(same["spec"]).toEqual({ finalizers: ["kubernetes"] });
  });

  test("that ends takes nothing new, but lets go", async () => {
    await make("shop");
    const place = path("configmaps", "", "shop");
    const body = json({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } });
    await server.object("POST", place, { body });
    await server.ask("DELETE", space("shop"));
    const { reason, message, details } = await server.refusal("POST", place, {
      body: json({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b" } }),
    });
    expect(reason).toBe("Forbidden");
    expect(message).toBe(
      'configmaps "b" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
    expect(details?.causes?.[0]?.reason).toBe("NamespaceTerminating");
    expect((await server.ask("DELETE", `${place}/a`)).status).toBe(200);
  });

  test.each(["default", "kube-system", "kube-public"])("%s stays", async (name) => {
    const { reason, message } = await server.refusal("DELETE", space(name));
    expect(reason).toBe("Forbidden");
    expect(message).toBe(`namespaces "${name}" is forbidden: this namespace may not be deleted`);
  });
});
