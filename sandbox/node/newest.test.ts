import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { v1_34 as era } from "../eras/v1.34.ts";
import { testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});

const sidecar = (command: string[], more: object = {}) =>
  container(command, { name: "side", restartPolicy: "Always", ...more });

test("a sidecar starts before the others and stays", async () => {
  const cluster = await testNodes({ era, host });
  const side = sidecar(["serve", "81"], { startupProbe: { httpGet: { port: 81 } } });
  const init = container(["sleep", "2"], { name: "init" });
  await cluster.run("web", { initContainers: [side, init], containers: [container(["serve"])] });
  expect(await cluster.story("web", 20)).toEqual([
    "0s Pending",
    "0s Pending side=PodInitializing init=PodInitializing c=PodInitializing",
    expect.stringMatching(/^\ds Pending side=running init=PodInitializing c=PodInitializing$/),
    expect.stringMatching(/Pending side=running ready init=running c=PodInitializing$/),
    expect.stringMatching(/Pending side=running ready init=Completed\(0\) ready c=PodInitia/),
    expect.stringMatching(/Running side=running ready init=Completed\(0\) ready c=running ready$/),
  ]);
  await cluster.remove("web");
  await cluster.advance(5_000);
  expect((await cluster.said("web")).slice(-2)).toEqual([
    "Killing: Stopping container c",
    "Killing: Stopping container side",
  ]);
});

test("a sidecar does not keep a job from ending, and is begun again until then", async () => {
  const cluster = await testNodes({ era, host });
  const job = { restartPolicy: "Never" as const, containers: [container(["sleep", "9"])] };
  await cluster.run("job", { ...job, initContainers: [sidecar(["polite"])] });
  expect((await cluster.story("job", 20)).slice(-3)).toEqual([
    expect.stringMatching(/^\ds Running side=running ready c=running ready$/),
    expect.stringMatching(/^\d+s Running side=running ready c=Completed\(0\)$/),
    expect.stringMatching(/^\d+s Succeeded side=Completed\(0\) c=Completed\(0\)$/),
  ]);
  await cluster.run("shaky", { ...job, initContainers: [sidecar(["sleep", "3"])] });
  const story = await cluster.story("shaky", 12);
  expect(story.filter((line) => /Pending.*c=running/.test(line))).toEqual([]);
  expect(story).toContainEqual(expect.stringMatching(/Running side=running ready r1 c=running/));
});

test("the status tells more of a pod than it used to", async () => {
  const cluster = await testNodes({ era, host });
  const volumeMounts = [{ name: "v", mountPath: "/data", readOnly: true }];
  const resources = { requests: { cpu: "100m" } };
  await cluster.run("web", {
    containers: [container(["serve"], { volumeMounts, resources })],
    volumes: [{ name: "v", emptyDir: {} }],
    securityContext: { runAsUser: 101 },
  });
  await cluster.advance(10_000);
  const { conditions, containerStatuses, ...status } = await cluster.status("web");
  expect(status).toMatchObject({
    hostIPs: [{ ip: "10.0.0.11" }],
    podIPs: [{ ip: "10.244.1.2" }],
  });
  expect(conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
    "PodReadyToStartContainers=True",
    ...["Initialized=True", "Ready=True", "ContainersReady=True", "PodScheduled=True"],
  ]);
  expect(containerStatuses?.[0]).toMatchObject({
    containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
    image: "docker.io/library/toolbox:1",
    imageID: expect.stringMatching(/^docker.io\/library\/toolbox@sha256:[0-9a-f]{64}$/),
    allocatedResources: { cpu: "100m" },
    resources,
    user: { linux: { gid: 101, supplementalGroups: [101], uid: 101 } },
    volumeMounts: [
      { name: "v", mountPath: "/data", readOnly: true, recursiveReadOnly: "Disabled" },
    ],
  });
});

test("containerd has its own words", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("tag", { containers: [container(["serve"], { image: "toolbox:9" })] });
  await cluster.run("name", { containers: [container(["serve"], { image: "none" })] });
  await cluster.run("bad", { containers: [container(["nope"])] });
  const lifecycle = { postStart: { exec: { command: ["false"] } } };
  await cluster.run("hook", { containers: [container(["serve"], { lifecycle })] });
  await cluster.advance(30_000);
  expect(await cluster.said("tag")).toEqual([
    'Pulling: Pulling image "toolbox:9"',
    'Failed: Failed to pull image "toolbox:9": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/toolbox:9": failed to resolve reference "docker.io/library/toolbox:9": docker.io/library/toolbox:9: not found',
    "Failed: Error: ErrImagePull",
    'BackOff: Back-off pulling image "toolbox:9"',
    "Failed: Error: ImagePullBackOff",
  ]);
  expect((await cluster.said("name"))[1]).toMatch(/insufficient_scope: authorization failed$/);
  expect(await cluster.status("bad")).toMatchObject({
    containerStatuses: [{ lastState: { terminated: { exitCode: 128, reason: "StartError" } } }],
  });
  expect(await cluster.said("bad")).toContainEqual(
    expect.stringMatching(
      /^Failed: Error: failed to create containerd task: .* exec: "nope": executable file not found in \$PATH$/,
    ),
  );
  expect(await cluster.said("hook")).toContain("FailedPostStartHook: PostStartHook failed");
});

test("a pod that is deleted ends as what it was", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["polite", "500"])] });
  await cluster.advance(10_000);
  await cluster.remove("web");
  expect(await cluster.story("web", 5)).toEqual([
    "0s Running terminating c=running ready",
    expect.stringMatching(/^\ds Succeeded terminating c=Completed\(0\)$/),
    expect.stringMatching(/^\ds gone$/),
  ]);
});
