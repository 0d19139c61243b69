// What happens in one simulation: a scene, workloads, and faults at random moments, all drawn from
// one seed. Everything is text, so that what failed can be read, and played again.

import { createRandom, type Random } from "../../sandbox/sim/random.ts";

/** One deed. A line that starts with `!` is done to the machines, any other by the reader. */
export interface Deed {
  /** Virtual seconds after the workloads were applied. */
  readonly at: number;
  readonly line: string;
}

export interface Plan {
  readonly seed: number;
  readonly scene: string;
  readonly era: string;
  readonly manifest: string;
  readonly deeds: readonly Deed[];
}

const NODES = 3;

/** The same seed gives the same plan for ever. */
export function planOf(seed: number): Plan {
  const random = createRandom(seed).stream("plan");
  const policy = random.below(3) === 0 ? "Parallel" : "OrderedReady";
  const count = 3 + random.below(6);
  const deeds = Array.from({ length: count }, () => deedsAt(5 + random.below(150), random)).flat();
  return {
    ...{ seed, scene: "bare", era: seed % 3 === 0 ? "v1.34" : "v1.20" },
    manifest: workloads(policy, random.below(2) === 0 ? "Immediate" : "WaitForFirstConsumer"),
    deeds: deeds.sort((a, b) => a.at - b.at),
  };
}

/** A fault with its end, or something that a reader does. */
function deedsAt(at: number, random: Random): Deed[] {
  const node = `node${1 + random.below(NODES)}`;
  const once = (line: string): Deed[] => [{ at, line }];
  const kinds: readonly (() => Deed[])[] = [
    () => [
      { at, line: `!isolate ${node}` },
      { at: at + 5 + random.below(400), line: `!rejoin ${node}` },
    ],
    () => once(`!restart ${node} kubelet`),
    () => once("!restart control-plane kube-controller-manager"),
    () => once("!restart control-plane kube-scheduler"),
    () => once("!restart control-plane kube-apiserver"),
    () => once(`kubectl delete pod web-${random.below(4)} --wait=false`),
    () => once(`kubectl delete pod -l app=front --wait=false`),
    () => once(`kubectl exec web-${random.below(3)} -- sh -c "kill 1"`),
    () => once(`kubectl scale statefulset web --replicas=${random.below(5)}`),
    () => once(`kubectl scale deployment front --replicas=${random.below(5)}`),
    () => once(`kubectl delete pvc data-web-${random.below(4)} --wait=false`),
    () => once(`kubectl delete pv --all --wait=false`),
    () => once(`kubectl set image deployment/front c=nginx:1.2${random.below(3)}`),
    () => once(`kubectl set env statefulset/web ROUND=${random.below(3)}`),
    () => once(`kubectl annotate pods,pvc,pv --all touched=${at} --overwrite`),
    () => once(`kubectl label pod web-${random.below(3)} app-`),
    () => once(`kubectl delete statefulset web --wait=false ${orphaning(random)}`),
    () => once(`kubectl delete deployment front --wait=false ${orphaning(random)}`),
    () => once("kubectl apply -f work.yaml"),
    () => [
      { at, line: `timeout 60 kubectl drain ${node} --ignore-daemonsets ${emptied(random)}` },
      { at: at + 20 + random.below(60), line: `kubectl uncordon ${node}` },
    ],
    () => once(`kubectl taint node ${node} out=of-order:NoExecute`),
  ];
  return kinds[random.below(kinds.length)]?.() ?? [];
}

const orphaning = (random: Random) =>
  ["", "--cascade=orphan", "--cascade=foreground"][random.below(3)] ?? "";

const emptied = (random: Random) => (random.below(2) === 0 ? "--force" : "--grace-period=1");

const workloads = (policy: string, binding: string) => `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: kubernetes.io/host-path
volumeBindingMode: ${binding}
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
  replicas: 3
  podManagementPolicy: ${policy}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - {name: c, image: "nginx:1.21", volumeMounts: [{name: data, mountPath: /data}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: 2
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {terminationGracePeriodSeconds: 2, containers: [{name: c, image: "nginx:1.21"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: "nginx:1.21"}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  completions: 2
  backoffLimit: 6
  template:
    spec:
      restartPolicy: OnFailure
      containers: [{name: c, image: busybox, command: [sh, -c, "sleep 20"]}]
`;

/** As it can be read, and done again. */
export const textOf = ({ seed, scene, era, deeds }: Plan): string =>
  [
    `seed ${seed}, scene ${scene}, era ${era}:`,
    ...deeds.map(({ at, line }) => `  ${String(at).padStart(4)} s  ${line}`),
    `again: KENNEL_SEEDS=${seed} npx vitest run --project=unit tests/simulation.test.ts`,
  ].join("\n");
