// Claims that ask for more.

import { afterEach, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { type PersistentVolumeSpec, persistentVolumes } from "../../api/persistentvolume.ts";
import {
  type PersistentVolumeClaimSpec,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { storageClasses } from "../../api/storageclass.ts";
import { v1_20 as release } from "../../eras/v1.20.ts";
import { persistentVolumeController } from "../persistent-volume/index.ts";
import { awsElasticBlockStore } from "../persistent-volume/plugins/cloud-disks.ts";
import { hostPath } from "../persistent-volume/plugins/host-path.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { claim, storageClass, volume, withoutAdmission } from "../test-objects.ts";
import { volumeExpand } from "./expand.ts";

let cluster: TestCluster;
let aws: TestCloud;
afterEach(() => cluster.stop());

async function start(): Promise<void> {
  aws = testCloud();
  const plugins = [hostPath({ provisioning: true }), awsElasticBlockStore(aws.cloud)];
  const controllers = [
    persistentVolumeController({ plugins, resyncMs: 2000 }),
    volumeExpand(plugins),
  ];
  cluster = await testCluster({ era: withoutAdmission(release), host: immediate, controllers });
  aws.begin(cluster.clock);
  aws.cloud.place("n", "us-west-2a");
}

async function bound(provisioner: string, spec: Partial<PersistentVolumeClaimSpec> = {}) {
  const { client } = cluster;
  const rest = { allowVolumeExpansion: true };
  await client.create(storageClasses, storageClass("c", provisioner, rest));
  await client.create(
    persistentVolumeClaims,
    claim("c", "2Gi", { storageClassName: "c", ...spec }),
  );
  await cluster.advance(5000);
}

const key = { namespace: "default", name: "c" };
const claimNow = () => cluster.client.get(persistentVolumeClaims, key);
const volumeNow = async () => {
  const name = (await claimNow()).spec.volumeName ?? "";
  return cluster.client.get(persistentVolumes, { namespace: "", name });
};
const ask = async (storage: string) => {
  const body = { spec: { resources: { requests: { storage } } } };
  await cluster.client.patch(persistentVolumeClaims, key, { type: "merge", body });
  await cluster.advance(10);
};
const conditions = async () =>
  ((await claimNow()).status.conditions ?? []).map(({ type, status }) => `${type} ${status}`);

test("the disk grows, and the file system is left to the node", async () => {
  await start();
  await bound("kubernetes.io/aws-ebs");
  await ask("4Gi");
  expect(await conditions()).toEqual(["Resizing True"]);
  await cluster.advance(5000);
  expect(await conditions()).toEqual(["FileSystemResizePending True"]);
  const { metadata, status } = await claimNow();
  expect(status.capacity).toEqual({ storage: "2Gi" });
  expect(metadata.annotations?.["volume.kubernetes.io/storage-resizer"]).toBe(
    "kubernetes.io/aws-ebs",
  );
  const { spec } = await volumeNow();
  expect(spec.capacity).toEqual({ storage: "4Gi" });
  const id = spec.awsElasticBlockStore?.volumeID.split("/").at(-1) ?? "";
  expect(aws.cloud.disk(id)?.sizeGiB).toBe(4);
});

test("a block device is done when the disk has grown", async () => {
  await start();
  await bound("kubernetes.io/aws-ebs", { volumeMode: "Block" });
  await ask("3500Mi");
  await cluster.advance(5000);
  expect(await conditions()).toEqual([]);
  expect((await claimNow()).status.capacity).toEqual({ storage: "4Gi" });
  expect(await cluster.eventsOf("c")).toContain(
    "VolumeResizeSuccessful: ExpandVolume succeeded for volume default/c",
  );
});

test("what the cloud refuses is said, and tried again", async () => {
  await start();
  await bound("kubernetes.io/aws-ebs");
  const id = (await volumeNow()).spec.awsElasticBlockStore?.volumeID ?? "";
  const removed = aws.cloud.delete(id.split("/").at(-1) ?? "");
  await cluster.advance(1000);
  await removed;
  await ask("4Gi");
  await cluster.advance(10_000);
  const events = await cluster.eventsOf("c");
  expect(events.at(-1)).toMatch(
    /^VolumeResizeFailed: error expanding volume "default\/c" of plugin "kubernetes.io\/aws-ebs": InvalidVolume.NotFound/,
  );
  expect((await volumeNow()).spec.capacity).toEqual({ storage: "2Gi" });
});

const IGNORED =
  "ExternalExpanding: Ignoring the PVC: didn't find a plugin capable of expanding the volume; waiting for an external controller to process this PVC.";

test("what nobody here can grow is left to others, and said each time that more is asked", async () => {
  await start();
  await bound("kubernetes.io/host-path");
  await ask("4Gi");
  expect((await cluster.eventsOf("c")).at(-1)).toBe(IGNORED);
  await cluster.advance(60_000);
  expect((await cluster.eventsOf("c")).filter((each) => each === IGNORED)).toHaveLength(1);
  expect((await claimNow()).status.capacity).toEqual({ storage: "2Gi" });
});

test("a volume of no class does not grow", async () => {
  await start();
  const spec: Partial<PersistentVolumeSpec> = { claimRef: { ...key } };
  await cluster.client.create(persistentVolumes, volume("v", "2Gi", spec));
  await cluster.client.create(
    persistentVolumeClaims,
    claim("c", "2Gi", { storageClassName: "", volumeName: "v" }),
  );
  await cluster.advance(5000);
  await ask("4Gi");
  expect(await cluster.eventsOf("c")).toEqual([]);
});
