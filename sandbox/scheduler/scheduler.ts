// Takes pods from the queue one by one, finds each a node, and binds it there. Finding is done in
// one go; binding takes its time beside it. pkg/scheduler/scheduler.go.

import { keyOf } from "../api/meta.ts";
import { type Pod, pods } from "../api/pod.ts";
import { type AttemptTools, attempt, type Fit, type NoFit } from "./attempt.ts";
import { bind } from "./binding.ts";
import { ClusterCache } from "./cluster-cache.ts";
import { type Cycle, SchedulingError } from "./framework.ts";
import { Nominations } from "./nominations.ts";
import { type VolumeState, volumeBinding } from "./plugins/volume-binding.ts";
import { type Failure, writeUnscheduled } from "./pod-condition.ts";
import { type PodInfo, podInfo } from "./pod-info.ts";
import { type Candidate, preempt } from "./preemption.ts";
import type { Queued } from "./queue.ts";
import { isOfTheWorld, type SchedulerTools, unlessGone } from "./tools.ts";
import { inWords, Verdicts } from "./verdicts.ts";
import type { PodVolumes } from "./volume-binder.ts";

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
      await bind(pod, { node, volumes }, this.#tools);
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
    await writeUnscheduled(pod, { message, reason, nominated }, this.#tools).catch(unlessGone);
  }
}
