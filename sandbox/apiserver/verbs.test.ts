import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { type TestServer, testServer } from "./test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const configs = "/api/v1/namespaces/default/configmaps";
const config = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

const json = (value: unknown) => JSON.stringify(value);
const create = (name: string, data?: Record<string, string>) =>
  server.object("POST", configs, { body: json(config(name, data)) });

describe("creating", () => {
  test("gives an object its namespace, uid, version and time", async () => {
    const { metadata } = await create("a");
    expect(metadata).toMatchObject({
      name: "a",
      namespace: "default",
      creationTimestamp: "2021-01-13T12:00:00Z",
    });
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(0);
  });

  test("is refused for a name that is taken", async () => {
    await create("a");
    const { reason, message, details } = await server.refusal("POST", configs, {
      body: json(config("a")),
    });
    expect(reason).toBe("AlreadyExists");
    expect(message).toBe('configmaps "a" already exists');
    expect(details).toEqual({ name: "a", kind: "configmaps" });
  });

  test("finds a name for an object that says how it begins", async () => {
    const body = json({ ...config(""), metadata: { generateName: "web-" } });
    const names = new Set<string>();
    for (let i = 0; i < 3; i++)
      names.add((await server.object("POST", configs, { body })).metadata.name);
    expect(names.size).toBe(3);
    for (const name of names) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test("is refused for an object without a name", async () => {
    const { message, reason } = await server.refusal("POST", configs, { body: json(config("")) });
    expect(reason).toBe("Invalid");
    expect(message).toBe(
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    );
  });

  test("is refused in a namespace that is not there", async () => {
    const path = "/api/v1/namespaces/nope/configmaps";
    const { reason, message } = await server.refusal("POST", path, { body: json(config("a")) });
    expect(reason).toBe("NotFound");
    expect(message).toBe('namespaces "nope" not found');
  });

  test("is refused for an object of another namespace", async () => {
    const body = json({ ...config("a"), metadata: { name: "a", namespace: "kube-system" } });
    const { code, message } = await server.refusal("POST", configs, { body });
    expect(code).toBe(400);
    expect(message).toBe(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  });

  test("is refused for another kind or version than the path's", async () => {
    const other = json({ ...config("a"), kind: "Secret" });
    const kind = await server.refusal("POST", configs, { body: other });
    expect(kind.message).toContain("cannot be handled as a ConfigMap");
    const version = json({ ...config("a"), apiVersion: "v2" });
    expect((await server.refusal("POST", configs, { body: version })).message).toBe(
      "the API version in the data (v2) does not match the expected API version (v1)",
    );
  });

  test("as a dry run writes nothing", async () => {
    const before = server.store.revision;
    const made = await server.object("POST", configs, {
      body: json(config("a")),
      query: { dryRun: "All" },
    });
    expect(made.metadata.uid).toBeDefined();
    expect(server.store.revision).toBe(before);
    const wrong = await server.refusal("POST", configs, {
      body: json(config("a")),
      query: { dryRun: "some" },
    });
    expect(wrong.message).toContain('dryRun: Unsupported value: "some": supported values: "All"');
  });

  test("does not answer with fields that the kind does not have", async () => {
    const made = await server.object("POST", configs, {
      body: json({ ...config("a"), colour: "red", status: { a: 1 } }),
    });
    expect(made).not.toHaveProperty("colour");
    expect(made).not.toHaveProperty("status");
  });
});

describe("updating", () => {
  test("replaces all but what the server keeps", async () => {
    const old = await create("a", { x: "1" });
    const body = json({ ...config("a", { z: "2" }), metadata: { name: "a", labels: { l: "v" } } });
    const made = await server.object("PUT", `${configs}/a`, { body });
    expect(made.data).toEqual({ z: "2" });
    expect(made.metadata).toMatchObject({ uid: old.metadata.uid, labels: { l: "v" } });
    expect(made.metadata.resourceVersion).not.toBe(old.metadata.resourceVersion);
  });

  test("is refused if the object has changed since it was read", async () => {
    const old = await create("a");
    await server.object("PUT", `${configs}/a`, { body: json(config("a", { x: "1" })) });
    const stale = json({ ...old, data: { x: "2" } });
    const { reason, message } = await server.refusal("PUT", `${configs}/a`, { body: stale });
    expect(reason).toBe("Conflict");
    expect(message).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test("without a change writes nothing", async () => {
    await create("a", { x: "1" });
    const before = server.store.revision;
    await server.object("PUT", `${configs}/a`, { body: json(config("a", { x: "1" })) });
    expect(server.store.revision).toBe(before);
  });

  test("of an object that is gone and came back is refused by its uid", async () => {
    const old = await create("a");
    await server.ask("DELETE", `${configs}/a`);
    await create("a");
    const metadata = { name: "a", uid: old.metadata.uid };
    const body = json({ ...config("a"), metadata });
    const { message } = await server.refusal("PUT", `${configs}/a`, { body });
    expect(message).toContain(`Precondition failed: UID in precondition: ${old.metadata.uid}`);
  });

  test("needs the name of the path", async () => {
    await create("a");
    const { code, message } = await server.refusal("PUT", `${configs}/a`, {
      body: json(config("b")),
    });
    expect(code).toBe(400);
    expect(message).toBe("the name of the object (b) does not match the name on the URL (a)");
  });

  test("of kinds that need it must say the version", async () => {
    const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    const body = json({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "l" },
      spec: {},
    });
    await server.object("POST", leases, { body });
    const { message } = await server.refusal("PUT", `${leases}/l`, { body });
    expect(message).toBe(
      'Lease.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
    );
  });
});

describe("patching", () => {
  const patch = (type: string, body: unknown, name = "a") =>
    server.ask("PATCH", `${configs}/${name}`, {
      body: json(body),
      headers: { "content-type": `application/${type}` },
    });

  test("merges by null and by value", async () => {
    await create("a", { x: "1", z: "2" });
    const { body } = await patch("merge-patch+json", { data: { x: null, w: "3" } });
    expect((body as { data: object }).data).toEqual({ z: "2", w: "3" });
  });

  test("does operations in order, or none", async () => {
    await create("a", { x: "1" });
    const done = await patch("json-patch+json", [
      { op: "test", path: "/data/x", value: "1" },
      { op: "move", from: "/data/x", path: "/data/z" },
      { op: "add", path: "/metadata/annotations", value: {} },
      { op: "add", path: "/metadata/annotations/a.io~1b", value: "2" },
    ]);
    expect(done.body).toMatchObject({
      metadata: { annotations: { "a.io/b": "2" } },
      data: { z: "1" },
    });
  });

  test("says nothing of an operation that fails", async () => {
    await create("a", { x: "1" });
    const { body, status } = await patch("json-patch+json", [
      { op: "test", path: "/data/x", value: "2" },
    ]);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      reason: "Invalid",
      message: "the server rejected our request due to an error in our request",
    });
  });

  test("merges lists by their keys", async () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "robot" },
      secrets: [{ name: "one" }],
    };
    await server.object("POST", accounts, { body: json(account) });
    const made = await server.object("PATCH", `${accounts}/robot`, {
      body: json({ secrets: [{ name: "two" }] }),
      headers: { "content-type": "application/strategic-merge-patch+json" },
    });
    expect(made["secrets"]).toEqual([{ name: "two" }, { name: "one" }]);
  });

  test("applies what is not there as a new object", async () => {
    const made = await server.ask("PATCH", `${configs}/fresh`, {
      body: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fresh}\ndata: {x: '1'}\n",
      headers: { "content-type": "application/apply-patch+yaml" },
      query: { fieldManager: "test" },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ metadata: { name: "fresh" }, data: { x: "1" } });
  });

  test("is refused for a type of patch that is not known", async () => {
    await create("a");
    const { status, body } = await patch("yaml", {});
    expect(status).toBe(415);
    expect((body as { message: string }).message).toBe(
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
    );
  });

  test("cannot change the name", async () => {
    await create("a");
    const { status, body } = await patch("merge-patch+json", { metadata: { name: "b" } });
    expect(status).toBe(400);
    expect((body as { message: string }).message).toContain(
      "the name of the object (b) does not match the name on the URL (a)",
    );
  });

  test("of what is not there is refused", async () => {
    const { status, body } = await patch("merge-patch+json", {}, "nope");
    expect(status).toBe(404);
    expect((body as { message: string }).message).toBe('configmaps "nope" not found');
  });

  test("says which value is of the wrong type", async () => {
    await create("a");
    const { status, body } = await patch("merge-patch+json", { data: { x: 1 } });
    expect(status).toBe(422);
    expect((body as { message: string }).message).toContain("patch: Invalid value:");
  });
});

describe("listing", () => {
  const names = async (query: Record<string, string>) => {
    const list = await server.object("GET", configs, { query });
    return (list["items"] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  };

  test("is in the order of names and can be selected from", async () => {
    for (const name of ["c", "a", "b"]) await create(name);
    expect(await names({})).toEqual(["a", "b", "c"]);
    expect(await names({ fieldSelector: "metadata.name!=b" })).toEqual(["a", "c"]);
    expect(await names({ fieldSelector: "metadata.name=b,metadata.namespace=default" })).toEqual([
      "b",
    ]);
    expect(await names({ labelSelector: "app" })).toEqual([]);
  });

  test("says what a field selector may not name", async () => {
    const { code, message } = await server.refusal("GET", configs, {
      query: { fieldSelector: "spec.x=1" },
    });
    expect(code).toBe(400);
    expect(message).toBe(
      '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  test("comes in pages", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await create(name);
    const seen: string[][] = [];
    let mark = "";
    do {
      const query = { limit: "2", ...(mark && { continue: mark }) };
      const list = await server.object("GET", configs, { query });
      const { continue: next = "", remainingItemCount } = { ...list.metadata } as Record<
        string,
        unknown
      >;
      seen.push(
        (list["items"] as { metadata: { name: string } }[]).map((each) => each.metadata.name),
      );
      expect(remainingItemCount).toBe(next ? 5 - seen.flat().length : undefined);
      mark = String(next);
    } while (mark);
    expect(seen).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });

  test("refuses a version that has not been", async () => {
    const { message } = await server.refusal("GET", configs, {
      query: { resourceVersion: "99999" },
    });
    expect(message).toMatch(/^Timeout: Too large resource version: 99999, current: \d+$/);
  });

  test("of all namespaces is in the order of namespaces", async () => {
    await create("z");
    const list = await server.object("GET", "/api/v1/configmaps");
    const items = list["items"] as { metadata: { namespace: string } }[];
    const spaces = items.map(({ metadata }) => metadata.namespace);
    expect(spaces).toEqual([...spaces].sort());
  });
});

describe("paths", () => {
  test("that are not served are not found", async () => {
    for (const path of ["/api/v1/things", "/apis/nope/v1/things", "/api/v2/pods"]) {
      const { code, message } = await server.refusal("GET", path);
      expect(code).toBe(404);
      expect(message).toBe("the server could not find the requested resource");
    }
  });

  test("with a method that is not for them are refused", async () => {
    const { code, message } = await server.refusal("POST", `${configs}/a`, {
      body: json(config("a")),
    });
    expect(code).toBe(405);
    expect(message).toBe("the server does not allow this method on the requested resource");
  });

  test("say the version and how the server is", async () => {
    expect((await server.ask("GET", "/version")).body).toMatchObject({ gitVersion: "v1.20.2" });
    expect((await server.ask("GET", "/healthz")).body).toBe("ok");
    expect((await server.ask("GET", "/readyz", { query: { verbose: "" } })).body).toBe(
      "[+]ping ok\n[+]log ok\n[+]etcd ok\nreadyz check passed\n",
    );
    const root = await server.object("GET", "/");
    expect(root["paths"]).toContain("/apis/apps/v1");
  });

  test("describe what the server serves", async () => {
    const swagger = await server.object("GET", "/openapi/v2");
    expect(swagger["definitions"]).toHaveProperty("io.k8s.api.core.v1.Pod");
    const core = await server.object("GET", "/api/v1");
    const kinds = core["resources"] as { name: string; verbs: string[] }[];
    expect(kinds.map(({ name }) => name)).toContain("pods/eviction");
    expect(kinds.find(({ name }) => name === "bindings")?.verbs).toEqual(["create"]);
  });

  test("warn of versions that will go", async () => {
    const old = await server.ask("GET", "/apis/storage.k8s.io/v1beta1/storageclasses");
    expect(old.headers["warning"]).toBe(
      '299 - "storage.k8s.io/v1beta1 StorageClass is deprecated in v1.19+, unavailable in v1.22+; use storage.k8s.io/v1 StorageClass"',
    );
  });

  test("are answered only with what is accepted", async () => {
    const { code, message } = await server.refusal("GET", configs, {
      headers: { accept: "application/xml" },
    });
    expect(code).toBe(406);
    expect(message).toBe(
      "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
    );
  });
});
