// All that one process has heard: its informers by kind, started when first asked for.
// client-go/informers SharedInformerFactory.

import type { KubeObject, NamespacedName } from "../api/meta.ts";
import { type Resource, servedVersions } from "../api/resource.ts";
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
  /** By kind; each hears objects of its own type. */
  readonly #informers = new Map<string, unknown>();
  readonly #synced: Promise<void>[] = [];
  readonly #running: Promise<void>[] = [];

  constructor(options: InformerOptions) {
    this.#options = options;
  }

  /** The informer of a kind; it listens from now on. */
  of<T extends KubeObject>(resource: Resource<T>): Informer<T> {
    const name = `${resource.group}/${resource.plural}`;
    let informer = this.#informers.get(name) as Informer<T> | undefined;
    if (!informer) {
      informer = new Informer(resource, this.#options);
      this.#informers.set(name, informer);
      // There is nothing to hear of a kind that this release does not have.
      if (servedVersions(resource as Resource, this.#options.client.era).length === 0) {
        return informer;
      }
      this.#synced.push(informer.synced);
      this.#running.push(informer.run());
    }
    return informer;
  }

  /** Resolves when every informer that was asked for has heard its first list. */
  async synced(): Promise<void> {
    await Promise.all(this.#synced);
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
