// The scheduler, as the program kube-scheduler runs it: hears of pods, nodes and volumes, and keeps
// queue and cache true by what it hears. pkg/scheduler/eventhandlers.go.

import { equal } from "../api/clone.ts";
import type { KubeObject } from "../api/meta.ts";
import { type Node, nodes } from "../api/node.ts";
import { persistentVolumes } from "../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../api/pod.ts";
import { isFinished } from "../api/pod-readiness.ts";
import { podDisruptionBudgets } from "../api/poddisruptionbudget.ts";
import { replicaSets } from "../api/replicaset.ts";
import { services } from "../api/service.ts";
import { statefulSets } from "../api/statefulset.ts";
import { storageClasses } from "../api/storageclass.ts";
import { taintsOf } from "../api/taints.ts";
import { classOf } from "../api/volume-binding.ts";
import type { Client } from "../client/client.ts";
import { createRecorder } from "../client/events.ts";
import { classicActions, createActionRecorder } from "../client/events-v1.ts";
import type { Heard } from "../client/informer.ts";
import { Informers } from "../client/informers.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { Trace } from "../sim/trace.ts";
import { podInfo } from "./pod-info.ts";
import { byNamespace } from "./pod-kind.ts";
import { SchedulingQueue } from "./queue.ts";
import { Scheduler } from "./scheduler.ts";
import { byClass, VolumeBinder } from "./volume-binder.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly signal: AbortSignal;
  /** Of the machine that it runs on: part of the source of its events. */
  readonly host: string;
  /** 10 s if not given. */
  readonly podMaxBackoffMs?: number;
}

const NAME = "default-scheduler";

/** Schedules until the signal aborts. Rejects if one of our own rules broke. */
export async function runScheduler(options: SchedulerOptions): Promise<void> {
  const { client, clock, random, trace, signal, host, podMaxBackoffMs = 10_000 } = options;
  const cache = new Informers({ client, clock, signal });
  const { behaviors } = client.era;
  const queue = new SchedulingQueue({
    clock,
    signal,
    firstBackoffMs: 1_000,
    lastBackoffMs: podMaxBackoffMs,
    byName: behaviors.has("names-back-off"),
    leftoverMs: behaviors.has("patient-scheduler") ? 300_000 : 60_000,
  });
  const events = behaviors.has("sorted-events-v1")
    ? createActionRecorder({ client, clock, controller: NAME, host, signal })
    : classicActions(createRecorder({ client, clock, component: NAME }));
  cache.of(persistentVolumes).indexBy(byClass, (volume) => [classOf(volume)]);
  cache.of(services).indexBy(byNamespace, ({ metadata }) => [metadata.namespace ?? ""]);
  const scheduler = new Scheduler({
    client,
    cache,
    clock,
    random: random.stream(NAME),
    trace,
    events,
    queue,
    volumes: new VolumeBinder({ cache, client, clock, signal }),
    signal,
  });
  listen(scheduler, cache, { queue, wakesByStatus: behaviors.has("status-wakes-scheduler") });
  await cache.synced();
  await Promise.all([scheduler.run(), cache.finished()]);
}

interface Ears {
  readonly queue: SchedulingQueue;
  readonly wakesByStatus: boolean;
}

function listen(scheduler: Scheduler, cache: Informers, ears: Ears): void {
  const { queue } = ears;
  cache.of(pods).on((heard) => hearPod(heard, scheduler, ears));
  cache.of(nodes).on((heard) => hearNode(heard, scheduler, queue));
  const move = <T extends KubeObject>({ now }: Heard<T>) => {
    if (now) queue.moveAll();
  };
  cache.of(persistentVolumes).on(move);
  cache.of(persistentVolumeClaims).on(move);
  cache.of(services).on(() => queue.moveAll());
  cache.of(storageClasses).on(({ now, before }) => {
    if (!before && now?.volumeBindingMode === "WaitForFirstConsumer") queue.moveAll();
  });
  // These are only looked at.
  cache.of(podDisruptionBudgets);
  cache.of(replicaSets);
  cache.of(statefulSets);
}

/** Pods that have ended are none, for the scheduler. */
const alive = (pod: Pod | undefined): Pod | undefined =>
  pod && !isFinished(pod) ? pod : undefined;

const isOurs = ({ spec }: Pod): boolean => (spec.schedulerName ?? NAME) === NAME;

function hearPod(
  { now: heard, before: earlier }: Heard<Pod>,
  scheduler: Scheduler,
  ears: Ears,
): void {
  const [now, before] = [alive(heard), alive(earlier)];
  const [placed, wasPlaced] = [now?.spec.nodeName, before?.spec.nodeName];
  const { nodes: placedPods } = scheduler;
  if (now && placed) {
    ears.queue.moveThoseNear(placedPods.setPod(now));
  } else if (before && wasPlaced) {
    placedPods.removePod(before.metadata.uid ?? "");
    ears.queue.moveAll();
  }
  const waits = now && !placed && isOurs(now) ? now : undefined;
  const waited = before && !wasPlaced && isOurs(before) ? before : undefined;
  hearWaiting({ now: waits, before: waited }, scheduler, ears);
}

function hearWaiting(
  { now, before }: Heard<Pod>,
  { nodes: placedPods, nominations, verdicts }: Scheduler,
  { queue, wakesByStatus }: Ears,
): void {
  if (now) {
    const info = podInfo(now);
    // It is on its way: what the API server tells of that is no news.
    if (placedPods.isAssumed(info.uid)) return;
    if (before) nominations.update(podInfo(before), info);
    else nominations.set(info);
    queue.update(info, before !== undefined && (wakesByStatus || hasChanged(before, now)));
  } else if (before) {
    const uid = before.metadata.uid ?? "";
    queue.delete(uid);
    nominations.delete({ uid });
    verdicts.forget(uid);
    placedPods.forget({ uid });
  }
}

/** More than its status. */
const hasChanged = (before: Pod, now: Pod): boolean =>
  !equal(before.spec, now.spec) ||
  !equal({ ...before.metadata, resourceVersion: "" }, { ...now.metadata, resourceVersion: "" });

function hearNode(
  { now, before }: Heard<Node>,
  scheduler: Scheduler,
  queue: SchedulingQueue,
): void {
  if (!now) {
    scheduler.nodes.removeNode(before?.metadata.name ?? "");
    return;
  }
  scheduler.nodes.setNode(now);
  if (!before || !queue.hasUnschedulable || mayTakeMore(before, now)) queue.moveAll();
}

/** A change of a node that may let pods run on it. */
function mayTakeMore(before: Node, now: Node): boolean {
  const uncordoned = before.spec.unschedulable && !now.spec.unschedulable;
  const conditions = ({ status }: Node) =>
    (status.conditions ?? []).map(({ type, status: value }) => `${type}=${value}`).sort();
  return Boolean(
    uncordoned ||
      !equal(before.status.allocatable, now.status.allocatable) ||
      !equal(before.metadata.labels, now.metadata.labels) ||
      !equal(taintsOf(before), taintsOf(now)) ||
      !equal(conditions(before), conditions(now)),
  );
}
