import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { type Job, type JobSpec, jobs } from "../../api/job.ts";
import { condition, keyOf } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { type TestCluster, testCluster } from "../test-cluster.ts";
import { ended, running } from "../test-kubelet.ts";
import { withoutAdmission } from "../test-objects.ts";
import { ttlAfterFinished } from "../ttl-after-finished.ts";
import { job } from "./job.ts";

const once = { namespace: "default", name: "once" };

function jobOf(spec: Partial<JobSpec> = {}): Job {
  const containers = [{ name: "c", image: "busybox" }];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...once },
    spec: { template: { spec: { restartPolicy: "Never", containers } }, ...spec },
    status: {},
  };
}

const era = {
  ...withoutAdmission(v1_20),
  gates: new Set([...v1_20.gates, "TTLAfterFinished" as const]),
};
const start = () => testCluster({ era, controllers: [job, ttlAfterFinished], host: immediate });

const statusOf = async (cluster: TestCluster) => (await cluster.client.get(jobs, once)).status;

const activePods = async (cluster: TestCluster): Promise<Pod[]> => {
  const { items } = await cluster.client.list(pods);
  return items.filter(({ status }) => status.phase !== "Failed" && status.phase !== "Succeeded");
};

async function endAll(cluster: TestCluster, phase: "Succeeded" | "Failed") {
  for (const pod of await activePods(cluster)) {
    const now = cluster.clock.now();
    const runs = await cluster.client.updateStatus(pods, running(pod, true, now));
    await cluster.advance(1_000);
    await cluster.client.updateStatus(pods, ended(runs, phase));
  }
  await cluster.clock.settle();
}

test("one pod that ends well completes a job", async () => {
  const cluster = await start();
  await cluster.client.create(jobs, jobOf());
  await cluster.advance(1_000);
  const [pod] = await activePods(cluster);
  expect(pod?.metadata.labels).toMatchObject({ "job-name": "once" });
  expect(await statusOf(cluster)).toEqual({ active: 1, startTime: "2021-01-13T12:00:00Z" });
  await endAll(cluster, "Succeeded");
  const status = await statusOf(cluster);
  expect(status).toMatchObject({ succeeded: 1, completionTime: "2021-01-13T12:00:02Z" });
  expect(condition(status.conditions, "Complete")?.status).toBe("True");
  expect(await cluster.eventsOf("once")).toEqual([
    `SuccessfulCreate: Created pod: ${pod?.metadata.name}`,
    "Completed: Job completed",
  ]);
  cluster.stop();
});

test("completions are worked off by so many pods at a time", async () => {
  const cluster = await start();
  await cluster.client.create(jobs, jobOf({ completions: 5, parallelism: 2 }));
  const counts: number[] = [];
  for (let round = 0; round < 3; round++) {
    await cluster.advance(1_000);
    counts.push((await activePods(cluster)).length);
    await endAll(cluster, "Succeeded");
  }
  expect(counts).toEqual([2, 2, 1]);
  expect((await statusOf(cluster)).succeeded).toBe(5);
  expect(await cluster.names(pods)).toHaveLength(5);
  cluster.stop();
});

test("a pod that fails is replaced at once, then after ten seconds, then twenty, until the limit", async () => {
  const cluster = await start();
  await cluster.client.create(jobs, jobOf({ backoffLimit: 3 }));
  await cluster.advance(100);
  const made: number[] = [];
  for (let failure = 0; failure < 4; failure++) {
    await endAll(cluster, "Failed");
    const from = cluster.clock.now();
    while ((await activePods(cluster)).length === 0 && cluster.clock.now() - from < 100_000) {
      await cluster.advance(1_000);
    }
    made.push((cluster.clock.now() - from) / 1000);
  }
  expect(made).toEqual([0, 9, 19, 100]);
  const status = await statusOf(cluster);
  expect(status.failed).toBe(4);
  expect(condition(status.conditions, "Failed")).toMatchObject({
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
  });
  expect(cluster.clock.nextDue()).toBeUndefined();
  cluster.stop();
});

test("with a limit of none, the first failure is the last", async () => {
  const cluster = await start();
  await cluster.client.create(jobs, jobOf({ backoffLimit: 0 }));
  await cluster.advance(100);
  await endAll(cluster, "Failed");
  expect(condition((await statusOf(cluster)).conditions, "Failed")?.status).toBe("True");
  expect(await cluster.names(pods)).toHaveLength(1);
  cluster.stop();
});

test("containers that restart in their pod count as failures", async () => {
  const cluster = await start();
  const containers = [{ name: "c", image: "busybox" }];
  const template = { spec: { restartPolicy: "OnFailure" as const, containers } };
  await cluster.client.create(jobs, jobOf({ backoffLimit: 2, template }));
  await cluster.advance(100);
  const [pod] = (await activePods(cluster)) as [Pod];
  const runs = running(pod, true, cluster.clock.now());
  const { containerStatuses = [] } = ended(pod, "Failed", 2).status;
  await cluster.client.updateStatus(pods, {
    ...runs,
    status: { ...runs.status, containerStatuses },
  });
  await cluster.advance(100);
  const status = await statusOf(cluster);
  expect(condition(status.conditions, "Failed")?.reason).toBe("BackoffLimitExceeded");
  expect(await cluster.names(pods)).toEqual([]);
  cluster.stop();
});

test("a job that takes too long fails at its deadline and loses its pods", async () => {
  const cluster = await start();
  await cluster.client.create(jobs, jobOf({ activeDeadlineSeconds: 30 }));
  await cluster.advance(29_000);
  expect(await cluster.names(pods)).toHaveLength(1);
  await cluster.advance(2_000);
  expect(condition((await statusOf(cluster)).conditions, "Failed")?.reason).toBe(
    "DeadlineExceeded",
  );
  expect(await cluster.names(pods)).toEqual([]);
  cluster.stop();
});

test("a finished job goes when its time has passed, and not before", async () => {
  const cluster = await start();
  const made = await cluster.client.create(jobs, jobOf({ ttlSecondsAfterFinished: 60 }));
  await cluster.advance(100);
  await endAll(cluster, "Succeeded");
  await cluster.advance(58_000);
  expect(await cluster.names(jobs)).toEqual(["once"]);
  await cluster.advance(2_000);
  const last = await cluster.client.list(jobs);
  const [left] = last.items;
  // Its pods go first: nobody collects them in this test.
  expect(left?.metadata.finalizers ?? []).toEqual(left ? ["foregroundDeletion"] : []);
  expect(keyOf(made)).toEqual(once);
  cluster.stop();
});
