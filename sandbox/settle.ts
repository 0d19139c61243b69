// When a cluster is quiet: for six seconds (or longer, if somebody wants to be sure) nothing has
// changed of what users look at, and no kubelet is in the middle of starting or ending a pod. At
// most ninety seconds are given to it.

import type { Event } from "./api/event.ts";
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

function isBusy(store: Store): boolean {
  let heard: ReadonlyMap<string, string> | undefined;
  const lastReason = (uid: string) => {
    heard ??= lastReasons(store);
    return heard.get(uid) ?? "";
  };
  const pods = store.list("/registry/pods/");
  return pods.some(({ value }) => inBetween(value as Pod, { store, lastReason }));
}

interface Known {
  readonly store: Store;
  /** Of the latest event about an object, by its uid; empty if there is none. */
  lastReason(uid: string): string;
}

/** Its kubelet is at work on it, as far as one can see from outside. */
function inBetween({ metadata, spec, status }: Pod, { store, lastReason }: Known): boolean {
  if (!spec.nodeName || !store.get(`/registry/minions/${spec.nodeName}`)) return false;
  if (metadata.deletionTimestamp !== undefined) return true;
  if (status.phase !== "Pending") return false;
  return (status.containerStatuses ?? []).length === 0 || isStep(lastReason(metadata.uid ?? ""));
}

const steps = new Set(["Scheduled", "SuccessfulAttachVolume", "Pulling", "Pulled", "Created"]);

/** What was heard last is a step on the pod's way, and not that something failed. */
const isStep = (reason: string): boolean => steps.has(reason);

/** What was heard last of each object, by its uid. */
function lastReasons(store: Store): ReadonlyMap<string, string> {
  const last = new Map<string, { readonly revision: number; readonly reason: string }>();
  for (const { value, revision } of store.list("/registry/events/")) {
    const { involvedObject, reason = "" } = value as Event;
    const uid = involvedObject.uid ?? "";
    if (revision > (last.get(uid)?.revision ?? 0)) last.set(uid, { revision, reason });
  }
  return new Map([...last].map(([uid, { reason }]) => [uid, reason]));
}
