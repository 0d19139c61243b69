// Nodes on which room is being made for pods. pkg/scheduler/internal/queue nominatedPodMap.

import type { PodInfo } from "./pod-info.ts";

export class Nominations {
  readonly #byNode = new Map<string, Map<string, PodInfo>>();
  readonly #nodes = new Map<string, string>();

  on(node: string): readonly PodInfo[] {
    const pods = this.#byNode.get(node);
    return pods ? [...pods.values()] : [];
  }

  /** The pod is promised the node; without one, that of its status, if it has one. */
  set(info: PodInfo, node = info.pod.status.nominatedNodeName ?? ""): void {
    this.delete(info);
    if (!node) return;
    this.#nodes.set(info.uid, node);
    const pods = this.#byNode.get(node) ?? new Map<string, PodInfo>();
    this.#byNode.set(node, pods.set(info.uid, info));
  }

  /** The pod has changed: what it was promised holds until its status says so itself. */
  update(before: PodInfo, now: PodInfo): void {
    const silent = !before.pod.status.nominatedNodeName && !now.pod.status.nominatedNodeName;
    const node = silent ? this.#nodes.get(before.uid) : undefined;
    this.delete(before);
    this.set(now, node);
  }

  delete({ uid }: Pick<PodInfo, "uid">): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    this.#nodes.delete(uid);
    const pods = this.#byNode.get(node);
    pods?.delete(uid);
    if (pods?.size === 0) this.#byNode.delete(node);
  }
}
