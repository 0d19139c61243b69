// ConfigMaps and Secrets that pods of this node use: watched one by one, as long as a pod needs
// them.
// kubelet/util/manager/watch_based_manager.go.

import type { KubeObject, NamespacedName } from "../../api/meta.ts";
import type { Resource } from "../../api/resource.ts";
import type { Client } from "../../client/client.ts";
import { Informer } from "../../client/informer.ts";
import type { Clock } from "../../sim/clock.ts";

export interface ObjectCacheOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** An object has changed that the pod with this uid uses. */
  readonly changed: (uid: string) => void;
  /** Runs work in the background; its failure is the kubelet's. */
  readonly spawn: (work: () => Promise<void>) => void;
}

interface Watched {
  readonly informer: unknown;
  readonly users: Set<string>;
  readonly stop: AbortController;
}

export class ObjectCache {
  readonly #options: ObjectCacheOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: ObjectCacheOptions) {
    this.#options = options;
  }

  /** The object as it was heard of last; it is watched for the pod from now on. */
  async get<T extends KubeObject>(
    resource: Resource<T>,
    key: NamespacedName,
    uid: string,
  ): Promise<T | undefined> {
    const id = `${resource.plural}/${key.namespace}/${key.name}`;
    let watched = this.#watched.get(id);
    if (!watched) {
      watched = this.#watch(resource, key);
      this.#watched.set(id, watched);
    }
    watched.users.add(uid);
    const informer = watched.informer as Informer<T>;
    await informer.synced;
    return informer.get(key);
  }

  /** The pod is gone. */
  release(uid: string): void {
    for (const [id, { users, stop }] of this.#watched) {
      if (!users.delete(uid) || users.size > 0) continue;
      stop.abort();
      this.#watched.delete(id);
    }
  }

  #watch<T extends KubeObject>(
    resource: Resource<T>,
    { namespace, name }: NamespacedName,
  ): Watched {
    const { client, clock, signal, changed, spawn } = this.#options;
    const stop = new AbortController();
    const users = new Set<string>();
    const informer = new Informer(resource, {
      ...{ client, clock, namespace, fields: `metadata.name=${name}` },
      signal: AbortSignal.any([signal, stop.signal]),
    });
    let known = false;
    informer.on(() => {
      // The first list is what the pod was waiting for anyway.
      if (known) for (const uid of users) changed(uid);
    });
    void informer.synced.then(() => {
      known = true;
    });
    spawn(() => informer.run());
    return { informer, users, stop };
  }
}
