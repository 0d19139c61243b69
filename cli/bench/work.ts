// The work that is measured, done by Kennel.

import type { Deployment } from "../../sandbox/api/deployment.ts";
import type { StatefulSet } from "../../sandbox/api/statefulset.ts";
import { boot, type Cluster, type ClusterHost } from "../../sandbox/cluster.ts";
import type { Scene } from "../../sandbox/scene.ts";
import { loadScene } from "../scenes.ts";
import { nodeHost } from "../session.ts";

/** In virtual time: nothing that is measured takes longer. */
const LONGEST_MS = 600_000;

/** A bare cluster that has room for so many pods. */
export function roomy(pods: number): Scene {
  const nodes = Array.from({ length: Math.max(3, Math.ceil(pods / 100)) }, (_, index) => ({
    ...{ name: `node${index + 1}`, cpus: 64, memory: "256Gi" },
    address: `10.0.${1 + Math.floor(index / 200)}.${11 + (index % 200)}`,
  }));
  return loadScene("bare", { nodes });
}

/** Boots, opens a terminal, and waits for the prompt. */
export async function promptOf(scene: Scene): Promise<void> {
  const cluster = await boot(scene, nodeHost);
  let screen = "";
  cluster.openTerminal({
    ...{ columns: 80, rows: 24 },
    output: (text) => {
      screen += text;
    },
  });
  await until(cluster, () => screen.includes("$ "));
}

export type Workload = "deployment" | "statefulset";

/** Applies a workload and waits until all its pods are ready. */
export async function readyOf(
  scene: Scene,
  {
    kind,
    replicas,
    host = nodeHost,
    begin = () => {},
  }: {
    readonly kind: Workload;
    readonly replicas: number;
    readonly host?: ClusterHost;
    readonly begin?: () => void;
  },
): Promise<void> {
  const cluster = await boot(scene, host);
  const { files } = cluster.workstation;
  files.write(
    "/tmp/work.yaml",
    kind === "deployment" ? deployment(replicas) : withClaims(replicas),
  );
  begin();
  void cluster.execute("kubectl apply -f /tmp/work.yaml");
  const key = `/registry/${kind}s/default/web`;
  await until(cluster, () => {
    const found = cluster.store.get(key)?.value as Deployment | StatefulSet | undefined;
    return found?.status.readyReplicas === replicas;
  });
}

/** The three servers of the first lesson, on volumes that a provisioner makes. */
export async function consulOf(begin: () => void): Promise<void> {
  const cluster = await boot(loadScene("consul-dynamic"), nodeHost);
  begin();
  void cluster.execute("kubectl apply -f ~/container.training/k8s/consul-3.yaml");
  await until(cluster, () => {
    const found = cluster.store.list("/registry/statefulsets/")[0]?.value as StatefulSet;
    return found?.status.readyReplicas === 3;
  });
}

async function until({ clock }: Cluster, isReached: () => boolean): Promise<void> {
  const landed = await clock.runUntil(clock.now() + LONGEST_MS, isReached);
  if (landed) throw new Error("what was to be measured was not reached within ten minutes");
}

const pod = (mounts: string) => `
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1.21"${mounts}}]}
`;

const deployment = (replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}${pod("")}`;

const withClaims = (replicas: number) => `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: kubernetes.io/host-path
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  podManagementPolicy: Parallel
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  replicas: ${replicas}${pod(", volumeMounts: [{name: data, mountPath: /data}]")}`;
