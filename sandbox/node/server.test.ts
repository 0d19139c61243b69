import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import type { Response, Session } from "../api/http.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { Channel } from "../sim/channel.ts";
import { type TestNodes, testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});

async function logs(cluster: TestNodes, name: string, query = {}): Promise<string> {
  const { status, body } = await cluster.ask("containerLogs", name, query);
  return status === 200 ? String(body) : `${status} ${body}`;
}

/** A session that keeps what it is told. */
function join(response: Response, stdin?: AsyncIterable<string>) {
  const told = { out: "", err: "", code: undefined as number | undefined };
  const stop = new AbortController();
  const session: Session = {
    ...(stdin && { stdin }),
    stdout: async (text) => {
      told.out += text;
    },
    stderr: async (text) => {
      told.err += text;
    },
    signal: stop.signal,
  };
  const end = (code: number) => {
    told.code = code;
  };
  // Whoever leaves hears no more.
  response.upgrade?.(session).then(end, () => {});
  return { told, leave: () => stop.abort() };
}

test("logs are lines with their times, and can be cut in every way", async () => {
  const cluster = await testNodes({ era, host });
  const script = { lifecycle: { postStart: { exec: { command: ["sleep", "2"] } } } };
  await cluster.run("web", { containers: [container(["polite", "0"], script)] });
  await cluster.advance(10_000);
  expect(await logs(cluster, "web")).toBe("ready\n");
  expect(await logs(cluster, "web", { timestamps: "true" })).toMatch(
    /^2021-01-13T12:00:0\d\.\d{9}Z ready\n$/,
  );
  expect(await logs(cluster, "web", { tailLines: "0" })).toBe("");
  expect(await logs(cluster, "web", { limitBytes: "3" })).toBe("rea");
  expect(await logs(cluster, "web", { sinceSeconds: "5" })).toBe("");
  expect(await logs(cluster, "web", { sinceSeconds: "60" })).toBe("ready\n");
  expect(await logs(cluster, "web", { container: "x" })).toBe(
    '404 container "x" not found in pod "web"',
  );
  const { files } = cluster.nodes[0]?.machine ?? {};
  const [name = ""] = files?.list("/var/log/containers") ?? [];
  expect(name).toMatch(/^web_default_c-[0-9a-f]{64}\.log$/);
  expect(files?.read(`/var/log/containers/${name}`)).toMatch(/^2021-.*Z stdout F ready\n$/);
});

test("logs are followed until the container ends", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["polite", "500"])] });
  await cluster.advance(6_000);
  const { body } = await cluster.ask("containerLogs", "web", { follow: "true" });
  let text = "";
  let ended = false;
  const reading = (async () => {
    for await (const piece of body as AsyncIterable<string>) text += piece;
    ended = true;
  })();
  await cluster.advance(10);
  expect(text).toBe("ready\n");
  expect(ended).toBe(false);
  await cluster.remove("web");
  await cluster.advance(3_000);
  await reading;
  expect(text).toBe("ready\nbye\n");
});

test("of a container that restarted the last log is kept", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("crash", { containers: [container(["echo", "oh no"])] });
  await cluster.run("wait", { containers: [container([], { image: "toolbox:does-not-exist" })] });
  await cluster.advance(6_000);
  expect(await logs(cluster, "crash")).toBe("oh no\n");
  expect(await logs(cluster, "crash", { previous: "true" })).toBe("oh no\n");
  expect(await logs(cluster, "wait")).toMatch(
    /^400 container "c" in pod "wait" is waiting to start: (image can't be pulled|trying and failing to pull image)$/,
  );
  expect(await logs(cluster, "wait", { previous: "true" })).toBe(
    '400 previous terminated container "c" in pod "wait" not found',
  );
});

test("a program can be run in a container, with input and exit code", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["forever"])] });
  await cluster.advance(6_000);
  expect(await cluster.exec("web", ["exit", "7"])).toBe("[7]");
  const stdin = new Channel<string>();
  const query = { command: ["cat"], input: "1", output: "1" };
  const { told } = join(await cluster.ask("exec", "web", query), stdin);
  stdin.push("hello\n");
  stdin.end();
  await cluster.advance(100);
  expect(told).toEqual({ out: "hello\n", err: "", code: 0 });
  expect(await cluster.exec("web", ["nope"])).toBe(
    'OCI runtime exec failed: exec failed: container_linux.go:370: starting container process caused: exec: "nope": executable file not found in $PATH: unknown\r\n[126]',
  );
});

test("a program on a terminal gets lines and its end when the caller leaves", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["forever"])] });
  await cluster.advance(6_000);
  const stdin = new Channel<string>();
  const query = { command: ["cat"], input: "1", output: "1", tty: "1" };
  const { told } = join(await cluster.ask("exec", "web", query), stdin);
  await cluster.advance(10);
  stdin.push("hi\r");
  stdin.push("\x04");
  await cluster.advance(10);
  expect(told).toEqual({ out: "hi\r\nhi\r\n", err: "", code: 0 });
  const other = join(await cluster.ask("exec", "web", { ...query, command: ["forever"] }));
  await cluster.advance(10);
  other.leave();
  await cluster.advance(10);
  const uid = (await cluster.pod("web")).metadata.uid ?? "";
  const [running] = cluster.nodes[0]?.runtime.pod(uid).containers ?? [];
  expect(running?.machine.processes()).toHaveLength(1);
});

test("one can attach to what a container prints and reads", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("cat", { containers: [container(["cat"], { stdin: true, stdinOnce: true })] });
  await cluster.advance(6_000);
  const stdin = new Channel<string>();
  const { told } = join(await cluster.ask("attach", "cat", { input: "1", output: "1" }), stdin);
  await cluster.advance(10);
  stdin.push("echo\n");
  stdin.end();
  await cluster.advance(100);
  expect(told.out).toBe("echo\n");
  expect((await cluster.status("cat")).containerStatuses?.[0]?.state?.terminated).toBeUndefined();
});

test("a connection is carried to a port inside the pod", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(6_000);
  const stdin = new Channel<string>();
  const { told, leave } = join(await cluster.ask("portForward", "web", { port: "80" }), stdin);
  stdin.push("GET / HTTP/1.0\r\n\r\n");
  await cluster.advance(100);
  expect(told.out).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nweb$/s);
  leave();
  const refused = join(await cluster.ask("portForward", "web", { port: "81" }));
  await cluster.advance(100);
  expect(refused.told.code).toBe(1);
  expect(refused.told.err).toContain("dial tcp4 127.0.0.1:81: connect: connection refused");
});

test("the API server leads to all this", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["polite", "500"])] });
  await cluster.advance(6_000);
  const path = "/api/v1/namespaces/default/pods/web";
  const get = (subresource: string, query = {}) =>
    cluster.client.send({ method: "GET", path: `${path}/${subresource}`, query });
  expect((await get("log")).body).toBe("ready\n");
  await expect(get("log", { previous: "true" })).rejects.toThrow(
    'previous terminated container "c" in pod "web" not found',
  );
  const query = { command: ["id"], stdout: "true" };
  const { told } = join(await get("exec", query));
  await cluster.advance(100);
  expect(told).toEqual({ out: "0:0 web\n", err: "", code: 0 });
  const stopping = cluster.nodes[0]?.machine.system.units.stop("kubelet");
  await cluster.advance(1_000);
  await stopping;
  await expect(get("log")).rejects.toThrow(
    'Get "https://10.0.0.11:10250/containerLogs/default/web/c": dial tcp 10.0.0.11:10250: connect: connection refused',
  );
  await expect(get("exec", query)).rejects.toThrow(
    "error dialing backend: dial tcp 10.0.0.11:10250: connect: connection refused",
  );
});
