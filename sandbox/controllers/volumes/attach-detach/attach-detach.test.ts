// Disks follow the pods that want them. The test plays scheduler, kubelets and CSI drivers.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../../../tests/support/hosts.ts";
import { csiDrivers } from "../../../api/csidriver.ts";
import type { Era } from "../../../api/era.ts";
import { events } from "../../../api/event.ts";
import { type Node, nodes } from "../../../api/node.ts";
import { persistentVolumes } from "../../../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../../../api/persistentvolumeclaim.ts";
import { type PodSpec, pods } from "../../../api/pod.ts";
import { volumeAttachments } from "../../../api/volumeattachment.ts";
import { v1_20 as release } from "../../../eras/v1.20.ts";
import { v1_34 as newest } from "../../../eras/v1.34.ts";
import type { CloudDisk } from "../../../machine/cloud.ts";
import { persistentVolumeController } from "../../persistent-volume/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type TestCluster, testCluster } from "../../test-cluster.ts";
import { claim, node, pod, using, volume, withoutAdmission } from "../../test-objects.ts";
import { attachDetach } from "./index.ts";

const v1_20 = withoutAdmission(release);
const v1_34 = withoutAdmission(newest);
let cluster: TestCluster;
let aws: TestCloud;
afterEach(() => cluster.stop());

async function start(era: Era = v1_20, hasCloud = true): Promise<void> {
  aws = testCloud();
  const controllers = [
    persistentVolumeController({ plugins: [], resyncMs: 2000 }),
    attachDetach(hasCloud ? aws.cloud : undefined),
  ];
  cluster = await testCluster({ era, host: immediate, controllers });
  aws.begin(cluster.clock);
  for (const name of ["a", "b"]) {
    aws.cloud.place(name, "us-west-2a");
    await addNode(name);
  }
}

const managed = "volumes.kubernetes.io/controller-managed-attach-detach";
const addNode = (name: string): Promise<Node> => {
  const it = node(name);
  it.metadata.annotations = { [managed]: "true" };
  it.status.conditions = [{ type: "Ready", status: "True" }];
  return cluster.client.create(nodes, it);
};

/** A claim `data` that is bound to a disk. */
async function addDisk(): Promise<CloudDisk> {
  const made = aws.cloud.create({ name: "disk", zone: "us-west-2a", sizeGiB: 1 });
  await cluster.advance(2000);
  const disk = await made;
  await addVolume({ awsElasticBlockStore: { volumeID: `aws://us-west-2a/${disk.id}` } });
  return disk;
}

async function addVolume(spec: object): Promise<void> {
  const it = volume("v", "1Gi", spec);
  delete it.spec.hostPath;
  await cluster.client.create(persistentVolumes, it);
  await cluster.client.create(persistentVolumeClaims, claim("data", "1Gi"));
  await cluster.advance(100);
}

const addPod = async (name: string, nodeName: string, spec: Partial<PodSpec> = using("data")) => {
  await cluster.client.create(pods, pod(name, { nodeName, ...spec }));
  await cluster.advance(100);
};
const removePod = async (name: string) => {
  const key = { namespace: "default", name };
  await cluster.client.delete(pods, key, { gracePeriodSeconds: 0 });
  await cluster.advance(100);
};
const nodeNow = (name: string) => cluster.client.get(nodes, { namespace: "", name });
const patchNode = async (name: string, status: object, spec: object = {}) => {
  const key = { namespace: "", name };
  await cluster.client.patch(nodes, key, { body: { status }, subresource: "status" });
  await cluster.client.patch(nodes, key, { body: { spec } });
  await cluster.advance(100);
};
const attachedTo = async (name: string) => (await nodeNow(name)).status.volumesAttached ?? [];
const uniqueName = ({ id }: CloudDisk) => `kubernetes.io/aws-ebs/aws://us-west-2a/${id}`;
const why = () => cluster.trace.about({ kind: "PersistentVolume", name: "v" }).at(-1)?.verdict;

const ATTACHED = 'SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "v" ';

test("a disk is attached to the node of its pod, and the node is told", async () => {
  await start();
  const disk = await addDisk();
  await addPod("p", "a");
  expect(disk.attachment).toBeUndefined();
  await cluster.advance(5000);
  expect(disk.attachment).toMatchObject({ node: "a", device: "/dev/xvdba" });
  expect(await attachedTo("a")).toEqual([{ name: uniqueName(disk), devicePath: "/dev/xvdba" }]);
  expect(await cluster.eventsOf("p")).toEqual([ATTACHED]);
});

test("a pod whose claim is bound only later gets its disk then", async () => {
  await start();
  await addPod("p", "a");
  const disk = await addDisk();
  await cluster.advance(5000);
  expect(disk.attachment?.node).toBe("a");
});

test("a pod may name its disk without a claim", async () => {
  await start();
  const made = aws.cloud.create({ name: "disk", zone: "us-west-2a", sizeGiB: 1 });
  await cluster.advance(2000);
  const disk = await made;
  const awsElasticBlockStore = { volumeID: disk.id };
  await addPod("p", "a", { volumes: [{ name: "own", awsElasticBlockStore }] });
  await cluster.advance(5000);
  expect(await cluster.eventsOf("p")).toEqual([ATTACHED.replace('"v"', '"own"')]);
  await removePod("p");
  await cluster.advance(10_000);
  expect(disk.attachment).toBeUndefined();
});

test("nodes that attach volumes themselves are left alone", async () => {
  await start();
  const disk = await addDisk();
  await cluster.client.create(nodes, node("own"));
  await addPod("p", "own");
  await cluster.advance(60_000);
  expect(disk.attachment).toBeUndefined();
});

describe("a disk that another node wants", () => {
  /** A pod on `a` uses the disk; then it is gone, and one on `b` wants it. */
  async function move(era?: Era): Promise<CloudDisk> {
    await start(era);
    const disk = await addDisk();
    await addPod("p", "a");
    await cluster.advance(5000);
    await patchNode("a", { volumesInUse: [uniqueName(disk)] });
    await removePod("p");
    await addPod("q", "b");
    return disk;
  }
  const MULTI =
    'FailedAttachVolume: Multi-Attach error for volume "v" Volume is already exclusively attached to one node and can\'t be attached to another';

  test("waits until the first has let go of it", async () => {
    const disk = await move();
    await cluster.advance(60_000);
    expect(disk.attachment?.node).toBe("a");
    expect(await cluster.eventsOf("q")).toEqual([MULTI]);
    expect(why()).toContain("no pod on a wants it, but a still uses it");
    await patchNode("a", { volumesInUse: [] });
    expect(await attachedTo("a")).toEqual([]);
    await cluster.advance(10_000);
    expect(disk.attachment?.node).toBe("b");
    expect(await cluster.eventsOf("q")).toEqual([MULTI, ATTACHED]);
  });

  test("is taken by force after six minutes", async () => {
    const disk = await move();
    await cluster.advance(355_000);
    expect(disk.attachment?.node).toBe("a");
    await cluster.advance(15_000);
    expect(disk.attachment?.node).toBe("b");
  });

  test("is not taken from a node that is well, from 1.26 on", async () => {
    const disk = await move(v1_34);
    await cluster.advance(3_600_000);
    expect(disk.attachment?.node).toBe("a");
    await patchNode("a", { conditions: [{ type: "Ready", status: "Unknown" }] });
    await cluster.advance(10_000);
    expect(disk.attachment?.node).toBe("b");
  });

  test("is taken at once from a node that is said to be out of service", async () => {
    const disk = await move(v1_34);
    const taint = { key: "node.kubernetes.io/out-of-service", effect: "NoExecute" };
    await patchNode("a", {}, { taints: [taint] });
    await cluster.advance(10_000);
    expect(disk.attachment?.node).toBe("b");
  });

  test("is taken after six minutes from a node that was deleted while it used it", async () => {
    await start();
    const disk = await addDisk();
    await addPod("p", "a");
    await cluster.advance(5000);
    await patchNode("a", { volumesInUse: [uniqueName(disk)] });
    await cluster.client.delete(nodes, { namespace: "", name: "a" });
    await cluster.advance(300_000);
    expect(disk.attachment?.node).toBe("a");
    await cluster.advance(70_000);
    expect(disk.attachment).toBeUndefined();
  });

  test("stays with the pod that has it, and says whose it is", async () => {
    await start();
    const disk = await addDisk();
    await addPod("p", "a");
    await cluster.advance(5000);
    await addPod("q", "b");
    await cluster.advance(600_000);
    expect(disk.attachment?.node).toBe("a");
    expect(await cluster.eventsOf("q")).toEqual([
      'FailedAttachVolume: Multi-Attach error for volume "v" Volume is already used by pod(s) p',
    ]);
  });
});

describe("what cannot be attached", () => {
  test("is tried again, ever less often", async () => {
    await start();
    const disk = await addDisk();
    aws.cloud.place("b", "us-west-2b");
    await addPod("p", "b");
    await cluster.advance(60_000);
    const [failed] = (await cluster.client.list(events)).items;
    expect(failed?.message).toMatch(
      /^AttachVolume.Attach failed for volume "v" : InvalidVolume.ZoneMismatch/,
    );
    expect(failed?.count).toBe(7);
    expect(disk.attachment).toBeUndefined();
  });

  test("because there is no cloud says so", async () => {
    await start(v1_20, false);
    await addDisk();
    await addPod("p", "a");
    expect(await cluster.eventsOf("p")).toEqual([
      'FailedAttachVolume: AttachVolume.NewAttacher failed for volume "v" : Failed to get AWS Cloud Provider. GetCloudProvider returned <nil> instead',
    ]);
  });

  test("because it is attached elsewhere, unknown to all, is first detached there", async () => {
    await start();
    const disk = await addDisk();
    const made = aws.cloud.attach(disk.id, "a");
    await cluster.advance(5000);
    await made;
    await addPod("p", "b");
    await cluster.advance(20_000);
    expect(disk.attachment?.node).toBe("b");
  });
});

describe("volumes of a CSI driver", () => {
  const csi = { driver: "ebs.csi.aws.com", volumeHandle: "vol-1" };
  const attachments = () => cluster.client.list(volumeAttachments).then(({ items }) => items);
  const play = async (status: object) => {
    const [attachment] = await attachments();
    const key = { namespace: "", name: attachment?.metadata.name ?? "" };
    await cluster.client.patch(volumeAttachments, key, {
      body: { status },
      subresource: "status",
      type: "merge",
    });
    await cluster.advance(100);
  };

  test("are attached by whoever watches VolumeAttachments", async () => {
    await start();
    await addVolume({ csi });
    await addPod("p", "a");
    const [attachment] = await attachments();
    expect(attachment?.metadata.name).toMatch(/^csi-[0-9a-f]{64}$/);
    expect(attachment?.spec).toEqual({
      attacher: "ebs.csi.aws.com",
      nodeName: "a",
      source: { persistentVolumeName: "v" },
    });
    expect(await attachedTo("a")).toEqual([]);
    await play({ attached: true });
    expect(await attachedTo("a")).toEqual([
      { name: "kubernetes.io/csi/ebs.csi.aws.com^vol-1", devicePath: "" },
    ]);
    expect(await cluster.eventsOf("p")).toEqual([ATTACHED]);
    await removePod("p");
    expect(await attachments()).toEqual([]);
    expect(await attachedTo("a")).toEqual([]);
  });

  test("fail with what the driver says", async () => {
    await start();
    await addVolume({ csi });
    await addPod("p", "a");
    await play({ attachError: { message: "rpc error: code = Internal desc = no" } });
    expect(await cluster.eventsOf("p")).toEqual([
      'FailedAttachVolume: AttachVolume.Attach failed for volume "v" : rpc error: code = Internal desc = no',
    ]);
  });

  test("fail after two minutes if there is no driver", async () => {
    await start(v1_34);
    await addVolume({ csi });
    await addPod("p", "a");
    await cluster.advance(121_000);
    expect(await cluster.eventsOf("p")).toEqual([
      'FailedAttachVolume: AttachVolume.Attach failed for volume "v" : timed out waiting for external-attacher of ebs.csi.aws.com CSI driver to attach volume vol-1',
    ]);
  });

  test("need not be attached if the driver says so", async () => {
    await start();
    await cluster.client.create(csiDrivers, {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: csi.driver },
      spec: { attachRequired: false },
    });
    await addVolume({ csi });
    await addPod("p", "a");
    expect(await attachments()).toEqual([]);
  });
});

test("nothing runs when nothing is to be done", async () => {
  await start();
  await addDisk();
  await addPod("p", "a");
  await cluster.advance(10_000);
  expect(cluster.clock.nextDue()).toBeUndefined();
});
