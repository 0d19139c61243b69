// All nodes and the pods on them, with those pods that have been given a node but are not bound
// yet. pkg/scheduler/internal/cache/cache.go.

import type { Node } from "../api/node.ts";
import type { Pod } from "../api/pod.ts";
import { NodeInfo } from "./node-info.ts";
import { type PodInfo, podInfo } from "./pod-info.ts";

interface Placed {
  readonly info: PodInfo;
  readonly node: string;
  /** Nobody but us knows of it yet. */
  readonly assumed: boolean;
}

export class ClusterCache {
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #pods = new Map<string, Placed>();
  #list: readonly NodeInfo[] | undefined;

  /** Nodes that exist, in the order in which they were heard of. */
  get nodes(): readonly NodeInfo[] {
    this.#list ??= [...this.#nodes.values()].filter(({ node }) => node);
    return this.#list;
  }

  get(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  setNode(node: Node): void {
    const info = this.#infoOf(node.metadata.name);
    if (!info.node) this.#list = undefined;
    info.node = node;
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    info.node = undefined;
    if (info.podCount === 0) this.#nodes.delete(name);
    this.#list = undefined;
  }

  /** A pod that is bound, or was; what was assumed of it is true now, or was not. */
  setPod(pod: Pod): PodInfo {
    const known = this.#pods.get(pod.metadata.uid ?? "")?.info;
    // Most changes are of the status: what it asks for stays as it was.
    const same = known && known.pod.spec === pod.spec;
    const info = same ? { ...known, pod } : podInfo(pod);
    this.#put({ info, node: pod.spec.nodeName ?? "", assumed: false });
    return info;
  }

  /** From now on the pod counts on the node. */
  assume(info: PodInfo, node: string): void {
    this.#put({ info, node, assumed: true });
  }

  /** It does not get there after all. */
  forget({ uid }: Pick<PodInfo, "uid">): void {
    if (this.#pods.get(uid)?.assumed) this.removePod(uid);
  }

  isAssumed(uid: string): boolean {
    return this.#pods.get(uid)?.assumed ?? false;
  }

  removePod(uid: string): void {
    const placed = this.#pods.get(uid);
    if (!placed) return;
    this.#pods.delete(uid);
    const info = this.#nodes.get(placed.node);
    info?.remove(placed.info);
    if (info && !info.node && info.podCount === 0) this.#nodes.delete(placed.node);
  }

  #put(placed: Placed): void {
    const { uid } = placed.info;
    const before = this.#pods.get(uid);
    if (before && before.node !== placed.node) this.removePod(uid);
    this.#pods.set(uid, placed);
    this.#infoOf(placed.node).add(placed.info);
  }

  #infoOf(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.#nodes.set(name, info);
    }
    return info;
  }
}
