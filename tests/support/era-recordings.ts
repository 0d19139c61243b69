// What the captures of tests/golden/eras were recorded on.

import type { Recording } from "./era-player.ts";

/** Looks only; scales up; changes what may not be changed, and then gives up. */
const editors = ["cat", "sed -i 's/replicas: 2/replicas: 3/'", "ed2.sh"];
const context = "kubernetes-admin@kubernetes";
const waited = {
  "kubectl wait pod nope --for=condition=Ready": [
    "(sleep 3; kubectl delete pod web-1) >/dev/null 2>&1 &",
  ],
};
const after = {
  ...waited,
  "kubectl config set-context x --namespace=foo": [
    "kubectl config set-context --current --namespace=default",
  ],
};

const later = {
  context,
  after,
  nodes: [
    { name: "node1", cpus: 2, memory: "7687284Ki" },
    { name: "node2", cpus: 2, memory: "7687284Ki" },
    { name: "node3", cpus: 2, memory: "7687284Ki" },
  ],
  readyMs: 6_200,
};

export const recordings: readonly Recording[] = [
  {
    captures: ["petset-13-a", "petset-13-scale-down-order", "pv-lifecycle-13", "cmds-13"],
    era: "v1.3",
    readyMs: 3_000,
    editors,
    between: {
      "petset-13-scale-down-order": [
        'kubectl patch petset web -p \'{"spec":{"replicas":4}}\'',
        "wait 20",
        'kubectl patch petset web -p \'{"spec":{"replicas":2}}\'',
        "wait 60",
      ],
      "cmds-13": ["kubectl create -f petset.yaml", "wait 120"],
    },
  },
  { captures: ["statefulset-flow-15"], era: "v1.5" },
  {
    captures: ["cmds-110"],
    era: "v1.10",
    client: "v1.11",
    after: waited,
    editors,
    setup: "kubectl create -f sc110.yaml",
  },
  {
    captures: ["seed004-cassandra-client1.10-server1.10"],
    era: "v1.10",
    editors: [
      "bash -c 'test -e /tmp/edited && exit 0; touch /tmp/edited; sed -i \"s/serviceName: .*/serviceName: x/\" $0'",
      "true",
    ],
    setup: "kubectl create -f sc110.yaml",
    // The class was half an hour old, as the capture says.
    after: { "kubectl delete -f cassandra-gp2.yaml": ["wait 5"] },
    between: { "seed004-cassandra-client1.10-server1.10": ["wait 1780"] },
  },
  { captures: ["statefulset-flow-120"], era: "v1.20", ...later },
  {
    captures: ["cmds-120"],
    era: "v1.20",
    ...later,
    editors,
    setup: "kubectl create -f sc120.yaml && kubectl label node node1 disk=ssd",
  },
  {
    captures: ["seed003-consul-120"],
    era: "v1.20",
    nodes: [
      { name: "node1", roles: ["master"], taints: ["node-role.kubernetes.io/master=:NoSchedule"] },
      { name: "node2" },
      { name: "node3" },
      { name: "node4" },
    ],
  },
  { captures: ["statefulset-flow-133"], era: "v1.20", client: "v1.33", ...later },
  {
    captures: ["cmds-133"],
    era: "v1.20",
    client: "v1.33",
    ...later,
    editors,
    setup: "kubectl create -f sc120.yaml && kubectl label node node1 disk=ssd",
  },
];
