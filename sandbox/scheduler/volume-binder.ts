// Finds, for a pod and a node, the volumes for those claims that wait for their first consumer;
// takes them; and waits until the binder of claims has bound them.
// pkg/controller/volume/scheduling/scheduler_binder.go.

import { clone } from "../api/clone.ts";
import { keyOf } from "../api/meta.ts";
import { type Node, nodes } from "../api/node.ts";
import { type PersistentVolume, persistentVolumes } from "../api/persistentvolume.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../api/pod.ts";
import { type StorageClass, storageClasses } from "../api/storageclass.ts";
import {
  bestVolume,
  classOf,
  isFullyBound,
  noProvisioner,
  reaches,
  requestOf,
  reserve,
  selectedNode,
} from "../api/volume-binding.ts";
import type { Client } from "../client/client.ts";
import type { Cache } from "../client/informers.ts";
import type { Clock } from "../sim/clock.ts";
import { Assumptions } from "./assumptions.ts";
import { SchedulingError } from "./framework.ts";
import type { PodInfo } from "./pod-info.ts";

/** The index by which volumes are found from their class. */
export const byClass = "class";

const POLL_MS = 1_000;
const TIMEOUT_MS = 600_000;

/** The claims of a pod, by what can be done about them. */
export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** They wait for the node to be chosen. */
  readonly delayed: readonly PersistentVolumeClaim[];
  /** They ought to be bound by now. */
  readonly immediate: readonly PersistentVolumeClaim[];
}

/** What is to be bound if the pod goes to a certain node. */
export interface PodVolumes {
  readonly bindings: readonly { volume: PersistentVolume; claim: PersistentVolumeClaim }[];
  readonly provisions: readonly PersistentVolumeClaim[];
}

export type Conflict = "volume gone" | "unreachable" | "no volume";

export interface VolumeBinderOptions {
  readonly cache: Cache;
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class VolumeBinder {
  readonly #options: VolumeBinderOptions;
  readonly #claims: Assumptions<PersistentVolumeClaim>;
  readonly #volumes: Assumptions<PersistentVolume>;

  constructor(options: VolumeBinderOptions) {
    this.#options = options;
    this.#claims = new Assumptions(persistentVolumeClaims, options.cache);
    this.#volumes = new Assumptions(persistentVolumes, options.cache);
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return this.#claims.get({ namespace, name });
  }

  volume(name: string): PersistentVolume | undefined {
    return this.#volumes.get({ namespace: "", name });
  }

  volumesOf(storageClass: string): PersistentVolume[] {
    return this.#volumes.by(byClass, storageClass);
  }

  storageClass(claim: PersistentVolumeClaim): StorageClass | undefined {
    const name = classOf(claim);
    return name ? this.#options.cache.get(storageClasses, { namespace: "", name }) : undefined;
  }

  claimsOf({ pod, claims }: PodInfo): PodClaims {
    const sorted = { bound: [], delayed: [], immediate: [] } as {
      [kind in keyof PodClaims]: PersistentVolumeClaim[];
    };
    for (const name of claims) {
      const claim = this.claim(pod.metadata.namespace ?? "", name);
      if (!claim) continue;
      const waits = this.storageClass(claim)?.volumeBindingMode === "WaitForFirstConsumer";
      if (isFullyBound(claim)) sorted.bound.push(claim);
      else if (waits && !claim.spec.volumeName) sorted.delayed.push(claim);
      else sorted.immediate.push(claim);
    }
    return sorted;
  }

  /** The volumes for the pod on this node, or all that speaks against it. */
  find({ bound, delayed }: PodClaims, node: Node): PodVolumes | readonly Conflict[] {
    const conflicts: Conflict[] = [];
    const problem = this.#checkBound(bound, node);
    if (problem === "unreachable") conflicts.push(problem);
    const found = this.#match(delayed, node);
    if (!found) conflicts.push("no volume");
    if (problem === "volume gone") conflicts.push(problem);
    return conflicts.length > 0 || !found ? conflicts : found;
  }

  #checkBound(claims: readonly PersistentVolumeClaim[], node: Node): Conflict | undefined {
    for (const { spec } of claims) {
      const volume = this.volume(spec.volumeName ?? "");
      if (!volume) return "volume gone";
      if (!reaches(volume, node)) return "unreachable";
    }
    return undefined;
  }

  /** Small claims choose first, so that large volumes are left for large claims. */
  #match(claims: readonly PersistentVolumeClaim[], node: Node): PodVolumes | undefined {
    const bindings: { volume: PersistentVolume; claim: PersistentVolumeClaim }[] = [];
    const provisions: PersistentVolumeClaim[] = [];
    const free: PersistentVolumeClaim[] = [];
    for (const claim of claims) {
      const chosen = claim.metadata.annotations?.[selectedNode];
      if (chosen === undefined) free.push(claim);
      // Somebody makes a volume for it already, elsewhere.
      else if (chosen !== node.metadata.name) return undefined;
      else provisions.push(claim);
    }
    const taken = new Set<string>();
    for (const claim of free.sort((a, b) => requestOf(a) - requestOf(b))) {
      const volume = bestVolume(claim, this.volumesOf(classOf(claim)), {
        node,
        delayed: true,
        taken,
      });
      if (volume) {
        taken.add(volume.metadata.name);
        bindings.push({ volume, claim });
      } else {
        provisions.push(claim);
      }
    }
    return provisions.every((claim) => this.#canProvision(claim, node))
      ? { bindings, provisions }
      : undefined;
  }

  #canProvision(claim: PersistentVolumeClaim, node: Node): boolean {
    const storageClass = this.storageClass(claim);
    if (!storageClass?.provisioner || storageClass.provisioner === noProvisioner) return false;
    const terms = storageClass.allowedTopologies ?? [];
    return (
      terms.length === 0 ||
      terms.some(({ matchLabelExpressions = [] }) =>
        matchLabelExpressions.every(({ key, values }) =>
          values.includes(node.metadata.labels?.[key] ?? ""),
        ),
      )
    );
  }

  /** From now on the volumes count as taken. Undefined if all are bound already. */
  assume(info: PodInfo, node: string, found: PodVolumes): PodVolumes | undefined {
    const { delayed, immediate } = this.claimsOf(info);
    if (delayed.length + immediate.length === 0) return undefined;
    const bindings = found.bindings.map(({ volume, claim }) => {
      const reserved = reserve(volume, claim);
      if (reserved) this.#volumes.assume(reserved);
      return { volume: reserved ?? volume, claim };
    });
    const provisions = found.provisions.map((claim) => {
      const draft = clone(claim);
      draft.metadata.annotations = { ...draft.metadata.annotations, [selectedNode]: node };
      this.#claims.assume(draft);
      return draft;
    });
    return { bindings, provisions };
  }

  revert({ bindings, provisions }: PodVolumes): void {
    for (const { volume } of bindings) this.#volumes.restore(volume);
    for (const claim of provisions) this.#claims.restore(claim);
  }

  /** Writes what was assumed, and waits until the claims are bound. Throws SchedulingError. */
  async bind(pod: Pod, nodeName: string, assumed: PodVolumes): Promise<void> {
    const { client, clock, signal } = this.#options;
    const written: PodVolumes = {
      bindings: await each(assumed.bindings, async ({ volume, claim }) => ({
        volume: await client.update(persistentVolumes, clone(volume)),
        claim,
      })),
      provisions: await each(assumed.provisions, (claim) =>
        client.update(persistentVolumeClaims, clone(claim)),
      ),
    };
    for (let waited = POLL_MS; waited <= TIMEOUT_MS; waited += POLL_MS) {
      await clock.sleep(POLL_MS, signal);
      if (this.#isDone(pod, nodeName, written)) return;
    }
    throw new SchedulingError("timed out waiting for the condition");
  }

  #isDone(pod: Pod, nodeName: string, { bindings, provisions }: PodVolumes): boolean {
    const { cache } = this.#options;
    const node = cache.get(nodes, { namespace: "", name: nodeName });
    if (!node)
      throw new SchedulingError(`failed to get node "${nodeName}": node "${nodeName}" not found`);
    if (!cache.get(pods, keyOf(pod))) {
      const { name } = pod.metadata;
      throw new SchedulingError(`pod does not exist any more: pod "${name}" not found`);
    }
    for (const { volume, claim } of bindings) {
      const heard = this.#volumes.heard(keyOf(volume));
      if (!heard)
        throw new SchedulingError(
          `failed to check binding: could not find v1.PersistentVolume "${volume.metadata.name}"`,
        );
      if (isOlder(heard, volume)) return false;
      checkReach(heard, node);
      if (!heard.spec.claimRef?.uid) {
        throw new SchedulingError(`ClaimRef got reset for pv "${volume.metadata.name}"`);
      }
      if (!isFullyBound(this.#heardClaim(claim))) return false;
    }
    return provisions.every((claim) => this.#isProvisioned(claim, node));
  }

  #isProvisioned(claim: PersistentVolumeClaim, node: Node): boolean {
    const heard = this.#heardClaim(claim);
    if (isOlder(heard, claim)) return false;
    const { name, annotations } = heard.metadata;
    if (!annotations) throw new SchedulingError(`selectedNode annotation reset for PVC "${name}"`);
    if (annotations[selectedNode] !== node.metadata.name) {
      throw new SchedulingError(`provisioning failed for PVC "${name}"`);
    }
    if (heard.spec.volumeName) {
      const volume = this.#volumes.heard({ namespace: "", name: heard.spec.volumeName });
      if (!volume) return false;
      checkReach(volume, node);
    }
    return isFullyBound(heard);
  }

  #heardClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
    const heard = this.#claims.heard(keyOf(claim));
    if (heard) return heard;
    const { namespace, name } = claim.metadata;
    throw new SchedulingError(
      `failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "${namespace}/${name}"`,
    );
  }
}

const isOlder = (heard: PersistentVolume | PersistentVolumeClaim, written: typeof heard): boolean =>
  Number(heard.metadata.resourceVersion) < Number(written.metadata.resourceVersion);

function checkReach(volume: PersistentVolume, node: Node): void {
  if (reaches(volume, node)) return;
  throw new SchedulingError(
    `pv "${volume.metadata.name}" node affinity doesn't match node "${node.metadata.name}": no matching NodeSelectorTerms`,
  );
}

/** One after the other. */
async function each<A, B>(items: readonly A[], make: (item: A) => Promise<B>): Promise<B[]> {
  const made: B[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}
