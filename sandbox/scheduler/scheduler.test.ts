// What the scheduler does with pods, seen from outside: in the spirit of upstream's
// test/integration scheduler tests and of the plugins' table tests.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import type { Behavior, Era } from "../api/era.ts";
import { type Node, nodes } from "../api/node.ts";
import { type Affinity, type Pod, pods } from "../api/pod.ts";
import { services } from "../api/service.ts";
import { node, pod, using, withoutAdmission } from "../controllers/test-objects.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { v1_34 as newestWords } from "../eras/words/scheduler.ts";
import { type SchedulerTest, type SchedulerTestOptions, schedulerTest } from "./test-scheduler.ts";

let cluster: SchedulerTest;
afterEach(() => cluster.stop());

const start = async (options: Partial<SchedulerTestOptions> = {}) => {
  cluster = await schedulerTest({ host: immediate, ...options });
};
const add = (it: Pod) => cluster.client.create(pods, it);
const soon = () => cluster.advance(100);
const requests = (cpu: string, memory = "0") => ({
  containers: [{ name: "c", image: "nginx", resources: { requests: { cpu, memory } } }],
});
const changeNode = (name: string, body: object) =>
  cluster.client.patch(nodes, { namespace: "", name }, { type: "merge", body });
const on = (name: string) => ({ nodeSelector: { "kubernetes.io/hostname": name } });
const antiAffinity = (app: string): { affinity: Affinity } => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app } } },
      ],
    },
  },
});

const affinity = "node(s) didn't match pod affinity/anti-affinity";

describe("a pod that fits nowhere is told why, in the words of the release", () => {
  type Case = readonly [string, Partial<Node["spec"]>, Pod, string];
  const cases: Case[] = [
    ["resources", {}, pod("p", requests("2", "8Gi")), "4 Insufficient cpu, 4 Insufficient memory."],
    [
      "a selector",
      {},
      pod("p", { nodeSelector: { disk: "ssd" } }),
      "4 node(s) didn't match Pod's node affinity.",
    ],
    [
      "a cordon",
      { unschedulable: true },
      pod("p", on("node1")),
      "1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity.",
    ],
    [
      "a taint",
      { taints: [{ key: "a", value: "b", effect: "NoSchedule" }] },
      pod("p", on("node1")),
      "1 node(s) had taint {a: b}, that the pod didn't tolerate, 3 node(s) didn't match Pod's node affinity.",
    ],
    ["a missing claim", {}, pod("p", using("gone")), '4 persistentvolumeclaim "gone" not found.'],
    [
      "affinity to nobody",
      {},
      pod("p", { affinity: { podAffinity: antiAffinity("x").affinity.podAntiAffinity ?? {} } }),
      `4 node(s) didn't match pod affinity rules, 4 ${affinity}.`,
    ],
    [
      "a label to spread over",
      {},
      pod("p", {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: "rack",
            whenUnsatisfiable: "DoNotSchedule",
            labelSelector: {},
          },
        ],
      }),
      "4 node(s) didn't match pod topology spread constraints (missing required label).",
    ],
  ];
  test.each(cases)("because of %s", async (...[, spec, it, why]) => {
    await start();
    await changeNode("node1", { spec });
    await add(it);
    await soon();
    expect(await cluster.message("p")).toBe(`0/4 nodes are available: ${why}`);
  });

  test("with the newest words, where preemption has a say", async () => {
    const behaviors = new Set<Behavior>(["sorted-events-v1"]);
    const words = { ...v1_20.words, scheduler: newestWords };
    const era: Era = { ...withoutAdmission(v1_20), behaviors, words };
    await start({ era });
    await changeNode("node1", {
      spec: { taints: [{ key: "a", value: "b", effect: "NoSchedule" }] },
    });
    await add(pod("p", requests("2")));
    await add(pod("q", using("gone")));
    await soon();
    expect(await cluster.message("p")).toBe(
      "0/4 nodes are available: 1 node(s) had untolerated taint {a: b}, 3 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.",
    );
    expect(await cluster.message("q")).toBe(
      '0/4 nodes are available: persistentvolumeclaim "gone" not found. not found',
    );
    expect(await cluster.eventsOf("p")).toHaveLength(1);
  });

  test("because there are no nodes", async () => {
    await start({ nodes: 0 });
    await add(pod("p"));
    await soon();
    expect(await cluster.message("p")).toBe("no nodes available to schedule pods");
  });
});

test("the first two refusals are events of their own, later ones a series behind the second", async () => {
  await start();
  await add(pod("p", requests("2")));
  await soon();
  expect(await cluster.eventsOf("p")).toEqual([
    "FailedScheduling: 0/4 nodes are available: 4 Insufficient cpu.",
    "FailedScheduling: 0/4 nodes are available: 4 Insufficient cpu.",
  ]);
  await changeNode("node1", { metadata: { labels: { any: "thing" } } });
  await cluster.advance(5000);
  expect(await cluster.eventsOf("p")).toHaveLength(2);
});

describe("a pod is tried again", () => {
  test("when a node comes to have what it wants", async () => {
    await start();
    await add(pod("p", { nodeSelector: { disk: "ssd" } }));
    await soon();
    await changeNode("node3", { metadata: { labels: { disk: "ssd" } } });
    await cluster.advance(2000);
    expect(await cluster.placed()).toEqual({ p: "node3" });
  });

  test("when another one goes, but not before its back-off is over", async () => {
    await start({ nodes: 1 });
    await add(pod("first", requests("800m")));
    await soon();
    await add(pod("second", requests("800m")));
    await soon();
    await cluster.client.delete(
      pods,
      { namespace: "default", name: "first" },
      { gracePeriodSeconds: 0 },
    );
    // It has failed twice: it waits for two seconds.
    await cluster.advance(1500);
    expect(await cluster.placed()).toEqual({ second: "-" });
    await cluster.advance(500);
    expect(await cluster.placed()).toEqual({ second: "node1" });
  });

  test("not when a node only says that it lives", async () => {
    await start();
    await add(pod("p", requests("2")));
    await soon();
    const before = cluster.clock.now();
    await changeNode("node1", { metadata: { annotations: { beat: "1" } } });
    await cluster.advance(10_000);
    expect(cluster.trace.since(before)).toEqual([]);
  });

  test("after a minute, whatever happens", async () => {
    await start();
    await add(pod("p", requests("2")));
    await cluster.advance(91_000);
    const series = await cluster.eventsOf("p");
    expect(series).toHaveLength(2);
  });
});

test("nothing ticks while no pod waits", async () => {
  await start();
  for (const name of ["a", "b", "c"]) await add(pod(name));
  await cluster.advance(60_000);
  expect(cluster.clock.nextDue()).toBeUndefined();
});

test("more important pods go first, then those that waited longer", async () => {
  await start({ nodes: 0 });
  await add(pod("low", requests("600m")));
  await add(pod("high", { ...requests("600m"), priority: 10 }));
  await soon();
  await cluster.client.create(nodes, node("only"));
  await cluster.advance(3000);
  expect(await cluster.placed()).toEqual({ high: "only", low: "-" });
});

test("pods of another scheduler are left alone", async () => {
  await start();
  await add(pod("p", { schedulerName: "mine" }));
  await cluster.advance(1000);
  expect(await cluster.eventsOf("p")).toEqual([]);
});

describe("pods are placed", () => {
  test("where most is left, evenly", async () => {
    await start();
    for (let i = 0; i < 8; i++) {
      await add(pod(`p${i}`, requests("100m", "100Mi")));
      await soon();
    }
    const counts = new Map<string, number>();
    for (const name of Object.values(await cluster.placed()))
      counts.set(name, (counts.get(name) ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2, 2, 2]);
  });

  test("away from each other under anti-affinity, and the last nowhere", async () => {
    await start();
    for (let i = 0; i < 5; i++)
      await add(pod(`p${i}`, { labels: { app: "x" }, ...antiAffinity("x") }));
    await soon();
    const placed = await cluster.placed();
    expect(new Set([placed["p0"], placed["p1"], placed["p2"], placed["p3"]]).size).toBe(4);
    expect(await cluster.message("p4")).toBe(
      `0/4 nodes are available: 4 ${affinity}, 4 node(s) didn't match pod anti-affinity rules.`,
    );
  });

  test("not beside those that do not want them", async () => {
    await start({ nodes: 1 });
    await add(pod("shy", antiAffinity("loud")));
    await soon();
    await add(pod("p", { labels: { app: "loud" } }));
    await soon();
    expect(await cluster.message("p")).toBe(
      `0/1 nodes are available: 1 ${affinity}, 1 node(s) didn't satisfy existing pods anti-affinity rules.`,
    );
  });

  test("beside those that they want to be near, once there are some", async () => {
    await start();
    const near = pod("near", {
      affinity: { podAffinity: antiAffinity("base").affinity.podAntiAffinity ?? {} },
    });
    await add(near);
    await soon();
    await add(pod("base", { labels: { app: "base" } }));
    await cluster.advance(3000);
    const placed = await cluster.placed();
    expect(placed["near"]).toBe(placed["base"]);
  });

  test("one for each host port", async () => {
    await start({ nodes: 2 });
    const port = {
      containers: [{ name: "c", image: "nginx", ports: [{ containerPort: 80, hostPort: 8080 }] }],
    };
    for (let i = 0; i < 3; i++) await add(pod(`p${i}`, port));
    await soon();
    expect(Object.values(await cluster.placed()).sort()).toEqual(["-", "node1", "node2"]);
    expect(await cluster.message("p2")).toBe(
      "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.",
    );
  });

  test("so that a label's values differ by no more than the skew", async () => {
    await start();
    for (const [name, rack] of [
      ["node1", "a"],
      ["node2", "a"],
      ["node3", "b"],
      ["node4", "b"],
    ] as const) {
      await changeNode(name, { metadata: { labels: { rack } } });
    }
    for (let i = 0; i < 4; i++) {
      await add(
        pod(`p${i}`, {
          labels: { app: "x" },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "rack",
              whenUnsatisfiable: "DoNotSchedule",
              labelSelector: { matchLabels: { app: "x" } },
            },
          ],
        }),
      );
    }
    await soon();
    const racks = Object.values(await cluster.placed()).map((name) => (name < "node3" ? "a" : "b"));
    expect(racks.sort()).toEqual(["a", "a", "b", "b"]);
  });

  test("spread over zones if a service selects them", async () => {
    await start({ nodes: 0 });
    for (const [name, zone] of [
      ["n1", "a"],
      ["n2", "a"],
      ["n3", "b"],
    ] as const) {
      await cluster.client.create(
        nodes,
        node(name, { cpu: "64", memory: "256Gi", labels: { "topology.kubernetes.io/zone": zone } }),
      );
    }
    await cluster.client.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s", namespace: "default" },
      spec: { selector: { app: "x" }, ports: [{ port: 80 }] },
      status: {},
    });
    await soon();
    for (let i = 0; i < 4; i++) {
      await add(pod(`p${i}`, { labels: { app: "x" } }));
      await soon();
    }
    const zones = Object.values(await cluster.placed()).map((name) => (name === "n3" ? "b" : "a"));
    expect(zones.sort()).toEqual(["a", "a", "b", "b"]);
  });

  test("where what they prefer is", async () => {
    await start();
    await changeNode("node2", { metadata: { labels: { disk: "ssd" } } });
    await add(
      pod("p", {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 1,
                preference: { matchExpressions: [{ key: "disk", operator: "Exists" }] },
              },
            ],
          },
        },
      }),
    );
    await soon();
    expect(await cluster.placed()).toEqual({ p: "node2" });
  });
});

test("the trace says of each node which rule refused it and what would help", async () => {
  await start({ nodes: 2 });
  await changeNode("node1", { spec: { taints: [{ key: "a", value: "b", effect: "NoSchedule" }] } });
  await add(pod("p", requests("1500m")));
  await soon();
  const [decision] = cluster.trace.about({ kind: "Pod", namespace: "default", name: "p" });
  expect(decision?.options).toEqual([
    {
      about: { kind: "Node", name: "node1" },
      taken: false,
      rule: "TaintToleration",
      why: "node(s) had taint {a: b}, that the pod didn't tolerate",
      remedy:
        "let the pod tolerate a, or take the taint away: kubectl taint nodes node1 a:NoSchedule-",
    },
    {
      about: { kind: "Node", name: "node2" },
      taken: false,
      rule: "NodeResourcesFit",
      why: "Insufficient cpu",
      remedy: "node2 has 1 of cpu left, the pod asks for 1500m",
    },
  ]);
});

test("the same seed places pods the same way", async () => {
  const run = async () => {
    await start();
    for (let i = 0; i < 20; i++) await add(pod(`p${i}`));
    await soon();
    const placed = await cluster.placed();
    cluster.stop();
    return placed;
  };
  expect(await run()).toEqual(await run());
});

test("a thousand pods find their nodes in well under a second", async () => {
  await start({ nodes: 0 });
  for (let i = 1; i <= 4; i++) {
    await cluster.client.create(
      nodes,
      node(`node${i}`, { cpu: "64", memory: "256Gi", pods: "500" }),
    );
  }
  for (let i = 0; i < 1000; i++)
    await add(pod(`p${i}`, { ...requests("10m"), labels: { app: "x" } }));
  const began = performance.now();
  await soon();
  const took = performance.now() - began;
  expect(Object.values(await cluster.placed())).not.toContain("-");
  // The target is 300 ms; a busy machine gets more.
  expect(took).toBeLessThan(1500);
});
