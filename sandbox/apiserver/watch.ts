// Watches: every later change of a kind, filtered as the caller asked, until one side lets go. An
// object that comes to match is ADDED, one that ceases to is DELETED, as upstream's cacher does it.

import { type KubeObject, keyOf } from "../api/meta.ts";
import { badRequest, isReason } from "../api/status.ts";
import { Channel } from "../sim/channel.ts";
import type { Clock } from "../sim/clock.ts";
import type { Registry } from "./registry.ts";
import { type Criteria, selectorFor } from "./selection.ts";
import type { Change, Store } from "./store.ts";

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: object;
}

export interface WatchRequest {
  /** Empty: all namespaces. */
  readonly namespace: string;
  readonly criteria: Criteria;
  /** Undefined or "0": the present state first, as ADDED events. */
  readonly resourceVersion: string | undefined;
  /** How long it may last; 0: until someone lets go. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal | undefined;
  /** What is sent for an object: as it is, or as a row of a table. */
  render(object: KubeObject): object;
}

/**
 * One per kind. The store is watched once; watchers that are about one node's pods (every kubelet
 * is) are found by that node, so that a hundred kubelets do not cost a hundredfold.
 */
export class Watchers {
  readonly #store: Store;
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #all = new Set<Watcher>();
  readonly #byNode = new Map<string, Set<Watcher>>();

  constructor(registry: Registry, { store, clock }: { store: Store; clock: Clock }) {
    this.#store = store;
    this.#registry = registry;
    this.#clock = clock;
    store.watch(registry.bucket, store.revision, (change) => this.#tell(change));
  }

  open(request: WatchRequest): AsyncIterable<WatchEvent> {
    const watcher = new Watcher(this.#registry, request, () => leave());
    const group = this.#groupOf(watcher);
    const stop = () => watcher.end();
    const { timeoutSeconds, signal } = request;
    const timer = timeoutSeconds > 0 ? this.#clock.after(timeoutSeconds * 1000, stop) : undefined;
    const leave = () => {
      timer?.cancel();
      group.delete(watcher);
      signal?.removeEventListener("abort", stop);
    };
    if (this.#catchUp(watcher, request)) group.add(watcher);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    return watcher.events;
  }

  /** Tells what has happened so far; false if that is no longer known. */
  #catchUp(watcher: Watcher, { resourceVersion, namespace }: WatchRequest): boolean {
    const from = Number(resourceVersion ?? 0);
    if (Number.isNaN(from)) throw badRequest(`Invalid value: ${JSON.stringify(resourceVersion)}`);
    if (from === 0) {
      for (const object of this.#registry.all(namespace)) watcher.present(object);
      return true;
    }
    try {
      this.#store.watch(this.#registry.bucket, from, (change) => watcher.hear(change))();
      return true;
    } catch (error) {
      // The watch is granted, and then says that it cannot be.
      if (!isReason(error, "Expired")) throw error;
      watcher.events.push({ type: "ERROR", object: error.status });
      watcher.end();
      return false;
    }
  }

  /** Ends every watch, as a server that goes down does. */
  close(): void {
    for (const watcher of [...this.#all]) watcher.end();
    for (const group of this.#byNode.values()) for (const watcher of [...group]) watcher.end();
  }

  #groupOf({ nodeName }: Watcher): Set<Watcher> {
    if (nodeName === undefined) return this.#all;
    let group = this.#byNode.get(nodeName);
    if (!group) {
      group = new Set();
      this.#byNode.set(nodeName, group);
    }
    return group;
  }

  #tell(change: Change): void {
    for (const watcher of this.#all) watcher.hear(change);
    if (this.#byNode.size === 0) return;
    const now = nodeOf(change.now.value);
    const before = change.before && nodeOf(change.before.value);
    for (const watcher of this.#byNode.get(now) ?? []) watcher.hear(change);
    if (before === undefined || before === now) return;
    for (const watcher of this.#byNode.get(before) ?? []) watcher.hear(change);
  }
}

const nodeOf = (object: KubeObject): string =>
  (object as KubeObject & { spec?: { nodeName?: string } }).spec?.nodeName ?? "";

class Watcher {
  readonly nodeName: string | undefined;
  readonly events: Channel<WatchEvent>;
  readonly #namespace: string;
  readonly #matches: (object: KubeObject) => boolean;
  readonly #render: (object: KubeObject) => object;

  constructor(registry: Registry, request: WatchRequest, onLeave: () => void) {
    this.#namespace = request.namespace;
    this.#matches = selectorFor(registry.resource, request.criteria);
    this.#render = request.render;
    this.events = new Channel(onLeave);
    const byNode = request.criteria.fields.find(({ field }) => field === "spec.nodeName");
    this.nodeName = byNode?.equal ? byNode.value : undefined;
  }

  present(object: KubeObject): void {
    if (this.#matches(object)) this.events.push({ type: "ADDED", object: this.#render(object) });
  }

  hear({ type, now, before }: Change): void {
    if (this.#namespace && keyOf(now.value).namespace !== this.#namespace) return;
    const is = type === "put" && this.#matches(now.value);
    const was = before !== undefined && this.#matches(before.value);
    if (!is && !was) return;
    const what = is ? (was ? "MODIFIED" : "ADDED") : "DELETED";
    this.events.push({ type: what, object: this.#render(now.value) });
  }

  end(): void {
    this.events.end();
  }
}
