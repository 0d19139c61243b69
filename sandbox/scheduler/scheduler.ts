// Takes pods from the queue one by one, finds each a node, and binds it there. Finding is done in one
// go; binding takes its time beside it. pkg/scheduler/scheduler.go.

import { clone } from "../api/clone.ts";
import { Unreachable } from "../api/http.ts";
import { type Condition, condition, keyOf } from "../api/meta.ts";
import { type Pod, pods } from "../api/pod.ts";
import { isReason, StatusError } from "../api/status.ts";
import { timestamp } from "../api/time.ts";
import type { NoFit as NoFitWords } from "../api/words/scheduler.ts";
import type { Client } from "../client/client.ts";
import type { ActionRecorder } from "../client/events-v1.ts";
import type { Cache } from "../client/informers.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { Trace } from "../sim/trace.ts";
import { type AttemptTools, attempt, type Fit, type NoFit } from "./attempt.ts";
import { ClusterCache } from "./cluster-cache.ts";
import { type Cycle, SchedulingError } from "./framework.ts";
import { Nominations } from "./nominations.ts";
import { type VolumeState, volumeBinding } from "./plugins/volume-binding.ts";
import { type PodInfo, podInfo } from "./pod-info.ts";
import { type Candidate, preempt } from "./preemption.ts";
import type { Queued, SchedulingQueue } from "./queue.ts";
import { Verdicts } from "./verdicts.ts";
import type { PodVolumes, VolumeBinder } from "./volume-binder.ts";

export interface SchedulerTools {
  readonly client: Client;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly events: ActionRecorder;
  readonly queue: SchedulingQueue;
  readonly volumes: VolumeBinder;
  readonly signal: AbortSignal;
}

/** What comes of a pod that did not get a node. */
interface Failure {
  readonly message: string;
  readonly reason: "Unschedulable" | "SchedulerError";
  readonly nominated?: string;
}

export class Scheduler {
  readonly nodes = new ClusterCache();
  readonly nominations = new Nominations();
  readonly #tools: SchedulerTools;
  readonly #attempts: AttemptTools;
  readonly verdicts: Verdicts;
  /** Set when something broke one of our rules; ends the run. */
  #bug: { readonly error: unknown } | undefined;

  constructor(tools: SchedulerTools) {
    this.#tools = tools;
    this.verdicts = new Verdicts(tools.trace);
    this.#attempts = { random: tools.random, nominations: this.nominations, next: 0 };
  }

  /** Until the queue is closed. */
  async run(): Promise<void> {
    const { queue, signal } = this.#tools;
    for (let queued = await queue.pop(); queued; queued = await queue.pop()) {
      if (this.#bug) throw this.#bug.error;
      const next = queued;
      this.#beside(() => this.#schedule(next));
    }
    if (this.#bug && !signal.aborted) throw this.#bug.error;
  }

  /** Does not wait for it; what the world refuses has been dealt with by then. */
  #beside(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (this.#tools.signal.aborted || isOfTheWorld(error)) return;
      this.#bug ??= { error };
      // Wakes the loop, which then fails.
      this.#tools.queue.close();
    });
  }

  async #schedule(queued: Queued): Promise<void> {
    const { events, volumes } = this.#tools;
    const { pod } = queued.info;
    const { namespace, name, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp) {
      const message = `skip schedule deleting pod: ${namespace}/${name}`;
      events.record({
        about: pod,
        type: "Warning",
        reason: "FailedScheduling",
        action: "Scheduling",
        message,
      });
      return;
    }
    if (this.nodes.isAssumed(queued.info.uid)) return;
    const cycle = this.#cycle(queued.info);
    let found: Fit | NoFit;
    try {
      found = attempt(cycle, this.#attempts);
    } catch (error) {
      if (!(error instanceof SchedulingError)) throw error;
      this.verdicts.fails(queued.info, error.message);
      return this.#fail(queued, { message: error.message, reason: "Unschedulable" });
    }
    if (!("node" in found)) return this.#failToFit(queued, found, cycle);
    this.verdicts.fits(queued.info, found);
    // From here on the pod counts on its node, and so do its volumes.
    this.nodes.assume(queued.info, found.node);
    this.nominations.delete(queued.info);
    const state = found.stateOf(volumeBinding) as VolumeState | undefined;
    const wanted = state?.found.get(found.node);
    const assumed = wanted && volumes.assume(queued.info, found.node, wanted);
    return this.#bind(queued, found.node, assumed);
  }

  #cycle(pod: PodInfo): Cycle {
    const { cache, client, volumes } = this.#tools;
    const { era } = client;
    return { pod, nodes: this.nodes.nodes, era, words: era.words.scheduler, cache, volumes };
  }

  async #bind(queued: Queued, node: string, volumes: PodVolumes | undefined): Promise<void> {
    const { client, events } = this.#tools;
    const { pod } = queued.info;
    const { words } = client.era;
    try {
      if (volumes) await this.#bindVolumes(pod, node, volumes);
      await this.#writeBinding(pod, node);
    } catch (error) {
      if (!isOfTheWorld(error)) throw error;
      if (volumes) this.#tools.volumes.revert(volumes);
      this.nodes.forget(queued.info);
      const message =
        error instanceof SchedulingError ? error.message : `Binding rejected: ${error.message}`;
      return this.#fail(queued, { message, reason: "SchedulerError" });
    }
    events.record({
      about: pod,
      type: "Normal",
      reason: "Scheduled",
      action: "Binding",
      message: words.scheduler.scheduled(queued.info.key, node),
    });
  }

  async #bindVolumes(pod: Pod, node: string, volumes: PodVolumes): Promise<void> {
    try {
      await this.#tools.volumes.bind(pod, node, volumes);
    } catch (error) {
      if (!isOfTheWorld(error)) throw error;
      const { scheduler } = this.#tools.client.era.words;
      throw new SchedulingError(scheduler.bindFailed(pod.metadata.name, error.message));
    }
  }

  async #writeBinding(pod: Pod, node: string): Promise<void> {
    const { client } = this.#tools;
    const { name, namespace = "", uid } = pod.metadata;
    await client.send({
      method: "POST",
      path: `${client.path(pods, { namespace, name })}/binding`,
      body: {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name, namespace, uid },
        target: { kind: "Node", name: node },
      },
    });
  }

  async #failToFit(queued: Queued, found: NoFit, cycle: Cycle): Promise<void> {
    const { info } = queued;
    const preemption = preempt(cycle, found, this.#attempts);
    const said = "said" in preemption ? preemption.said : undefined;
    const message = cycle.words.noFit(inWords(cycle, found, said));
    this.verdicts.fitsNowhere(cycle, found, message);
    let nominated = "";
    if ("victims" in preemption) {
      nominated = preemption.node;
      await this.#sendAway(preemption, info);
    } else {
      await this.#withdraw(info, found);
    }
    await this.#fail(queued, { message, reason: "Unschedulable", nominated });
  }

  async #sendAway({ node, victims }: Candidate, info: PodInfo): Promise<void> {
    const { client, events } = this.#tools;
    const { words } = client.era;
    for (const { pod: victim } of victims) {
      await client.delete(pods, keyOf(victim)).catch(unlessGone);
      events.record({
        about: victim,
        related: info.pod,
        type: "Normal",
        reason: "Preempted",
        action: "Preempting",
        message: words.scheduler.preempted(info.key, info.uid, node),
      });
    }
    // Less important pods that were promised this node look for another.
    for (const other of this.nominations.on(node)) {
      if (other.priority < info.priority) await this.#clearNomination(other.pod);
    }
  }

  /** No room can be made anywhere: what was promised is void. */
  async #withdraw({ pod }: PodInfo, { refused }: NoFit): Promise<void> {
    const hopeless = [...refused.values()].every(({ refusal }) => refusal.final);
    if (hopeless) await this.#clearNomination(pod);
  }

  async #clearNomination(pod: Pod): Promise<void> {
    if (!pod.status.nominatedNodeName) return;
    const body = { status: { nominatedNodeName: null } };
    const { client } = this.#tools;
    await client
      .patch(pods, keyOf(pod), { type: "merge", subresource: "status", body })
      .catch(unlessGone);
  }

  async #fail(queued: Queued, { message, reason, nominated = "" }: Failure): Promise<void> {
    const { cache, queue, events } = this.#tools;
    const { pod } = queued.info;
    const current = cache.get(pods, keyOf(pod));
    if (current && current.metadata.uid === queued.info.uid && !current.spec.nodeName) {
      // What has been heard of it while it was tried counts from now on.
      if (current !== pod) queued.info = podInfo(current);
      queue.addUnschedulable(queued, queue.cycle);
      this.nominations.set(queued.info, nominated || undefined);
    }
    events.record({
      about: pod,
      type: "Warning",
      reason: "FailedScheduling",
      action: "Scheduling",
      message,
    });
    await this.#writeCondition(pod, { message, reason, nominated });
  }

  async #writeCondition(
    pod: Pod,
    { message, reason, nominated }: Required<Failure>,
  ): Promise<void> {
    const { client, clock } = this.#tools;
    const { conditions = [], nominatedNodeName } = pod.status;
    const before = condition(conditions, "PodScheduled");
    const same =
      before?.status === "False" && before.reason === reason && before.message === message;
    if (same && (!nominated || nominated === nominatedNodeName)) return;
    const now: Condition = {
      lastProbeTime: null,
      lastTransitionTime:
        before?.status === "False" && before.lastTransitionTime
          ? before.lastTransitionTime
          : timestamp(clock.now()),
      message,
      reason,
      status: "False",
      type: "PodScheduled",
    };
    const others = conditions.filter(({ type }) => type !== "PodScheduled");
    const status = {
      conditions: [...clone(others), now],
      ...(nominated && { nominatedNodeName: nominated }),
    };
    const patch = { type: "merge", subresource: "status", body: { status } } as const;
    await client.patch(pods, keyOf(pod), patch).catch(unlessGone);
  }
}

const isOfTheWorld = (error: unknown): error is Error =>
  error instanceof StatusError || error instanceof Unreachable || error instanceof SchedulingError;

/** For writes about a pod that may have been deleted. */
function unlessGone(error: unknown): void {
  if (!isReason(error, "NotFound")) throw error;
}

function inWords(
  { pod, nodes }: Cycle,
  { refused, preFilter }: NoFit,
  preemption: readonly string[] | string | undefined,
): NoFitWords {
  return {
    pod: pod.pod.metadata.name,
    nodes: nodes.map(({ name }) => ({
      node: name,
      reasons: refused.get(name)?.refusal.reasons ?? [],
    })),
    preFilter: preFilter && {
      reason: preFilter.refusal.reasons.join(", "),
      basic: preFilter.refusal.basic,
    },
    preemption,
  };
}
