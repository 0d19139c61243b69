import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { pods } from "../api/pod.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});
const httpGet = { path: "/", port: 80 };

test("a pod is ready only while its readiness probe succeeds, and goes on running", async () => {
  const cluster = await testNodes({ era, host });
  const readinessProbe = { httpGet, periodSeconds: 2, failureThreshold: 2 };
  await cluster.run("web", { containers: [container(["serve"], { readinessProbe })] });
  const story = await cluster.story("web", 10);
  expect(story.at(-2)).toMatch(/Running c=running$/);
  expect(story.at(-1)).toMatch(/Running c=running ready$/);
  await cluster.exec("web", ["write", "/sick", "yes"]);
  expect((await cluster.story("web", 8)).at(-1)).toMatch(/^[2345]s Running c=running$/);
  const ready = async () =>
    (await cluster.status("web")).conditions?.find(({ type }) => type === "Ready");
  expect(await ready()).toMatchObject({
    ...{ status: "False", reason: "ContainersNotReady" },
    message: "containers with unready status: [c]",
  });
  expect(await cluster.said("web")).toContain(
    "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 500",
  );
  await cluster.exec("web", ["remove", "/sick"]);
  await cluster.advance(3_000);
  expect((await ready())?.status).toBe("True");
  expect((await cluster.status("web")).containerStatuses?.[0]?.restartCount).toBe(0);
});

test("a failed liveness probe restarts the container", async () => {
  const cluster = await testNodes({ era, host });
  const livenessProbe = { httpGet, periodSeconds: 5, failureThreshold: 2 };
  await cluster.run("web", { containers: [container(["serve"], { livenessProbe })] });
  await cluster.advance(20_000);
  await cluster.exec("web", ["write", "/sick", "yes"]);
  await cluster.advance(15_000);
  expect(await cluster.said("web")).toContain(
    "Killing: Container c failed liveness probe, will be restarted",
  );
  const [status] = (await cluster.status("web")).containerStatuses ?? [];
  expect(status).toMatchObject({ restartCount: 1, ready: true });
  expect(status?.lastState?.terminated).toMatchObject({ reason: "Completed", exitCode: 0 });
});

test("a startup probe holds the others until it succeeds, and kills what does not start", async () => {
  const cluster = await testNodes({ era, host });
  const startupProbe = { tcpSocket: { port: 80 }, periodSeconds: 2, failureThreshold: 3 };
  const livenessProbe = { exec: { command: ["false"] }, periodSeconds: 1 };
  const probes = { startupProbe, livenessProbe };
  await cluster.run("never", { containers: [container(["serve", "81"], probes)] });
  await cluster.advance(12_000);
  const said = await cluster.said("never");
  expect(said).toContain("Killing: Container c failed startup probe, will be restarted");
  expect(said).toContain(
    "Unhealthy: Startup probe failed: dial tcp 10.244.1.2:80: connect: connection refused",
  );
  expect(said.some((line) => line.includes("Liveness"))).toBe(false);
  await cluster.run("soon", { containers: [container(["serve"], { startupProbe })] });
  await cluster.advance(8_000);
  expect((await cluster.status("soon")).containerStatuses?.[0]).toMatchObject({
    ...{ started: true, ready: true },
  });
});

test("a command that takes too long fails its probe", async () => {
  const cluster = await testNodes({ era, host });
  const readinessProbe = { exec: { command: ["sleep", "9"] }, timeoutSeconds: 2, periodSeconds: 5 };
  await cluster.run("slow", { containers: [container(["forever"], { readinessProbe })] });
  await cluster.advance(12_000);
  expect(await cluster.said("slow")).toContain(
    'Unhealthy: Readiness probe failed: command "sleep 9" timed out',
  );
});

test("a probe waits for its initial delay and finds ports by name", async () => {
  const cluster = await testNodes({ era, host });
  const ports = [{ name: "web", containerPort: 80 }];
  const readinessProbe = { httpGet: { port: "web" }, initialDelaySeconds: 10, periodSeconds: 1 };
  await cluster.run("web", { containers: [container(["serve"], { ports, readinessProbe })] });
  const story = await cluster.story("web", 20);
  expect(story.at(-1)).toMatch(/^1[2345]s Running c=running ready$/);
});

test("conditions of others count where a pod says so", async () => {
  const cluster = await testNodes({ era, host });
  const readinessGates = [{ conditionType: "example.com/go" }];
  await cluster.run("web", { readinessGates, containers: [container(["serve"])] });
  await cluster.advance(5_000);
  const ready = async () =>
    (await cluster.status("web")).conditions?.find(({ type }) => type === "Ready");
  expect(await ready()).toMatchObject({ status: "False", reason: "ReadinessGatesNotReady" });
  const key = { namespace: "default", name: "web" };
  const conditions = [{ type: "example.com/go", status: "True" }];
  await cluster.client.patch(pods, key, {
    body: { status: { conditions } },
    subresource: "status",
  });
  await cluster.advance(3_000);
  expect((await ready())?.status).toBe("True");
  const types = (await cluster.status("web")).conditions?.map(({ type }) => type);
  expect(types).toContain("example.com/go");
});
