// The container runtime of one node: sandboxes, containers and images, by the verbs of the
// container runtime interface. It knows nothing of the API; what runs in it goes on when the
// kubelet stops.

import type { Era } from "../../api/era.ts";
import { formatIPv4, parseCidr } from "../../api/ip.ts";
import { type Disk, FileError } from "../../machine/files.ts";
import {
  familiarName,
  type ImageRegistry,
  parseReference,
  referenceText,
  type Tagged,
} from "../../machine/image.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Fabric } from "../../machine/network.ts";
import { present } from "../../sim/assert.ts";
import type { Clock } from "../../sim/clock.ts";
import { hex, type Random } from "../../sim/random.ts";
import { fill } from "../fill.ts";
import type { NodeTimings } from "../timings.ts";
import type { ContainerConfig, SandboxConfig } from "./config.ts";
import { CannotRun, Container } from "./container.ts";
import { createSandbox, type Sandbox } from "./sandbox.ts";

export interface RuntimeOptions {
  readonly machine: Machine;
  readonly fabric: Fabric;
  readonly random: Random;
  readonly registry: ImageRegistry;
  readonly era: Era;
  readonly timings: NodeTimings;
  /** Every image that there is has been pulled already. */
  readonly pretends?: boolean;
  /** Whatever a container should run, it does nothing and goes on for ever. */
  readonly scripted?: boolean;
}

/** What sandboxes and containers need of the runtime they are in. */
export interface RuntimeParts extends RuntimeOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  /** Something of this pod is not as it was. */
  changed(uid: string): void;
}

/** All that the runtime has of one pod, the newest first. */
export interface PodParts {
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly Container[];
}

/** The runtime could not do it; the message is what it answers. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
}

const nothing: PodParts = { sandboxes: [], containers: [] };

export class Runtime {
  /** Addresses for pods; undefined until somebody says so. */
  podCIDR: string | undefined;
  readonly images = new Map<string, Tagged>();
  /** What it runs on; another one after the old one was switched off and on again. */
  machine: Machine;
  readonly #options: RuntimeOptions;
  readonly #parts: RuntimeParts;
  readonly #pods = new Map<string, PodParts>();
  readonly #containers = new Map<string, Container>();
  readonly #listeners = new Set<(uid: string) => void>();
  readonly #watchers = new Set<() => void>();
  #isUp = false;
  readonly #addresses = new Set<string>();
  #lastAddress = 1;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    const { machine, ...rest } = options;
    this.machine = machine;
    const current = () => this.machine;
    this.#parts = {
      ...rest,
      get machine() {
        return current();
      },
      clock: machine.clock,
      disk: present(machine.files.mounts()[0], "a disk").disk,
      changed: (uid) => this.#tell(uid),
    };
  }

  /** `containerd.service` is running. */
  get isUp(): boolean {
    return this.#isUp;
  }

  set isUp(isUp: boolean) {
    this.#isUp = isUp;
    for (const hear of [...this.#watchers]) hear();
  }

  /** Called when the service has started or stopped. */
  onUpDown(hear: () => void): () => void {
    this.#watchers.add(hear);
    return () => this.#watchers.delete(hear);
  }

  /** Called with the pod's uid whenever something of it started, ended or went. */
  onChange(hear: (uid: string) => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  get pods(): ReadonlyMap<string, PodParts> {
    return this.#pods;
  }

  pod(uid: string): PodParts {
    return this.#pods.get(uid) ?? nothing;
  }

  container(id: string): Container | undefined {
    return this.#containers.get(id);
  }

  /** The image that a pod's reference means, if it is on this node. */
  image(reference: string): Tagged | undefined {
    const parsed = parseReference(reference);
    const { pretends, registry } = this.#options;
    const found = pretends ? registry.find(reference) : undefined;
    if (typeof found === "object") this.images.set(found.reference, found);
    return parsed && this.images.get(referenceText(parsed));
  }

  /** Fetches an image. Rejects with `RuntimeError`. */
  async pull(reference: string, signal: AbortSignal): Promise<Tagged> {
    const { era, registry, timings } = this.#options;
    const { machine } = this;
    this.#demand();
    const parsed = present(parseReference(reference), "a reference that was looked at");
    const found = registry.find(reference);
    if (typeof found === "string") {
      await machine.clock.sleep(timings.pullMs, signal);
      const words = era.words.kubelet;
      const said = {
        "no such tag": words.noTag,
        "no such repository": words.noRepository,
        "no such host": words.noHost,
      }[found];
      const image = familiarName(parsed);
      const name = image.slice(0, image.lastIndexOf(":"));
      throw new RuntimeError(fill(said, { ...parsed, image, name, full: referenceText(parsed) }));
    }
    const transfer = this.images.has(found.reference)
      ? 0
      : found.image.size / timings.pullBytesPerMs;
    await machine.clock.sleep(timings.pullMs + transfer, signal);
    this.images.set(found.reference, found);
    return found;
  }

  /** Makes a sandbox with a network. */
  async runSandbox(config: SandboxConfig, signal: AbortSignal): Promise<Sandbox> {
    const { clock } = this.machine;
    const { timings } = this.#options;
    this.#demand();
    if (timings.sandboxMs > 0) await clock.sleep(timings.sandboxMs, signal);
    const ip = config.hostNetwork ? "" : this.#allocate();
    const { pod, attempt } = config;
    const id = this.#id(`sandbox ${pod.uid} ${attempt}`);
    const sandbox = createSandbox(id, config, { parts: this.#parts, ip });
    const { sandboxes, containers } = this.pod(pod.uid);
    this.#pods.set(pod.uid, { sandboxes: [sandbox, ...sandboxes], containers });
    this.#tell(pod.uid);
    return sandbox;
  }

  /** Ends what still runs in it and gives back its address. */
  stopSandbox(sandbox: Sandbox): void {
    for (const container of this.pod(sandbox.pod.uid).containers) {
      if (container.sandbox === sandbox) container.signal("SIGKILL");
    }
    if (!sandbox.ready) return;
    sandbox.ready = false;
    sandbox.close();
    this.#addresses.delete(sandbox.ip);
    this.#tell(sandbox.pod.uid);
  }

  /** Makes a container. Rejects with `RuntimeError`. */
  async createContainer(
    sandbox: Sandbox,
    asked: ContainerConfig,
    signal: AbortSignal,
  ): Promise<Container> {
    const { clock } = this.machine;
    const { timings, scripted } = this.#options;
    const config = scripted ? idle(asked) : asked;
    this.#demand();
    if (timings.containerMs > 0) await clock.sleep(timings.containerMs, signal);
    const { uid } = sandbox.pod;
    const id = this.#id(`container ${uid} ${config.name} ${config.attempt}`);
    const container = this.#make(id, sandbox, config);
    if (container.argv.length === 0 && !config.image.unknown) {
      throw new RuntimeError(fill(this.#words.noCommand, { id: config.name }));
    }
    this.#containers.set(id, container);
    const { sandboxes, containers } = this.pod(uid);
    this.#pods.set(uid, { sandboxes, containers: [container, ...containers] });
    return container;
  }

  /** Starts a container. Throws `RuntimeError`; the container has then ended. */
  startContainer(container: Container): void {
    try {
      container.start();
      this.#tell(container.sandbox.pod.uid);
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      const words = this.#words;
      const message = fill(words.cannotRun, { id: container.id, ...spelled(error.message) });
      container.message = message.replace(/^.*Error response from daemon: /, "");
      container.end(words.cannotRunCode, words.cannotRunReason);
      throw new RuntimeError(message);
    }
  }

  removeContainer(container: Container): void {
    const { uid } = container.sandbox.pod;
    this.#containers.delete(container.id);
    const { sandboxes, containers } = this.pod(uid);
    this.#pods.set(uid, { sandboxes, containers: containers.filter((each) => each !== container) });
  }

  /** Forgets a pod of which nothing runs any more. */
  removePod(uid: string): void {
    for (const { id } of this.pod(uid).containers) this.#containers.delete(id);
    for (const sandbox of this.pod(uid).sandboxes) this.stopSandbox(sandbox);
    this.#pods.delete(uid);
  }

  /** The machine went down: nothing runs any more, but what there was is remembered. */
  powerOff(): void {
    this.isUp = false;
    for (const { sandboxes, containers } of [...this.#pods.values()]) {
      for (const container of containers) {
        if (container.state === "running") container.end(255);
      }
      for (const sandbox of sandboxes) this.stopSandbox(sandbox);
    }
  }

  get #words() {
    return this.#options.era.words.kubelet;
  }

  #make(id: string, sandbox: Sandbox, config: ContainerConfig): Container {
    try {
      return new Container({ id, sandbox, config }, this.#parts);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const why = `error mounting to rootfs at "${error.path}": ${error.message.toLowerCase()}`;
      throw new RuntimeError(fill(this.#words.cannotRun, { id: config.name, ...spelled(why) }));
    }
  }

  #demand(): void {
    if (this.isUp) return;
    throw new RuntimeError("rpc error: code = Unavailable desc = connection error");
  }

  #id(what: string): string {
    return hex(this.#options.random.stream(what), 64);
  }

  #tell(uid: string): void {
    for (const hear of [...this.#listeners]) hear(uid);
  }

  /** The next free address of the node's range, as the host-local plugin of CNI gives them. */
  #allocate(): string {
    const range = parseCidr(this.podCIDR ?? "");
    if (!range) throw new RuntimeError("network plugin is not ready: cni config uninitialized");
    for (let tried = 0; tried < range.size - 3; tried++) {
      this.#lastAddress = this.#lastAddress >= range.size - 2 ? 2 : this.#lastAddress + 1;
      const address = formatIPv4(range.first + this.#lastAddress);
      if (this.#addresses.has(address)) continue;
      this.#addresses.add(address);
      return address;
    }
    throw new RuntimeError(
      `failed to allocate for range 0: no IP addresses available in range set: ${formatIPv4(range.first + 1)}-${formatIPv4(range.first + range.size - 2)}`,
    );
  }
}

/** What cannot be run, plainly and with its quotes escaped. */
export const spelled = (why: string): { why: string; quoted: string } => ({
  why,
  quoted: why.replaceAll('"', '\\"'),
});

const idle = (config: ContainerConfig): ContainerConfig => ({
  ...{ ...config, command: ["pause"], args: [] },
  // It heeds the common signal, whatever the image asks for.
  image: { ...config.image, unknown: true, image: { ...config.image.image, config: {} } },
});
