import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { v1_11 } from "../../eras/words/core.ts";
import { type TestServer, testServer } from "../test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const json = (value: unknown) => JSON.stringify(value);
const place = "/api/v1/namespaces/default";
const body = (kind: string, name: string, spec: object) => ({
  body: json({ apiVersion: "v1", kind, metadata: { name }, spec }),
});
const resources = (limits: object, requests: object) => ({
  containers: [{ name: "c", image: "nginx", resources: { limits, requests } }],
});
const createPod = (name: string, spec: object) =>
  server.object("POST", `${place}/pods`, body("Pod", name, spec));
const refusePod = async (spec: object) =>
  (await server.refusal("POST", `${place}/pods`, body("Pod", "p", spec))).message;
const claim = (name: string, storage: string) =>
  body("PersistentVolumeClaim", name, {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage } },
  });

describe("LimitRanger", () => {
  const limit = (...limits: object[]) =>
    server.object("POST", `${place}/limitranges`, body("LimitRange", "l", { limits }));

  test("fills in what containers do not say, and says so", async () => {
    const defaults = { default: { cpu: "1", memory: "1Gi" }, defaultRequest: { cpu: "500m" } };
    await limit({ type: "Container", ...defaults });
    const { spec, metadata } = await createPod("p", {
      containers: [
        { name: "a", image: "nginx" },
        { name: "b", image: "nginx", resources: { requests: { memory: "5Mi" } } },
      ],
    });
    expect(spec.containers[0].resources).toEqual({
      limits: { cpu: "1", memory: "1Gi" },
      requests: { cpu: "500m", memory: "1Gi" },
    });
    expect(metadata.annotations?.["kubernetes.io/limit-ranger"]).toBe(
      "LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; cpu request for container b; cpu, memory limit for container b",
    );
  });

  test("refuses too much and too little, and all of it at once", async () => {
    await limit({ type: "Container", min: { cpu: "100m" }, max: { cpu: "800m", memory: "1Gi" } });
    expect(await refusePod(resources({ cpu: "900m", memory: "512Mi" }, { cpu: "50m" }))).toBe(
      'pods "p" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 800m, but limit is 900m]',
    );
    expect(await refusePod(resources({ memory: "2Gi" }, {}))).toBe(
      'pods "p" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    );
    await createPod("p", resources({ cpu: "800m", memory: "1Gi" }, { cpu: "100m" }));
  });

  test("adds up what the containers of a pod say", async () => {
    await limit({ type: "Pod", max: { cpu: "1" } });
    const { containers } = resources({ cpu: "600m" }, { cpu: "600m" });
    const spec = { containers: [...containers, { ...containers[0], name: "d" }] };
    expect(await refusePod(spec)).toBe(
      'pods "p" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m',
    );
    const silent = { containers: [{ name: "c", image: "nginx" }] };
    expect(await refusePod(silent)).toBe(
      'pods "p" is forbidden: maximum cpu usage per Pod is 1.  No limit is specified',
    );
  });

  test("keeps limits near to requests", async () => {
    await limit({ type: "Container", maxLimitRequestRatio: { cpu: "2" } });
    expect(await refusePod(resources({ cpu: "1" }, { cpu: "300m" }))).toBe(
      'pods "p" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333',
    );
  });

  test("is about claims, too, by what they ask for", async () => {
    await limit({
      type: "PersistentVolumeClaim",
      min: { storage: "1Gi" },
      max: { storage: "2Gi" },
    });
    const post = (storage: string) =>
      server.refusal("POST", `${place}/persistentvolumeclaims`, claim("c", storage));
    expect((await post("3Gi")).message).toBe(
      'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi',
    );
    expect((await post("500Mi")).message).toBe(
      'persistentvolumeclaims "c" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
    );
  });

  test("ended its sentences with a stop until 1.18", async () => {
    const words = { ...v1_20.words, core: v1_11 };
    server = await testServer({ era: { ...v1_20, words }, host: immediate });
    await limit({ type: "Container", max: { memory: "1Gi" } });
    expect(await refusePod(resources({ memory: "2Gi" }, {}))).toBe(
      'pods "p" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi.',
    );
  });
});

describe("ResourceQuota", () => {
  /** A quota whose controller has counted already. */
  async function quota(name: string, hard: Record<string, string>, more: object = {}) {
    const path = `${place}/resourcequotas`;
    await server.object("POST", path, body("ResourceQuota", name, { hard, ...more }));
    const used = Object.fromEntries(Object.keys(hard).map((each) => [each, "0"]));
    await server.object("PATCH", `${path}/${name}/status`, {
      body: json({ status: { hard, used } }),
      headers: { "content-type": "application/merge-patch+json" },
    });
  }
  const used = async (name: string) =>
    (await server.object("GET", `${place}/resourcequotas/${name}`))["status"].used;

  test("counts what is made, and refuses what is too much", async () => {
    await quota("q", { pods: "2", "requests.cpu": "1" });
    await createPod("a", resources({}, { cpu: "600m" }));
    expect(await used("q")).toEqual({ pods: "1", "requests.cpu": "600m" });
    expect(await refusePod(resources({}, { cpu: "500m" }))).toBe(
      'pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
    await createPod("b", resources({}, { cpu: "400m" }));
    expect(await refusePod(resources({}, { cpu: "1m" }))).toBe(
      'pods "p" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1m, used: pods=2,requests.cpu=1, limited: pods=2,requests.cpu=1',
    );
  });

  test("makes containers say what it counts", async () => {
    await quota("q", { "limits.memory": "1Gi", "requests.cpu": "1" });
    expect(await refusePod({ containers: [{ name: "c", image: "nginx" }] })).toBe(
      'pods "p" is forbidden: failed quota: q: must specify limits.memory,requests.cpu',
    );
  });

  test("counts objects of any kind", async () => {
    await quota("q", { configmaps: "1", "count/deployments.apps": "1" });
    const config = (name: string) => ({
      body: json({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } }),
    });
    await server.object("POST", `${place}/configmaps`, config("a"));
    const { message } = await server.refusal("POST", `${place}/configmaps`, config("b"));
    expect(message).toBe(
      'configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
    );
    expect(await used("q")).toEqual({ configmaps: "1", "count/deployments.apps": "0" });
  });

  test("counts the storage of each class", async () => {
    const name = "gold.storageclass.storage.k8s.io/requests.storage";
    await quota("q", { [name]: "2Gi", "requests.storage": "5Gi" });
    const gold = (storage: string) =>
      body("PersistentVolumeClaim", "c", {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage } },
        storageClassName: "gold",
      });
    const path = `${place}/persistentvolumeclaims`;
    expect((await server.refusal("POST", path, gold("3Gi"))).message).toBe(
      `persistentvolumeclaims "c" is forbidden: exceeded quota: q, requested: ${name}=3Gi, used: ${name}=0, limited: ${name}=2Gi`,
    );
    await server.object("POST", path, gold("2Gi"));
    expect(await used("q")).toEqual({ [name]: "2Gi", "requests.storage": "2Gi" });
  });

  test("with a scope is only about what is in it", async () => {
    await quota("q", { pods: "0" }, { scopes: ["BestEffort"] });
    expect(await refusePod({ containers: [{ name: "c", image: "nginx" }] })).toContain(
      "exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0",
    );
    await createPod("p", resources({}, { cpu: "1m" }));
  });

  test("does not count what is refused after all, nor dry runs", async () => {
    await quota("q", { pods: "5" });
    await createPod("p", resources({}, {}));
    const request = body("Pod", "p", resources({}, {}));
    expect((await server.refusal("POST", `${place}/pods`, request)).reason).toBe("AlreadyExists");
    const dry = body("Pod", "other", resources({}, {}));
    await server.object("POST", `${place}/pods`, { ...dry, query: { dryRun: "All" } });
    expect(await used("q")).toEqual({ pods: "1" });
  });

  test("lets everything pass until it is counted for the first time", async () => {
    await server.object(
      "POST",
      `${place}/resourcequotas`,
      body("ResourceQuota", "q", { hard: { pods: "0" } }),
    );
    await createPod("p", resources({}, {}));
  });
});
