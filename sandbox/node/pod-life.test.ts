import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { pods } from "../api/pod.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});

/** The image is there, so that pulling it does not blur the times. */
async function warmCluster() {
  const cluster = await testNodes({ era, host });
  await cluster.run("first", { restartPolicy: "Never", containers: [container(["true"])] });
  await cluster.advance(20_000);
  return cluster;
}

test("a pod gets an address and is Ready when its container runs", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(5_000);
  const status = await cluster.status("web");
  expect(status.phase).toBe("Running");
  expect(status).toMatchObject({ podIP: "10.244.1.2", hostIP: "10.0.0.11" });
  expect(status.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
    "Initialized=True",
    "Ready=True",
    "ContainersReady=True",
    "PodScheduled=True",
  ]);
  expect(await cluster.said("web")).toEqual([
    'Pulling: Pulling image "toolbox:1"',
    expect.stringMatching(/^Pulled: Successfully pulled image "toolbox:1" in 1\.\d+s$/),
    "Created: Created container c",
    "Started: Started container c",
  ]);
});

test("what ends is restarted, or not, as the restart policy says", async () => {
  const cluster = await warmCluster();
  const ends = { Always: "Running c=CrashLoopBackOff", OnFailure: "Succeeded", Never: "Succeeded" };
  for (const [restartPolicy, end] of Object.entries(ends)) {
    const name = restartPolicy.toLowerCase();
    await cluster.run(name, {
      restartPolicy: restartPolicy as "Always",
      containers: [container(["true"])],
    });
    const story = await cluster.story(name, 20);
    expect(story.some((line) => line.includes(end))).toBe(true);
  }
  await cluster.run("failing", { restartPolicy: "OnFailure", containers: [container(["false"])] });
  expect((await cluster.story("failing", 20)).at(-1)).toMatch(/Running c=\S+ r[12]$/);
  await cluster.run("failed", { restartPolicy: "Never", containers: [container(["exit", "3"])] });
  expect((await cluster.story("failed", 10)).at(-1)).toMatch(/Failed c=Error\(3\)$/);
});

test("a crashing container waits 10, 20, 40 … seconds, and at most five minutes", async () => {
  const cluster = await warmCluster();
  await cluster.run("crash", { containers: [container(["false"])] });
  const starts: number[] = [];
  let restarts = -1;
  for (let second = 0; second < 1_400; second++) {
    await cluster.advance(1_000);
    const { restartCount = 0 } = (await cluster.status("crash")).containerStatuses?.[0] ?? {};
    if (restartCount !== restarts) starts.push(second);
    restarts = restartCount;
  }
  const waits = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  // Each restart comes with the first look after the wait is over; looks are up to 15 s apart.
  const least = [0, 10, 20, 40, 80, 160, 300, 300];
  waits.forEach((wait, index) => {
    expect(wait).toBeGreaterThanOrEqual((least[index] ?? 300) - 1);
    expect(wait).toBeLessThan((least[index] ?? 300) + 17);
  });
  expect(waits.length).toBeGreaterThanOrEqual(7);
});

test("an image that is not there shows as ErrImagePull and ImagePullBackOff by turns", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("none", { containers: [container([], { image: "toolbox:does-not-exist" })] });
  const story = await cluster.story("none", 60);
  expect(story.map((line) => line.replace(/^\d+s /, ""))).toEqual([
    "Pending",
    "Pending c=ContainerCreating",
    "Pending c=ErrImagePull",
    "Pending c=ImagePullBackOff",
    "Pending c=ErrImagePull",
    "Pending c=ImagePullBackOff",
    "Pending c=ErrImagePull",
  ]);
  expect(await cluster.said("none")).toEqual([
    'Pulling: Pulling image "toolbox:does-not-exist"',
    'Failed: Failed to pull image "toolbox:does-not-exist": rpc error: code = Unknown desc = Error response from daemon: manifest for toolbox:does-not-exist not found: manifest unknown: manifest unknown',
    "Failed: Error: ErrImagePull",
    'BackOff: Back-off pulling image "toolbox:does-not-exist"',
    "Failed: Error: ImagePullBackOff",
  ]);
});

test("an image's policy decides whether it is pulled", async () => {
  const cluster = await warmCluster();
  await cluster.run("always", {
    containers: [container(["forever"], { imagePullPolicy: "Always" })],
  });
  await cluster.run("never", {
    containers: [container(["forever"], { image: "toolbox:2", imagePullPolicy: "Never" })],
  });
  await cluster.run("wrong", { containers: [container(["forever"], { image: "No/Good:x y" })] });
  await cluster.advance(5_000);
  expect((await cluster.said("always"))[0]).toBe('Pulling: Pulling image "toolbox:1"');
  const reason = async (name: string) =>
    (await cluster.status(name)).containerStatuses?.[0]?.state?.waiting?.reason;
  expect(await reason("never")).toBe("ErrImageNeverPull");
  expect(await reason("wrong")).toBe("InvalidImageName");
});

test("a command that is not in the image cannot be started", async () => {
  const cluster = await warmCluster();
  await cluster.run("bad", { containers: [container(["nope"])] });
  await cluster.advance(1_500);
  const [status] = (await cluster.status("bad")).containerStatuses ?? [];
  expect(status?.state?.waiting?.reason).toBe("RunContainerError");
  expect(status?.lastState?.terminated).toMatchObject({
    exitCode: 127,
    reason: "ContainerCannotRun",
    message:
      'OCI runtime create failed: container_linux.go:370: starting container process caused: exec: "nope": executable file not found in $PATH: unknown',
  });
  expect(await cluster.said("bad")).toContain(
    'Failed: Error: failed to start container "c": Error response from daemon: OCI runtime create failed: container_linux.go:370: starting container process caused: exec: "nope": executable file not found in $PATH: unknown',
  );
});

test("init containers run one after the other before the others begin", async () => {
  const cluster = await warmCluster();
  await cluster.run("steps", {
    initContainers: [
      { name: "a", image: "toolbox:1", command: ["sleep", "3"] },
      { name: "b", image: "toolbox:1", command: ["true"] },
    ],
    containers: [container(["forever"])],
  });
  const story = await cluster.story("steps", 15);
  expect(story.map((line) => line.replace(/^\d+s /, ""))).toEqual([
    "Pending",
    "Pending a=PodInitializing b=PodInitializing c=PodInitializing",
    "Pending a=running b=PodInitializing c=PodInitializing",
    "Pending a=Completed(0) ready b=PodInitializing c=PodInitializing",
    "Pending a=Completed(0) ready b=Completed(0) ready c=PodInitializing",
    "Running a=Completed(0) ready b=Completed(0) ready c=running ready",
  ]);
});

test("an init container that fails is tried again, or fails the pod", async () => {
  const cluster = await warmCluster();
  const initContainers = [{ name: "i", image: "toolbox:1", command: ["false"] }];
  const containers = [container(["forever"])];
  await cluster.run("again", { initContainers, containers });
  await cluster.run("over", { restartPolicy: "Never", initContainers, containers });
  expect((await cluster.story("again", 20)).at(-1)).toContain("Pending i=");
  expect((await cluster.status("again")).initContainerStatuses?.[0]?.restartCount).toBeGreaterThan(
    0,
  );
  expect((await cluster.story("over", 1)).at(-1)).toMatch(/Failed i=Error\(1\) c=PodInitializing$/);
});

test("a container with another image is replaced", async () => {
  const cluster = await warmCluster();
  await cluster.run("web", { containers: [container(["polite"])] });
  await cluster.advance(3_000);
  const body = { spec: { containers: [{ name: "c", image: "toolbox:2" }] } };
  await cluster.client.patch(pods, { namespace: "default", name: "web" }, { body });
  await cluster.advance(6_000);
  expect(await cluster.said("web")).toContain(
    "Killing: Container c definition changed, will be restarted",
  );
  const [status] = (await cluster.status("web")).containerStatuses ?? [];
  expect(status).toMatchObject({ image: "toolbox:2", restartCount: 1, ready: true });
});

test("a deleted pod ends in its own time, then it is gone", async () => {
  const cluster = await warmCluster();
  await cluster.run("web", { containers: [container(["polite", "3000"])] });
  await cluster.advance(5_000);
  await cluster.remove("web");
  expect(await cluster.story("web", 10)).toEqual([
    "0s Running terminating c=running ready",
    expect.stringMatching(/^[34]s Running terminating c=Completed\(0\)$/),
    expect.stringMatching(/^[34]s gone$/),
  ]);
  expect((await cluster.said("web")).at(-1)).toBe("Killing: Stopping container c");
  const [node] = cluster.nodes;
  expect(node?.runtime.pods.size).toBe(1);
  expect(node?.machine.files.list("/var/lib/kubelet/pods")).toHaveLength(1);
});

test("a container that does not listen is killed when the grace is over", async () => {
  const cluster = await warmCluster();
  await cluster.run("rude", { containers: [container(["forever"])] });
  await cluster.advance(5_000);
  await cluster.remove("rude", 7);
  const story = await cluster.story("rude", 12);
  expect(story.at(-2)).toMatch(/^[78]s Running terminating c=Error\(137\)$/);
  expect(story.at(-1)).toMatch(/^[78]s gone$/);
});

test("the hook before the end runs within the grace, and the signal comes after it", async () => {
  const cluster = await warmCluster();
  const preStop = { exec: { command: ["sleep", "4"] } };
  await cluster.run("hook", { containers: [container(["polite"], { lifecycle: { preStop } })] });
  await cluster.advance(5_000);
  await cluster.remove("hook");
  expect((await cluster.story("hook", 10)).at(-1)).toMatch(/^[45]s gone$/);
  const slow = { exec: { command: ["sleep", "60"] } };
  await cluster.run("slow", {
    containers: [container(["forever"], { lifecycle: { preStop: slow } })],
  });
  await cluster.advance(5_000);
  await cluster.remove("slow", 10);
  // Ten seconds for the hook, and two more that everybody gets.
  expect((await cluster.story("slow", 20)).at(-1)).toMatch(/^1[23]s gone$/);
});

test("a failing hook after the start ends the container", async () => {
  const cluster = await warmCluster();
  const postStart = { exec: { command: ["false"] } };
  await cluster.run("hook", { containers: [container(["polite"], { lifecycle: { postStart } })] });
  await cluster.advance(4_000);
  const said = await cluster.said("hook");
  expect(
    said.some((line) => /^FailedPostStartHook: Exec lifecycle hook \(\[false\]\)/.test(line)),
  ).toBe(true);
  expect(said).toContain("Killing: FailedPostStartHook");
});

test("a pod that is removed by force is ended all the same", async () => {
  const cluster = await warmCluster();
  await cluster.run("web", { containers: [container(["forever"])] });
  await cluster.advance(5_000);
  await cluster.remove("web", 0);
  expect((await cluster.story("web", 0)).at(-1)).toBe("0s gone");
  const [node] = cluster.nodes;
  const running = () =>
    [...(node?.runtime.pods.values() ?? [])].filter(({ containers }) =>
      containers.some(({ state }) => state === "running"),
    ).length;
  expect(running()).toBe(1);
  await cluster.advance(4_000);
  expect(running()).toBe(0);
});

test("a pod of the same name starts while the old one still ends", async () => {
  const cluster = await warmCluster();
  await cluster.run("web", { containers: [container(["forever"])] });
  await cluster.advance(5_000);
  const { podIP } = await cluster.status("web");
  await cluster.remove("web", 0);
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(6_000);
  const status = await cluster.status("web");
  expect(status.containerStatuses?.[0]?.ready).toBe(true);
  expect(status.podIP).not.toBe(podIP);
});

test("a pod that is deleted while its image cannot be pulled goes at once", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("none", { containers: [container([], { image: "toolbox:does-not-exist" })] });
  await cluster.advance(8_000);
  await cluster.remove("none");
  expect((await cluster.story("none", 5)).at(-1)).toMatch(/^[01]s gone$/);
});

test("a pod that runs out of time fails", async () => {
  const cluster = await warmCluster();
  await cluster.run("late", {
    ...{ activeDeadlineSeconds: 5, terminationGracePeriodSeconds: 2 },
    containers: [container(["forever"])],
  });
  await cluster.advance(10_000);
  expect(await cluster.status("late")).toMatchObject({
    ...{ phase: "Failed", reason: "DeadlineExceeded" },
    message: "Pod was active on the node longer than the specified deadline",
  });
});

test("a pod that does not fit is refused", async () => {
  const cluster = await warmCluster();
  const resources = { requests: { cpu: "1500m" } };
  await cluster.run("big", { containers: [container(["forever"], { resources })] });
  await cluster.run("elsewhere", {
    nodeSelector: { disk: "ssd" },
    containers: [container(["forever"])],
  });
  const ports = [{ containerPort: 80, hostPort: 8080 }];
  await cluster.run("one", { containers: [container(["serve"], { ports })] });
  await cluster.run("two", { containers: [container(["serve"], { ports })] });
  await cluster.advance(3_000);
  expect(await cluster.status("big")).toMatchObject({
    ...{ phase: "Failed", reason: "OutOfcpu" },
    message: "Pod Node didn't have enough resource: cpu, requested: 1500, used: 0, capacity: 1000",
  });
  expect(await cluster.status("elsewhere")).toMatchObject({ reason: "NodeAffinity" });
  expect(await cluster.status("two")).toMatchObject({ reason: "NodePorts" });
  expect(await cluster.said("two")).toEqual(["NodePorts: Predicate NodePorts failed"]);
});

test("what nobody made runs its command if it can, and does nothing otherwise", async () => {
  const cluster = await testNodes({ era, host, unknown: "run" });
  const run = (name: string, command: string[]) =>
    cluster.run(name, {
      restartPolicy: "Never",
      containers: [container(command, { image: "mysql:5.7" })],
    });
  await run("ends", ["exit", "3"]);
  await run("runs", ["mysqld", "--user=root"]);
  await cluster.run("plain", { containers: [{ name: "c", image: "nginx:1.19" }] });
  await cluster.advance(30_000);
  const [ends] = (await cluster.status("ends")).containerStatuses ?? [];
  const { startedAt = "", finishedAt = "", exitCode } = ends?.state?.terminated ?? {};
  expect(exitCode).toBe(3);
  expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(1_000);
  expect((await cluster.status("runs")).phase).toBe("Running");
  expect((await cluster.status("plain")).phase).toBe("Running");
  await cluster.remove("plain");
  expect((await cluster.story("plain", 4)).at(-1)).toMatch(/^[012]s gone$/);
});

test("a node at rest has nothing to do: its heartbeat is held", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(30_000);
  expect(cluster.clock.nextDue()).toBeUndefined();
});

test("a container's last words are in its status", async () => {
  const cluster = await testNodes({ era, host });
  const says = container(["write", "/dev/termination-log", "all is said"]);
  const policy = { terminationMessagePolicy: "FallbackToLogsOnError" };
  const fails = container(["complain", "oh no"], policy);
  await cluster.run("says", { restartPolicy: "Never", containers: [says] });
  await cluster.run("fails", { restartPolicy: "Never", containers: [fails] });
  await cluster.advance(8_000);
  const message = async (name: string) =>
    (await cluster.status(name)).containerStatuses?.[0]?.state?.terminated?.message;
  expect(await message("says")).toBe("all is said");
  expect(await message("fails")).toBe("oh no\n");
});
