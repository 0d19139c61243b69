// What a reader has typed by the end of the first lesson: for the length of the link to it.

import type { Input } from "../../sandbox/session.ts";

const lines = [
  "kubectl get nodes",
  "cat container.training/k8s/consul-3.yaml",
  "kubectl apply -f container.training/k8s/consul-3.yaml",
  "kubectl get pods,pvc,pv",
  "kubectl describe pvc consul-0",
  "kubectl get events --sort-by=.lastTimestamp",
  "kubectl why pod/consul-0",
  "for NODE in node2 node3 node4; do ssh $NODE sudo mkdir -p /mnt/consul; done",
  "cat container.training/k8s/volumes-for-consul.yaml",
  "kubectl apply -f container.training/k8s/volumes-for-consul.yaml",
  "kubectl get pv,pvc -o wide",
  "kubectl get pods -w",
  "kubectl wait pod consul-2 --for=condition=Ready --timeout=60s",
  "kubectl exec consul-0 -- consul members",
  "kubectl exec consul-0 -- consul kv put motd 'all claims are bound'",
  "kubectl delete pod consul-0",
  "kubectl rollout status statefulset consul",
  "kubectl exec consul-0 -- consul kv get motd",
];

/** One input a key, as a person types; every other line was found by history or completed. */
export const lessonInputs: readonly Input[] = [
  { at: 1, type: "open", columns: 100, rows: 30 },
  ...lines.flatMap((line, index): Input[] => {
    const at = 5_000 + index * 20_000;
    return [{ at, type: "keys", terminal: 0, keys: `${line}\r` }];
  }),
];
