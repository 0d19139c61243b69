// A cluster with a scheduler for tests, and ways to say briefly what it did.

import type { Era } from "../api/era.ts";
import { nodes } from "../api/node.ts";
import { type Pod, pods } from "../api/pod.ts";
import type { Controller } from "../client/controller.ts";
import { type TestCluster, testCluster } from "../controllers/test-cluster.ts";
import { node, withoutAdmission } from "../controllers/test-objects.ts";
import { v1_20 } from "../eras/v1.20.ts";
import type { Host } from "../sim/clock.ts";
import { createRandom } from "../sim/random.ts";
import { runScheduler } from "./index.ts";

export interface SchedulerTest extends TestCluster {
  /** Names of the nodes of pods, by the pods' names; `-` for those that have none. */
  placed(): Promise<Record<string, string>>;
  /** What the pod's condition PodScheduled says. */
  message(name: string): Promise<string | undefined>;
  podNow(name: string): Promise<Pod>;
}

export interface SchedulerTestOptions {
  readonly host: Host;
  readonly era?: Era;
  readonly controllers?: readonly Controller[];
  /** Nodes `node1` and so on, of one cpu each; four unless said. */
  readonly nodes?: number;
  readonly podMaxBackoffMs?: number;
}

export async function schedulerTest(options: SchedulerTestOptions): Promise<SchedulerTest> {
  const {
    era = withoutAdmission(v1_20),
    controllers = [],
    host,
    podMaxBackoffMs = 2_000,
  } = options;
  const cluster = await testCluster({ era, host, controllers });
  const stopping = new AbortController();
  const { client, clock, trace } = cluster;
  let failure: unknown;
  const random = createRandom(1);
  const { signal } = stopping;
  for (let i = 1; i <= (options.nodes ?? 4); i++) await client.create(nodes, node(`node${i}`));
  runScheduler({ client, clock, random, trace, signal, host: "master", podMaxBackoffMs }).catch(
    (error: unknown) => {
      failure ??= error;
    },
  );
  await clock.settle();
  const podNow = (name: string) => client.get(pods, { namespace: "default", name });
  return {
    ...cluster,
    podNow,
    async advance(ms) {
      await cluster.advance(ms);
      if (failure) throw failure;
    },
    async placed() {
      const { items } = await client.list(pods);
      return Object.fromEntries(
        items.map(({ metadata, spec }) => [metadata.name, spec.nodeName ?? "-"]),
      );
    },
    async message(name) {
      const { status } = await podNow(name);
      return status.conditions?.find(({ type }) => type === "PodScheduled")?.message;
    },
    stop() {
      stopping.abort();
      cluster.stop();
    },
  };
}
