// What is used is not deleted. Pod and node are played by the test.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Era } from "../../api/era.ts";
import { persistentVolumes } from "../../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { v1_20 as release } from "../../eras/v1.20.ts";
import { persistentVolumeController } from "../persistent-volume/index.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { ended } from "../test-kubelet.ts";
import { claim, pod, using, volume, withoutAdmission } from "../test-objects.ts";
import { pvProtection } from "./pv-protection.ts";
import { pvcProtection } from "./pvc-protection.ts";

const v1_20 = withoutAdmission(release);
let cluster: TestCluster;
afterEach(() => cluster.stop());

async function start(era: Era = v1_20): Promise<void> {
  const binder = persistentVolumeController({ plugins: [], resyncMs: 2000 });
  const controllers = [pvcProtection, pvProtection, binder];
  cluster = await testCluster({ era, host: immediate, controllers });
  await cluster.client.create(persistentVolumes, volume("v", "1Gi"));
  await cluster.client.create(persistentVolumeClaims, claim("c", "1Gi"));
  await soon();
}

const soon = () => cluster.advance(100);
const inDefault = (name: string) => ({ namespace: "default", name });
const removePod = () =>
  cluster.client.delete(pods, inDefault("p"), { gracePeriodSeconds: 0 }).then(soon);
const removeClaim = () => cluster.client.delete(persistentVolumeClaims, inDefault("c")).then(soon);
const claims = () => cluster.names(persistentVolumeClaims);
const addPod = async (nodeName?: string): Promise<Pod> => {
  const it = pod("p", { ...using("c"), ...(nodeName && { nodeName }) });
  const made = await cluster.client.create(pods, it);
  await soon();
  return made;
};

describe("a claim", () => {
  test("gets the finalizer if admission has not given it", async () => {
    await start();
    const { metadata } = await cluster.client.get(persistentVolumeClaims, inDefault("c"));
    expect(metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
  });

  test("goes at once if no pod uses it", async () => {
    await start();
    await removeClaim();
    expect(await claims()).toEqual([]);
  });

  test("stays while a pod on a node uses it, and then goes", async () => {
    await start();
    await addPod("n");
    await removeClaim();
    expect(await claims()).toEqual(["c"]);
    expect((await cluster.client.get(persistentVolumeClaims, inDefault("c"))).status.phase).toBe(
      "Bound",
    );
    expect(
      cluster.trace
        .about({ kind: "PersistentVolumeClaim", ...inDefault("c") })
        .find(({ by }) => by === "pvc-protection-controller")?.verdict,
    ).toBe("c is being deleted, and kept until no pod uses it: now p");
    await removePod();
    expect(await claims()).toEqual([]);
  });

  test("stays even for a pod that has ended", async () => {
    await start();
    const made = await addPod("n");
    await cluster.client.updateStatus(pods, ended(made, "Succeeded"));
    await removeClaim();
    expect(await claims()).toEqual(["c"]);
    await removePod();
    expect(await claims()).toEqual([]);
  });

  test("does not stay for a pod that waits for a node", async () => {
    await start();
    await addPod();
    await removeClaim();
    expect(await claims()).toEqual([]);
  });
});

describe("a volume", () => {
  const removeVolume = () =>
    cluster.client.delete(persistentVolumes, { namespace: "", name: "v" }).then(soon);

  test("stays while it is bound, and goes with its claim", async () => {
    await start();
    await removeVolume();
    const { metadata, status } = await cluster.client.get(persistentVolumes, {
      namespace: "",
      name: "v",
    });
    expect(metadata.finalizers).toEqual(["kubernetes.io/pv-protection"]);
    expect([metadata.deletionTimestamp !== undefined, status.phase]).toEqual([true, "Bound"]);
    await removeClaim();
    expect(await cluster.names(persistentVolumes)).toEqual([]);
  });

  test("goes at once if it is free", async () => {
    await start();
    await removeClaim();
    await removeVolume();
    expect(await cluster.names(persistentVolumes)).toEqual([]);
  });
});
