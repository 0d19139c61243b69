// The kubelet: keeps the pods that the API (or a file) gives to its node running, and tells the API
// how they are. It holds no state that it could not find again; what runs goes on without it.
// pkg/kubelet/kubelet.go.

import { type Pod, pods } from "../../api/pod.ts";
import { type Heard, Informer } from "../../client/informer.ts";
import type { VolumeTools } from "../volumes/pod-volumes.ts";
import { refusalOf } from "./admission.ts";
import { type Crew, createCrew } from "./crew.ts";
import { killContainers } from "./kill.ts";
import { MirrorPods, mirrored } from "./mirrors.ts";
import { watchStaticPods } from "./static-pods.ts";
import { isMirrorPod, isStaticPod, type KubeletTools } from "./tools.ts";
import { PodWorker } from "./worker.ts";

export class Kubelet {
  readonly #tools: KubeletTools;
  readonly #crew: Crew;
  readonly #workers = new Map<string, PodWorker>();
  readonly #mirrors: MirrorPods;
  readonly #informer: Informer<Pod>;
  #knowsAll = false;

  constructor(tools: KubeletTools, volumes: VolumeTools) {
    this.#tools = tools;
    const { client, clock, signal, nodeName } = tools;
    const fields = `spec.nodeName=${nodeName}`;
    this.#mirrors = new MirrorPods(client);
    this.#informer = new Informer(pods, { client, clock, signal, fields });
    const object = (uid: string) => this.#mirrors.get(uid) ?? this.#apiPod(uid);
    this.#crew = createCrew(tools, {
      ...{ volumes, object },
      worker: (uid) => this.#workers.get(uid),
      left: (worker) => this.#forget(worker),
    });
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
      if (!this.#mirrors.lose(original, pod)) return;
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
    const others = [...this.#workers.values()]
      .filter((other) => other !== worker && !other.isGone && !this.#isOver(other.pod))
      .map((other) => other.pod);
    const refusal = node && refusalOf(pod, others, node);
    if (refusal) worker.refuse(refusal.reason, refusal.message);
    else worker.wake();
  }

  /** It takes no more room: it has ended, or is deleted and nothing of it runs. */
  #isOver({ metadata, status: told }: Pod): boolean {
    const status = this.#crew.statuses.get(metadata.uid ?? "") ?? told;
    const { phase, containerStatuses = [] } = status ?? {};
    if (phase === "Failed" || phase === "Succeeded") return true;
    const runs = containerStatuses.some(({ state }) => state?.running);
    return metadata.deletionTimestamp !== undefined && !runs;
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
    if (mirror) this.#tools.spawn(() => this.#mirrors.remove(mirror));
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
      if (this.#knowsAll) this.#tools.spawn(() => this.#mirrors.remove(mirror));
      return;
    }
    this.#mirrors.note(original, mirror);
    this.#crew.statuses.finish(original);
    this.#crew.statuses.observe(original);
  }

  #mirror({ uid, pod, isReclaimed }: PodWorker): void {
    if (this.#mirrors.get(uid) || isReclaimed) return;
    this.#tools.spawn(() => this.#mirrors.make(pod));
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
        spawn(() => this.#mirrors.remove(pod));
      }
    }
    for (const worker of this.#workers.values()) if (isStaticPod(worker.pod)) this.#mirror(worker);
  }
}
