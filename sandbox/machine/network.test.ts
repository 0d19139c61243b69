import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import type { Request, Response } from "../api/http.ts";
import { createClock } from "../sim/clock.ts";
import { createFabric } from "./fabric.ts";
import type { Adapter, Connection, DnsAnswer, NetworkError, OpenNetwork } from "./network.ts";
import { createTree } from "./tree.ts";

const get: Request = { method: "GET", path: "/", query: {}, headers: {} };
const ok = (body: Response["body"]): Response => ({ status: 200, headers: {}, body });

function wired(names: readonly string[]) {
  const clock = createClock(0, immediate);
  const fabric = createFabric(clock);
  const made = names.map((place, i) => {
    const adapter = fabric.attach({ addresses: [`10.0.0.${i + 1}`], place });
    const { files } = createTree({ clock });
    files.makeDirectory("/etc");
    return { adapter, files, network: adapter.open({ files }) };
  });
  return { clock, fabric, made: made as [Made, Made, Made] };
}

interface Made {
  adapter: Adapter;
  files: ReturnType<typeof createTree>["files"];
  network: OpenNetwork;
}

/** How a promise stands, without waiting for it. */
function standing<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const state: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => {
      state.value = value;
    },
    (error) => {
      state.error = error;
    },
  );
  return state;
}

const codeOf = (state: { error?: unknown }) => (state.error as NetworkError | undefined)?.code;

test("a request reaches the server and nothing is copied into text on the way", async () => {
  const { made } = wired(["a", "b"]);
  const body = { kind: "Pod" };
  made[1].network.serve(80, async (request, from) => {
    expect(from).toBe("10.0.0.1");
    expect(request.path).toBe("/");
    return ok(body);
  });
  const response = await made[0].network.request({ host: "10.0.0.2", port: 80 }, get);
  expect(response.body).toBe(body);
});

test("a port where nobody listens refuses at once; an address that nobody has, later", async () => {
  const { clock, made } = wired(["a", "b"]);
  const refused = standing(made[0].network.dial("10.0.0.2", 81));
  const nowhere = standing(made[0].network.dial("10.0.0.99", 80));
  const impatient = standing(made[0].network.dial("10.0.0.99", 80, { timeoutMs: 1000 }));
  await clock.advance(0);
  expect(codeOf(refused)).toBe("ECONNREFUSED");
  await clock.advance(1000);
  expect(codeOf(impatient)).toBe("ETIMEDOUT");
  expect(nowhere.error).toBeUndefined();
  await clock.advance(2000);
  expect(codeOf(nowhere)).toBe("EHOSTUNREACH");
});

test("each end of a connection reads what the other writes, and its end", async () => {
  const { made } = wired(["a", "b"]);
  const shout = async (connection: Connection) => {
    for (;;) {
      const line = await connection.input.readLine();
      if (line === undefined) break;
      await connection.write(line.toUpperCase());
    }
    await connection.write("bye");
    connection.close();
  };
  made[1].network.listen(7, (connection) => void shout(connection));
  const connection = await made[0].network.dial("10.0.0.2", 7);
  await connection.write("one\ntwo\n");
  expect(await connection.input.readLine()).toBe("ONE\n");
  expect(await connection.input.readLine()).toBe("TWO\n");
  connection.end();
  expect(await connection.input.readAll()).toBe("bye");
  expect(connection.remote).toEqual({ address: "10.0.0.2", port: 7 });
});

test("an HTTP port answers those who type the request by hand", async () => {
  const { made } = wired(["a", "b"]);
  made[1].network.serve(80, async ({ method, path, query }) =>
    ok(`${method} ${path} ${query["q"]}\n`),
  );
  const connection = await made[0].network.dial("10.0.0.2", 80);
  await connection.write("GET /x?q=1%202 HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
  expect(await connection.input.readAll()).toBe(
    "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nGET /x 1 2\n".replace("12", "11"),
  );
});

test("TLS on one side only fails as it does", async () => {
  const { made } = wired(["a", "b"]);
  made[1].network.serve(80, async () => ok(""));
  made[1].network.serve(443, async () => ok(""), { secure: true });
  const plain = await made[0].network.request({ host: "10.0.0.2", port: 443 }, get);
  expect(plain).toMatchObject({ status: 400, body: /HTTPS server/ });
  const tls = made[0].network.request({ host: "10.0.0.2", port: 80, secure: true }, get);
  await expect(tls).rejects.toMatchObject({ code: "EPROTO" });
});

test("a watch across a cut hears nothing, then breaks, on both sides", async () => {
  const { clock, fabric, made } = wired(["a", "b"]);
  let serverGone = false;
  made[1].network.serve(80, async ({ signal }) => {
    async function* ticks() {
      signal?.addEventListener("abort", () => (serverGone = true));
      for (let i = 0; !serverGone; i++) {
        yield `${i}`;
        await clock.sleep(1000);
      }
    }
    return ok(ticks());
  });
  const { body } = await made[0].network.request({ host: "10.0.0.2", port: 80 }, get);
  const seen: string[] = [];
  const watching = standing(
    (async () => {
      for await (const tick of body as AsyncIterable<string>) seen.push(tick);
    })(),
  );
  await clock.advance(2000);
  expect(seen).toEqual(["0", "1", "2"]);
  fabric.cut("a", "b");
  await clock.advance(10_000);
  expect(seen.length).toBe(3);
  fabric.heal("b", "a");
  await clock.advance(0);
  expect(seen.length).toBe(4);
  fabric.isolate("b");
  await clock.advance(31_000);
  expect(codeOf(watching)).toBe("ETIMEDOUT");
  expect(serverGone).toBe(true);
  expect(fabric.passes("a", "b")).toBe(false);
});

test("new connections across a cut time out; within one place nothing is cut", async () => {
  const { clock, fabric, made } = wired(["a", "b"]);
  made[1].network.serve(80, async () => ok("hi"));
  const pod = fabric.attach({ addresses: ["10.1.0.1"], place: "b", through: made[1].adapter });
  fabric.isolate("b");
  const away = standing(made[0].network.request({ host: "10.0.0.2", port: 80 }, get));
  const near = standing(
    pod.open({ files: made[1].files }).request({ host: "10.0.0.2", port: 80 }, get),
  );
  await clock.advance(126_000);
  expect(near.value?.body).toBe("hi");
  expect(away.error).toBeUndefined();
  await clock.advance(1000);
  expect(codeOf(away)).toBe("ETIMEDOUT");
});

test("when the serving process dies its client is reset and the port is free", async () => {
  const { made } = wired(["a", "b"]);
  const second = made[1].adapter.open({ files: made[1].files });
  second.serve(80, () => new Promise(() => {}));
  expect(() => made[1].network.serve(80, async () => ok(""))).toThrow("Address already in use");
  const asked = standing(made[0].network.request({ host: "10.0.0.2", port: 80 }, get));
  await new Promise(setImmediate);
  second.close();
  await new Promise(setImmediate);
  expect(codeOf(asked)).toBe("ECONNRESET");
  made[1].network.serve(80, async () => ok(""));
});

test("when the client lets go the server's signal aborts", async () => {
  const { made } = wired(["a", "b"]);
  let aborted = false;
  made[1].network.serve(80, async ({ signal }) => {
    signal?.addEventListener("abort", () => (aborted = true));
    return new Promise(() => {});
  });
  const controller = new AbortController();
  const asked = standing(
    made[0].network.request({ host: "10.0.0.2", port: 80 }, { ...get, signal: controller.signal }),
  );
  await new Promise(setImmediate);
  controller.abort(new Error("enough"));
  await new Promise(setImmediate);
  expect(aborted).toBe(true);
  expect((asked.error as Error).message).toBe("enough");
});

test("a node's rewrites lead its pods' traffic, and what arrives at its own address", async () => {
  const { fabric, made } = wired(["a", "b"]);
  const pod = fabric.attach({ addresses: ["10.1.0.1"], place: "b", through: made[1].adapter });
  const inside = pod.open({ files: made[1].files });
  inside.serve(8080, async () => ok("pod"));
  made[1].adapter.rewrite(({ destination: { address, port } }) => {
    if (address === "10.96.0.1") return { address: "10.1.0.1", port: 8080 };
    if (address === "10.96.0.2") return "refuse";
    return port === 30080 ? { address: "10.1.0.1", port: 8080 } : undefined;
  });
  const ask = (network: OpenNetwork, host: string, port: number) =>
    network.request({ host, port }, get).then(({ body }) => body);
  expect(await ask(inside, "10.96.0.1", 80)).toBe("pod");
  expect(await ask(made[0].network, "10.0.0.2", 30080)).toBe("pod");
  await expect(ask(inside, "10.96.0.2", 80)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("names: hosts first, then the search list as ndots says", async () => {
  const { clock, made } = wired(["a", "b"]);
  const asked: string[] = [];
  const zone: Record<string, string> = {
    "web.default.svc.cluster.local": "10.96.0.7",
    "a.b.c.d.e": "1.2.3.4",
    "example.com": "93.184.216.34",
  };
  made[1].network.serveDns(({ name }): DnsAnswer => {
    asked.push(name);
    const data = zone[name];
    return data
      ? { code: "NOERROR", authoritative: true, answers: [{ name, type: "A", ttl: 30, data }] }
      : { code: "NXDOMAIN", authoritative: true, answers: [] };
  });
  const { files, network } = made[0];
  files.write("/etc/hosts", "127.0.0.1 localhost\n10.9.9.9 db db.local # mine\n");
  files.write(
    "/etc/resolv.conf",
    "nameserver 10.0.0.2\nsearch default.svc.cluster.local svc.cluster.local\noptions ndots:5\n",
  );
  expect(await network.lookup("db.local")).toEqual(["10.9.9.9"]);
  expect(asked).toEqual([]);
  expect(await network.lookup("web")).toEqual(["10.96.0.7"]);
  expect(await network.lookup("example.com")).toEqual(["93.184.216.34"]);
  expect(asked.slice(1)).toEqual([
    "example.com.default.svc.cluster.local",
    "example.com.svc.cluster.local",
    "example.com",
  ]);
  asked.length = 0;
  expect(await network.lookup("example.com.")).toEqual(["93.184.216.34"]);
  expect(asked).toEqual(["example.com"]);
  await expect(network.lookup("nope")).rejects.toMatchObject({ code: "ENOTFOUND" });
  files.write("/etc/resolv.conf", "nameserver 10.0.0.50\noptions timeout:1 attempts:2\n");
  const lost = standing(network.lookup("web"));
  await clock.advance(2000);
  expect(codeOf(lost)).toBe("EAGAIN");
});

test("ping tells who is there", async () => {
  const { clock, fabric, made } = wired(["a", "b"]);
  fabric.latencyMs = 2;
  const there = standing(made[0].network.ping("10.0.0.2"));
  const gone = standing(made[0].network.ping("10.0.0.9", { timeoutMs: 1000 }));
  await clock.advance(1000);
  expect(there.value).toEqual({ address: "10.0.0.2", ms: 4 });
  expect(codeOf(gone)).toBe("EHOSTUNREACH");
});

test("ten thousand requests are cheap", async () => {
  const { made } = wired(["a", "b"]);
  made[1].network.serve(80, async () => ok("x"));
  const start = performance.now();
  for (let i = 0; i < 10_000; i++) {
    await made[0].network.request({ host: "10.0.0.2", port: 80 }, get);
  }
  expect(performance.now() - start).toBeLessThan(1000);
});
