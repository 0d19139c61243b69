// A node with the pods on it and the sums of what they ask for, kept true as pods come and go.
// pkg/scheduler/framework/types.go NodeInfo.

import type { Node } from "../api/node.ts";
import { type Amounts, amountsOf } from "../api/pod-requests.ts";
import type { HostPort, PodInfo } from "./pod-info.ts";

const ANY = "0.0.0.0";

export class NodeInfo {
  readonly name: string;
  /** Undefined while only its pods have been heard of. */
  #node: Node | undefined;
  #allocatable: Amounts = new Map();
  readonly #pods = new Map<string, PodInfo>();
  readonly #requested: Amounts = new Map();
  readonly usual = { cpu: 0, memory: 0 };
  readonly #ports = new Map<string, Map<string, number>>();
  readonly #affine = new Map<string, PodInfo>();

  constructor(name: string) {
    this.name = name;
  }

  get node(): Node | undefined {
    return this.#node;
  }

  set node(node: Node | undefined) {
    this.#node = node;
    this.#allocatable = amountsOf(node?.status.allocatable);
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#node?.metadata.labels ?? {};
  }

  get pods(): Iterable<PodInfo> {
    return this.#pods.values();
  }

  get podCount(): number {
    return this.#pods.size;
  }

  /** Those that say something about other pods. */
  get affinePods(): Iterable<PodInfo> {
    return this.#affine.values();
  }

  get hasAffinePods(): boolean {
    return this.#affine.size > 0;
  }

  allocatable(resource: string): number {
    return this.#allocatable.get(resource) ?? 0;
  }

  requested(resource: string): number {
    return this.#requested.get(resource) ?? 0;
  }

  add(info: PodInfo): void {
    this.remove(info);
    this.#pods.set(info.uid, info);
    if (info.affinity) this.#affine.set(info.uid, info);
    this.#count(info, 1);
  }

  remove({ uid }: Pick<PodInfo, "uid">): void {
    const info = this.#pods.get(uid);
    if (!info) return;
    this.#pods.delete(uid);
    this.#affine.delete(uid);
    this.#count(info, -1);
  }

  #count({ requests, usual, ports }: PodInfo, sign: 1 | -1): void {
    for (const [resource, amount] of requests) {
      this.#requested.set(resource, this.requested(resource) + sign * amount);
    }
    this.usual.cpu += sign * usual.cpu;
    this.usual.memory += sign * usual.memory;
    for (const port of ports) {
      const key = `${port.protocol}/${port.port}`;
      const byIp = this.#ports.get(key) ?? new Map<string, number>();
      byIp.set(port.ip, (byIp.get(port.ip) ?? 0) + sign);
      if (byIp.get(port.ip) === 0) byIp.delete(port.ip);
      this.#ports.set(key, byIp);
    }
  }

  /** A port is taken on its own address, and on all of them by the address that means all. */
  isPortTaken({ protocol, port, ip }: HostPort): boolean {
    const byIp = this.#ports.get(`${protocol}/${port}`);
    if (!byIp || byIp.size === 0) return false;
    return ip === ANY || byIp.has(ANY) || byIp.has(ip);
  }

  /** For playing through what would be if pods came or went. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.node = this.#node;
    for (const info of this.#pods.values()) copy.add(info);
    return copy;
  }
}
