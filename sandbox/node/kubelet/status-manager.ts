// Tells the API what the kubelet thinks of its pods: one request at a time, only when something is
// new, and again when somebody else has written over it. pkg/kubelet/status/status_manager.go.

import { equal } from "../../api/clone.ts";
import { Unreachable } from "../../api/http.ts";
import { type Condition, condition, keyOf } from "../../api/meta.ts";
import { type Pod, type PodStatus, pods } from "../../api/pod.ts";
import { isReason, StatusError } from "../../api/status.ts";
import { timestamp } from "../../api/time.ts";
import type { Timer } from "../../sim/clock.ts";
import type { KubeletTools } from "./tools.ts";

/** What the manager must know of pods and cannot find out itself. */
export interface StatusSource {
  /** The pod as the API has it; for a static pod, its mirror. */
  object(uid: string): Pod | undefined;
  /** Nothing is left of it on this node: it may be removed. */
  isReclaimed(uid: string): boolean;
}

const kubeletConditions: ReadonlySet<string> = new Set([
  "PodScheduled",
  "Ready",
  "Initialized",
  "ContainersReady",
  "PodReadyToStartContainers",
]);

/** Failed requests are made again on this beat. */
const BATCH_MS = 10_000;

interface Entry {
  status: PodStatus;
  /** Not told yet. */
  dirty: boolean;
}

export class StatusManager {
  readonly #tools: KubeletTools;
  readonly #source: StatusSource;
  readonly #entries = new Map<string, Entry>();
  #queue: string[] = [];
  #sending = false;
  #batch: Timer | undefined;

  constructor(tools: KubeletTools, source: StatusSource) {
    this.#tools = tools;
    this.#source = source;
  }

  get(uid: string): PodStatus | undefined {
    return this.#entries.get(uid)?.status;
  }

  /**
   * A pod's new status; times and conditions of others are filled in. `force` tells it in any case.
   */
  set(pod: Pod, next: PodStatus, force = false): void {
    const uid = pod.metadata.uid ?? "";
    const entry = this.#entries.get(uid);
    const old = entry?.status ?? this.#source.object(uid)?.status ?? pod.status ?? {};
    if (isIllegal(pod, old, next)) return;
    const status = this.#completed(next, old);
    if (entry && !force && sameForKubelet(entry.status, status)) return;
    this.#entries.set(uid, { status, dirty: true });
    this.#enqueue(uid);
  }

  /** Nothing runs any more of a pod that is deleted: the last status, and the end. */
  finish(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry) entry.dirty = true;
    this.#enqueue(uid);
  }

  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  /** The API's copy has changed: if that was not us, we say again how it is. */
  observe(uid: string): void {
    const entry = this.#entries.get(uid);
    const pod = this.#source.object(uid);
    if (!entry || entry.dirty || !pod || pod.status === entry.status) return;
    if (sameForKubelet(pod.status, entry.status)) return;
    entry.dirty = true;
    this.#later();
  }

  #completed(next: PodStatus, old: PodStatus): PodStatus {
    const now = timestamp(this.#tools.clock.now());
    const conditions = next.conditions?.map((each): Condition => {
      if (!kubeletConditions.has(each.type)) return each;
      const before = condition(old.conditions, each.type);
      const since = before?.status === each.status ? before.lastTransitionTime : now;
      return { ...each, lastProbeTime: null, lastTransitionTime: since ?? now };
    });
    return { ...next, ...(conditions && { conditions }), startTime: old.startTime ?? now };
  }

  #enqueue(uid: string): void {
    if (!this.#queue.includes(uid)) this.#queue.push(uid);
    if (this.#sending) return;
    this.#sending = true;
    this.#tools.spawn(() => this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    for (let uid = this.#queue.shift(); uid !== undefined; uid = this.#queue.shift()) {
      try {
        await this.#send(uid);
      } catch (error) {
        if (!(error instanceof StatusError || error instanceof Unreachable)) throw error;
        this.#later();
      }
      await this.#breathe();
    }
    this.#sending = false;
  }

  /** Each pod in a turn of its own. */
  #breathe(): Promise<void> {
    return new Promise((resolve) => {
      this.#tools.clock.soon(resolve);
    });
  }

  #later(): void {
    const { clock } = this.#tools;
    this.#batch ??= clock.after(BATCH_MS - (clock.now() % BATCH_MS), () => {
      this.#batch = undefined;
      for (const [uid, { dirty }] of this.#entries) if (dirty) this.#enqueue(uid);
    });
  }

  async #send(uid: string): Promise<void> {
    const entry = this.#entries.get(uid);
    let pod = this.#source.object(uid);
    if (!entry || !pod) return;
    const { client } = this.#tools;
    const { status } = entry;
    for (;;) {
      try {
        await this.#write(pod, status);
        break;
      } catch (error) {
        if (isReason(error, "NotFound")) return;
        if (!isReason(error, "Conflict")) throw error;
        // Somebody was faster; what they did to the rest of the pod must not be undone.
        pod = await client.get(pods, keyOf(pod)).catch(absent);
        if (!pod || pod.metadata.uid !== this.#source.object(uid)?.metadata.uid) return;
      }
    }
    if (entry.status === status) entry.dirty = false;
    if (!pod.metadata.deletionTimestamp || !this.#source.isReclaimed(uid)) return;
    const preconditions = { uid: pod.metadata.uid ?? "" };
    await client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0, preconditions }).catch(absent);
    this.forget(uid);
  }

  async #write(pod: Pod, status: PodStatus): Promise<void> {
    const others = (pod.status?.conditions ?? []).filter(
      ({ type }) => !kubeletConditions.has(type),
    );
    const mine = (status.conditions ?? []).filter(({ type }) => kubeletConditions.has(type));
    const told = { ...status, conditions: [...others, ...mine] };
    if (equal(pod.status, told)) return;
    await this.#tools.client.updateStatus(pods, { ...pod, status: told });
  }
}

function absent(error: unknown): undefined {
  if (!isReason(error, "NotFound", "Conflict")) throw error;
  return undefined;
}

/** Equal but for conditions that others write. */
function sameForKubelet(old: PodStatus, next: PodStatus): boolean {
  const mine = (status: PodStatus) =>
    (status.conditions ?? [])
      .filter(({ type }) => kubeletConditions.has(type))
      .map(({ type, status: is, reason, message }) => ({ type, is, reason, message }))
      .sort((a, b) => (a.type < b.type ? -1 : 1));
  return (
    equal({ ...old, conditions: undefined }, { ...next, conditions: undefined }) &&
    equal(mine(old), mine(next))
  );
}

/** A container that has ended for good cannot begin again. */
function isIllegal({ spec }: Pod, old: PodStatus, next: PodStatus): boolean {
  if ((spec.restartPolicy ?? "Always") === "Always") return false;
  return (old.containerStatuses ?? []).some(({ name, state }) => {
    const code = state?.terminated?.exitCode;
    if (code === undefined || (code !== 0 && spec.restartPolicy === "OnFailure")) return false;
    const now = next.containerStatuses?.find((each) => each.name === name);
    return now !== undefined && !now.state?.terminated;
  });
}
