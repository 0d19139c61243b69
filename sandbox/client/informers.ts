// All that one process has heard: its informers by kind, started when first asked for.
// client-go/informers SharedInformerFactory.

import type { KubeObject, NamespacedName } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import { Informer, type InformerOptions } from "./informer.ts";

/** What a process has heard, for reading. It may be behind; a Conflict is how it learns. */
export interface Cache {
  get<T extends KubeObject>(resource: Resource<T>, key: NamespacedName): T | undefined;
  list<T extends KubeObject>(resource: Resource<T>): Iterable<T>;
  /** By an index that was declared on the informer. */
  by<T extends KubeObject>(resource: Resource<T>, index: string, value: string): readonly T[];
}

export class Informers implements Cache {
  readonly #options: InformerOptions;
  readonly #informers = new Map<string, Informer>();
  readonly #running: Promise<void>[] = [];

  constructor(options: InformerOptions) {
    this.#options = options;
  }

  /** The informer of a kind; it listens from now on. */
  of<T extends KubeObject>(resource: Resource<T>): Informer<T> {
    const name = `${resource.group}/${resource.plural}`;
    let informer = this.#informers.get(name);
    if (!informer) {
      informer = new Informer(resource as Resource, this.#options);
      this.#informers.set(name, informer);
      this.#running.push(informer.run());
    }
    return informer as Informer as Informer<T>;
  }

  /** Resolves when every informer that was asked for has heard its first list. */
  async synced(): Promise<void> {
    for (const informer of this.#informers.values()) await informer.synced;
  }

  /** Rejects if an informer broke one of our own rules; otherwise settles when all have ended. */
  async finished(): Promise<void> {
    await Promise.all(this.#running);
  }

  get<T extends KubeObject>(resource: Resource<T>, key: NamespacedName): T | undefined {
    return this.of(resource).get(key);
  }

  list<T extends KubeObject>(resource: Resource<T>): Iterable<T> {
    return this.of(resource).list();
  }

  by<T extends KubeObject>(resource: Resource<T>, index: string, value: string): readonly T[] {
    return this.of(resource).by(index, value);
  }
}
