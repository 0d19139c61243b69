// When a cluster is quiet: for six seconds (or longer, if somebody wants to be sure) nothing has
// changed of what users look at, and no kubelet is in the middle of starting or ending a pod. At
// most ninety seconds are given to it.

import type { Event } from "./api/event.ts";
import type { ObjectMeta } from "./api/meta.ts";
import type { Pod } from "./api/pod.ts";
import type { Store } from "./apiserver/store.ts";
import type { ClockControl } from "./sim/clock.ts";

const QUIET_MS = 6_000;

/**
 * Nothing comes of itself after so long: the binder looks at unbound claims every fifteen seconds.
 */
export const FOR_GOOD_MS = 16_000;

const watched = new Set([
  ..."Pod PersistentVolumeClaim PersistentVolume StatefulSet PetSet Deployment ReplicaSet".split(
    " ",
  ),
  ..."ReplicationController DaemonSet Job Service Endpoints Namespace".split(" "),
]);

export interface Watchable {
  readonly clock: ClockControl;
  readonly store: Store;
}

/** Watches for quiet, beginning now. */
export class QuietWatch {
  /** How long one should wait for it, in virtual milliseconds. */
  static readonly longestMs = 90_000;
  readonly #clock: ClockControl;
  readonly #store: Store;
  readonly #stillMs: number;
  #last: number;
  readonly stop: () => void;

  constructor({ clock, store }: Watchable, stillMs = QUIET_MS) {
    this.#stillMs = stillMs;
    this.#clock = clock;
    this.#store = store;
    this.#last = clock.now();
    this.stop = store.watch(undefined, store.revision, ({ now, at }) => {
      if (watched.has(now.value.kind)) this.#last = at;
    });
  }

  isQuiet(): boolean {
    return this.#clock.now() - this.#last >= this.#stillMs && !isBusy(this.#store);
  }

  /** The earliest instant at which it could be quiet, as things stand. */
  get earliest(): number {
    return this.#last + this.#stillMs;
  }
}

/** Runs until the cluster is quiet. */
export async function settle({ clock, store }: Watchable): Promise<void> {
  const watch = new QuietWatch({ clock, store });
  const end = clock.now() + QuietWatch.longestMs;
  while (clock.now() < end && !watch.isQuiet()) {
    const next = Math.max(watch.earliest, clock.now() + 1_000);
    await clock.advance(Math.min(next, end) - clock.now());
  }
  watch.stop();
}

const isBusy = (store: Store): boolean =>
  store.list("/registry/pods/").some(({ value }) => inBetween(value as Pod, store));

/** Its kubelet is at work on it, as far as one can see from outside. */
function inBetween({ metadata, spec, status }: Pod, store: Store): boolean {
  if (!spec.nodeName || !store.get(`/registry/minions/${spec.nodeName}`)) return false;
  if (metadata.deletionTimestamp !== undefined) return true;
  if (status.phase !== "Pending") return false;
  return (status.containerStatuses ?? []).length === 0 || isGoingOn(metadata, store);
}

const steps = new Set(["Scheduled", "SuccessfulAttachVolume", "Pulling", "Pulled", "Created"]);

/** The last that was heard of the pod is a step on its way, and not that something failed. */
function isGoingOn({ namespace = "", uid }: ObjectMeta, store: Store): boolean {
  const events = store
    .list(`/registry/events/${namespace}/`)
    .filter(({ value }) => (value as Event).involvedObject.uid === uid);
  const last = events.reduce((a, b) => (b.revision > a.revision ? b : a), events[0] ?? none);
  return steps.has((last.value as Partial<Event>).reason ?? "");
}

const none = { revision: 0, value: {} };
