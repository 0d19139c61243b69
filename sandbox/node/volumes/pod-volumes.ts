// The volumes of one pod on its node: each is mounted by itself, again and again until it works;
// the pod waits for all, but not for ever. kubelet/volumemanager, volume/util/operationexecutor.

import { Unreachable } from "../../api/http.ts";
import { selectsNode } from "../../api/node-selector.ts";
import type { Pod, Volume } from "../../api/pod.ts";
import type { Client } from "../../client/client.ts";
import type { EventRecorder } from "../../client/events.ts";
import { fill } from "../fill.ts";
import type { NodeTimings } from "../timings.ts";
import { resolveVolume, UnknownVolume } from "./claim.ts";
import {
  MountError,
  type Mounted,
  type MountRequest,
  type VolumeHost,
  type VolumePlugin,
  type VolumeSpec,
} from "./plugin.ts";

export interface VolumeTools {
  readonly host: VolumeHost;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly timings: NodeTimings;
  readonly plugins: readonly VolumePlugin[];
  /** What is mounted for a pod, by volume: it stays so when the kubelet stops. */
  kept(uid: string): Map<string, Mounted>;
  /** Resolves when the node's status reports the volume as attached. */
  attached(uniqueName: string, signal: AbortSignal): Promise<void>;
  /** Volumes that had to be attached are not used any more. */
  released(): void;
}

/** Volumes that did not get ready in time; the message tells which, and goes into an event. */
export class VolumesMissing extends Error {
  override readonly name = "VolumesMissing";
}

/** podAttachAndMountTimeout */
const PATIENCE_MS = 123_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 122_000;

export class PodVolumes {
  readonly #tools: VolumeTools;
  #pod: Pod;
  readonly #mounted: Map<string, Mounted>;
  readonly #underWay = new Set<string>();
  readonly #stop = new AbortController();
  #wake: (() => void) | undefined;

  constructor(tools: VolumeTools, pod: Pod) {
    this.#tools = tools;
    this.#pod = pod;
    this.#mounted = tools.kept(pod.metadata.uid ?? "");
  }

  mounted(name: string): Mounted | undefined {
    return this.#mounted.get(name);
  }

  /** Names under which the node's status must say that it uses them. */
  readonly inUse = new Set<string>();

  /** Resolves when all that the pod's containers use is there. Rejects with `VolumesMissing`. */
  async ready(pod: Pod, signal: AbortSignal): Promise<void> {
    this.#pod = pod;
    const wanted = usedVolumes(pod);
    const { clock } = this.#tools.host;
    const began = clock.now();
    const failures: string[] = [];
    for (const volume of wanted) {
      if (this.#mounted.has(volume.name) || this.#underWay.has(volume.name)) continue;
      try {
        this.#begin(volume, await resolveVolume(this.#tools.client, pod, volume));
      } catch (error) {
        if (error instanceof Unreachable) failures.push(error.message);
        else if (error instanceof UnknownVolume || error instanceof MountError) {
          failures.push(error.message);
        } else throw error;
      }
    }
    const isReady = () => wanted.every(({ name }) => this.#mounted.has(name));
    const { volumePollMs } = this.#tools.timings;
    if (failures.length > 0) {
      await clock.sleep(volumePollMs, signal);
      throw this.#missing(wanted, failures.join("; "));
    }
    while (!isReady()) {
      const left = began + PATIENCE_MS - clock.now();
      if (left <= 0) throw this.#missing(wanted, undefined);
      await this.#change(left, signal);
    }
    // Whoever waits looks only so often.
    const late = (clock.now() - began) % volumePollMs;
    if (late > 0) await clock.sleep(volumePollMs - late, signal);
  }

  /** Brings up to date what shows other objects. */
  async refresh(pod: Pod): Promise<void> {
    this.#pod = pod;
    for (const mounted of this.#mounted.values()) {
      await mounted.refresh?.(pod).catch((error: unknown) => {
        // What cannot be had now stays as it is, and is asked for again with the next look.
        if (!(error instanceof MountError)) throw error;
      });
    }
  }

  tearDown(): void {
    this.#stop.abort();
    for (const mounted of this.#mounted.values()) mounted.tearDown?.();
    this.#mounted.clear();
    if (this.inUse.size > 0) this.#tools.released();
    this.inUse.clear();
  }

  #begin(volume: Volume, spec: VolumeSpec): void {
    const plugin = this.#tools.plugins.find(
      ({ field, driver }) =>
        spec.source[field] !== undefined &&
        (driver === undefined || driver === (spec.source[field] as { driver?: string }).driver),
    );
    if (!plugin) throw new MountError("no volume plugin matched");
    this.#underWay.add(volume.name);
    const unique = plugin.attachable?.(spec);
    if (unique !== undefined) this.inUse.add(unique);
    void this.#mount(volume, spec, plugin);
  }

  async #mount(volume: Volume, spec: VolumeSpec, plugin: VolumePlugin): Promise<void> {
    const { host, timings } = this.#tools;
    const signal = this.#stop.signal;
    const unique = plugin.attachable?.(spec);
    let waitMs = FIRST_RETRY_MS;
    try {
      if (unique !== undefined) await this.#tools.attached(unique, signal);
      if (timings.mountMs > 0) await host.clock.sleep(timings.mountMs, signal);
      while (!(await this.#try(volume, spec, plugin))) {
        await host.clock.sleep(waitMs, signal);
        waitMs = Math.min(2 * waitMs, LAST_RETRY_MS);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    this.#underWay.delete(volume.name);
    this.#wake?.();
  }

  async #try(volume: Volume, spec: VolumeSpec, plugin: VolumePlugin): Promise<boolean> {
    const { host } = this.#tools;
    const pod = this.#pod;
    const directory = plugin.name.replace("/", "~");
    const path = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/${directory}/${spec.name}`;
    const request: MountRequest = { spec, pod, volume: volume.name, path, host };
    try {
      checkAffinity(request);
      const mounted = await plugin.setUp(request);
      if (this.#stop.signal.aborted) mounted.tearDown?.();
      else this.#mounted.set(volume.name, mounted);
      return true;
    } catch (error) {
      if (error instanceof Unreachable)
        this.#complain(request, plugin, new MountError(error.message));
      else if (error instanceof MountError) this.#complain(request, plugin, error);
      else throw error;
      return false;
    }
  }

  #complain(
    { spec, pod, host }: MountRequest,
    plugin: VolumePlugin,
    { step, message }: MountError,
  ): void {
    const { uid = "", name } = pod.metadata;
    const unique = plugin.attachable?.(spec) ?? `${plugin.name}/${uid}-${spec.name}`;
    const values = { step, volume: spec.name, unique, uid, name, error: message };
    this.#tools.events.warning(
      pod,
      "FailedMount",
      fill(host.era.words.kubelet.mountFailed, values),
    );
  }

  /** Resolves at the next change, or when `ms` are over. */
  async #change(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#tools.host;
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        timer.cancel();
        this.#wake = undefined;
        reject(signal.reason);
      };
      const wake = () => {
        timer.cancel();
        this.#wake = undefined;
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const timer = clock.after(ms, wake);
      this.#wake = wake;
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
    });
  }

  #missing(wanted: readonly Volume[], why: string | undefined): VolumesMissing {
    const words = this.#tools.host.era.words.kubelet;
    const list = (names: readonly string[]) => `[${names.join(" ")}]`;
    const names = wanted.map(({ name }) => name);
    const unmounted = names.filter((name) => !this.#mounted.has(name));
    const unprocessed = unmounted.filter((name) => !this.#underWay.has(name));
    const { name, namespace = "", uid = "" } = this.#pod.metadata;
    return new VolumesMissing(
      fill(words.volumesMissing, {
        ...{ name, namespace, pod: `${name}_${namespace}(${uid})` },
        ...{ unmounted: list(unmounted), volumes: list(names), unprocessed: list(unprocessed) },
        unattached: list(unprocessed),
        why: why ?? words.volumesTimeout,
      }),
    );
  }
}

/** The volumes that its containers mount, in the order of the pod. */
export function usedVolumes({ spec }: Pod): Volume[] {
  const used = new Set<string>();
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const { name } of container.volumeMounts ?? []) used.add(name);
  }
  return (spec.volumes ?? []).filter(({ name }) => used.has(name));
}

function checkAffinity({ spec, host }: MountRequest): void {
  const required = spec.persistentVolume?.spec.nodeAffinity?.required;
  const node = host.node();
  if (!required || !node || selectsNode(required, node)) return;
  throw new MountError("No matching NodeSelectorTerms", "MountVolume.NodeAffinity check");
}
