// Scenarios in the spirit of upstream's binder_test.go, delete_test.go, recycle_test.go and
// provision_test.go: a state, what happens, the state and the events after it.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Era } from "../../api/era.ts";
import { type PersistentVolume, persistentVolumes } from "../../api/persistentvolume.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { pods } from "../../api/pod.ts";
import { v1_20 as release } from "../../eras/v1.20.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { claim, localVolume, volume, withoutAdmission } from "../test-objects.ts";
import { persistentVolumeController } from "./index.ts";
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

const addVolume = (it: PersistentVolume) => cluster.client.create(persistentVolumes, it);
const addClaim = (it: PersistentVolumeClaim) => cluster.client.create(persistentVolumeClaims, it);
const claimNow = (name: string) =>
  cluster.client.get(persistentVolumeClaims, { namespace: "default", name });
const volumeNow = (name: string) => cluster.client.get(persistentVolumes, { namespace: "", name });
const removeClaim = (name: string) =>
  cluster.client.delete(persistentVolumeClaims, { namespace: "default", name });
const change = (name: string, body: object) =>
  cluster.client.patch(persistentVolumes, { namespace: "", name }, { type: "merge", body });

/** `Bound to medium`, `Pending`. */
async function stateOf(name: string): Promise<string> {
  const { spec, status } = await claimNow(name);
  return spec.volumeName ? `${status.phase} to ${spec.volumeName}` : `${status.phase}`;
}

/** Enough for a bind, too little for a resync. */
const soon = () => cluster.advance(100);

describe("matching", () => {
  type Case = readonly [string, PersistentVolume[], PersistentVolumeClaim, string];
  const cases: Case[] = [
    [
      "the smallest that is large enough",
      [volume("large", "10Gi"), volume("fits", "5Gi"), volume("small", "1Gi")],
      claim("c", "2Gi"),
      "Bound to fits",
    ],
    ["none that is too small", [volume("small", "1Gi")], claim("c", "2Gi"), "Pending"],
    [
      "the one that offers no more modes than needed, though it is larger",
      [
        volume("all", "1Gi", { accessModes: ["ReadWriteOnce", "ReadWriteMany"] }),
        volume("one", "5Gi"),
      ],
      claim("c", "1Gi"),
      "Bound to one",
    ],
    [
      "only one that offers every mode",
      [volume("one", "1Gi")],
      claim("c", "1Gi", { accessModes: ["ReadWriteMany", "ReadWriteOnce"] }),
      "Pending",
    ],
    [
      "only one of its class",
      [volume("plain", "1Gi"), volume("gold", "2Gi", { storageClassName: "gold" })],
      claim("c", "1Gi", { storageClassName: "gold" }),
      "Bound to gold",
    ],
    [
      "only one without a class",
      [volume("gold", "2Gi", { storageClassName: "gold" })],
      claim("c", "1Gi"),
      "Pending",
    ],
    [
      "only one with the labels",
      [
        volume("hdd", "1Gi", { labels: { disk: "hdd" } }),
        volume("ssd", "9Gi", { labels: { disk: "ssd" } }),
      ],
      claim("c", "1Gi", { selector: { matchLabels: { disk: "ssd" } } }),
      "Bound to ssd",
    ],
    [
      "only one of its mode",
      [volume("raw", "1Gi", { volumeMode: "Block" })],
      claim("c", "1Gi"),
      "Pending",
    ],
    [
      "the one that is kept for it, though others fit better",
      [
        volume("free", "1Gi"),
        volume("kept", "9Gi", { claimRef: { namespace: "default", name: "c" } }),
      ],
      claim("c", "1Gi"),
      "Bound to kept",
    ],
    [
      "none that is kept for another",
      [volume("kept", "9Gi", { claimRef: { namespace: "default", name: "other" } })],
      claim("c", "1Gi"),
      "Pending",
    ],
    [
      "one of a node, without regard to the node",
      [localVolume("there", "1Gi", "node3")],
      claim("c", "1Gi", { storageClassName: "local" }),
      "Bound to there",
    ],
  ];
  test.each(cases)("a claim takes %s", async (...[, volumes, wanted, state]) => {
    await start();
    for (const each of volumes) await addVolume(each);
    await soon();
    await addClaim(wanted);
    await soon();
    expect(await stateOf("c")).toBe(state);
  });
});

test("both sides are written, and say who chose", async () => {
  await start();
  await addVolume(volume("v", "5Gi"));
  await addClaim(claim("c", "1Gi"));
  await soon();
  const { metadata, spec, status } = await volumeNow("v");
  const bound = await claimNow("c");
  expect(metadata.annotations).toEqual({ "pv.kubernetes.io/bound-by-controller": "yes" });
  expect(spec.claimRef).toMatchObject({
    kind: "PersistentVolumeClaim",
    name: "c",
    uid: bound.metadata.uid,
  });
  expect(status.phase).toBe("Bound");
  expect(bound.metadata.annotations).toEqual({
    "pv.kubernetes.io/bind-completed": "yes",
    "pv.kubernetes.io/bound-by-controller": "yes",
  });
  expect(bound.status).toMatchObject({
    capacity: { storage: "5Gi" },
    accessModes: ["ReadWriteOnce"],
  });
});

test("a new volume does not wake a waiting claim; the next resync does", async () => {
  await start();
  await addClaim(claim("c", "1Gi"));
  await soon();
  await addVolume(volume("v", "1Gi"));
  await cluster.advance(RESYNC - 300);
  expect(await stateOf("c")).toBe("Pending");
  await cluster.advance(300);
  expect(await stateOf("c")).toBe("Bound to v");
});

test("nothing ticks once everything is settled", async () => {
  await start();
  await addVolume(volume("v", "1Gi"));
  await addClaim(claim("c", "1Gi"));
  await cluster.advance(RESYNC);
  expect(cluster.clock.nextDue()).toBeUndefined();
});

test("a waiting claim is complained about at each resync", async () => {
  await start();
  await addClaim(claim("c", "1Gi"));
  await cluster.advance(2 * RESYNC + 100);
  expect(await cluster.eventsOf("c")).toEqual([
    "FailedBinding: no persistent volumes available for this claim and no storage class is set",
  ]);
});

describe("a claim that names its volume", () => {
  const named = (storage: string) => claim("c", storage, { volumeName: "v" });

  test("waits in silence for one that is not there", async () => {
    await start();
    await addClaim(named("1Gi"));
    await cluster.advance(RESYNC);
    expect(await stateOf("c")).toBe("Pending to v");
    expect(await cluster.eventsOf("c")).toEqual([]);
    await addVolume(volume("v", "1Gi"));
    await cluster.advance(RESYNC + 100);
    expect(await stateOf("c")).toBe("Bound to v");
    expect((await claimNow("c")).metadata.annotations).toEqual({
      "pv.kubernetes.io/bind-completed": "yes",
    });
  });

  test.each([
    ["too small", volume("v", "1Gi"), "requested PV is too small"],
    [
      "of another class",
      volume("v", "9Gi", { storageClassName: "x" }),
      "storageClassName does not match",
    ],
    ["of another mode", volume("v", "9Gi", { volumeMode: "Block" }), "incompatible volumeMode"],
    [
      "short of modes",
      volume("v", "9Gi", { accessModes: ["ReadWriteMany"] }),
      "incompatible accessMode",
    ],
  ])("is told that it is %s", async (_what, it, why) => {
    await start();
    await addVolume(it);
    await addClaim(named("2Gi"));
    await soon();
    expect(await cluster.eventsOf("c")).toEqual([
      `VolumeMismatch: Cannot bind to requested volume "v": ${why}`,
    ]);
  });

  test("is told that another claim has it", async () => {
    await start();
    await addVolume(volume("v", "2Gi"));
    await addClaim(claim("first", "1Gi"));
    await soon();
    await addClaim(named("1Gi"));
    await soon();
    expect(await stateOf("c")).toBe("Pending to v");
    expect(await cluster.eventsOf("c")).toEqual([
      'FailedBinding: volume "v" already bound to a different claim.',
    ]);
  });
});

describe("a volume whose claim is gone", () => {
  const bindAndLeave = async (it: PersistentVolume) => {
    await addVolume(it);
    await addClaim(claim("c", "1Gi"));
    await soon();
    await removeClaim("c");
    await soon();
  };

  test("is kept, and becomes available when its reference is taken away", async () => {
    await start();
    await bindAndLeave(volume("v", "1Gi"));
    expect((await volumeNow("v")).status.phase).toBe("Released");
    await addClaim(claim("c", "1Gi"));
    await cluster.advance(RESYNC);
    expect(await stateOf("c")).toBe("Pending");
    await change("v", { spec: { claimRef: null } });
    await cluster.advance(RESYNC);
    expect(await stateOf("c")).toBe("Bound to v");
  });

  test("waits for the next claim of the name when only the uid is taken away", async () => {
    await start();
    await bindAndLeave(volume("v", "9Gi"));
    await change("v", { spec: { claimRef: { uid: null } } });
    await soon();
    expect((await volumeNow("v")).status.phase).toBe("Available");
    await addVolume(volume("free", "1Gi"));
    await addClaim(claim("c", "1Gi"));
    await soon();
    expect(await stateOf("c")).toBe("Bound to v");
  });

  test("is deleted with its storage if that is its policy", async () => {
    await start();
    await bindAndLeave(volume("v", "1Gi", { persistentVolumeReclaimPolicy: "Delete" }));
    expect(await cluster.names(persistentVolumes)).toEqual([]);
  });

  test("fails if its storage cannot be deleted, says so once, and is tried again", async () => {
    await start();
    const outside = {
      persistentVolumeReclaimPolicy: "Delete",
      hostPath: { path: "/srv/v" },
    } as const;
    await bindAndLeave(volume("v", "1Gi", outside));
    await cluster.advance(20 * RESYNC);
    const why = "host_path deleter only supports /tmp/.+ but received provided /srv/v";
    expect((await volumeNow("v")).status).toMatchObject({ phase: "Failed", message: why });
    expect(await cluster.eventsOf("v")).toEqual([`VolumeFailedDelete: ${why}`]);
    await change("v", { spec: { persistentVolumeReclaimPolicy: "Retain" } });
    await cluster.advance(RESYNC);
    expect((await volumeNow("v")).status.phase).toBe("Failed");
    expect(cluster.clock.nextDue()).toBeUndefined();
  });

  test("fails if nobody can delete its kind", async () => {
    await start();
    const shared = {
      persistentVolumeReclaimPolicy: "Delete",
      nfs: { server: "s", path: "/" },
    } as const;
    await bindAndLeave(volume("v", "1Gi", shared));
    expect((await volumeNow("v")).status.message).toBe(
      'Error getting deleter volume plugin for volume "v": no deletable volume plugin matched',
    );
  });

  test("is emptied by a pod if it is to be recycled", async () => {
    await start();
    await bindAndLeave(volume("v", "1Gi", { persistentVolumeReclaimPolicy: "Recycle" }));
    const key = { namespace: "default", name: "recycler-for-v" };
    const recycler = await cluster.client.get(pods, key);
    expect(recycler.spec.volumes?.[0]).toMatchObject({ hostPath: { path: "/tmp/v" } });
    expect(recycler.spec.activeDeadlineSeconds).toBe(60);
    await cluster.client.patch(pods, key, {
      type: "merge",
      body: { status: { phase: "Succeeded" } },
      subresource: "status",
    });
    await soon();
    expect(await volumeNow("v")).toMatchObject({ status: { phase: "Available" } });
    expect((await volumeNow("v")).spec.claimRef).toBeUndefined();
    expect(await cluster.eventsOf("v")).toEqual(["VolumeRecycled: Volume recycled"]);
  });
});

test("a claim whose volume was removed is lost, and found again when the volume comes back", async () => {
  await start();
  await addVolume(volume("v", "1Gi"));
  await addClaim(claim("c", "1Gi"));
  await soon();
  await cluster.client.delete(persistentVolumes, { namespace: "", name: "v" });
  await soon();
  expect(await claimNow("c")).toMatchObject({ status: { phase: "Lost" } });
  expect(await cluster.eventsOf("c")).toEqual([
    "ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!",
  ]);
  await addVolume(volume("v", "1Gi"));
  await cluster.advance(RESYNC + 100);
  expect(await stateOf("c")).toBe("Bound to v");
});

test("a claim whose volume is taken from it by hand takes it back", async () => {
  await start();
  await addVolume(volume("v", "1Gi"));
  await addClaim(claim("c", "1Gi"));
  await soon();
  await cluster.advance(60_000);
  await change("v", { spec: { claimRef: null } });
  await soon();
  expect((await volumeNow("v")).status.phase).toBe("Available");
  await cluster.advance(RESYNC);
  const { spec, status } = await volumeNow("v");
  expect([status.phase, spec.claimRef?.name]).toEqual(["Bound", "c"]);
});

test("a volume is released even if another claim took the name before anybody looked", async () => {
  await start();
  await addVolume(volume("v", "1Gi"));
  await addClaim(claim("c", "1Gi"));
  await soon();
  await removeClaim("c");
  await addClaim(claim("c", "1Gi"));
  await cluster.advance(RESYNC + 100);
  expect((await volumeNow("v")).status.phase).toBe("Released");
  expect(await stateOf("c")).toBe("Pending");
});

describe("the trace", () => {
  const why = (name: string) =>
    cluster.trace.about({ kind: "PersistentVolumeClaim", namespace: "default", name }).at(-1);

  test("names each volume and the rule that refused it, with the values compared", async () => {
    await start();
    await addVolume(volume("small", "1Gi"));
    await addVolume(volume("gold", "9Gi", { storageClassName: "gold" }));
    await addVolume(volume("raw", "9Gi", { volumeMode: "Block" }));
    await soon();
    await addClaim(claim("c", "2Gi"));
    await soon();
    expect(why("c")?.verdict).toBe("no volume fits, and there is no class to make one");
    expect(
      why("c")?.options.map(({ about, rule, why: reason }) => [about.name, rule, reason]),
    ).toEqual([
      ["small", "size", "its capacity 1Gi is less than the 2Gi that the claim asks for"],
      ["gold", "class", `its storageClassName is "gold", the claim's is none`],
      ["raw", "volume mode", "its volumeMode is Block, the claim asks for Filesystem"],
    ]);
  });

  test("says a verdict once, as long as nothing changes", async () => {
    await start();
    await addClaim(claim("c", "2Gi"));
    await cluster.advance(5 * RESYNC);
    expect(cluster.trace.since(0)).toHaveLength(1);
  });
});
