// What the API server needs of etcd: one revision counter, compare-and-swap, and history to watch
// from. Synchronous, so that read, check and write in the server cannot be interleaved.

import { freeze } from "../api/clone.ts";
import type { KubeObject } from "../api/meta.ts";
import { failure } from "../api/status.ts";
import { assert } from "../sim/assert.ts";
import type { Clock } from "../sim/clock.ts";

export interface Stored {
  readonly key: string;
  /** Frozen, and with the revision in `metadata.resourceVersion`. */
  readonly value: KubeObject;
  readonly revision: number;
}

export interface Change {
  readonly type: "put" | "delete";
  /** For a deletion: the last state, with the revision of the deletion. */
  readonly now: Stored;
  readonly before?: Stored;
  /** When, in virtual time. */
  readonly at: number;
}

/** Changes that are kept for watchers who come back; older ones are compacted away. */
export const HISTORY = 20_000;

const ROOT = "/registry/";

/** All objects of one kind, sorted by key when someone asks for them in order. */
class Bucket {
  readonly items = new Map<string, Stored>();
  readonly watchers = new Set<(change: Change) => void>();
  #sorted: Stored[] | undefined;

  put(stored: Stored): void {
    this.items.set(stored.key, stored);
    this.#sorted = undefined;
  }

  delete(key: string): void {
    this.items.delete(key);
    this.#sorted = undefined;
  }

  sorted(): readonly Stored[] {
    this.#sorted ??= [...this.items.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.#sorted;
  }
}

export class Store {
  #revision = 0;
  #compacted = 0;
  #history: Change[] = [];
  /** Keys that are given up at an instant, the soonest first: all are kept for the same time. */
  readonly #leases = new Map<string, number>();
  readonly #clock: Clock;
  readonly #expires: boolean;
  readonly #buckets = new Map<string, Bucket>();
  readonly #counts = new Map<string, number>();
  readonly #everything = new Set<(change: Change) => void>();

  /** Unless it `expires`, leases never end: then a store sets no timer. */
  constructor(clock: Clock, { expires = false } = {}) {
    this.#clock = clock;
    this.#expires = expires;
  }

  /** The number of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * How often this was asked before with the same text. Names and uids are drawn by it, so that
   * neither unrelated writes nor a restart of the server shift them.
   */
  count(what: string): number {
    const times = this.#counts.get(what) ?? 0;
    this.#counts.set(what, times + 1);
    return times;
  }

  get(key: string): Stored | undefined {
    return this.#buckets.get(bucketOf(key))?.items.get(key);
  }

  /** Everything below `prefix`, which ends with a slash, in the order of the keys. */
  list(prefix: string): readonly Stored[] {
    const bucket = bucketOf(prefix);
    const sorted = this.#buckets.get(bucket)?.sorted() ?? [];
    return prefix === `${bucket}/` ? sorted : sorted.filter(({ key }) => key.startsWith(prefix));
  }

  /** Everything there is, in the order of the keys. */
  all(): readonly Stored[] {
    return [...this.#buckets.keys()].sort().flatMap((bucket) => this.list(`${bucket}/`));
  }

  /**
   * Writes if `key` is still at revision `expect` (0: is not there); otherwise undefined. The store
   * owns `value` from now on: it is given its resourceVersion and frozen.
   */
  put(key: string, value: KubeObject, expect: number): Stored | undefined {
    const bucket = this.#bucket(key);
    const before = bucket.items.get(key);
    if ((before?.revision ?? 0) !== expect) return undefined;
    const revision = ++this.#revision;
    const now = { key, value: stamp(value, revision), revision };
    bucket.put(now);
    this.#record(bucket, { type: "put", now, at: this.#clock.now(), ...(before && { before }) });
    return now;
  }

  /** Takes `key` away when `ms` have passed without another call for it. */
  lease(key: string, ms: number): void {
    if (!this.#expires) return;
    this.#leases.delete(key);
    if (this.#leases.size === 0) this.#clock.after(ms, () => this.#expire());
    this.#leases.set(key, this.#clock.now() + ms);
  }

  #expire(): void {
    for (const [key, at] of this.#leases) {
      if (at > this.#clock.now()) {
        this.#clock.after(at - this.#clock.now(), () => this.#expire());
        return;
      }
      this.#leases.delete(key);
      const stored = this.get(key);
      if (stored) this.delete(key, stored.revision);
    }
  }

  /** Takes `key` away if it is still at revision `expect`; gives its last state. */
  delete(key: string, expect: number): Stored | undefined {
    const bucket = this.#bucket(key);
    const before = bucket.items.get(key);
    if (!before || before.revision !== expect) return undefined;
    const revision = ++this.#revision;
    const last = { ...before.value, metadata: { ...before.value.metadata } };
    const now = { key, value: stamp(last, revision), revision };
    bucket.delete(key);
    this.#record(bucket, { type: "delete", now, before, at: this.#clock.now() });
    return now;
  }

  /**
   * Calls `on` for every change of a kind after revision `from`, at once for those that have
   * happened.
   * `bucket` is `/registry/pods`; undefined means all kinds. Throws Expired if `from` was
   * compacted.
   */
  watch(bucket: string | undefined, from: number, on: (change: Change) => void): () => void {
    if (from < this.#compacted) {
      throw failure("Expired", `too old resource version: ${from} (${this.#compacted})`);
    }
    const missed = this.#history.length - (this.#revision - from);
    for (let i = Math.max(0, missed); i < this.#history.length; i++) {
      const change = this.#history[i] as Change;
      if (bucket === undefined || bucketOf(change.now.key) === bucket) on(change);
    }
    const watchers = bucket === undefined ? this.#everything : this.#bucket(`${bucket}/`).watchers;
    watchers.add(on);
    return () => watchers.delete(on);
  }

  #bucket(key: string): Bucket {
    const name = bucketOf(key);
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = new Bucket();
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }

  #record(bucket: Bucket, change: Change): void {
    this.#history.push(change);
    assert(
      this.#history.length + this.#compacted === this.#revision,
      "the history has one change for each revision",
    );
    if (this.#history.length > 2 * HISTORY) {
      this.#compacted += this.#history.length - HISTORY;
      this.#history = this.#history.slice(-HISTORY);
    }
    for (const on of bucket.watchers) on(change);
    for (const on of this.#everything) on(change);
  }
}

function stamp(value: KubeObject, revision: number): KubeObject {
  value.metadata.resourceVersion = String(revision);
  return freeze(value);
}

/** `/registry/pods` of `/registry/pods/default/web-0`; two kinds share the folder `services`. */
function bucketOf(key: string): string {
  let slash = key.indexOf("/", ROOT.length);
  if (slash > 0 && key.startsWith("services/", ROOT.length)) slash = key.indexOf("/", slash + 1);
  return slash < 0 ? key : key.slice(0, slash);
}
