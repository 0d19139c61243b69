// A cluster with nodes for tests: an API server on the wire, machines that are nodes, images with a
// few small programs, and no controller: tests say where pods run. Not used outside tests.

import { type Endpoints, endpoints } from "../api/endpoints.ts";
import type { Era } from "../api/era.ts";
import { events } from "../api/event.ts";
import type { Request, Response } from "../api/http.ts";
import { resources } from "../api/index.ts";
import { namespaces } from "../api/namespace.ts";
import { type Container, type Pod, type PodSpec, type PodStatus, pods } from "../api/pod.ts";
import { pluginsWithoutControllers as plugins } from "../apiserver/admission/index.ts";
import { hooks } from "../apiserver/hooks/index.ts";
import { createApiServer } from "../apiserver/server.ts";
import { Store } from "../apiserver/store.ts";
import { subresources } from "../apiserver/subresources/index.ts";
import { Client } from "../client/client.ts";
import { makeDevices } from "../machine/devices.ts";
import { createFabric } from "../machine/fabric.ts";
import { createImageRegistry, defineImage, type Image } from "../machine/image.ts";
import { createMachine } from "../machine/kernel.ts";
import type { Fabric } from "../machine/network.ts";
import type { Process, Program } from "../machine/process.ts";
import { createTree } from "../machine/tree.ts";
import { type ClockControl, createClock, type Host } from "../sim/clock.ts";
import { createRandom } from "../sim/random.ts";
import { bootNode, type NodeHandle, type NodeOptions } from "./index.ts";
import { realTimings } from "./timings.ts";

export interface TestNodesOptions {
  readonly era: Era;
  readonly host: Host;
  readonly nodes?: number;
  readonly images?: readonly Image[];
  readonly unknown?: "refuse" | "run";
  readonly node?: Partial<NodeOptions>;
}

export interface TestNodes {
  readonly client: Client;
  readonly clock: ClockControl;
  readonly fabric: Fabric;
  readonly nodes: readonly NodeHandle[];
  advance(ms: number): Promise<void>;
  /** Creates a pod on node1, or where its spec says. */
  run(name: string, spec: Partial<PodSpec> & { containers: Container[] }): Promise<Pod>;
  pod(name: string): Promise<Pod>;
  status(name: string): Promise<PodStatus>;
  /** `Reason: message`, each once, in the order in which they were first said. */
  said(name: string): Promise<string[]>;
  remove(name: string, graceSeconds?: number): Promise<void>;
  /** What the kubelet of a pod's node answers, asked as the API server asks: `containerLogs`. */
  ask(verb: string, name: string, query?: Request["query"]): Promise<Response>;
  /**
   * Runs a program in a pod's container `c` and gives what it printed, with its code if that is not
   * 0.
   */
  exec(name: string, command: readonly string[]): Promise<string>;
  /** Does it and says how the pod looked meanwhile, with the second in which that began. */
  story(name: string, seconds: number): Promise<string[]>;
  /** Switches a node off, and on again half a minute later. */
  reboot(index: number): Promise<void>;
  expose(name: string, addresses: readonly string[], port: number): Promise<Endpoints>;
}

const admin = { commonName: "kubernetes-admin", organizations: ["system:masters"] };
const serverAddress = "10.0.0.10";

export async function testNodes(options: TestNodesOptions): Promise<TestNodes> {
  const { era, images = [] } = options;
  const clock = createClock(Date.UTC(2021, 0, 13, 12), options.host);
  const random = createRandom(1);
  const fabric = createFabric(clock);
  const { files } = createTree({ clock });
  const network = fabric.attach({ addresses: [serverAddress], place: "control" }).open({ files });
  const server = createApiServer({
    ...{ era, clock, resources, plugins, hooks, subresources },
    store: new Store(clock),
    random: random.stream("apiserver"),
    tokens: () => undefined,
    authorize: () => (next) => next,
    pages: {},
    dial: (host, port) => (request) => network.request({ host, port, secure: true }, request),
  });
  network.serve(6443, server.handler, { secure: true });
  const client = new Client({
    handler: server.handler,
    era,
    userAgent: "test",
    certificate: admin,
  });
  for (const name of ["default", "kube-system", "kube-node-lease"]) {
    const metadata = { name };
    await client.create(namespaces, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata,
      spec: {},
      status: {},
    });
  }
  const registry = createImageRegistry({
    images: [toolbox, ...images],
    unknown: options.unknown ?? "refuse",
    standIn: toolbox,
    missingTags: ["does-not-exist"],
  });
  const nodes: NodeHandle[] = [];
  const start = (number: number, before?: NodeHandle) => {
    const hostname = `node${number}`;
    const address = `10.0.0.${10 + number}`;
    const chance = random.stream(hostname);
    const machine = createMachine({
      ...{ hostname, clock, random: chance },
      files: before?.machine.files ?? nodeFiles(clock, hostname, address),
      adapter: before?.machine.adapter ?? fabric.attach({ addresses: [address], place: hostname }),
    });
    return bootNode({
      ...{ machine, fabric, era, random: chance, registry, timings: realTimings },
      server: { host: serverAddress, port: 6443, secure: true },
      podCIDR: `10.244.${number}.0/24`,
      ...options.node,
      ...(before && { before }),
    });
  };
  for (let i = 1; i <= (options.nodes ?? 1); i++) nodes.push(await start(i));
  const reboot = async (index: number) => {
    const before = nodes[index] as NodeHandle;
    before.machine.shutdown();
    await clock.advance(30_000);
    nodes[index] = await start(index + 1, before);
    await clock.advance(1_000);
  };
  await clock.advance(1_000);
  const key = (name: string) => ({ namespace: "default", name });
  const ask = async (verb: string, name: string, query: Request["query"] = {}) => {
    const { spec } = await client.get(pods, key(name));
    const node = nodes.find((each) => each.name === spec.nodeName);
    const host = node?.machine.adapter.addresses[0] ?? "";
    const container = verb === "portForward" ? "" : `/${query["container"] ?? "c"}`;
    const path = `/${verb}/default/${name}${container}`;
    const request = { method: "GET", path, query, headers: {} } as const;
    return network.request({ host, port: 10250, secure: true }, request);
  };
  const exec = async (name: string, command: readonly string[]) => {
    const response = await ask("exec", name, { command, output: "1", error: "1" });
    if (!response.upgrade) throw new Error(`${response.status} ${String(response.body)}`);
    let text = "";
    const stdout = async (piece: string) => {
      text += piece;
    };
    const { signal } = new AbortController();
    const ended = response.upgrade({ stdout, stderr: stdout, signal });
    await clock.advance(100);
    const code = await ended;
    return code === 0 ? text : `${text}[${code}]`;
  };
  const story = async (name: string, seconds: number) => {
    const told: string[] = [];
    let last = "";
    for (let ms = 0; ms <= seconds * 1000; ms += 500) {
      const now = await client.get(pods, key(name)).then(inShort, () => "gone");
      if (now !== last) told.push(`${Math.floor(ms / 1000)}s ${now}`);
      last = now;
      if (ms < seconds * 1000) await clock.advance(500);
    }
    return told;
  };
  return {
    ...{ ask, exec, story, reboot },
    ...{ client, clock, fabric, nodes },
    advance: (ms) => clock.advance(ms),
    run: (name, spec) => client.create(pods, podOf(name, spec)),
    pod: (name) => client.get(pods, key(name)),
    status: async (name) => (await client.get(pods, key(name))).status,
    async said(name) {
      const { items } = await client.list(events, { fields: `involvedObject.name=${name}` });
      const inOrder = [...items].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
      return [...new Set(inOrder.map(({ reason, message }) => `${reason}: ${message}`))];
    },
    remove: (name, grace) =>
      client.delete(pods, key(name), grace === undefined ? {} : { gracePeriodSeconds: grace }),
    expose: (name, addresses, port) =>
      client.create(endpoints, {
        ...{ apiVersion: "v1", kind: "Endpoints", metadata: key(name) },
        subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ port }] }],
      }),
  };
}

/** `Running c=running ready`, `Pending c=ErrImagePull`, `Running c=Error(1) r2`. */
function inShort({ metadata, status }: Pod): string {
  const { initContainerStatuses = [], containerStatuses = [], phase } = status;
  const parts = [...initContainerStatuses, ...containerStatuses].map((each) => {
    const { name, state, ready, restartCount } = each;
    const { waiting, terminated } = state ?? {};
    const ended = terminated && `${terminated.reason}(${terminated.exitCode})`;
    const is = waiting?.reason ?? ended ?? "running";
    return `${name}=${is}${ready ? " ready" : ""}${restartCount > 0 ? ` r${restartCount}` : ""}`;
  });
  const going = metadata.deletionTimestamp ? " terminating" : "";
  return [`${phase}${going}`, ...parts].join(" ");
}

export function podOf(name: string, spec: Partial<PodSpec> & { containers: Container[] }): Pod {
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, status: {} },
    spec: { nodeName: "node1", ...spec },
  };
}

function nodeFiles(clock: ClockControl, hostname: string, address: string) {
  const { files } = createTree({ clock });
  plantUsers(files);
  files.write("/etc/hosts", `127.0.0.1\tlocalhost\n${address}\t${hostname}\n`);
  files.write("/etc/resolv.conf", "nameserver 10.0.0.2\n");
  return files;
}

function plantUsers(files: ReturnType<typeof createTree>["files"]): void {
  for (const path of ["/tmp", "/root", "/etc", "/var/log"])
    files.makeDirectory(path, { parents: true });
  files.chmod("/tmp", 0o1777);
  files.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nweb:x:101:101::/:/bin/sh\n");
  files.write("/etc/group", "root:x:0:\nweb:x:101:\n");
  makeDevices(files);
}

const say = (process: Process, text: string) => process.stdout.write(text);
const never = (process: Process) => process.wait(new Promise<number>(() => {}));

/** What a test's containers can run. */
const programs: Readonly<Record<string, Program>> = {
  true: async () => 0,
  false: async () => 1,
  exit: async ({ argv }) => Number(argv[1] ?? 0),
  async sleep(process) {
    await process.sleep(Number(process.argv[1]) * 1000);
    return 0;
  },
  async echo(process) {
    await say(process, `${process.argv.slice(1).join(" ")}\n`);
    return 0;
  },
  async complain(process) {
    await process.stderr.write(`${process.argv.slice(1).join(" ")}\n`);
    return 1;
  },
  async cat(process) {
    for (const path of process.argv.slice(1)) await say(process, process.files.read(path));
    if (process.argv.length === 1) await say(process, await process.stdin.readAll());
    return 0;
  },
  async has({ files, argv }) {
    return files.kind(argv[1] ?? "") ? 0 : 1;
  },
  async write({ files, argv }) {
    files.write(argv[1] ?? "", argv[2] ?? "");
    return 0;
  },
  async remove({ files, argv }) {
    files.remove(argv[1] ?? "");
    return 0;
  },
  async ls(process) {
    await say(process, `${process.files.list(process.argv[1] ?? "/").join(" ")}\n`);
    return 0;
  },
  async env(process) {
    for (const [name, value] of process.env) await say(process, `${name}=${value}\n`);
    return 0;
  },
  async id(process) {
    await say(process, `${process.identity.uid}:${process.identity.gid} ${process.hostname}\n`);
    return 0;
  },
  /** Ends in its own time when it is asked to: `polite MS`. */
  async polite(process) {
    const asked = new Promise<void>((resolve) => process.trap("SIGTERM", resolve));
    await say(process, "ready\n");
    await process.wait(asked);
    await process.sleep(Number(process.argv[1] ?? 0));
    await say(process, "bye\n");
    return 0;
  },
  /** Asks for a page and prints what comes: `get HOST PORT`. */
  async get(process) {
    const [, host = "", port = "80"] = process.argv;
    const request = { method: "GET", path: "/", query: {}, headers: {} } as const;
    const { body } = await process.network.request({ host, port: Number(port) }, request);
    await say(process, `${String(body)}\n`);
    return 0;
  },
  /** Says its hostname on port 80, and that it is well unless there is a file /sick. */
  async serve(process) {
    const asked = new Promise<void>((resolve) => process.trap("SIGTERM", resolve));
    process.network.serve(Number(process.argv[1] ?? 80), async () => ({
      status: process.files.kind("/sick") ? 500 : 200,
      ...{ headers: {}, body: process.hostname },
    }));
    await process.wait(asked);
    return 0;
  },
  forever: never,
};

export const toolbox = defineImage({
  names: ["toolbox"],
  tags: ["latest", "1", "2"],
  size: 5_000_000,
  config: { cmd: ["forever"], env: { FLAVOR: "test" } },
  programs: Object.fromEntries(
    Object.entries(programs).map(([name, run]) => [`/bin/${name}`, run]),
  ),
  finish: plantUsers,
});
