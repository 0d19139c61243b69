import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nodeHost } from "../../../cli/session.ts";
import { boot, type Cluster } from "../../cluster.ts";
import { completeScene } from "../../scene.ts";

const storage = readFileSync("content/manifests/local-path-storage.yaml", "utf8");
const objects = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: c, image: busybox, command: [sh, -c, "echo kept > /data/file; sleep 3600"],
     volumeMounts: [{name: data, mountPath: /data}]}
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
`;

const shell =
  ({ clock, execute }: Cluster) =>
  async (command: string): Promise<string> => {
    let output: string | undefined;
    void execute(command).then((done) => {
      output = done.output;
    });
    await clock.runUntil(clock.now() + 200_000, () => output !== undefined);
    return output ?? "it did not end";
  };

test("a claim gets a directory of the pod's node, and the directory goes with the claim", async () => {
  const scene = completeScene({
    ...{ era: "v1.34", nodes: 2, addons: ["coredns", "kube-proxy"] },
    manifests: [storage, objects],
  });
  const run = shell(await boot(scene, nodeHost));
  await run("kubectl wait pod writer --for=condition=Ready --timeout=120s");
  const node = await run("kubectl get pod writer -o jsonpath={.spec.nodeName}");
  const volume = await run("kubectl get pvc data -o jsonpath={.spec.volumeName}");
  const path = `/opt/local-path-provisioner/${volume}_default_data`;
  expect(await run(`ssh ${node} cat ${path}/file 2>/dev/null`)).toBe("kept\n");
  expect(await run("kubectl get pods -n local-path-storage -o name")).not.toContain("helper");
  expect(await run("kubectl why pvc/data")).toContain(`creates the directory ${path} on ${node}`);

  await run("kubectl delete pod writer && kubectl delete pvc data");
  await run("kubectl wait pv --all --for=delete --timeout=120s");
  expect(await run("kubectl get pv")).toBe("No resources found\n");
  expect(await run(`ssh ${node} ls /opt/local-path-provisioner`)).toBe("");
});
