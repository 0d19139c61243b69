// Volumes that are made for claims, in the spirit of upstream's provision_test.go.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Era } from "../../api/era.ts";
import { nodes } from "../../api/node.ts";
import { persistentVolumes } from "../../api/persistentvolume.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { pods } from "../../api/pod.ts";
import { storageClasses } from "../../api/storageclass.ts";
import { v1_20 as release } from "../../eras/v1.20.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { claim, node, pod, storageClass, using, withoutAdmission } from "../test-objects.ts";
import { persistentVolumeController } from "./index.ts";
import { awsElasticBlockStore } from "./plugins/cloud-disks.ts";
import { hostPath } from "./plugins/host-path.ts";
import { nfs } from "./plugins/nfs.ts";
import type { VolumePlugin } from "./volume-plugin.ts";

const v1_20 = withoutAdmission(release);
let cluster: TestCluster;
afterEach(() => cluster.stop());

const RESYNC = 2000;

async function start(era: Era = v1_20, more: VolumePlugin[] = []): Promise<void> {
  const plugins = [hostPath({ provisioning: true }), nfs, ...more];
  const controllers = [persistentVolumeController({ plugins, resyncMs: RESYNC })];
  cluster = await testCluster({ era, host: immediate, controllers });
}

const addClaim = (it: PersistentVolumeClaim) => cluster.client.create(persistentVolumeClaims, it);
const claimNow = (name: string) =>
  cluster.client.get(persistentVolumeClaims, { namespace: "default", name });
const volumeNow = (name: string) => cluster.client.get(persistentVolumes, { namespace: "", name });
const removeClaim = (name: string) =>
  cluster.client.delete(persistentVolumeClaims, { namespace: "default", name });

/** `Bound to medium`, `Pending`. */
async function stateOf(name: string): Promise<string> {
  const { spec, status } = await claimNow(name);
  return spec.volumeName ? `${status.phase} to ${spec.volumeName}` : `${status.phase}`;
}

/** Enough for a bind, too little for a resync. */
const soon = () => cluster.advance(100);

describe("provisioning", () => {
  const addClass = (provisioner: string, rest = {}) =>
    cluster.client.create(storageClasses, storageClass("s", provisioner, rest));
  const wanted = () => claim("c", "3Gi", { storageClassName: "s" });

  test("a plugin makes a volume, which is bound and deleted with its claim", async () => {
    await start();
    await addClass("kubernetes.io/host-path");
    const { metadata } = await addClaim(wanted());
    await soon();
    const name = `pvc-${metadata.uid}`;
    expect(await stateOf("c")).toBe(`Bound to ${name}`);
    expect(await cluster.eventsOf("c")).toEqual([
      `ProvisioningSucceeded: Successfully provisioned volume ${name} using kubernetes.io/host-path`,
    ]);
    const made = await volumeNow(name);
    expect(made.metadata.annotations).toEqual({
      "kubernetes.io/createdby": "hostpath-dynamic-provisioner",
      "pv.kubernetes.io/bound-by-controller": "yes",
      "pv.kubernetes.io/provisioned-by": "kubernetes.io/host-path",
    });
    expect(made.spec.hostPath?.path).toMatch(/^\/tmp\/hostpath_pv\/[0-9a-f-]{36}$/);
    await removeClaim("c");
    await soon();
    expect(await cluster.names(persistentVolumes)).toEqual([]);
  });

  test("a class that does not exist is asked for until it does", async () => {
    await start();
    await addClaim(wanted());
    await cluster.advance(RESYNC);
    expect(await cluster.eventsOf("c")).toEqual([
      'ProvisioningFailed: storageclass.storage.k8s.io "s" not found',
    ]);
    await addClass("kubernetes.io/host-path");
    await cluster.advance(RESYNC + 100);
    expect(await stateOf("c")).toMatch(/^Bound/);
  });

  test("somebody else's provisioner is only told", async () => {
    await start();
    await addClass("example.com/disk");
    await addClaim(wanted());
    await soon();
    expect((await claimNow("c")).metadata.annotations).toEqual({
      "volume.beta.kubernetes.io/storage-provisioner": "example.com/disk",
    });
    expect(await cluster.eventsOf("c")).toEqual([
      'ExternalProvisioning: waiting for a volume to be created, either by external provisioner "example.com/disk" or manually created by system administrator',
    ]);
  });

  test("a class for volumes made by hand makes none", async () => {
    await start();
    await addClass("kubernetes.io/no-provisioner");
    await addClaim(wanted());
    await soon();
    expect(await cluster.eventsOf("c")).toEqual(["ProvisioningFailed: no volume plugin matched"]);
  });

  test("mount options that the plugin does not know are refused", async () => {
    await start();
    await addClass("kubernetes.io/host-path", { mountOptions: ["noatime"] });
    await addClaim(wanted());
    await cluster.advance(3 * RESYNC);
    expect(await cluster.eventsOf("c")).toEqual([
      'ProvisioningFailed: Mount options are not supported by the provisioner but StorageClass "s" has mount options [noatime]',
    ]);
  });

  test("a claim for a copy of another is not for plugins that are part of Kubernetes", async () => {
    await start();
    await addClass("kubernetes.io/host-path");
    const asked = wanted();
    asked.spec.dataSource = { kind: "PersistentVolumeClaim", name: "other" };
    await addClaim(asked);
    await soon();
    expect(await cluster.eventsOf("c")).toEqual([
      'ProvisioningFailed: plugin "kubernetes.io/host-path" is not a CSI plugin. Only CSI plugin can provision a claim with a datasource',
    ]);
    expect((await claimNow("c")).metadata.annotations).toBeUndefined();
  });

  test("a class that waits for the first consumer waits for pods by name, and for the chosen node", async () => {
    await start();
    await addClass("kubernetes.io/host-path", { volumeBindingMode: "WaitForFirstConsumer" });
    await addClaim(wanted());
    await soon();
    await cluster.client.create(nodes, node("node2"));
    await cluster.client.create(pods, pod("p", using("c")));
    await cluster.advance(RESYNC);
    expect(await cluster.eventsOf("c")).toEqual([
      "WaitForFirstConsumer: waiting for first consumer to be created before binding",
      "WaitForPodScheduled: waiting for pod p to be scheduled",
    ]);
    const annotations = { "volume.kubernetes.io/selected-node": "node2" };
    const key = { namespace: "default", name: "c" };
    await cluster.client.patch(persistentVolumeClaims, key, {
      type: "merge",
      body: { metadata: { annotations } },
    });
    await soon();
    expect(await stateOf("c")).toMatch(/^Bound/);
  });

  test("a claim without a class gets the newest default later, where the release does that", async () => {
    const gates = new Set([...v1_20.gates, "RetroactiveDefaultStorageClass" as const]);
    await start({ ...v1_20, gates });
    await addClaim(claim("c", "1Gi"));
    await soon();
    const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
    for (const name of ["older", "newer"]) {
      const it = storageClass(name, "kubernetes.io/host-path");
      await cluster.client.create(storageClasses, { ...it, metadata: { name, annotations } });
      await cluster.advance(1000);
    }
    await cluster.advance(RESYNC);
    expect((await claimNow("c")).spec.storageClassName).toBe("newer");
    expect(await stateOf("c")).toMatch(/^Bound/);
  });

  test("a finalizer keeps the object until the storage is gone, where the release does that", async () => {
    const gates = new Set([...v1_20.gates, "HonorPVReclaimPolicy" as const]);
    await start({ ...v1_20, gates });
    await addClass("kubernetes.io/host-path");
    const { metadata } = await addClaim(wanted());
    await soon();
    const name = `pvc-${metadata.uid}`;
    expect((await volumeNow(name)).metadata.finalizers).toEqual(["kubernetes.io/pv-controller"]);
    await removeClaim("c");
    await cluster.client.delete(persistentVolumes, { namespace: "", name });
    await cluster.advance(RESYNC);
    expect(await cluster.names(persistentVolumes)).toEqual([]);
  });
});

describe("disks of a cloud", () => {
  let aws: TestCloud;
  const begin = async () => {
    aws = testCloud();
    await start(v1_20, [awsElasticBlockStore(aws.cloud)]);
    aws.begin(cluster.clock);
    for (const name of ["a", "b", "c"]) aws.cloud.place(name, `us-west-2${name}`);
    await cluster.client.create(
      storageClasses,
      storageClass("gp2", "kubernetes.io/aws-ebs", { parameters: { type: "gp2" } }),
    );
  };

  test("the claims of a set go round the zones, those of one pod into one", async () => {
    await begin();
    for (const name of ["www-web-0", "www-web-1", "www-web-2", "log-web-2"]) {
      await addClaim(claim(name, "1500Mi", { storageClassName: "gp2" }));
    }
    await cluster.advance(3 * RESYNC);
    const zones = new Map<string, string | undefined>();
    for (const name of ["www-web-0", "www-web-1", "www-web-2", "log-web-2"]) {
      const { spec, metadata } = await volumeNow((await claimNow(name)).spec.volumeName ?? "");
      expect(spec.capacity).toEqual({ storage: "2Gi" });
      const zone = metadata.labels?.["topology.kubernetes.io/zone"];
      expect(spec.awsElasticBlockStore?.volumeID).toMatch(
        new RegExp(`^aws://${zone}/vol-0[0-9a-f]{16}$`),
      );
      zones.set(name, zone);
    }
    expect(new Set([...zones.values()]).size).toBe(3);
    expect(zones.get("log-web-2")).toBe(zones.get("www-web-2"));
  });

  test("a disk that is attached is not deleted before it is detached", async () => {
    await begin();
    await addClaim(claim("c", "1Gi", { storageClassName: "gp2" }));
    await cluster.advance(RESYNC);
    const name = (await claimNow("c")).spec.volumeName ?? "";
    const { spec, metadata } = await volumeNow(name);
    const id = spec.awsElasticBlockStore?.volumeID.split("/").at(-1) ?? "";
    const at = ["a", "b", "c"].find(
      (each) => aws.cloud.zoneOf(each) === metadata.labels?.["topology.kubernetes.io/zone"],
    );
    const attached = aws.cloud.attach(id, at ?? "");
    await cluster.advance(5000);
    await attached;
    await removeClaim("c");
    await cluster.advance(RESYNC);
    expect((await volumeNow(name)).status.phase).toBe("Released");
    const detached = aws.cloud.detach(id, at ?? "");
    await cluster.advance(20_000);
    await detached;
    expect(await cluster.names(persistentVolumes)).toEqual([]);
  });
});
