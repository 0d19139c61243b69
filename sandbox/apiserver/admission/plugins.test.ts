import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Era } from "../../api/era.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { type Loose, type TestServer, testServer } from "../test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const json = (value: unknown) => JSON.stringify(value);
const roots: Readonly<Record<string, string>> = {
  StorageClass: "/apis/storage.k8s.io/v1/storageclasses",
  PriorityClass: "/apis/scheduling.k8s.io/v1/priorityclasses",
  PersistentVolume: "/api/v1/persistentvolumes",
  Node: "/api/v1/nodes",
};
const pathOf = (kind: string) => roots[kind] ?? `/api/v1/namespaces/default/${kind.toLowerCase()}s`;
const request = (kind: string, object: object) => {
  const group = /^\/apis\/(.*)\/[^/]*$/.exec(pathOf(kind))?.[1] ?? "v1";
  return { body: json({ apiVersion: group, kind, ...object }) };
};
const create = (kind: string, object: object) =>
  server.object("POST", pathOf(kind), request(kind, object));
const refuse = async (kind: string, object: object) =>
  (await server.refusal("POST", pathOf(kind), request(kind, object))).message;

const pod = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: "p", ...metadata },
  spec: { containers: [{ name: "c", image: "nginx" }], ...spec },
});
const claim = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
    ...spec,
  },
});
const storageClass = (name: string, isDefault: boolean, more: object = {}) => ({
  metadata: {
    name,
    annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
  },
  provisioner: "example.com/disk",
  ...more,
});

describe("Priority", () => {
  const priorityClass = (name: string, value: number, more: object = {}) => ({
    metadata: { name },
    value,
    ...more,
  });

  test("gives a pod nothing special unless somebody says so", async () => {
    const { spec } = await create("Pod", pod());
    expect(spec).toMatchObject({ priority: 0, preemptionPolicy: "PreemptLowerPriority" });
    expect(spec).not.toHaveProperty("priorityClassName");
  });

  test("turns the name of a class into its number", async () => {
    await create("PriorityClass", priorityClass("high", 1000, { preemptionPolicy: "Never" }));
    const { spec } = await create("Pod", pod({ priorityClassName: "high" }));
    expect(spec).toMatchObject({ priority: 1000, preemptionPolicy: "Never" });
  });

  test("gives pods without a class the default one, of which there can be one", async () => {
    await create("PriorityClass", priorityClass("usual", 7, { globalDefault: true }));
    const { spec } = await create("Pod", pod());
    expect(spec).toMatchObject({ priority: 7, priorityClassName: "usual" });
    const second = priorityClass("other", 8, { globalDefault: true });
    expect(await refuse("PriorityClass", second)).toBe(
      'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
    );
  });

  test("refuses classes that are not there and numbers that do not agree", async () => {
    expect(await refuse("Pod", pod({ priorityClassName: "nope" }))).toBe(
      'pods "p" is forbidden: no PriorityClass with name nope was found',
    );
    expect(await refuse("Pod", pod({ priority: 5 }))).toBe(
      'pods "p" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    );
  });

  test("knows the classes of the system", async () => {
    const { spec } = await create("Pod", pod({ priorityClassName: "system-node-critical" }));
    expect(spec.priority).toBe(2_000_001_000);
  });
});

describe("DefaultTolerationSeconds", () => {
  const seconds = ({ spec }: Loose) =>
    spec.tolerations?.map((each: Record<string, unknown>) => [
      each["key"],
      each["tolerationSeconds"],
    ]);

  test("lets pods stay five minutes on a lost node", async () => {
    expect(seconds(await create("Pod", pod()))).toEqual([
      ["node.kubernetes.io/not-ready", 300],
      ["node.kubernetes.io/unreachable", 300],
    ]);
  });

  test("leaves alone what a pod says itself", async () => {
    const own = {
      key: "node.kubernetes.io/not-ready",
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: 5,
    };
    expect(seconds(await create("Pod", pod({ tolerations: [own] })))).toEqual([
      ["node.kubernetes.io/not-ready", 5],
      ["node.kubernetes.io/unreachable", 300],
    ]);
    const all = pod({ tolerations: [{ operator: "Exists" }] }, { name: "q" });
    expect(seconds(await create("Pod", all))).toHaveLength(1);
  });
});

describe("DefaultStorageClass", () => {
  test("gives a claim the default class", async () => {
    await create("StorageClass", storageClass("slow", false));
    expect(
      (await create("PersistentVolumeClaim", claim("a"))).spec.storageClassName,
    ).toBeUndefined();
    await create("StorageClass", storageClass("fast", true));
    expect((await create("PersistentVolumeClaim", claim("b"))).spec.storageClassName).toBe("fast");
    const none = claim("c", { storageClassName: "" });
    expect((await create("PersistentVolumeClaim", none)).spec.storageClassName).toBe("");
  });

  test("refuses to choose between two", async () => {
    await create("StorageClass", storageClass("fast", true));
    await create("StorageClass", storageClass("faster", true));
    expect(await refuse("PersistentVolumeClaim", claim("a"))).toBe(
      'persistentvolumeclaims "a" is forbidden: Internal error occurred: 2 default StorageClasses were found',
    );
  });

  test("takes the newest of them in later releases", async () => {
    const era: Era = {
      ...v1_20,
      behaviors: new Set([...v1_20.behaviors, "newest-default-class"]),
    };
    server = await testServer({ era, host: immediate });
    await create("StorageClass", storageClass("z-old", true));
    await server.clock.advance(1_000);
    await create("StorageClass", storageClass("b-new", true));
    await create("StorageClass", storageClass("a-new", true));
    const made = await create("PersistentVolumeClaim", claim("a"));
    expect(made.spec.storageClassName).toBe("a-new");
  });
});

test("StorageObjectInUseProtection marks claims and volumes", async () => {
  const made = await create("PersistentVolumeClaim", claim("a"));
  expect(made.metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
  const volume = await create("PersistentVolume", {
    metadata: { name: "v", finalizers: ["example.com/own"] },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: "/data" },
    },
  });
  expect(volume.metadata.finalizers).toEqual(["example.com/own", "kubernetes.io/pv-protection"]);
});

describe("PersistentVolumeClaimResize", () => {
  const grow = async (bind: boolean, allowVolumeExpansion: boolean) => {
    await create("StorageClass", storageClass("disk", false, { allowVolumeExpansion }));
    const made = await create("PersistentVolumeClaim", claim("a", { storageClassName: "disk" }));
    const path = `${pathOf("PersistentVolumeClaim")}/a`;
    if (bind) {
      const status = { phase: "Bound", capacity: { storage: "1Gi" } };
      const spec = { ...made.spec, volumeName: "v" };
      await server.object("PUT", path, { body: json({ ...made, spec }) });
      await server.object("PATCH", `${path}/status`, {
        body: json({ status }),
        headers: { "content-type": "application/merge-patch+json" },
      });
    }
    return server.ask("PATCH", path, {
      body: json({ spec: { resources: { requests: { storage: "2Gi" } } } }),
      headers: { "content-type": "application/merge-patch+json" },
    });
  };

  test("lets a bound claim grow if its class allows it", async () => {
    const { body, status } = await grow(true, true);
    expect(status).toBe(200);
    expect((body as Loose).spec.resources.requests.storage).toBe("2Gi");
  });

  test("refuses where the class does not", async () => {
    const { body } = await grow(true, false);
    expect((body as Loose)["message"]).toBe(
      'persistentvolumeclaims "a" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  });

  test("refuses before the claim is bound", async () => {
    const { status } = await grow(false, true);
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe("TaintNodesByCondition", () => {
  beforeEach(async () => {
    server = await testServer({ era: v1_20, host: immediate, allPlugins: true });
  });

  test("keeps pods away from a node that is new", async () => {
    const own = { key: "a", effect: "NoExecute" };
    const { spec } = await create("Node", { metadata: { name: "n" }, spec: { taints: [own] } });
    expect(spec.taints).toEqual([
      own,
      { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
    ]);
  });
});
