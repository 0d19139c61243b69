// Pods whose claims decide where they can run, and where their volumes are made.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { persistentVolumes } from "../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../api/pod.ts";
import { storageClasses } from "../api/storageclass.ts";
import type { Controller } from "../client/controller.ts";
import { persistentVolumeController } from "../controllers/persistent-volume/index.ts";
import { hostPath } from "../controllers/persistent-volume/plugins/host-path.ts";
import {
  claim,
  localVolume,
  pod,
  storageClass,
  using,
  volume,
} from "../controllers/test-objects.ts";
import { type SchedulerTest, type SchedulerTestOptions, schedulerTest } from "./test-scheduler.ts";

let cluster: SchedulerTest;
afterEach(() => cluster.stop());

const start = async (options: Partial<SchedulerTestOptions> = {}) => {
  cluster = await schedulerTest({ host: immediate, ...options });
};
const binder = () =>
  persistentVolumeController({
    plugins: [hostPath({ provisioning: true })],
    resyncMs: 2000,
  }) as Controller;
const add = (it: Pod) => cluster.client.create(pods, it);
const soon = () => cluster.advance(100);
const on = (name: string) => ({ nodeSelector: { "kubernetes.io/hostname": name } });

describe("claims", () => {
  const lazy = (provisioner: string) =>
    cluster.client.create(
      storageClasses,
      storageClass("local", provisioner, { volumeBindingMode: "WaitForFirstConsumer" }),
    );
  const addClaim = (name: string, storage: string) =>
    cluster.client.create(
      persistentVolumeClaims,
      claim(name, storage, { storageClassName: "local" }),
    );
  const claimNow = (name: string) =>
    cluster.client.get(persistentVolumeClaims, { namespace: "default", name });

  test("a pod waits until its claim is bound", async () => {
    await start({ controllers: [binder()] });
    await cluster.client.create(persistentVolumes, volume("v", "1Gi"));
    await soon();
    await cluster.client.create(persistentVolumeClaims, claim("c", "1Gi"));
    await add(pod("p", using("c")));
    await cluster.advance(3000);
    expect((await cluster.eventsOf("p")).map((text) => text.split(":")[0])).toEqual([
      "FailedScheduling",
      "FailedScheduling",
      "Scheduled",
    ]);
    expect((await cluster.eventsOf("p"))[0]).toBe(
      "FailedScheduling: 0/4 nodes are available: 4 pod has unbound immediate PersistentVolumeClaims.",
    );
  });

  test("a pod goes to the only node that has a volume for it, and the claim is bound there", async () => {
    await start({ controllers: [binder()] });
    await lazy("kubernetes.io/no-provisioner");
    await cluster.client.create(persistentVolumes, localVolume("there", "10Gi", "node3"));
    await addClaim("c", "5Gi");
    await soon();
    await add(pod("p", using("c")));
    await cluster.advance(3000);
    expect(await cluster.placed()).toEqual({ p: "node3" });
    expect(await claimNow("c")).toMatchObject({
      spec: { volumeName: "there" },
      status: { phase: "Bound" },
    });
    // The next pod has to follow the claim.
    await add(pod("q", using("c")));
    await add(pod("r", { ...using("c"), ...on("node1") }));
    await cluster.advance(1000);
    expect(await cluster.placed()).toMatchObject({ q: "node3", r: "-" });
    expect(await cluster.message("r")).toBe(
      "0/4 nodes are available: 1 node(s) had volume node affinity conflict, 3 node(s) didn't match Pod's node affinity.",
    );
  });

  test("small claims of a pod do not take the large volume", async () => {
    await start({ controllers: [binder()], nodes: 1 });
    await lazy("kubernetes.io/no-provisioner");
    await cluster.client.create(persistentVolumes, localVolume("large", "10Gi", "node1"));
    await cluster.client.create(persistentVolumes, localVolume("small", "1Gi", "node1"));
    await addClaim("big", "5Gi");
    await addClaim("little", "1Gi");
    await soon();
    await add(pod("p", using("big", "little")));
    await cluster.advance(3000);
    expect((await claimNow("big")).spec.volumeName).toBe("large");
    expect((await claimNow("little")).spec.volumeName).toBe("small");
  });

  test("a pod without a volume within reach waits, and the trace names each volume", async () => {
    await start({ controllers: [binder()], nodes: 2 });
    await lazy("kubernetes.io/no-provisioner");
    await cluster.client.create(persistentVolumes, localVolume("small", "1Gi", "node1"));
    await addClaim("c", "5Gi");
    await add(pod("p", using("c")));
    await cluster.advance(1000);
    expect(await cluster.message("p")).toBe(
      "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.",
    );
    const decision = cluster.trace
      .about({ kind: "PersistentVolumeClaim", namespace: "default", name: "c" })
      .find(({ by }) => by === "default-scheduler");
    expect(decision?.options.map(({ about, rule }) => [about.name, rule])).toEqual([
      ["small on node1", "size"],
      ["small on node2", "size"],
    ]);
    await cluster.client.create(persistentVolumes, localVolume("big", "9Gi", "node2"));
    await cluster.advance(4000);
    expect(await cluster.placed()).toEqual({ p: "node2" });
  });

  test("a volume is made where the pod will run", async () => {
    await start({ controllers: [binder()] });
    await lazy("kubernetes.io/host-path");
    await addClaim("c", "1Gi");
    await soon();
    await add(pod("p", { ...using("c"), ...on("node2") }));
    await cluster.advance(3000);
    expect(await cluster.placed()).toEqual({ p: "node2" });
    const { metadata, status } = await claimNow("c");
    expect(metadata.annotations?.["volume.kubernetes.io/selected-node"]).toBe("node2");
    expect(status.phase).toBe("Bound");
  });

  test("two pods do not get the same volume", async () => {
    await start({ controllers: [binder()] });
    await lazy("kubernetes.io/no-provisioner");
    await cluster.client.create(persistentVolumes, localVolume("a", "1Gi", "node1"));
    await cluster.client.create(persistentVolumes, localVolume("b", "1Gi", "node2"));
    for (const name of ["c", "d"]) await addClaim(name, "1Gi");
    await soon();
    for (const name of ["c", "d"]) await add(pod(`p-${name}`, using(name)));
    await cluster.advance(5000);
    expect(Object.values(await cluster.placed()).sort()).toEqual(["node1", "node2"]);
  });

  test("binding that takes too long is given up, told of, and tried again", async () => {
    await start();
    await lazy("example.com/never");
    await addClaim("c", "1Gi");
    await soon();
    await add(pod("p", using("c")));
    await cluster.advance(599_000);
    expect(await cluster.eventsOf("p")).toEqual([]);
    await cluster.advance(10_000);
    expect((await cluster.eventsOf("p"))[0]).toBe(
      'FailedScheduling: running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition',
    );
    const { status } = await cluster.podNow("p");
    expect(status.conditions?.[0]?.reason).toBe("SchedulerError");
  });
});
