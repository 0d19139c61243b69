import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { configMaps } from "../api/configmap.ts";
import { nodes } from "../api/node.ts";
import { type PersistentVolume, persistentVolumes } from "../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../api/persistentvolumeclaim.ts";
import type { Volume } from "../api/pod.ts";
import { secrets } from "../api/secret.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { createCloud } from "../machine/cloud.ts";
import { createTree } from "../machine/tree.ts";
import { createRandom } from "../sim/random.ts";
import { type TestNodes, testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});
const mounts = (mountPath = "/data", more: object = {}) => ({
  volumeMounts: [{ name: "v", mountPath, ...more }],
});

/** A pod with one volume at /data. */
const runWith = (cluster: TestNodes, name: string, volume: Omit<Volume, "name"> & Mounting) => {
  const { mounting, ...source } = volume;
  return cluster.run(name, {
    volumes: [{ name: "v", ...source }],
    containers: [container(["forever"], mounts("/data", mounting))],
  });
};

interface Mounting {
  /** What its mount says beside the path. */
  readonly mounting?: object;
}

/** A volume and a claim that are bound to each other. */
async function bound(cluster: TestNodes, name: string, spec: PersistentVolume["spec"]) {
  const claim = await cluster.client.create(persistentVolumeClaims, {
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", status: {} },
    metadata: { name, namespace: "default" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      ...{ volumeName: name, storageClassName: "" },
    },
  });
  const { uid = "" } = claim.metadata;
  await cluster.client.create(persistentVolumes, {
    ...{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, status: {} },
    spec: {
      ...{ capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...spec },
      claimRef: { namespace: "default", name, uid },
    },
  });
  await cluster.client.patch(
    persistentVolumeClaims,
    { namespace: "default", name },
    {
      body: { status: { phase: "Bound" } },
      subresource: "status",
    },
  );
  return { persistentVolumeClaim: { claimName: name } };
}

test("containers of a pod share an emptyDir, and it goes with the pod", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("two", {
    volumes: [{ name: "v", emptyDir: {} }],
    containers: [
      container(["forever"], mounts()),
      { ...container(["write", "/in/file", "hello"], mounts("/in")), name: "writer" },
    ],
  });
  await cluster.advance(6_000);
  expect(await cluster.exec("two", ["cat", "/data/file"])).toBe("hello");
  const { uid } = (await cluster.pod("two")).metadata;
  const { files } = cluster.nodes[0]?.machine ?? {};
  const path = `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~empty-dir/v/file`;
  expect(files?.read(path)).toBe("hello");
  await cluster.remove("two", 1);
  await cluster.advance(5_000);
  expect(files?.kind(path)).toBeUndefined();
});

test("a container loses its own files when it restarts, but not those of its volumes", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", {
    volumes: [{ name: "v", emptyDir: {} }],
    containers: [container(["polite"], mounts())],
  });
  await cluster.advance(8_000);
  await cluster.exec("web", ["write", "/data/kept", "1"]);
  await cluster.exec("web", ["write", "/lost", "1"]);
  const { uid = "" } = (await cluster.pod("web")).metadata;
  cluster.nodes[0]?.runtime.pod(uid).containers[0]?.signal("SIGKILL");
  await cluster.advance(5_000);
  expect((await cluster.status("web")).containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
  expect(await cluster.exec("web", ["has", "/data/kept"])).toBe("");
  expect(await cluster.exec("web", ["has", "/lost"])).toBe("[1]");
});

test("a hostPath is the node's own directory, of the type that is asked for", async () => {
  const cluster = await testNodes({ era, host });
  const { files } = cluster.nodes[0]?.machine ?? {};
  await runWith(cluster, "any", { hostPath: { path: "/srv/new" } });
  await runWith(cluster, "made", { hostPath: { path: "/srv/made", type: "DirectoryOrCreate" } });
  await runWith(cluster, "none", { hostPath: { path: "/srv/none", type: "Directory" } });
  await runWith(cluster, "file", { hostPath: { path: "/etc/passwd", type: "File" } });
  await cluster.advance(8_000);
  await cluster.exec("any", ["write", "/data/x", "1"]);
  expect(files?.read("/srv/new/x")).toBe("1");
  expect(files?.kind("/srv/made")).toBe("directory");
  expect(await cluster.exec("file", ["cat", "/data"])).toContain("root:x:0:0");
  expect((await cluster.status("none")).phase).toBe("Pending");
  expect(await cluster.said("none")).toEqual([
    'FailedMount: MountVolume.SetUp failed for volume "v" : hostPath type check failed: /srv/none is not a directory',
  ]);
});

test("a failing mount is tried again and again, and told of in the end", async () => {
  const cluster = await testNodes({ era, host });
  await runWith(cluster, "web", { secret: { secretName: "keys" } });
  await cluster.advance(130_000);
  expect(await cluster.said("web")).toEqual([
    'FailedMount: MountVolume.SetUp failed for volume "v" : secret "keys" not found',
    "FailedMount: Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[v]: timed out waiting for the condition",
  ]);
  await cluster.client.create(secrets, {
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "keys", namespace: "default" } },
    data: { key: "c2VjcmV0" },
  });
  await cluster.advance(125_000);
  expect((await cluster.status("web")).phase).toBe("Running");
  expect(await cluster.exec("web", ["cat", "/data/key"])).toBe("secret");
});

test("a changed ConfigMap reaches the files of a running pod within a minute and a half", async () => {
  const cluster = await testNodes({ era, host });
  const metadata = { name: "cm", namespace: "default" };
  const data = { a: "one", b: "two" };
  await cluster.client.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
  const items = [{ key: "a", path: "deep/a" }];
  await runWith(cluster, "all", { configMap: { name: "cm" } });
  await runWith(cluster, "some", { configMap: { name: "cm", items } });
  await runWith(cluster, "wrong", { configMap: { name: "cm", items: [{ key: "z", path: "z" }] } });
  await cluster.advance(8_000);
  expect(await cluster.exec("all", ["ls", "/data"])).toMatch(
    /^\.\.2021_01_13_12_00_\d\d\.\d+ \.\.data a b\n$/,
  );
  expect(await cluster.exec("some", ["cat", "/data/deep/a"])).toBe("one");
  expect(await cluster.said("wrong")).toContain(
    'FailedMount: MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: z',
  );
  expect(await cluster.exec("all", ["write", "/data/a", "x"])).toBe(
    "write: Read-only file system\n[1]",
  );
  const body = { data: { a: "three", b: null } };
  await cluster.client.patch(configMaps, metadata, { type: "merge", body });
  await cluster.advance(91_000);
  expect(await cluster.exec("all", ["cat", "/data/a"])).toBe("three");
  expect(await cluster.exec("all", ["has", "/data/b"])).toBe("[1]");
});

test("the downward API gives fields as files, also beside others", async () => {
  const cluster = await testNodes({ era, host });
  const name = { path: "name", fieldRef: { fieldPath: "metadata.name" } };
  const memory = {
    path: "memory",
    resourceFieldRef: { containerName: "c", resource: "limits.memory", divisor: "1Gi" },
  };
  await runWith(cluster, "own", { downwardAPI: { items: [name, memory] } });
  await runWith(cluster, "both", { projected: { sources: [{ downwardAPI: { items: [name] } }] } });
  await cluster.advance(8_000);
  expect(await cluster.exec("own", ["cat", "/data/name", "/data/memory"])).toBe("own4");
  expect(await cluster.exec("both", ["cat", "/data/name"])).toBe("both");
});

test("a part of a volume can be mounted, and it may be read-only", async () => {
  const cluster = await testNodes({ era, host });
  await runWith(cluster, "part", { hostPath: { path: "/srv" }, mounting: { subPath: "a/b" } });
  const sealed = { hostPath: { path: "/srv" } };
  await runWith(cluster, "sealed", { ...sealed, mounting: { readOnly: true } });
  await runWith(cluster, "out", { hostPath: { path: "/srv" }, mounting: { subPath: "a" } });
  await cluster.advance(8_000);
  await cluster.exec("part", ["write", "/data/x", "1"]);
  expect(cluster.nodes[0]?.machine.files.read("/srv/a/b/x")).toBe("1");
  expect(await cluster.exec("sealed", ["cat", "/data/a/b/x"])).toBe("1");
  expect(await cluster.exec("sealed", ["write", "/data/y", "1"])).toContain(
    "Read-only file system",
  );
});

test("a local volume must be made by somebody, on the node that it says", async () => {
  const cluster = await testNodes({ era, host, nodes: 2 });
  const required = (hostname: string) => ({
    required: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "kubernetes.io/hostname", operator: "In" as const, values: [hostname] },
          ],
        },
      ],
    },
  });
  const local = { path: "/mnt/consul" };
  await runWith(
    cluster,
    "here",
    await bound(cluster, "a", { local, nodeAffinity: required("node1") }),
  );
  await runWith(
    cluster,
    "there",
    await bound(cluster, "b", { local, nodeAffinity: required("node2") }),
  );
  await cluster.advance(5_000);
  expect(await cluster.said("here")).toContain(
    'FailedMount: MountVolume.NewMounter initialization failed for volume "a" : path "/mnt/consul" does not exist',
  );
  expect(await cluster.said("there")).toContain(
    'FailedMount: MountVolume.NodeAffinity check failed for volume "b" : No matching NodeSelectorTerms',
  );
  cluster.nodes[0]?.machine.files.makeDirectory("/mnt/consul", { parents: true });
  await cluster.advance(10_000);
  await cluster.exec("here", ["write", "/data/raft", "42"]);
  expect(cluster.nodes[0]?.machine.files.read("/mnt/consul/raft")).toBe("42");
});

test("a claim must be bound before its pod can start", async () => {
  const cluster = await testNodes({ era, host });
  await runWith(cluster, "none", { persistentVolumeClaim: { claimName: "none" } });
  await cluster.client.create(persistentVolumeClaims, {
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", status: {} },
    metadata: { name: "open", namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  await runWith(cluster, "open", { persistentVolumeClaim: { claimName: "open" } });
  await cluster.advance(3_000);
  const about =
    "FailedMount: Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[v]: ";
  expect(await cluster.said("none")).toEqual([
    `${about}error processing PVC default/none: failed to fetch PVC from API server: persistentvolumeclaims "none" not found`,
  ]);
  expect(await cluster.said("open")).toEqual([
    `${about}error processing PVC default/open: PVC is not bound`,
  ]);
});

test("an NFS share is the same for all who mount it", async () => {
  const tree = createTree({ clock: { now: () => 0 } });
  const shares = {
    find: (server: string, path: string) =>
      server === "nfs.example" && path === "/exports"
        ? tree
        : `mount.nfs: access denied by server while mounting ${server}:${path}`,
  };
  const cluster = await testNodes({ era, host, nodes: 2, node: { shares } });
  const volumes = [{ name: "v", nfs: { server: "nfs.example", path: "/exports" } }];
  for (const node of ["node1", "node2"]) {
    const containers = [container(["forever"], mounts())];
    await cluster.run(node, { nodeName: node, volumes, containers });
  }
  await runWith(cluster, "wrong", { nfs: { server: "nfs.example", path: "/no" } });
  await cluster.advance(8_000);
  await cluster.exec("node1", ["write", "/data/x", "shared"]);
  expect(await cluster.exec("node2", ["cat", "/data/x"])).toBe("shared");
  expect((await cluster.said("wrong"))[0]).toMatch(
    /^FailedMount: MountVolume.SetUp failed for volume "v" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs nfs.example:\/no \/var\/lib\/kubelet\/pods\/.*\/volumes\/kubernetes.io~nfs\/v\nOutput: mount.nfs: access denied by server/,
  );
});

test("a cloud disk is mounted when the node's status says that it is attached", async () => {
  const cluster = await testNodes({ era, host });
  const { clock } = cluster;
  const cloud = createCloud({
    provider: "aws",
    region: "us-east-1",
    clock,
    random: createRandom(7),
  });
  const withDisk = await testNodes({ era, host, node: { cloud } });
  cloud.place("node1", "us-east-1a");
  const made = cloud.create({ name: "d", zone: "us-east-1a", sizeGiB: 1 });
  await clock.advance(2_000);
  const { id } = await made;
  const volumeID = `aws://us-east-1a/${id}`;
  const claim = await bound(withDisk, "disk", { awsElasticBlockStore: { volumeID } });
  await runWith(withDisk, "db", claim);
  await withDisk.advance(15_000);
  expect((await withDisk.status("db")).phase).toBe("Pending");
  const key = { namespace: "", name: "node1" };
  const name = `kubernetes.io/aws-ebs/${volumeID}`;
  const node = await withDisk.client.get(nodes, key);
  expect(node.status.volumesInUse).toEqual([name]);
  const attaching = cloud.attach(id, "node1");
  await clock.advance(3_000);
  const devicePath = await attaching;
  await withDisk.client.patch(nodes, key, {
    body: { status: { volumesAttached: [{ name, devicePath }] } },
    subresource: "status",
  });
  await withDisk.advance(5_000);
  expect(await withDisk.exec("db", ["ls", "/data"])).toBe("lost+found\n");
  await withDisk.remove("db", 1);
  await withDisk.advance(15_000);
  expect((await withDisk.client.get(nodes, key)).status.volumesInUse ?? []).toEqual([]);
});
