import { expect, test } from "vitest";
import { boot } from "../sandbox/cluster.ts";
import type { SceneSource } from "../sandbox/scene.ts";
import { immediate as host } from "../tests/support/hosts.ts";
import { loaders } from "./loaders.ts";
import { loadScene } from "./scenes.ts";

/** A reader's session in a scene: commands one after the other, and time that passes. */
async function walk(name: string, changes: Partial<SceneSource> = {}) {
  const cluster = await boot(loadScene(name, changes), { ...host, loaders });
  const advance = (seconds: number) => cluster.clock.advance(seconds * 1000);
  const run = async (command: string) => {
    let output: string | undefined;
    const { home } = cluster.scene.workstation;
    const running = cluster.execute(command, home).then((done) => {
      output = done.output;
    });
    await cluster.clock.runUntil(cluster.clock.now() + 600_000, () => output !== undefined);
    await running;
    return output ?? "";
  };
  return { run, advance };
}

test("pets of MySQL keep their data, and a Released volume is repaired in etcd", async () => {
  const { run, advance } = await walk("petset-mysql");
  await run("kubectl create -f volumes.yaml; kubectl create -f petset.yaml");
  await advance(120);
  expect(await run("kubectl get pod --no-headers | awk '{print $1,$2,$3}'")).toBe(
    "mysql-0 1/1 Running\nmysql-1 1/1 Running\n",
  );
  await run("kubectl exec mysql-0 -- mysql -uroot -psecret -e 'create database kept'");
  expect(await run("ls /nfs/petset/spv14 | grep kept")).toBe("kept\n");
  await run("kubectl delete petset mysql; kubectl delete pod -l app=mysql");
  await advance(60);
  await run("kubectl create -f petset.yaml");
  await advance(90);
  expect(
    await run("kubectl exec mysql-0 -- mysql -uroot -psecret -Ne \"show databases like 'kept'\""),
  ).toContain("kept\n");
  await run("kubectl delete petset mysql; kubectl delete pod -l app=mysql");
  await advance(60);
  await run("kubectl delete pvc datadir-mysql-0");
  await advance(20);
  const phase = "kubectl get pv spv14 --no-headers | awk '{print $4}'";
  expect(await run(phase)).toBe("Released\n");
  const key = "/registry/persistentvolumes/spv14";
  await run(`etcdctl get ${key} | sed 's/"claimRef":{[^}]*},//' > pv; etcdctl set ${key} < pv`);
  await advance(20);
  expect(await run(phase)).toBe("Available\n");
});

test("an image of Ceph is mounted once the kernel knows its features", async () => {
  const { run, advance } = await walk("statefulset-mysql-rbd");
  await run("sudo rbd create volume101 --size 1024");
  await run("kubectl create -f pv.yaml; kubectl create -f pvc.yaml");
  await run("kubectl create -f statefulset.yaml");
  await advance(60);
  expect(await run("kubectl describe pod mysql-0")).toContain("RBD image feature set mismatch");
  await run(
    "sudo rbd feature disable volume101 exclusive-lock, object-map, fast-diff, deep-flatten",
  );
  await advance(200);
  expect(await run("kubectl exec mysql-0 -- ls /var/lib/mysql")).toContain("lost+found\n");
});

test("pets on Google's machines get disks, and serve what is on them", async () => {
  const { run, advance } = await walk("petset-nginx");
  await run("kubectl create -f petset.yaml");
  await advance(180);
  expect(await run("kubectl get pod --no-headers | awk '{print $1,$2,$3}'")).toBe(
    "web-0 1/1 Running\nweb-1 1/1 Running\n",
  );
  await run(
    "for i in 0 1; do kubectl exec web-$i -- sh -c 'echo $(hostname) > /usr/share/nginx/html/index.html'; done",
  );
  await run("kubectl delete po -l app=nginx");
  await advance(180);
  expect(await run("for i in 0 1; do kubectl exec web-$i -- curl -s localhost; done")).toBe(
    "web-0\nweb-1\n",
  );
});

test.each(["v1.34", "v1.20"])(
  "Consul keeps its data on volumes made by hand in %s",
  async (era) => {
    const { run, advance } = await walk("consul", { era });
    const manifests = "~/container.training/k8s";
    await run(`kubectl apply -f ${manifests}/consul-3.yaml`);
    await advance(10);
    const claims = "kubectl get pvc --no-headers | awk '{print $1,$2}'";
    expect(await run(claims)).toBe("data-consul-0 Pending\n");
    expect(await run("kubectl get pv")).toBe("No resources found\n");
    const pods = "kubectl get pods --no-headers | awk '{print $1,$2,$3}'";
    expect(await run(pods)).toBe("consul-0 0/1 Pending\n");
    await run("for NODE in node2 node3 node4; do ssh $NODE sudo mkdir -p /mnt/consul; done");
    await run(`kubectl apply -f ${manifests}/volumes-for-consul.yaml`);
    await advance(180);
    const bound = "data-consul-0 Bound\ndata-consul-1 Bound\ndata-consul-2 Bound\n";
    expect(await run(claims)).toBe(bound);
    const alive = "kubectl exec consul-0 -- consul members | grep -c alive";
    expect(await run(alive)).toBe("3\n");
    expect(await run("kubectl exec consul-0 -- consul kv put answer 42")).toContain("Success!");
    await run(`kubectl delete -f ${manifests}/consul-3.yaml`);
    await run("kubectl wait pod consul-0 --for=delete");
    await advance(60);
    expect(await run(claims)).toBe(bound);
    await run(`kubectl apply -f ${manifests}/consul-3.yaml`);
    await advance(180);
    expect(await run(alive)).toBe("3\n");
    expect(await run("kubectl exec consul-0 -- consul kv get answer")).toBe("42\n");
  },
);

test("a left-over claim keeps Cassandra waiting, and data stays when a pod is replaced", async () => {
  const { run, advance } = await walk("cassandra-eks");
  await run(
    "kubectl create -f cassandra-service.yaml; kubectl create -f cassandra-statefulset.yaml",
  );
  await advance(60);
  expect(await run("kubectl describe pvc")).toContain('external provisioner "k8s.io/minikube-host');
  await run("kubectl delete -f cassandra-statefulset.yaml");
  await run("sed -i -e 's/Name: fast/Name: gp2/' -e '/^---/,$d' cassandra-statefulset.yaml");
  await run("kubectl apply -f cassandra-statefulset.yaml");
  await advance(60);
  expect(await run("kubectl describe pvc")).toContain(
    'storageclass.storage.k8s.io "fast" not found',
  );
  await run("kubectl delete pvc cassandra-data-cassandra-0");
  await run("kubectl delete -f cassandra-statefulset.yaml");
  await run("kubectl apply -f cassandra-statefulset.yaml");
  await advance(240);
  expect(await run("kubectl get sts cassandra --no-headers | awk '{print $2,$3}'")).toBe("3 3\n");
  expect(await run("kubectl exec cassandra-0 -- nodetool status | grep -c ^UN")).toBe("3\n");
  await run("kubectl exec cassandra-0 -- touch /cassandra_data/test.txt");
  await run("kubectl delete pod cassandra-0");
  await advance(60);
  expect(await run("kubectl get pod cassandra-0 --no-headers | awk '{print $2}'")).toBe("1/1\n");
  expect(await run("kubectl exec cassandra-0 -- ls /cassandra_data")).toContain("test.txt\n");
});
