// One pod on its node: decides when it is looked at, and does one look after the other. What a look
// does is in sync.ts. pkg/kubelet/pod_workers.go, kubelet.go syncPod.

import { Unreachable } from "../../api/http.ts";
import type { Pod } from "../../api/pod.ts";
import { StatusError } from "../../api/status.ts";
import type { Timer } from "../../sim/clock.ts";
import type { Container } from "../runtime/container.ts";
import { PodVolumes } from "../volumes/pod-volumes.ts";
import { podDirectory } from "./container-config.ts";
import type { StartFailure } from "./container-status.ts";
import type { Crew } from "./crew.ts";
import { killContainers } from "./kill.ts";
import { hideLog } from "./log-files.ts";
import { podStatus } from "./pod-status.ts";
import { PodProbes } from "./probes.ts";
import { syncPod } from "./sync.ts";
import { SyncError } from "./tools.ts";

/** A resync brings changed ConfigMaps and Secrets into running pods. */
const RESYNC_MS = 60_000;
/** What a pod gets that nobody said how to end. */
const FORCED_GRACE_MS = 2_000;

export class PodWorker {
  readonly uid: string;
  pod: Pod;
  readonly volumes: PodVolumes;
  readonly probes: PodProbes;
  readonly failures = new Map<string, StartFailure>();
  /** Nothing is left of it on this node. */
  isReclaimed = false;
  readonly #crew: Crew;
  #lastSync: number | undefined;
  #wanted = false;
  #busy = false;
  /** Its last status is out: it has finished, or was never let in. */
  #isOver = false;
  #ending: number | undefined;
  /** The API has it no more; it may run all the same for a while. */
  isGone = false;
  #look = new AbortController();
  readonly #timers = new Map<"retry" | "refresh" | "deadline", Timer>();

  constructor(crew: Crew, pod: Pod) {
    this.#crew = crew;
    this.pod = pod;
    this.uid = pod.metadata.uid ?? "";
    this.volumes = new PodVolumes(crew.volumes, pod);
    const { tools } = crew;
    this.probes = new PodProbes(tools, crew.probeHooks, pod);
  }

  /** The API, or a file, says that the pod is like this now. */
  update(pod: Pod): void {
    const before = this.pod;
    this.pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata;
    if (deletionTimestamp) return this.end(deletionGracePeriodSeconds * 1000);
    const same =
      before.spec === pod.spec &&
      before.metadata.labels === pod.metadata.labels &&
      before.metadata.annotations === pod.metadata.annotations;
    const gates = pod.spec.readinessGates && before.status !== pod.status;
    if (!same) this.#refreshLater();
    if (!same || gates) this.wake();
  }

  /** Looks at the pod as soon as that makes sense. */
  wake(): void {
    this.#wanted = true;
    if (this.#busy || (this.#isOver && this.#ending === undefined)) return;
    this.#busy = true;
    this.#crew.tools.spawn(() => this.#work());
  }

  /** It does not run here, and never will. */
  refuse(reason: string, message: string): void {
    const { tools, statuses } = this.#crew;
    this.#isOver = true;
    this.isReclaimed = true;
    tools.events.warning(this.pod, reason, message);
    const said = tools.words.rejected.replace("{reason}", message);
    statuses.set(this.pod, { phase: "Failed", reason, message: said });
  }

  /** Ends it within a grace, and then removes it from the API. */
  end(graceMs: number): void {
    const running = this.#running();
    if (this.#ending !== undefined && graceMs >= this.#ending) return;
    const isShorter = this.#ending !== undefined;
    this.#ending = graceMs;
    if (isShorter)
      for (const container of running) void container.stop(Math.max(graceMs, FORCED_GRACE_MS));
    else this.#look.abort();
    this.wake();
  }

  /** The API has removed it: whatever still runs of it must go. */
  remove(): void {
    this.isGone = true;
    this.end(Math.min(this.#ending ?? FORCED_GRACE_MS, FORCED_GRACE_MS));
    if (!this.#busy) this.wake();
  }

  /** A ConfigMap or Secret that it uses has changed. */
  refreshSoon(): void {
    this.#refreshLater();
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.probes.stop();
    this.#look.abort();
  }

  #running(): readonly Container[] {
    const { containers } = this.#crew.tools.runtime.pod(this.uid);
    return containers.filter(({ state }) => state === "running");
  }

  async #work(): Promise<void> {
    while (this.#wanted && !this.#crew.tools.signal.aborted) {
      this.#wanted = false;
      this.#look = new AbortController();
      try {
        await this.#lookAt(AbortSignal.any([this.#look.signal, this.#crew.tools.signal]));
      } catch (error) {
        if (!this.#look.signal.aborted) this.#retry(error);
      }
      this.#lastSync = this.#crew.tools.clock.now();
    }
    this.#busy = false;
  }

  async #lookAt(signal: AbortSignal): Promise<void> {
    const { pleg } = this.#crew;
    if (this.#ending !== undefined) return this.#terminate();
    if (this.#isOver) return;
    if (this.#lastSync !== undefined) await pleg.newerThan(this.#lastSync, signal);
    this.#timers.get("retry")?.cancel();
    this.#watchDeadline();
    const isOver = await syncPod(this.#crew, this, signal);
    if (isOver) this.#finish();
  }

  #retry(error: unknown): void {
    const { tools } = this.#crew;
    const { timings, words, events, era } = tools;
    const expected =
      error instanceof SyncError || error instanceof StatusError || error instanceof Unreachable;
    if (!expected) throw error;
    if (words.syncFailed) {
      events.warning(this.pod, "FailedSync", words.syncFailed.replace("{error}", error.message));
    }
    const waitMs = error instanceof SyncError ? error.waitMs : undefined;
    const chance = tools.random.stream(`retry ${this.uid} ${tools.clock.now()}`).next();
    const ms =
      waitMs !== undefined && era.behaviors.has("back-off-resync")
        ? waitMs
        : timings.retryMs * (1 + chance / 2);
    this.#later("retry", Math.floor(ms), () => this.wake());
  }

  #later(what: "retry" | "refresh" | "deadline", ms: number, run: () => void): void {
    this.#timers.get(what)?.cancel();
    this.#timers.set(what, this.#crew.tools.clock.after(ms, run));
  }

  /** Everything has ended and nothing begins again: volumes and sandbox are not needed any more. */
  #finish(): void {
    const { runtime } = this.#crew.tools;
    this.#isOver = true;
    this.stop();
    for (const sandbox of runtime.pod(this.uid).sandboxes) runtime.stopSandbox(sandbox);
    this.volumes.tearDown();
  }

  async #terminate(): Promise<void> {
    const { tools, statuses, pleg } = this.#crew;
    const { runtime, clock, timings, signal } = tools;
    if (this.isReclaimed) return this.#leave();
    this.probes.stop();
    const ran = this.#running().length > 0;
    await killContainers(tools, this.pod, this.#ending ?? 0);
    for (const sandbox of runtime.pod(this.uid).sandboxes) runtime.stopSandbox(sandbox);
    if (!this.isGone && !this.#isOver) {
      if (ran) await pleg.newerThan(clock.now(), signal);
      statuses.set(this.pod, podStatus(this.#crew, this, true), true);
    }
    if (timings.reclaimMs > 0) await clock.sleep(timings.reclaimMs, signal);
    this.stop();
    this.volumes.tearDown();
    this.#leave();
  }

  /** Takes away what is left; the API's copy goes with the last status. */
  #leave(): void {
    const { tools, statuses } = this.#crew;
    const { runtime } = tools;
    const { files } = tools.machine;
    for (const container of runtime.pod(this.uid).containers) hideLog(files, container);
    runtime.removePod(this.uid);
    const directory = podDirectory(this.pod);
    if (files.kind(directory)) files.removeDirectory(directory, { recursive: true });
    this.isReclaimed = true;
    if (this.isGone) this.#crew.left(this);
    else statuses.finish(this.uid);
  }

  #refreshLater(): void {
    if (this.#timers.has("refresh")) return;
    const chance = this.#crew.tools.random.stream(`refresh ${this.uid}`).next();
    this.#later("refresh", Math.floor(RESYNC_MS * (0.5 + chance)), () => {
      this.#timers.delete("refresh");
      this.#crew.tools.spawn(() => this.volumes.refresh(this.pod));
    });
  }

  /** activeDeadlineSeconds */
  #watchDeadline(): void {
    const { activeDeadlineSeconds: limit } = this.pod.spec;
    const started = this.#crew.statuses.get(this.uid)?.startTime;
    if (limit === undefined || started === undefined || this.#timers.has("deadline")) return;
    const left = Date.parse(started) + limit * 1000 - this.#crew.tools.clock.now();
    this.#later("deadline", Math.max(left, 0), () => this.#crew.tools.spawn(() => this.#expire()));
  }

  async #expire(): Promise<void> {
    const { tools, statuses } = this.#crew;
    const message = "Pod was active on the node longer than the specified deadline";
    tools.events.normal(this.pod, "DeadlineExceeded", message);
    this.#isOver = true;
    this.#look.abort();
    const status = podStatus(this.#crew, this, false);
    statuses.set(this.pod, { ...status, phase: "Failed", reason: "DeadlineExceeded", message });
    await killContainers(
      tools,
      this.pod,
      (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000,
    );
    const last = podStatus(this.#crew, this, false);
    statuses.set(this.pod, { ...last, phase: "Failed", reason: "DeadlineExceeded", message });
    this.#finish();
  }
}
