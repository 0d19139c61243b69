// Objects as they will be once our writes have come back. What is assumed holds until the object is
// heard of in a newer revision. pkg/controller/volume/scheduling/scheduler_assume_cache.go.

import { type KubeObject, keyOf, keyText, type NamespacedName } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import type { Cache } from "../client/informers.ts";

export class Assumptions<T extends KubeObject> {
  readonly #resource: Resource<T>;
  readonly #cache: Cache;
  readonly #assumed = new Map<string, T>();

  constructor(resource: Resource<T>, cache: Cache) {
    this.#resource = resource;
    this.#cache = cache;
  }

  get(key: NamespacedName): T | undefined {
    const heard = this.#cache.get(this.#resource, key);
    return heard && this.#now(heard);
  }

  /** As heard, without what is assumed. */
  heard(key: NamespacedName): T | undefined {
    return this.#cache.get(this.#resource, key);
  }

  by(index: string, value: string): T[] {
    return this.#cache.by(this.#resource, index, value).map((heard) => this.#now(heard));
  }

  /** It is the object that was heard of, but for what is assumed. */
  assume(object: T): void {
    this.#assumed.set(keyText(keyOf(object)), object);
  }

  restore(object: T): void {
    this.#assumed.delete(keyText(keyOf(object)));
  }

  #now(heard: T): T {
    if (this.#assumed.size === 0) return heard;
    const key = keyText(keyOf(heard));
    const assumed = this.#assumed.get(key);
    if (!assumed) return heard;
    if (assumed.metadata.resourceVersion === heard.metadata.resourceVersion) return assumed;
    this.#assumed.delete(key);
    return heard;
  }
}
