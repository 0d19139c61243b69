// A control loop: told which object to look at, never what happened to it. Caches may lag; what is
// in them is frozen. controller-runtime's shape over client-go's queue.

import type { Era } from "../api/era.ts";
import { Unreachable } from "../api/http.ts";
import { type KubeObject, keyOf, keyText, type NamespacedName, parseKey } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import { StatusError } from "../api/status.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { Trace } from "../sim/trace.ts";
import type { Client } from "./client.ts";
import { createRecorder, type EventRecorder } from "./events.ts";
import type { Heard } from "./informer.ts";
import type { Cache, Informers } from "./informers.ts";
import { WorkQueue } from "./workqueue.ts";

export interface Controller<State = unknown> {
  /** Upstream's name for it, which is also the source of its events: `statefulset-controller`. */
  readonly name: string;
  /** The kind it keeps true; a change to one wakes that one. */
  readonly for?: Resource;
  /** Kinds it creates; a change to one wakes the controlling owner of the kind above. */
  readonly owns?: readonly Resource[];
  /** Anything else that should wake it, and for whom. */
  readonly watches?: readonly WakeRule[];
  /** How objects in the cache can be found, beside by name. */
  readonly indexes?: readonly IndexRule[];
  /** Memory of one running instance: back-offs, operations under way. Lost on restart. */
  state?(tools: Omit<Tools<undefined>, "state">): State;
  /** Throw StatusError or RetryError to be called again with back-off. */
  reconcile(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined>;
}

export interface Requeue {
  /** Milliseconds until this key is looked at again. */
  readonly requeueAfter: number;
}

export interface WakeRule {
  readonly resource: Resource;
  wakes(heard: Heard<KubeObject>, cache: Cache): readonly NamespacedName[];
}

export interface IndexRule {
  readonly resource: Resource;
  readonly name: string;
  values(object: KubeObject): readonly string[];
}

export interface Tools<State> {
  readonly cache: Cache;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly era: Era;
  readonly state: State;
  /** Aborts when the process that runs the controller ends. */
  readonly signal: AbortSignal;
  /** Wakes a key by hand: an operation under way has finished. */
  wake(key: NamespacedName): void;
}

/** Something is not as it must be yet: look again, with back-off. */
export class RetryError extends Error {
  override readonly name = "RetryError";
}

/** Checks types only: the kinds in the rules go with the objects that the functions take. */
export function defineController<State>(controller: Controller<State>): Controller<State> {
  return controller;
}

export function wakeOn<T extends KubeObject>(
  resource: Resource<T>,
  wakes: (heard: Heard<T>, cache: Cache) => readonly NamespacedName[],
): WakeRule {
  return { resource, wakes } as WakeRule;
}

export function indexOn<T extends KubeObject>(
  resource: Resource<T>,
  name: string,
  values: (object: T) => readonly string[],
): IndexRule {
  return { resource, name, values } as IndexRule;
}

export interface RunOptions {
  /** A client for one controller, by its name: events and audit say who acts. */
  client(name: string): Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly signal: AbortSignal;
  /** What all controllers of the process hear with. */
  readonly informers: Informers;
  /** A line for the log of the process. */
  log?(text: string): void;
}

/** Runs controllers, all in one process with one set of informers, until the signal aborts. */
export async function runControllers(
  controllers: readonly Controller[],
  options: RunOptions,
): Promise<void> {
  const workers = controllers.map((controller) => start(controller, options));
  await options.informers.synced();
  await Promise.all([...workers.map((work) => work()), options.informers.finished()]);
}

function start(controller: Controller, options: RunOptions): () => Promise<void> {
  const { clock, informers, signal } = options;
  const queue = new WorkQueue(clock);
  const wake = (key: NamespacedName) => queue.add(keyText(key));
  for (const { resource, name, values } of controller.indexes ?? []) {
    informers.of(resource).indexBy(name, values);
  }
  for (const { resource, wakes } of rulesOf(controller)) {
    informers.of(resource).on((heard) => {
      for (const key of wakes(heard, informers)) wake(key);
    });
  }
  const client = options.client(controller.name);
  const events = createRecorder({ client, clock, component: controller.name });
  const { random, trace } = options;
  const shared = { cache: informers, client, events, clock, trace, signal, wake };
  const known = { ...shared, era: client.era, random: random.stream(controller.name) };
  signal.addEventListener("abort", () => queue.close(), { once: true });
  return async () => {
    const tools = { ...known, state: controller.state?.(known) };
    for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
      await reconcile(controller, key, { queue, tools, log: options.log });
    }
  };
}

interface Working {
  readonly queue: WorkQueue;
  readonly tools: Tools<unknown>;
  readonly log: RunOptions["log"];
}

async function reconcile(
  controller: Controller,
  key: string,
  { queue, tools, log }: Working,
): Promise<void> {
  try {
    const again = await controller.reconcile(parseKey(key), tools);
    queue.forget(key);
    if (again) queue.addAfter(key, again.requeueAfter);
  } catch (error) {
    if (tools.signal.aborted) return;
    if (!retried(error)) throw error;
    log?.(`${controller.name}: error syncing "${key}": ${(error as Error).message}, requeuing`);
    queue.addRateLimited(key);
  } finally {
    queue.done(key);
  }
}

const retried = (error: unknown): boolean =>
  error instanceof StatusError || error instanceof RetryError || error instanceof Unreachable;

function rulesOf(controller: Controller): WakeRule[] {
  const rules: WakeRule[] = [...(controller.watches ?? [])];
  const kind = controller.for;
  if (!kind) return rules;
  rules.push({
    resource: kind,
    wakes: ({ now, before }) => [keyOf((now ?? before) as KubeObject)],
  });
  for (const resource of controller.owns ?? []) {
    rules.push({ resource, wakes: (heard) => ownersOf(heard, kind) });
  }
  return rules;
}

function ownersOf({ now, before }: Heard<KubeObject>, kind: Resource): NamespacedName[] {
  const names = new Set<string>();
  for (const object of [now, before]) {
    const owner = object?.metadata.ownerReferences?.find((each) => each.controller);
    if (owner?.kind === kind.kind) names.add(owner.name);
  }
  const namespace = (now ?? before)?.metadata.namespace ?? "";
  return [...names].map((name) => ({ namespace, name }));
}
