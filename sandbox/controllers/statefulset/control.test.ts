// Scenarios in the spirit of upstream's stateful_set_control_test.go: a set is run through its
// life, and after every single write the rules of its order must hold.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { controllerRevisions } from "../../api/controllerrevision.ts";
import type { Era, FeatureGate } from "../../api/era.ts";
import { persistentVolumeClaims } from "../../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReady } from "../../api/pod-readiness.ts";
import { type StatefulSet, statefulSets } from "../../api/statefulset.ts";
import type { Controller } from "../../client/controller.ts";
import { v1_34 as newest } from "../../eras/schema/index.ts";
import { v1_20 as release } from "../../eras/v1.20.ts";
import { hashOf } from "../history.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { ended, testKubelet } from "../test-kubelet.ts";
import { claim, pod, statefulSet, template, withoutAdmission } from "../test-objects.ts";
import { statefulSetController } from "./index.ts";
import { dataOf } from "./revisions.ts";

const v1_20 = withoutAdmission(release);
let cluster: TestCluster;
let broken: string[];
let ready: (it: Pod) => boolean;
let stopWatching: AbortController;

const key = (name: string) => ({ namespace: "default", name });

const withGates = (...gates: FeatureGate[]): Era => ({
  ...v1_20,
  // The older one knows nothing of their fields.
  schema: newest,
  gates: new Set([...v1_20.gates, ...gates]),
});

async function start(era: Era = v1_20): Promise<void> {
  ready = () => true;
  broken = [];
  const kubelet = testKubelet({ ready: (it) => ready(it), terminationMs: 1000 });
  const controllers: Controller[] = [statefulSetController as Controller, kubelet];
  cluster = await testCluster({ era, host: immediate, controllers });
  stopWatching = new AbortController();
  watchInvariants().catch((error: unknown) => broken.push(String(error)));
  await cluster.clock.settle();
}
afterEach(() => {
  stopWatching.abort();
  cluster.stop();
  expect(broken).toEqual([]);
});

/**
 * After each change of a pod: under OrderedReady nothing is made above, or deleted below, what
 * ails.
 */
async function watchInvariants(): Promise<void> {
  const { signal } = stopWatching;
  const known = new Map<string, Pod>();
  const { client } = cluster;
  const changes = await client.watch(pods, { resourceVersion: "0", signal });
  for await (const { type, object } of changes) {
    const { name, labels, deletionTimestamp } = object.metadata;
    const before = known.get(name);
    if (type === "DELETED") known.delete(name);
    else known.set(name, object);
    if (labels?.["app"] !== "web") continue;
    const set = await client.get(statefulSets, key("web")).catch(() => undefined);
    if (!set || set.spec.podManagementPolicy === "Parallel" || set.metadata.deletionTimestamp)
      continue;
    const others = [...known.values()].filter((each) => each.metadata.name !== name);
    const ordinal = Number(name.split("-").at(-1));
    const below = others.filter((each) => Number(each.metadata.name.split("-").at(-1)) < ordinal);
    if (type === "ADDED" && below.length !== ordinal)
      broken.push(`${name} was made before those below it`);
    if (type === "ADDED" && !below.every(well))
      broken.push(`${name} was made while one below it ailed`);
    const dismissed = deletionTimestamp && !before?.metadata.deletionTimestamp;
    if (dismissed && others.some((each) => each.metadata.deletionTimestamp)) {
      broken.push(`${name} was deleted while another was going`);
    }
  }
}

const well = (it: Pod): boolean => isReady(it) && !it.metadata.deletionTimestamp;

const make = (set: StatefulSet) => cluster.client.create(statefulSets, set);
const setNow = (name = "web") => cluster.client.get(statefulSets, key(name));
const podNow = (name: string) => cluster.client.get(pods, key(name));
const change = (body: object, name = "web") =>
  cluster.client.patch(statefulSets, key(name), { type: "merge", body });
const scale = (replicas: number) => change({ spec: { replicas } });
const setImage = (image: string) =>
  change({ spec: { template: { spec: { containers: [{ name: "c", image }] } } } });
const imagesNow = async () =>
  (await cluster.client.list(pods)).items.map(
    ({ metadata, spec }) => `${metadata.name} ${spec.containers[0]?.image?.slice(6)}`,
  );
const awhile = () => cluster.advance(20_000);
/** Of the controller about the set, first to last. */
const said = async () =>
  (await cluster.eventsOf("web")).map((text) => text.replace(" in StatefulSet web", ""));

const withClaims = (...names: string[]) => ({
  volumeClaimTemplates: names.map((name) => {
    const { metadata, ...rest } = claim(name, "1Gi");
    return { ...rest, metadata: { ...metadata, labels: { role: "data" } } };
  }),
});

test("pods are made upwards, each when the one below is ready, and their claims before them", async () => {
  await start();
  await make(statefulSet("web", 2, withClaims("data")));
  await awhile();
  expect(await cluster.names(pods)).toEqual(["web-0", "web-1"]);
  expect(await said()).toEqual([
    "SuccessfulCreate: create Claim data-web-0 Pod web-0 success",
    "SuccessfulCreate: create Pod web-0 successful",
    "SuccessfulCreate: create Claim data-web-1 Pod web-1 success",
    "SuccessfulCreate: create Pod web-1 successful",
  ]);
  const made = await podNow("web-1");
  expect(made.spec).toMatchObject({ hostname: "web-1", subdomain: "web" });
  expect(made.spec.volumes?.[0]).toEqual({
    name: "data",
    persistentVolumeClaim: { claimName: "data-web-1" },
  });
  expect(made.metadata.labels).toMatchObject({
    app: "web",
    "statefulset.kubernetes.io/pod-name": "web-1",
  });
  const owned = await cluster.client.get(persistentVolumeClaims, key("data-web-1"));
  expect(owned.metadata.labels).toEqual({ role: "data", app: "web" });
  expect(owned.metadata.ownerReferences).toBeUndefined();
});

test("its pods can be labelled, like any others", async () => {
  await start();
  await make(statefulSet("web", 1));
  await awhile();
  await cluster.client.patch(pods, key("web-0"), { body: { metadata: { labels: { role: "a" } } } });
  expect((await podNow("web-0")).metadata.labels).toMatchObject({ role: "a", app: "web" });
});

test("the status counts, and knows its revision", async () => {
  await start();
  await make(statefulSet("web", 3));
  await awhile();
  const { status } = await setNow();
  expect(status).toEqual({
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
    currentRevision: status.updateRevision,
    updateRevision: expect.stringMatching(/^web-[456789bcdf]{8,10}$/),
    collisionCount: 0,
  });
});

test("one that does not become ready stops all above it, and the trace says so", async () => {
  await start();
  ready = ({ metadata }) => metadata.name !== "web-1";
  await make(statefulSet("web", 3));
  await awhile();
  expect(await cluster.names(pods)).toEqual(["web-0", "web-1"]);
  const decision = cluster.trace.about({ kind: "StatefulSet", ...key("web") }).at(-1);
  expect(decision?.verdict).toBe("waits for web-1 to be Running and Ready");
  expect(decision?.options.map(({ about, taken, rule }) => [about.name, taken, rule])).toEqual([
    ["web-0", true, undefined],
    ["web-1", false, "not ready"],
    ["web-2", false, "not made"],
  ]);
});

test("scaling down deletes from the top, one at a time, and leaves the claims", async () => {
  await start();
  await make(statefulSet("web", 4, withClaims("data")));
  await awhile();
  await scale(1);
  await awhile();
  expect(await cluster.names(pods)).toEqual(["web-0"]);
  expect((await said()).filter((text) => text.startsWith("SuccessfulDelete"))).toEqual([
    "SuccessfulDelete: delete Pod web-3 successful",
    "SuccessfulDelete: delete Pod web-2 successful",
    "SuccessfulDelete: delete Pod web-1 successful",
  ]);
  expect(await cluster.names(persistentVolumeClaims)).toHaveLength(4);
});

test("a pod that is deleted comes back with its name and its claim", async () => {
  await start();
  await make(statefulSet("web", 2, withClaims("data")));
  await awhile();
  const { uid } = (await podNow("web-0")).metadata;
  await cluster.client.delete(pods, key("web-0"));
  await awhile();
  const again = await podNow("web-0");
  expect(again.metadata.uid).not.toBe(uid);
  expect(again.spec.volumes?.[0]?.persistentVolumeClaim?.claimName).toBe("data-web-0");
});

describe("an update", () => {
  test("goes from the top down, each when the last is ready, and ends with one revision", async () => {
    await start();
    await make(statefulSet("web", 3));
    await awhile();
    await setImage("nginx:1.19");
    await awhile();
    expect(await imagesNow()).toEqual(["web-0 1.19", "web-1 1.19", "web-2 1.19"]);
    expect((await said()).filter((text) => text.startsWith("SuccessfulDelete"))).toEqual([
      "SuccessfulDelete: delete Pod web-2 successful",
      "SuccessfulDelete: delete Pod web-1 successful",
      "SuccessfulDelete: delete Pod web-0 successful",
    ]);
    const { status } = await setNow();
    expect(status.currentRevision).toBe(status.updateRevision);
    expect(status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3 });
  });

  test("stops at the partition, below which pods come back as they were", async () => {
    await start();
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 2 } } as const;
    await make(statefulSet("web", 3, { updateStrategy }));
    await awhile();
    await setImage("nginx:1.19");
    await awhile();
    expect(await imagesNow()).toEqual(["web-0 1.18", "web-1 1.18", "web-2 1.19"]);
    expect((await setNow()).status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    await cluster.client.delete(pods, key("web-1"));
    await awhile();
    expect((await imagesNow())[1]).toBe("web-1 1.18");
  });

  test("that is OnDelete waits for hands", async () => {
    await start();
    await make(statefulSet("web", 2, { updateStrategy: { type: "OnDelete" } }));
    await awhile();
    await setImage("nginx:1.19");
    await awhile();
    expect(await imagesNow()).toEqual(["web-0 1.18", "web-1 1.18"]);
    await cluster.client.delete(pods, key("web-0"));
    await awhile();
    expect(await imagesNow()).toEqual(["web-0 1.19", "web-1 1.18"]);
  });

  test("that breaks a pod waits for it for ever, even when it is taken back", async () => {
    await start();
    await make(statefulSet("web", 2));
    await awhile();
    ready = ({ spec }) => spec.containers[0]?.image !== "nginx:broken";
    await setImage("nginx:broken");
    await awhile();
    await setImage("nginx:1.18");
    await awhile();
    expect(await imagesNow()).toEqual(["web-0 1.18", "web-1 broken"]);
    expect((await setNow()).status).toMatchObject({ replicas: 2, readyReplicas: 1 });
    await cluster.client.delete(pods, key("web-1"));
    await awhile();
    expect(await imagesNow()).toEqual(["web-0 1.18", "web-1 1.18"]);
  });

  test("back to an earlier template takes its revision again, with a new number", async () => {
    await start();
    await make(statefulSet("web", 1));
    await awhile();
    await setImage("nginx:1.19");
    await awhile();
    await setImage("nginx:1.18");
    await awhile();
    const { items } = await cluster.client.list(controllerRevisions);
    expect(items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
  });

  test("forgets the oldest revisions that no pod has", async () => {
    await start();
    await make(statefulSet("web", 1, { revisionHistoryLimit: 2 }));
    await awhile();
    for (const tag of ["1", "2", "3", "4", "5"]) {
      await setImage(`nginx:${tag}`);
      await awhile();
    }
    const { items } = await cluster.client.list(controllerRevisions);
    expect(items.map(({ revision }) => revision).sort()).toEqual([4, 5, 6]);
  });
});

describe("Parallel", () => {
  test("makes and deletes all at once, but updates one at a time", async () => {
    await start();
    ready = () => false;
    await make(statefulSet("web", 3, { podManagementPolicy: "Parallel" }));
    await cluster.advance(100);
    expect(await cluster.names(pods)).toHaveLength(3);
    await scale(0);
    await cluster.advance(100);
    const { items } = await cluster.client.list(pods);
    expect(items.every(({ metadata }) => metadata.deletionTimestamp)).toBe(true);
  });
});

describe("pods that are in the way", () => {
  test("an orphan with name and labels is adopted", async () => {
    await start();
    await cluster.client.create(pods, pod("web-0", { labels: { app: "web" } }));
    await cluster.advance(100);
    await make(statefulSet("web", 1));
    await awhile();
    const adopted = await podNow("web-0");
    expect(adopted.metadata.ownerReferences?.[0]).toMatchObject({
      kind: "StatefulSet",
      name: "web",
    });
    expect(adopted.metadata.labels?.["statefulset.kubernetes.io/pod-name"]).toBe("web-0");
  });

  test("a stranger of the name stops the set, which keeps trying", async () => {
    await start();
    await cluster.client.create(pods, pod("web-0", { labels: { app: "other" } }));
    await make(statefulSet("web", 1));
    await cluster.advance(2000);
    expect(await said()).toEqual([
      "FailedCreate: create Pod web-0 failed error: The POST operation against Pod could not be completed at this time, please try again.",
    ]);
    await cluster.client.delete(pods, key("web-0"));
    await awhile();
    expect((await podNow("web-0")).metadata.labels?.["app"]).toBe("web");
  });
});

test("a claim that is being deleted holds its pod back", async () => {
  await start();
  const { metadata, ...rest } = claim("data-web-0", "1Gi");
  await cluster.client.create(persistentVolumeClaims, {
    ...rest,
    metadata: { ...metadata, finalizers: ["kubernetes.io/pvc-protection"] },
  });
  await cluster.client.delete(persistentVolumeClaims, key("data-web-0"));
  await make(statefulSet("web", 1, withClaims("data")));
  await cluster.advance(1000);
  expect(await said()).toEqual([
    "FailedCreate: create Pod web-0 failed error: pvc data-web-0 is being deleted",
  ]);
});

test("a pod that failed is made again", async () => {
  await start();
  await make(statefulSet("web", 1));
  await awhile();
  await cluster.client.updateStatus(pods, ended(await podNow("web-0"), "Failed"));
  await awhile();
  expect((await podNow("web-0")).status.phase).toBe("Running");
  expect(await said()).toContain(
    "RecreatingFailedPod: StatefulSet default/web is recreating failed Pod web-0",
  );
});

describe("where the release has it", () => {
  test("a pod must have been ready for a while before the next is made", async () => {
    await start(withGates("StatefulSetMinReadySeconds"));
    await make(statefulSet("web", 2, { minReadySeconds: 30 }));
    await cluster.advance(25_000);
    expect(await cluster.names(pods)).toEqual(["web-0"]);
    await cluster.advance(10_000);
    expect(await cluster.names(pods)).toEqual(["web-0", "web-1"]);
    await cluster.advance(31_000);
    expect((await setNow()).status.availableReplicas).toBe(2);
    expect(cluster.clock.nextDue()).toBeUndefined();
  });

  test("ordinals begin where they are told to", async () => {
    await start(withGates("StatefulSetStartOrdinal", "PodIndexLabel"));
    await make(statefulSet("app", 2, { ordinals: { start: 5 } }));
    await awhile();
    expect(await cluster.names(pods)).toEqual(["app-5", "app-6"]);
    expect((await podNow("app-6")).metadata.labels?.["apps.kubernetes.io/pod-index"]).toBe("6");
  });

  test("claims go with the set or with the pods that are scaled away", async () => {
    await start(withGates("StatefulSetAutoDeletePVC"));
    await make(
      statefulSet("web", 2, {
        ...withClaims("data"),
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" },
      }),
    );
    await awhile();
    const ownersOf = async (name: string) =>
      (await cluster.client.get(persistentVolumeClaims, key(name))).metadata.ownerReferences?.map(
        ({ kind, name: owner }) => `${kind}/${owner}`,
      );
    expect(await ownersOf("data-web-1")).toEqual(["StatefulSet/web"]);
    await scale(1);
    await cluster.advance(500);

    expect(await ownersOf("data-web-1")).toEqual(["Pod/web-1"]);
    expect(await ownersOf("data-web-0")).toEqual(["StatefulSet/web"]);
  });
});

test("the name of a revision is the hash of its template, as on real clusters", () => {
  const nginx = template(
    { app: "nginx" },
    {
      containers: [
        {
          name: "nginx",
          image: "k8s.gcr.io/nginx-slim:0.8",
          imagePullPolicy: "IfNotPresent",
          ports: [{ containerPort: 80, name: "web", protocol: "TCP" }],
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
          volumeMounts: [{ mountPath: "/usr/share/nginx/html", name: "www" }],
        },
      ],
      dnsPolicy: "ClusterFirst",
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      terminationGracePeriodSeconds: 10,
    },
  );
  expect(hashOf(dataOf(nginx), 0)).toBe("6596ffb49b");
});
