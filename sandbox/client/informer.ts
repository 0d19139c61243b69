// What a process has heard of one kind: a list, kept true by watching. It may be behind the server.
// One per kind and process, shared by all its controllers. client-go/tools/cache.

import { Unreachable } from "../api/http.ts";
import { type KubeObject, keyOf, keyText, type NamespacedName } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import { StatusError } from "../api/status.ts";
import type { Clock } from "../sim/clock.ts";
import type { Client } from "./client.ts";

/** One thing that was heard. Without `now` the object is gone; without `before` it is new. */
export interface Heard<T> {
  readonly now: T | undefined;
  readonly before: T | undefined;
}

export interface InformerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** All of them unless given. */
  readonly namespace?: string;
  /** Only what these selectors match is heard. */
  readonly labels?: string;
  readonly fields?: string;
}

const RETRY_MS = 1_000;

export class Informer<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>;
  readonly #options: InformerOptions;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #listeners: ((heard: Heard<T>) => void)[] = [];
  #synced: (() => void) | undefined;
  /** Resolves when the first list has been heard. */
  readonly synced: Promise<void>;

  constructor(resource: Resource<T>, options: InformerOptions) {
    this.resource = resource;
    this.#options = options;
    this.synced = new Promise((resolve) => {
      this.#synced = resolve;
    });
  }

  get(key: NamespacedName): T | undefined {
    return this.#objects.get(keyText(key));
  }

  /** In the order in which they were heard of. */
  list(): Iterable<T> {
    return this.#objects.values();
  }

  get size(): number {
    return this.#objects.size;
  }

  /** From now on objects can be found by what `values` gives for them. Asked for once per name. */
  indexBy(name: string, values: (object: T) => readonly string[]): void {
    if (this.#indexes.has(name)) return;
    const index = new Index(values);
    for (const [key, object] of this.#objects) index.put(key, object, undefined);
    this.#indexes.set(name, index);
  }

  /** The objects with this value in an index, in the order in which they came to have it. */
  by(name: string, value: string): readonly T[] {
    return this.#indexes.get(name)?.find(value) ?? [];
  }

  /** Called for everything that is heard, and at once for what has been heard. */
  on(listener: (heard: Heard<T>) => void): void {
    for (const now of this.#objects.values()) listener({ now, before: undefined });
    this.#listeners.push(listener);
  }

  /** Lists and watches until the signal aborts; lists again whenever the watch breaks. */
  async run(): Promise<void> {
    const { clock, signal } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#listAndWatch();
      } catch (error) {
        if (!(error instanceof StatusError || error instanceof Unreachable)) throw error;
      }
      if (!signal.aborted) await clock.sleep(RETRY_MS, signal).catch(ignoreAbort(signal));
    }
  }

  async #listAndWatch(): Promise<void> {
    const { client, signal, namespace, labels, fields } = this.#options;
    const selectors = {
      ...(namespace && { namespace }),
      ...(labels && { labels }),
      ...(fields && { fields }),
    };
    const { items, metadata } = await client.list(this.resource, selectors);
    this.#replaceAll(items);
    this.#synced?.();
    this.#synced = undefined;
    const resourceVersion = metadata.resourceVersion ?? "";
    const events = await client.watch(this.resource, { ...selectors, resourceVersion, signal });
    for await (const { type, object } of events) {
      if (signal.aborted) return;
      if (type === "ERROR") return;
      if (type !== "BOOKMARK") this.#hear(object, type === "DELETED");
    }
  }

  #replaceAll(items: readonly T[]): void {
    const gone = new Map(this.#objects);
    for (const item of items) {
      gone.delete(keyText(keyOf(item)));
      this.#hear(item, false);
    }
    for (const object of gone.values()) this.#hear(object, true);
  }

  #hear(object: T, gone: boolean): void {
    const key = keyText(keyOf(object));
    const before = this.#objects.get(key);
    if (!gone && before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    if (gone) this.#objects.delete(key);
    else this.#objects.set(key, object);
    const now = gone ? undefined : object;
    for (const index of this.#indexes.values()) index.put(key, now, before);
    // A deletion tells the last state, which may be newer than the one that was known.
    for (const listener of this.#listeners) listener({ now, before: gone ? object : before });
  }
}

class Index<T> {
  readonly #values: (object: T) => readonly string[];
  readonly #found = new Map<string, Map<string, T>>();

  constructor(values: (object: T) => readonly string[]) {
    this.#values = values;
  }

  put(key: string, now: T | undefined, before: T | undefined): void {
    const wanted = now ? this.#values(now) : [];
    for (const value of before ? this.#values(before) : []) {
      if (wanted.includes(value)) continue;
      const objects = this.#found.get(value);
      objects?.delete(key);
      if (objects?.size === 0) this.#found.delete(value);
    }
    for (const value of wanted) {
      let objects = this.#found.get(value);
      if (!objects) {
        objects = new Map();
        this.#found.set(value, objects);
      }
      objects.set(key, now as T);
    }
  }

  find(value: string): readonly T[] {
    return [...(this.#found.get(value)?.values() ?? [])];
  }
}

/** For a sleep that is ended on purpose: what aborts it is no error. */
function ignoreAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
