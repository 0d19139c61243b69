// What all parts of one running kubelet share. Made when the kubelet starts, lost when it stops.

import type { Era } from "../../api/era.ts";
import type { Node } from "../../api/node.ts";
import type { Container, Pod } from "../../api/pod.ts";
import type { Service } from "../../api/service.ts";
import type { KubeletWords } from "../../api/words/kubelet.ts";
import type { Client } from "../../client/client.ts";
import type { EventRecorder, ObjectPart } from "../../client/events.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Network } from "../../machine/network.ts";
import type { Clock } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { NodeTimings } from "../timings.ts";
import type { ObjectCache } from "./objects.ts";

export interface KubeletTools {
  readonly clock: Clock;
  readonly era: Era;
  readonly words: KubeletWords;
  readonly random: Random;
  readonly timings: NodeTimings;
  readonly machine: Machine;
  readonly network: Network;
  readonly runtime: Runtime;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** Every exec probe succeeds, whatever it runs. */
  readonly probesSucceed: boolean;
  readonly objects: ObjectCache;
  services(): Iterable<Service>;
  /** The node as the API has it. */
  node(): Node | undefined;
  /** Aborts when the kubelet stops. */
  readonly signal: AbortSignal;
  /**
   * Runs work in the background, in a turn of its own; what it throws is our bug, unless we stop.
   */
  spawn(work: () => Promise<void>): void;
  /** Writes a line to the journal. */
  log(text: string): void;
}

/** `name_namespace(uid)`: pods in log lines and messages. */
export const podText = ({ metadata: { name, namespace = "", uid = "" } }: Pod): string =>
  `${name}_${namespace}(${uid})`;

/** The container that an event is about, as a part of its pod: `spec.containers{web}`. */
export function containerOf(pod: Pod, { name }: Pick<Container, "name">): ObjectPart {
  const init = pod.spec.initContainers?.some((container) => container.name === name) ?? false;
  return { of: pod, fieldPath: `spec.${init ? "initContainers" : "containers"}{${name}}` };
}

export const isStaticPod = ({ metadata }: Pod): boolean => {
  const source = metadata.annotations?.["kubernetes.io/config.source"];
  return source !== undefined && source !== "api" && !isMirrorPod({ metadata });
};

export const isMirrorPod = ({ metadata }: Pick<Pod, "metadata">): boolean =>
  metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;

/** Something of a sync failed: it is tried again after a while. */
export class SyncError extends Error {
  override readonly name = "SyncError";
  /** All that failed was a wait that is not over; this is how long it still takes. */
  readonly waitMs: number | undefined;
  constructor(message: string, waitMs?: number) {
    super(message);
    this.waitMs = waitMs;
  }
}
