import { describe, expect, test } from "vitest";
import { v1_20 } from "../eras/v1.20.ts";
import { v1_34 } from "../eras/v1.34.ts";
import type { Era } from "./era.ts";
import type { ContainerState, Pod, PodStatus } from "./pod.ts";
import { podColumns, summarize } from "./pod-columns.ts";

const running: ContainerState = { running: { startedAt: "2021-01-13T12:00:00Z" } };
const waiting = (reason: string): ContainerState => ({ waiting: { reason } });
const ended = (exitCode: number, more: object = {}): ContainerState => ({
  terminated: { exitCode, ...more },
});
const completed = ended(0, { reason: "Completed" });
const failed = ended(1, { reason: "Error" });

interface Given {
  readonly init?: readonly ContainerState[];
  readonly containers?: readonly ContainerState[];
  /** Init containers that go on running, and how many of the first are such. */
  readonly sidecars?: number;
  readonly status?: PodStatus;
  readonly deleted?: true;
  readonly era?: Era;
}

function podIn({ init = [], containers = [], sidecars = 0, status, deleted }: Given): Pod {
  const named = (prefix: string, states: readonly ContainerState[]) =>
    states.map((state, at) => ({
      ...{ name: `${prefix}${at}`, state, restartCount: 0, image: "", imageID: "" },
      ready: state.running !== undefined,
      started: state.running !== undefined,
    }));
  return {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { name: "p", ...(deleted && { deletionTimestamp: "2021-01-13T12:00:00Z" }) },
    spec: {
      initContainers: init.map((_, at) => ({
        name: `i${at}`,
        ...(at < sidecars && { restartPolicy: "Always" }),
      })),
      containers: (containers.length ? containers : [running]).map((_, at) => ({ name: `c${at}` })),
    },
    status: {
      phase: "Running",
      initContainerStatuses: named("i", init),
      containerStatuses: named("c", containers),
      ...status,
    },
  };
}

const shown = (given: Given): string => {
  const { status, ready, total } = summarize(podIn(given), given.era ?? v1_20);
  return `${status} ${ready}/${total}`;
};

const cases: readonly (Given & { readonly as: string })[] = [
  { as: "Pending 0/1", status: { phase: "Pending" } },
  { as: "Running 2/2", containers: [running, running] },
  { as: "ContainerCreating 0/1", containers: [waiting("ContainerCreating")] },
  { as: "ErrImagePull 1/2", containers: [running, waiting("ErrImagePull")] },
  { as: "CrashLoopBackOff 0/1", containers: [waiting("CrashLoopBackOff")] },
  { as: "Completed 0/1", containers: [completed], status: { phase: "Succeeded" } },
  { as: "Error 0/1", containers: [failed], status: { phase: "Failed" } },
  { as: "ExitCode:3 0/1", containers: [ended(3)] },
  { as: "Signal:9 0/1", containers: [ended(137, { signal: 9 })] },
  { as: "OOMKilled 0/1", containers: [ended(137, { reason: "OOMKilled" })] },
  // The first container decides.
  { as: "ErrImagePull 0/2", containers: [waiting("ErrImagePull"), failed] },
  { as: "Error 1/2", containers: [failed, running] },
  { as: "NotReady 1/2", containers: [completed, running] },
  {
    as: "Running 1/2",
    containers: [completed, running],
    status: { conditions: [{ type: "Ready", status: "True" }] },
  },
  // Whoever evicted the pod says so.
  { as: "Evicted 0/1", status: { phase: "Failed", reason: "Evicted" } },
  // Init containers.
  {
    as: "Init:0/2 0/1",
    init: [running, waiting("PodInitializing")],
    containers: [waiting("PodInitializing")],
  },
  { as: "Init:1/2 0/1", init: [completed, running], containers: [waiting("PodInitializing")] },
  { as: "Init:Error 0/1", init: [failed] },
  { as: "Init:CrashLoopBackOff 0/1", init: [waiting("CrashLoopBackOff")] },
  { as: "Init:ExitCode:2 0/1", init: [ended(2)] },
  { as: "Init:Signal:15 0/1", init: [ended(143, { signal: 15 })] },
  { as: "PodInitializing 0/1", init: [completed], containers: [waiting("PodInitializing")] },
  { as: "Running 2/2", init: [running], sidecars: 1, containers: [running], era: v1_34 },
  {
    as: "Init:1/2 1/2",
    init: [running, running],
    sidecars: 1,
    containers: [waiting("PodInitializing")],
    era: v1_34,
  },
  // Pods that go.
  { as: "Terminating 1/1", containers: [running], deleted: true },
  { as: "Unknown 1/1", containers: [running], deleted: true, status: { reason: "NodeLost" } },
  { as: "Terminating 0/1", containers: [completed], deleted: true, status: { phase: "Succeeded" } },
  {
    as: "Completed 0/1",
    containers: [completed],
    deleted: true,
    status: { phase: "Succeeded" },
    era: v1_34,
  },
  // Pods that wait at a gate.
  {
    as: "SchedulingGated 0/1",
    status: {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }],
    },
    era: v1_34,
  },
];

describe("a pod in one line", () => {
  test.each(cases)("$as (%#)", ({ as, ...given }) => {
    expect(shown(given)).toBe(as);
  });
});

describe("restarts", () => {
  const pod = podIn({ containers: [running, running] });
  const [first, second] = pod.status.containerStatuses ?? [];
  const finishedAt = "2021-01-13T11:59:30Z";
  const restarted: Pod = {
    ...pod,
    status: {
      ...pod.status,
      containerStatuses: [
        { ...first, restartCount: 2, lastState: ended(1, { finishedAt }) },
        { ...second, restartCount: 1 },
      ] as never,
    },
  };
  const cell = (of: Pod, era: Era) =>
    podColumns
      .find(({ name }) => name === "Restarts")
      ?.cell(of, { now: Date.UTC(2021, 0, 13, 12), era, wide: false });

  test("are counted over all containers", () => {
    expect(cell(restarted, v1_20)).toBe(3);
  });

  test("say when the last one was since 1.22", () => {
    expect(cell(restarted, v1_34)).toBe("3 (30s ago)");
    expect(cell(pod, v1_34)).toBe("0");
  });
});
