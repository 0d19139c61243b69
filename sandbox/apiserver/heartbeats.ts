// Heartbeats that are promised instead of sent.
// differs: a real kubelet writes its lease (before there were leases, its node's status) every ten
// seconds; here that would be all that a cluster at rest does.
//
// The contract:
// - `PUT …/leases/NAME?keepalive=10s` and `PUT …/nodes/NAME/status?keepalive=10s` do what they
//   always do. The answer is then a stream without content, and while it is open the caller
//   promises to have written again every ten seconds since then, with nothing changed but the time.
// - Until then whoever reads the object (get, list, the events of a watch) sees the last of these
//   times as `spec.renewTime` (or as `lastHeartbeatTime` of the conditions that had the newest
//   one). Its resourceVersion stays. The answer to a get that shows such a time has the header
//   `keepalive: 10s`: whoever sees it will hear of the end of the promise.
// - The promise ends when the caller lets go, when it can no longer be heard (since then, once that
//   is noticed), when the object is deleted, when it is promised again, or when the server goes
//   down. Unless it is gone or promised again, the object is then written once with the last time:
//   whoever watches it hears MODIFIED, and the grace period runs from that time.
// - A stream that ends tells the caller to make the request again.

import { freeze } from "../api/clone.ts";
import { parameter, type Response } from "../api/http.ts";
import type { Lease } from "../api/lease.ts";
import type { KubeObject } from "../api/meta.ts";
import type { Node } from "../api/node.ts";
import { badRequest } from "../api/status.ts";
import { microTimestamp, parseDuration, parseTime, timestamp } from "../api/time.ts";
import { Channel } from "../sim/channel.ts";
import type { Clock } from "../sim/clock.ts";
import type { Call } from "./dispatch.ts";
import type { Registry } from "./registry.ts";
import type { Store } from "./store.ts";

/** What has the time of a heartbeat in it, and where. */
interface Beating {
  /** The newest that the object tells of. */
  time(object: KubeObject): number | undefined;
  /** The object with a later one in place of `before`. */
  at(object: KubeObject, before: number, now: number): KubeObject;
}

const leaseTimes: Beating = {
  time: (object) => parseTime((object as Lease).spec.renewTime),
  at(object, _before, now) {
    const lease = object as Lease;
    return { ...lease, spec: { ...lease.spec, renewTime: microTimestamp(now) } };
  },
};

const nodeTimes: Beating = {
  time(object) {
    const times = ((object as Node).status.conditions ?? []).flatMap(
      ({ lastHeartbeatTime }) => parseTime(lastHeartbeatTime) ?? [],
    );
    return times.length > 0 ? Math.max(...times) : undefined;
  },
  at(object, before, now) {
    const node = object as Node;
    const conditions = node.status.conditions?.map((each) => {
      const isBeating = (parseTime(each.lastHeartbeatTime) ?? 0) >= before;
      return isBeating ? { ...each, lastHeartbeatTime: timestamp(now) } : each;
    });
    return { ...node, status: { ...node.status, ...(conditions && { conditions }) } };
  },
};

const kinds: Readonly<Record<string, Beating>> = { leases: leaseTimes, nodes: nodeTimes };

interface Promised {
  readonly uid: string;
  readonly beating: Beating;
  readonly registry: Registry;
  readonly key: { readonly namespace: string; readonly name: string };
  /** What the caller asked for: `10s`. */
  readonly period: string;
  readonly periodMs: number;
  /** The time that was written. */
  readonly since: number;
  /** When the caller could last be heard. */
  readonly heard: () => number;
  readonly stream: Channel<string>;
  readonly forget: () => void;
}

export class Heartbeats {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #promises = new Map<string, Promised>();
  readonly #watched = new Set<string>();

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The answer to a request that promises to go on; undefined if it does not. */
  hold({ request, served, info }: Call, written: KubeObject): Response | undefined {
    const period = parameter(request, "keepalive");
    const beating = kinds[served.registry.resource.plural];
    if (period === undefined || !beating) return undefined;
    const periodMs = parseDuration(period) ?? 0;
    if (periodMs <= 0) throw badRequest(`invalid keepalive ${JSON.stringify(period)}`);
    const { uid = "" } = written.metadata;
    const since = beating.time(written) ?? this.#clock.now();
    const { signal } = request;
    const letGo = () => this.#end(promised);
    const { namespace, name } = info;
    const promised: Promised = {
      ...{ uid, beating, period, periodMs, since, registry: served.registry },
      key: { namespace, name },
      heard: request.heard ?? this.#clock.now,
      stream: new Channel(letGo),
      forget: () => signal?.removeEventListener("abort", letGo),
    };
    this.#drop(this.#promises.get(uid));
    this.#watch(served.registry);
    this.#promises.set(uid, promised);
    signal?.addEventListener("abort", letGo, { once: true });
    if (signal?.aborted) letGo();
    return { status: 200, headers: { keepalive: period }, body: promised.stream };
  }

  /** The object with the time of its last heartbeat. */
  alive<T extends KubeObject>(object: T): T {
    const promised = this.#promises.get(object.metadata.uid ?? "");
    return promised ? (now(promised, object) as T) : object;
  }

  /** What the answer to a get says of it. */
  headers(stored: KubeObject): Record<string, string> {
    const promised = this.#promises.get(stored.metadata.uid ?? "");
    return promised && now(promised, stored) !== stored ? { keepalive: promised.period } : {};
  }

  /** The server goes down. */
  close(): void {
    for (const promised of [...this.#promises.values()]) this.#end(promised);
  }

  /** Ends a promise, and writes when it was last kept. */
  #end(promised: Promised): void {
    const { registry, key, uid } = promised;
    if (this.#promises.get(uid) !== promised) return;
    this.#drop(promised);
    const stored = registry.find(key);
    if (stored?.metadata.uid === uid) registry.overwrite(now(promised, stored));
  }

  #drop(promised: Promised | undefined): void {
    if (!promised) return;
    this.#promises.delete(promised.uid);
    promised.forget();
    promised.stream.end();
  }

  /** What is deleted needs no heartbeat. */
  #watch({ bucket }: Registry): void {
    if (this.#watched.has(bucket)) return;
    this.#watched.add(bucket);
    this.#store.watch(bucket, this.#store.revision, ({ type, now: { value } }) => {
      if (type === "delete") this.#drop(this.#promises.get(value.metadata.uid ?? ""));
    });
  }
}

function now(promised: Promised, object: KubeObject): KubeObject {
  const { beating, since, periodMs } = promised;
  const kept = Math.max(0, Math.floor((promised.heard() - since) / periodMs));
  const last = since + kept * periodMs;
  const written = beating.time(object) ?? since;
  return written >= last ? object : freeze(beating.at(object, since, last));
}
