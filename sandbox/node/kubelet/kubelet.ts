// The kubelet: keeps the pods that the API (or a file) gives to its node running, and tells the API
// how they are. It holds no state that it could not find again; what runs goes on without it.
// pkg/kubelet/kubelet.go.

import { type KubeObject, keyOf } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReason } from "../../api/status.ts";
import { type Heard, Informer } from "../../client/informer.ts";
import type { VolumeTools } from "../volumes/pod-volumes.ts";
import { refusalOf } from "./admission.ts";
import { BackOff } from "./back-off.ts";
import { ImageManager } from "./images.ts";
import { killContainers } from "./kill.ts";
import { Pleg } from "./pleg.ts";
import { podStatus } from "./pod-status.ts";
import type { ProbeHooks } from "./probes.ts";
import { mirrored, mirrorOf, watchStaticPods } from "./static-pods.ts";
import { StatusManager } from "./status-manager.ts";
import type { Crew } from "./sync.ts";
import { isMirrorPod, isStaticPod, type KubeletTools } from "./tools.ts";
import { PodWorker } from "./worker.ts";

export class Kubelet {
  readonly #tools: KubeletTools;
  readonly #crew: Crew;
  readonly #workers = new Map<string, PodWorker>();
  /** Copies of static pods, by the uid of the original. */
  readonly #mirrors = new Map<string, Pod>();
  readonly #informer: Informer<Pod>;
  #knowsAll = false;

  constructor(tools: KubeletTools, volumes: VolumeTools) {
    this.#tools = tools;
    const { client, clock, signal, nodeName, timings } = tools;
    const fields = `spec.nodeName=${nodeName}`;
    this.#informer = new Informer(pods, { client, clock, signal, fields });
    const object = (uid: string) => this.#mirrors.get(uid) ?? this.#apiPod(uid);
    this.#crew = {
      ...{ tools, volumes, object },
      statuses: new StatusManager(tools, {
        object,
        isReclaimed: (uid) => this.#workers.get(uid)?.isReclaimed ?? true,
      }),
      pleg: new Pleg(tools, (uid) => this.#workers.get(uid)?.wake()),
      images: new ImageManager(tools),
      backOff: new BackOff(timings.backOffMs, timings.longestBackOffMs, clock.now),
      probeHooks: this.#probeHooks(),
      left: (worker) => this.#forget(worker),
    };
  }

  /** All pods that are to run here. */
  get pods(): readonly Pod[] {
    return [...this.#workers.values()].map(({ pod }) => pod);
  }

  /** Attachable volumes that pods here use, or wait for. */
  get volumesInUse(): readonly string[] {
    const all = [...this.#workers.values()].flatMap(({ volumes }) => [...volumes.inUse]);
    return [...new Set(all)].sort();
  }

  podNamed(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#workers.values()) {
      const { metadata } = worker.pod;
      if (metadata.name === name && metadata.namespace === namespace) return worker;
    }
    return undefined;
  }

  get crew(): Crew {
    return this.#crew;
  }

  /** The ConfigMap or Secret that a pod uses has changed. */
  refresh(uid: string): void {
    this.#workers.get(uid)?.refreshSoon();
  }

  wakeAll(): void {
    for (const worker of this.#workers.values()) worker.wake();
  }

  /** Starts with what there is, and goes on with what comes. */
  start(): void {
    const { spawn } = this.#tools;
    watchStaticPods(this.#tools, (found) => this.#takeStatic(found));
    spawn(() => this.#informer.run());
    spawn(async () => {
      await this.#informer.synced;
      const created = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
      const all = [...this.#informer.list()].sort((a, b) => (created(a) < created(b) ? -1 : 1));
      for (const pod of all) this.#hear({ now: pod, before: undefined });
      this.#informer.on((heard) => this.#hear(heard));
      this.#knowsAll = true;
      this.#killUnwanted();
    });
  }

  stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
  }

  #apiPod(uid: string): Pod | undefined {
    const worker = this.#workers.get(uid);
    return worker && !isStaticPod(worker.pod) ? worker.pod : undefined;
  }

  #hear({ now, before }: Heard<Pod>): void {
    if (before && before.metadata.uid !== now?.metadata.uid) this.#lose(before);
    if (!now) return;
    if (isMirrorPod(now)) return this.#hearMirror(now);
    const uid = now.metadata.uid ?? "";
    const worker = this.#workers.get(uid);
    if (worker) worker.update(now);
    else this.#admit(now);
    this.#crew.statuses.observe(uid);
  }

  #lose(pod: Pod): void {
    const original = mirrored(pod);
    if (original !== undefined) {
      if (this.#mirrors.get(original)?.metadata.uid !== pod.metadata.uid) return;
      this.#mirrors.delete(original);
      const worker = this.#workers.get(original);
      if (worker) this.#mirror(worker);
      return;
    }
    this.#workers.get(pod.metadata.uid ?? "")?.remove();
  }

  #admit(pod: Pod): void {
    const worker = new PodWorker(this.#crew, pod);
    this.#workers.set(worker.uid, worker);
    const { phase } = pod.status ?? {};
    if (pod.metadata.deletionTimestamp) return worker.update(pod);
    if (phase === "Failed" || phase === "Succeeded") return worker.wake();
    const node = this.#tools.node();
    const others = this.pods.filter((other) => other !== pod && !this.#isOver(other));
    const refusal = node && refusalOf(pod, others, node);
    if (refusal) worker.refuse(refusal.reason, refusal.message);
    else worker.wake();
  }

  #isOver({ metadata, status }: Pod): boolean {
    const phase = this.#crew.statuses.get(metadata.uid ?? "")?.phase ?? status?.phase;
    return phase === "Failed" || phase === "Succeeded";
  }

  #forget(worker: PodWorker): void {
    const { uid } = worker;
    const { statuses, images, backOff, tools, volumes } = this.#crew;
    if (this.#workers.get(uid) === worker) this.#workers.delete(uid);
    statuses.forget(uid);
    images.forget(uid);
    backOff.forget(`${uid}_`);
    tools.objects.release(uid);
    volumes.kept(uid).clear();
    const mirror = this.#mirrors.get(uid);
    if (mirror) this.#tools.spawn(() => this.#deleteMirror(mirror));
  }

  #takeStatic(found: ReadonlyMap<string, Pod>): void {
    for (const worker of this.#workers.values()) {
      if (isStaticPod(worker.pod) && !found.has(worker.uid)) worker.remove();
    }
    for (const [uid, pod] of found) {
      if (!this.#workers.has(uid)) this.#admit(pod);
      const worker = this.#workers.get(uid);
      if (worker && this.#knowsAll) this.#mirror(worker);
    }
  }

  #hearMirror(mirror: Pod): void {
    const original = mirrored(mirror) ?? "";
    const worker = this.#workers.get(original);
    if (!worker || mirror.metadata.deletionTimestamp) {
      if (this.#knowsAll) this.#tools.spawn(() => this.#deleteMirror(mirror));
      return;
    }
    this.#mirrors.set(original, mirror);
    this.#crew.statuses.finish(original);
    this.#crew.statuses.observe(original);
  }

  #mirror(worker: PodWorker): void {
    if (this.#mirrors.has(worker.uid) || worker.isReclaimed) return;
    const { client, spawn } = this.#tools;
    spawn(async () => {
      try {
        await client.create(pods, mirrorOf(worker.pod));
      } catch (error) {
        // An outdated one is in the way; it is deleted when it is heard of.
        if (!isReason(error, "AlreadyExists", "Forbidden", "Invalid", "NotFound")) throw error;
      }
    });
  }

  async #deleteMirror(mirror: Pod): Promise<void> {
    const preconditions = { uid: mirror.metadata.uid ?? "" };
    try {
      await this.#tools.client.delete(pods, keyOf(mirror as KubeObject), {
        gracePeriodSeconds: 0,
        preconditions,
      });
    } catch (error) {
      if (!isReason(error, "NotFound", "Conflict")) throw error;
    }
  }

  /** Containers of pods that went while no kubelet ran, and mirrors of static pods that did. */
  #killUnwanted(): void {
    const { runtime, spawn } = this.#tools;
    for (const [uid, { containers, sandboxes }] of runtime.pods) {
      if (this.#workers.has(uid)) continue;
      const pod = containers[0]?.config.labels.pod;
      spawn(async () => {
        const grace = pod?.spec.terminationGracePeriodSeconds ?? 30;
        if (pod) await killContainers(this.#tools, pod, grace * 1000);
        for (const sandbox of sandboxes) runtime.stopSandbox(sandbox);
        runtime.removePod(uid);
      });
    }
    for (const pod of this.#informer.list()) {
      const original = mirrored(pod);
      if (original !== undefined && !this.#workers.has(original)) {
        spawn(() => this.#deleteMirror(pod));
      }
    }
    for (const worker of this.#workers.values()) if (isStaticPod(worker.pod)) this.#mirror(worker);
  }

  #probeHooks(): ProbeHooks {
    return {
      status: (uid, container) => {
        const { containerStatuses = [], initContainerStatuses = [] } =
          this.#crew.statuses.get(uid) ?? {};
        return [...containerStatuses, ...initContainerStatuses].find(
          ({ name }) => name === container,
        );
      },
      changed: (uid, type, _container, success) => {
        const worker = this.#workers.get(uid);
        if (!worker) return;
        if (type === "liveness") {
          if (!success) worker.wake();
          return;
        }
        // Readiness is told at once; what a startup probe held back has to be looked at.
        this.#crew.statuses.set(worker.pod, podStatus(this.#crew, worker, false));
        if (type === "startup") worker.wake();
      },
    };
  }
}
