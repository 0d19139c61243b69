// What two hosts must not do differently: the same scene, the same seed, the same inputs. Runs in
// Node and in browsers.

import type { ClusterHost } from "../../sandbox/cluster.ts";
import { stateFingerprint } from "../../sandbox/fingerprint.ts";
import type { Scene } from "../../sandbox/scene.ts";
import { type Deed, type Input, startSession } from "../../sandbox/session.ts";
import { fingerprint } from "../../sandbox/sim/hash.ts";
import { createRandom, type Random } from "../../sandbox/sim/random.ts";

export const seeds: readonly number[] = Array.from({ length: 20 }, (_, at) => at + 1);
export const sceneNames = ["bare", "consul"] as const;

/** What one run came to. */
export interface Outcome {
  readonly state: string;
  readonly screen: string;
}

const manifest = `apiVersion: v1
kind: Service
metadata: {name: pets}
spec: {clusterIP: None, selector: {app: pets}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pets}
spec:
  serviceName: pets
  replicas: 2
  selector: {matchLabels: {app: pets}}
  template:
    metadata: {labels: {app: pets}}
    spec: {containers: [{name: c, image: "nginx:1.19"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1.19"}]}
`;

const CTRL_C = "\x03";

const acts: readonly ((random: Random) => readonly string[])[] = [
  () => ["kubectl apply -f pets.yaml\r"],
  (random) => [`kubectl scale deploy web --replicas=${random.below(5)}\r`],
  () => ["kubectl get pods -w\r", CTRL_C],
  () => ["kubectl delete pods -l app=web\r", CTRL_C],
  () => ["kubectl rollout restart deploy web; kubectl rollout status deploy web\r", CTRL_C],
  () => ["for i in 1 2 3; do echo $i $RANDOM >> drawn; sleep 1; done\r", CTRL_C],
  () => ["kubectl get po", "\t\t", "\x15", "date > when\r"],
  () => ["kubectl get events | sort > seen; wc -l seen\r"],
  () => ["kubectl set image deploy/web c=nginx:1.20 &\r", "jobs; wait\r"],
  () => ["kubectl delete -f pets.yaml --wait=false\r"],
  () => ["kubectl describe pods > all; tail -3 all\r", "\x1b[A\r"],
];

/** What a person does with this seed, in something more than a minute. */
export function inputsOf(seed: number): Input[] {
  const random = createRandom(seed).stream("person");
  const deeds: Deed[] = [
    { type: "open", columns: 80, rows: 24 },
    { type: "save", path: "~/pets.yaml", text: manifest },
    { type: "keys", terminal: 0, keys: "kubectl apply -f pets.yaml\r" },
  ];
  for (let act = 0; act < 8; act++) {
    const chosen = acts[random.below(acts.length)]?.(random) ?? [];
    deeds.push(...chosen.map((keys): Deed => ({ type: "keys", terminal: 0, keys })));
  }
  let at = 0;
  return deeds.map((deed) => {
    at += 100 + random.below(5000);
    return { at, ...deed };
  });
}

/** Plays a scene with a seed on a host. */
export async function playOn(host: ClusterHost, scene: Scene, seed: number): Promise<Outcome> {
  let screen = "";
  const session = await startSession({
    ...{ host, scene: { ...scene, seed }, inputs: inputsOf(seed) },
    onOutput: (_, text, at) => {
      screen += `${at} ${text}`;
    },
  });
  await session.run(90_000);
  return { state: stateFingerprint(session.cluster), screen: fingerprint(screen) };
}
