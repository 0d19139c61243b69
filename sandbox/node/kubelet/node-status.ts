// What the node says of itself in the API, and when: at once when it begins, later only what is
// new.
// kubelet_node_status.go, pkg/kubelet/nodestatus/setters.go.

import { equal } from "../../api/clone.ts";
import { Unreachable } from "../../api/http.ts";
import { type Condition, condition } from "../../api/meta.ts";
import { type Node, type NodeStatus, nodes, type Taint } from "../../api/node.ts";
import { isReason, StatusError } from "../../api/status.ts";
import { timestamp } from "../../api/time.ts";
import { familiarName, parseReference } from "../../machine/image.ts";
import type { Timer } from "../../sim/clock.ts";
import type { KubeletTools } from "./tools.ts";

/** What is written on the machine's case. */
export interface NodeDescription {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, string>>;
  /** What is kept for the system is left out of it. */
  readonly allocatable: Readonly<Record<string, string>>;
  readonly providerID: string | undefined;
  readonly osImage: string;
  /** The server's version unless given. */
  readonly kubeletVersion?: string;
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
}

/** nodeStatusUpdateFrequency: news of the node wait for this beat. */
const BEAT_MS = 10_000;
const IMAGES = 50;

export class NodeReporter {
  readonly #tools: KubeletTools;
  readonly #description: NodeDescription;
  readonly #inUse: () => readonly string[];
  #timer: Timer | undefined;
  #images = -1;
  #unschedulable: boolean | undefined;

  constructor(tools: KubeletTools, description: NodeDescription, inUse: () => readonly string[]) {
    this.#tools = tools;
    this.#description = description;
    this.#inUse = inUse;
  }

  /** Puts the node into the API, or finds it there. */
  async register(): Promise<Node> {
    const { client, clock, nodeName, signal } = this.#tools;
    for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, 7_000)) {
      try {
        return await client.create(nodes, this.#initial()).catch(async (error: unknown) => {
          if (!isReason(error, "AlreadyExists")) throw error;
          return this.#report(await client.get(nodes, { namespace: "", name: nodeName }));
        });
      } catch (error) {
        if (!(error instanceof StatusError || error instanceof Unreachable)) throw error;
      }
      await clock.sleep(waitMs, signal);
    }
  }

  /** Something is new: it is told at the next beat. */
  later(): void {
    const { clock, spawn, signal } = this.#tools;
    if (signal.aborted) return;
    this.#timer ??= clock.after(BEAT_MS - (clock.now() % BEAT_MS), () => {
      this.#timer = undefined;
      spawn(() => this.now());
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Tells what is new. */
  async now(): Promise<void> {
    const { client, nodeName } = this.#tools;
    try {
      await this.#report(await client.get(nodes, { namespace: "", name: nodeName }));
    } catch (error) {
      if (isReason(error, "NotFound")) await this.register();
      else if (error instanceof StatusError || error instanceof Unreachable) this.later();
      else throw error;
    }
  }

  /** Whether pods may be sent here; a change is told at the next beat. */
  noteSchedulable(unschedulable: boolean): void {
    const before = this.#unschedulable;
    this.#unschedulable = unschedulable;
    if (before === undefined || before === unschedulable) return;
    const { clock, events, nodeName, signal } = this.#tools;
    const what = unschedulable ? "NodeNotSchedulable" : "NodeSchedulable";
    clock.after(BEAT_MS - (clock.now() % BEAT_MS), () => {
      if (signal.aborted || this.#unschedulable !== unschedulable) return;
      events.normal(nodeReference(nodeName), what, `Node ${nodeName} status is now: ${what}`);
    });
  }

  /** The node with its status as it is now. */
  async current(): Promise<Node> {
    const { client, nodeName } = this.#tools;
    const node = await client.get(nodes, { namespace: "", name: nodeName });
    return { ...node, status: this.#status(node.status) };
  }

  /** True if images have come or gone since they were told. */
  get hasNewImages(): boolean {
    return this.#images !== this.#tools.runtime.images.size;
  }

  async #report(node: Node): Promise<Node> {
    const { client, nodeName } = this.#tools;
    const next = this.#status(node.status);
    if (equal(withoutBeats(next), withoutBeats(node.status))) return node;
    const key = { namespace: "", name: nodeName };
    return client.patch(nodes, key, { body: { status: next }, subresource: "status" });
  }

  #initial(): Node {
    const { nodeName, words } = this.#tools;
    const { labels, annotations, taints, providerID } = this.#description;
    const platform = words.labelPrefixes.flatMap((prefix) => [
      [`${prefix}arch`, "amd64"],
      [`${prefix}os`, "linux"],
    ]);
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: nodeName,
        labels: {
          ...Object.fromEntries(platform),
          "kubernetes.io/hostname": nodeName,
          ...labels,
        },
        ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
      },
      spec: {
        ...(taints.length > 0 && { taints: [...taints] }),
        ...(providerID !== undefined && { providerID }),
      },
      status: this.#status({}),
    };
  }

  #status(old: NodeStatus): NodeStatus {
    const { hostIP, machine, era, words, runtime, nodeName } = this.#tools;
    const { capacity, allocatable, osImage, kubeletVersion, ...ids } = this.#description;
    const { machineID, systemUUID, bootID } = ids;
    const gitVersion = kubeletVersion ?? era.build.gitVersion;
    this.#images = runtime.images.size;
    const { bootID: lastBoot } = old.nodeInfo ?? {};
    if (lastBoot && lastBoot !== bootID) {
      const message = `Node ${nodeName} has been rebooted, boot id: ${bootID}`;
      this.#tools.events.warning(nodeReference(nodeName), "Rebooted", message);
    }
    const inUse = this.#inUse();
    return {
      ...old,
      capacity: { ...old.capacity, ...capacity },
      allocatable: { ...old.allocatable, ...allocatable },
      conditions: this.#conditions(old.conditions ?? []),
      addresses: [
        { type: "InternalIP", address: hostIP },
        { type: "Hostname", address: nodeName },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        ...{ machineID, systemUUID, bootID, osImage },
        kernelVersion: machine.system.kernel,
        containerRuntimeVersion: `${words.runtime}://${words.runtimeVersion}`,
        kubeletVersion: gitVersion,
        kubeProxyVersion: words.tellsProxy ? gitVersion : "",
        operatingSystem: "linux",
        architecture: "amd64",
      },
      images: this.#imageList(),
      ...((inUse.length > 0 || old.volumesInUse) && { volumesInUse: [...inUse] }),
    };
  }

  #imageList(): NonNullable<NodeStatus["images"]> {
    const all = [...this.#tools.runtime.images.values()].map(({ reference, digest, image }) => {
      const parsed = parseReference(reference);
      const docker = this.#tools.words.runtime === "docker" && parsed !== undefined;
      const name = docker ? familiarName(parsed) : reference;
      const plain = name.slice(0, name.lastIndexOf(":"));
      return { names: [`${plain}@sha256:${digest}`, name], sizeBytes: image.size };
    });
    return all.sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, IMAGES);
  }

  #conditions(old: readonly Condition[]): Condition[] {
    const { runtime, clock, words } = this.#tools;
    const problems = [
      ...(runtime.isUp ? [] : ["container runtime is down"]),
      ...(runtime.podCIDR === undefined ? [networkNotReady] : []),
    ];
    const ready: Omit<Condition, "type"> =
      problems.length === 0
        ? { status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }
        : { status: "False", reason: "KubeletNotReady", message: bracketed(problems) };
    const now = timestamp(clock.now());
    const none: readonly Condition[] = words.pressures.map((type) => {
      const [reason, message] = pressures[type];
      return { type, status: "False", reason, message };
    });
    const mine = [...none, { type: "Ready", ...ready }].map((next): Condition => {
      const before = condition(old, next.type);
      const same = before?.status === next.status;
      if (!same) this.#announce(next, before);
      const since = same ? before?.lastTransitionTime : now;
      return { ...next, lastHeartbeatTime: now, lastTransitionTime: since ?? now };
    });
    const types = new Set(mine.map(({ type }) => type));
    return [...old.filter(({ type }) => !types.has(type)), ...mine];
  }

  /** One event for each condition that turned. */
  #announce({ type, status, reason }: Condition, before: Condition | undefined): void {
    const { events, nodeName } = this.#tools;
    let what = `Node${reason?.replace(/^Kubelet/, "")}`;
    if (type === "Ready") {
      if (!before) return;
      what = status === "True" ? "NodeReady" : "NodeNotReady";
    }
    events.normal(nodeReference(nodeName), what, `Node ${nodeName} status is now: ${what}`);
  }
}

/** What events about the node refer to: the kubelet takes the name for the uid. */
export const nodeReference = (name: string): Node => ({
  ...{ apiVersion: "v1", kind: "Node", metadata: { name, uid: name }, spec: {}, status: {} },
});

const networkNotReady =
  "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni config uninitialized";

const bracketed = (texts: readonly string[]): string =>
  texts.length === 1 ? (texts[0] as string) : `[${texts.join(", ")}]`;

const pressures = {
  OutOfDisk: ["KubeletHasSufficientDisk", "kubelet has sufficient disk space available"],
  MemoryPressure: ["KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  DiskPressure: ["KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  PIDPressure: ["KubeletHasSufficientPID", "kubelet has sufficient PID available"],
} as const;

function withoutBeats(status: NodeStatus): NodeStatus {
  const conditions = (status.conditions ?? []).map(({ lastHeartbeatTime: _beat, ...rest }) => rest);
  return { ...status, conditions };
}
