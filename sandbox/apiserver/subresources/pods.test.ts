import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { type Handler, type Request, Unreachable } from "../../api/http.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { v1_34 } from "../../eras/v1.34.ts";
import { v1_11 } from "../../eras/words/core.ts";
import { type Loose, type TestServer, type TestServerOptions, testServer } from "../test-server.ts";

let server: TestServer;
const begin = async (options: Partial<TestServerOptions> = {}) => {
  server = await testServer({ era: v1_20, host: immediate, ...options });
};
beforeEach(() => begin());

const json = (value: unknown) => JSON.stringify(value);
const place = "/api/v1/namespaces/default";
const pods = `${place}/pods`;
const patch = (path: string, body: object) =>
  server.object("PATCH", path, {
    body: json(body),
    headers: { "content-type": "application/merge-patch+json" },
  });

async function pod(name: string, spec: object = {}, labels: object = {}): Promise<Loose> {
  const containers = [{ name: "c", image: "nginx" }];
  const body = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels },
    spec: { containers, ...spec },
  };
  return server.object("POST", pods, { body: json(body) });
}

describe("a binding", () => {
  const bindTo = (name: string, target: object, more: object = {}) => ({
    body: json({ apiVersion: "v1", kind: "Binding", metadata: { name, ...more }, target }),
  });

  test("gives a pod its node", async () => {
    await pod("p");
    const target = { kind: "Node", name: "node1" };
    const request = bindTo("p", target, { annotations: { "example.com/why": "free" } });
    expect(await server.object("POST", `${pods}/p/binding`, request)).toMatchObject({
      kind: "Status",
      status: "Success",
      code: 201,
    });
    const bound = await server.object("GET", `${pods}/p`);
    expect(bound.spec.nodeName).toBe("node1");
    expect(bound.metadata.annotations).toEqual({ "example.com/why": "free" });
    expect(bound["status"].conditions).toEqual([
      {
        type: "PodScheduled",
        status: "True",
        lastProbeTime: null,
        lastTransitionTime: "2021-01-13T12:00:00Z",
      },
    ]);
  });

  test("is done once, and not for pods that are to go", async () => {
    await pod("p", { nodeName: "node1" });
    const request = bindTo("p", { name: "node2" });
    expect(await server.refusal("POST", `${pods}/p/binding`, request)).toMatchObject({
      reason: "Conflict",
      message:
        'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "node1"',
    });
    await server.ask("DELETE", `${pods}/p`);
    expect((await server.refusal("POST", `${pods}/p/binding`, request)).message).toBe(
      'Operation cannot be fulfilled on pods/binding "p": pod p is being deleted, cannot be assigned to a host',
    );
  });

  test("can be made beside the pods, as the first schedulers did", async () => {
    await pod("p");
    await server.object("POST", `${place}/bindings`, bindTo("p", { kind: "Node", name: "node1" }));
    expect((await server.object("GET", `${pods}/p`)).spec.nodeName).toBe("node1");
    const other = bindTo("p", { kind: "Rack", name: "r" });
    expect((await server.refusal("POST", `${place}/bindings`, other)).message).toContain(
      'target.kind: Unsupported value: "Rack": supported values: "Node", "<empty>"',
    );
  });
});

describe("an eviction", () => {
  const labels = { app: "web" };
  const evict = (name: string, more: object = {}) => ({
    body: json({ apiVersion: "policy/v1beta1", kind: "Eviction", metadata: { name }, ...more }),
  });

  async function runningPod(name: string, ready = true) {
    await pod(name, { nodeName: "node1" }, labels);
    const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
    await patch(`${pods}/${name}/status`, { status: { phase: "Running", conditions } });
  }

  async function budget(name: string, status: object) {
    const version = server.server.view.era === v1_34 ? "v1" : "v1beta1";
    const path = `/apis/policy/${version}/namespaces/default/poddisruptionbudgets`;
    const spec = { minAvailable: 1, selector: { matchLabels: labels } };
    const body = {
      apiVersion: `policy/${version}`,
      kind: "PodDisruptionBudget",
      metadata: { name },
      spec,
    };
    await server.object("POST", path, { body: json(body) });
    const counted = { observedGeneration: 1, expectedPods: 2, ...status };
    await patch(`${path}/${name}/status`, { status: counted });
    return `${path}/${name}`;
  }

  test("deletes a pod that no budget is about", async () => {
    await runningPod("p");
    await server.object("POST", `${pods}/p/eviction`, evict("p"));
    expect((await server.object("GET", `${pods}/p`)).metadata.deletionTimestamp).toBeDefined();
  });

  test("takes from the budget that is about the pod", async () => {
    await runningPod("p");
    const path = await budget("b", {
      ...{ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 },
    });
    await server.object("POST", `${pods}/p/eviction`, evict("p"));
    expect((await server.object("GET", path))["status"]).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { p: "2021-01-13T12:00:00Z" },
    });
  });

  test("is refused for now if the budget allows nothing", async () => {
    await runningPod("p");
    await budget("b", { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 });
    expect(await server.refusal("POST", `${pods}/p/eviction`, evict("p"))).toMatchObject({
      code: 429,
      reason: "TooManyRequests",
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: "DisruptionBudget",
            message: "The disruption budget b needs 1 healthy pods and has 1 currently",
          },
        ],
      },
    });
    expect((await server.object("GET", `${pods}/p`)).metadata.deletionTimestamp).toBeUndefined();
  });

  test("waits for a budget that has not been counted yet", async () => {
    await runningPod("p");
    await budget("b", { observedGeneration: 0, disruptionsAllowed: 1 });
    const answer = await server.ask("POST", `${pods}/p/eviction`, evict("p"));
    expect(answer.status).toBe(429);
    expect(answer.headers["retry-after"]).toBe("10");
  });

  test("asks nobody about pods that do not run", async () => {
    await pod("p", {}, labels);
    await budget("b", { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 });
    await server.object("POST", `${pods}/p/eviction`, evict("p"));
    expect((await server.ask("GET", `${pods}/p`)).status).toBe(404);
  });

  test("of a pod that is not ready is free since 1.22, if enough are", async () => {
    await begin({ era: v1_34 });
    await runningPod("p", false);
    await budget("b", { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 });
    await server.object("POST", `${pods}/p/eviction`, {
      body: json({ apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p" } }),
    });
    const { metadata, status } = await server.object("GET", `${pods}/p`);
    expect(metadata["deletionTimestamp"]).toBeDefined();
    expect(status.conditions.at(-1)).toMatchObject({
      type: "DisruptionTarget",
      reason: "EvictionByEvictionAPI",
      message: "Eviction API: evicting",
    });
  });

  test("cannot obey two budgets", async () => {
    await runningPod("p");
    await budget("a", { disruptionsAllowed: 1 });
    await budget("b", { disruptionsAllowed: 1 });
    const refused = await server.refusal("POST", `${pods}/p/eviction`, evict("p"));
    expect(refused).not.toHaveProperty("reason");
    expect(refused.message).toBe(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  });

  test("as a dry run evicts nobody", async () => {
    await runningPod("p");
    const request = evict("p", { deleteOptions: { dryRun: ["All"] } });
    await server.object("POST", `${pods}/p/eviction`, request);
    expect((await server.object("GET", `${pods}/p`)).metadata.deletionTimestamp).toBeUndefined();
  });
});

class Refused extends Unreachable {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

describe("the kubelet of a pod's node", () => {
  let asked: { host: string; port: number; request: Request }[] = [];
  let answer: Handler;
  beforeEach(async () => {
    asked = [];
    answer = async () => ({ status: 200, headers: {}, body: "hello\n" });
    const dial = (host: string, port: number): Handler => {
      return (request) => {
        asked.push({ host, port, request });
        return answer(request);
      };
    };
    await begin({ dial });
    const addresses = [{ type: "InternalIP", address: "10.0.0.12" }];
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node1" } };
    await server.object("POST", "/api/v1/nodes", {
      body: json({ ...node, status: { addresses } }),
    });
    await pod("p", { nodeName: "node1" });
  });

  test("tells what a container has written", async () => {
    const query = { follow: "true", tailLines: "5", pretty: "true" };
    const { body, headers } = await server.ask("GET", `${pods}/p/log`, { query });
    expect(body).toBe("hello\n");
    expect(headers["content-type"]).toBe("text/plain");
    expect(asked).toMatchObject([
      {
        ...{ host: "10.0.0.12", port: 10250 },
        request: {
          path: "/containerLogs/default/p/c",
          query: { follow: "true", tailLines: "5" },
        },
      },
    ]);
  });

  test.each([
    ["ECONNREFUSED", "connect: connection refused"],
    ["ETIMEDOUT", "i/o timeout"],
    ["EHOSTUNREACH", "connect: no route to host"],
  ])("may be out of reach: %s", async (code, why) => {
    answer = () => Promise.reject(new Refused(code));
    const query = { tailLines: "5", follow: "true" };
    const log = await server.refusal("GET", `${pods}/p/log`, { query });
    expect(log.code).toBe(500);
    expect(log.message).toBe(
      `Get "https://10.0.0.12:10250/containerLogs/default/p/c?follow=true&tailLines=5": dial tcp 10.0.0.12:10250: ${why}`,
    );
    const exec = await server.refusal("POST", `${pods}/p/exec`, { query: { command: "ls" } });
    expect(exec.message).toBe(`error dialing backend: dial tcp 10.0.0.12:10250: ${why}`);
  });

  test("says why it has nothing to tell", async () => {
    const say = (status: number, body: string) => {
      answer = async () => ({ status, headers: {}, body });
      return server.refusal("GET", `${pods}/p/log`);
    };
    const waiting = 'container "c" in pod "p" is waiting to start: ContainerCreating';
    expect(await say(400, waiting)).toMatchObject({ reason: "BadRequest", message: waiting });
    expect(await say(404, "no")).toMatchObject({
      reason: "NotFound",
      message: "the server could not find the requested resource ( pods/log p)",
    });
    expect((await say(500, "oh")).message).toBe("Internal error occurred: oh");
  });

  test("is joined with the streams that are asked for", async () => {
    answer = async () => ({ status: 101, headers: {}, body: "", upgrade: async () => 0 });
    const query = { command: "ls", stdout: "true", stdin: "true", tty: "false", container: "c" };
    const response = await server.ask("POST", `${pods}/p/exec`, { query });
    expect(response.upgrade).toBeDefined();
    expect(asked[0]?.request).toMatchObject({
      path: "/exec/default/p/c",
      query: { input: "1", output: "1", command: "ls" },
    });
    await server.ask("POST", `${pods}/p/portforward`, { query: { ports: "80" } });
    expect(asked[1]?.request).toMatchObject({
      path: "/portForward/default/p",
      query: { port: "80" },
    });
  });

  test("is not there for a pod without a node", async () => {
    await pod("q");
    expect((await server.ask("GET", `${pods}/q/log`)).body).toBe("");
    expect((await server.refusal("POST", `${pods}/q/exec`)).message).toBe(
      "pod q does not have a host assigned",
    );
    expect(asked).toEqual([]);
  });

  test("is asked about one container", async () => {
    const containers = ["a", "b"].map((name) => ({ name, image: "nginx" }));
    const initContainers = [{ name: "i", image: "nginx" }];
    await pod("two", { containers, initContainers, nodeName: "node1" });
    const message = async () => (await server.refusal("GET", `${pods}/two/log`)).message;
    expect(await message()).toBe(
      "a container name must be specified for pod two, choose one of: [i a b]",
    );
    const wrong = { query: { container: "x" } };
    expect((await server.refusal("GET", `${pods}/two/log`, wrong)).message).toBe(
      "container x is not valid for pod two",
    );
    await begin({ era: { ...v1_20, words: { ...v1_20.words, core: v1_11 } } });
    await pod("two", { containers, initContainers });
    expect(await message()).toBe(
      "a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [i]",
    );
  });

  test("is told only what makes sense", async () => {
    const query = { tailLines: "-1", limitBytes: "0" };
    expect((await server.refusal("GET", `${pods}/p/log`, { query })).message).toBe(
      'PodLogOptions "p" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0]',
    );
  });

  test("can be asked as a part of its node", async () => {
    answer = async () => ({ status: 200, headers: {}, body: "ok" });
    const { body } = await server.ask("GET", "/api/v1/nodes/node1/proxy/healthz");
    expect(body).toBe("ok");
    expect(asked[0]?.request.path).toBe("/healthz");
  });
});
