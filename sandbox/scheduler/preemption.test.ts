// Important pods send others away where they must.

import { afterEach, describe, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { type Pod, pods } from "../api/pod.ts";
import { podDisruptionBudgets } from "../api/poddisruptionbudget.ts";
import { pod } from "../controllers/test-objects.ts";
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

describe("preemption", () => {
  const running = async (name: string, cpu: string, { priority = 0, where = "node1" } = {}) => {
    await add(
      pod(name, {
        ...requests(cpu),
        priority,
        nodeName: where,
        labels: { app: name },
      } as Parameters<typeof pod>[1]),
    );
  };

  test("a more important pod sends a less important one away, and takes its place", async () => {
    await start({ nodes: 1 });
    await running("low", "900m");
    await soon();
    await add(pod("high", { ...requests("900m"), priority: 1000 }));
    await soon();
    expect(await cluster.eventsOf("low")).toEqual([
      "Preempted: Preempted by default/high on node node1",
    ]);
    expect((await cluster.podNow("high")).status.nominatedNodeName).toBe("node1");
    // Nobody else gets the room that was made.
    await cluster.client.delete(
      pods,
      { namespace: "default", name: "low" },
      { gracePeriodSeconds: 0 },
    );
    await add(pod("sneak", requests("900m")));
    await cluster.advance(5000);
    expect(await cluster.placed()).toEqual({ high: "node1", sneak: "-" });
  });

  test("it is done where it does least harm", async () => {
    await start({ nodes: 3 });
    await running("two-a", "400m", { priority: 1, where: "node1" });
    await running("two-b", "400m", { priority: 1, where: "node1" });
    await running("one", "900m", { priority: 1, where: "node2" });
    await running("kept", "900m", { priority: 1, where: "node3" });
    await cluster.client.create(podDisruptionBudgets, {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "b", namespace: "default" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "kept" } } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
    });
    await soon();
    await add(pod("high", { ...requests("900m"), priority: 1000 }));
    await soon();
    expect((await cluster.podNow("high")).status.nominatedNodeName).toBe("node2");
  });

  test("a pod that must not, does not", async () => {
    await start({ nodes: 1 });
    await running("low", "900m");
    await soon();
    await add(pod("high", { ...requests("900m"), priority: 1000, preemptionPolicy: "Never" }));
    await soon();
    expect(await cluster.eventsOf("low")).toEqual([]);
  });
});
