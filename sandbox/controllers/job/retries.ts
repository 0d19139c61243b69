// How long a Job waits before it makes another pod for one that failed: twice as long each time,
// from ten seconds to six minutes. pkg/controller/job/job_controller.go getBackoff, and its queue.

import type { Pod } from "../../api/pod.ts";

const FIRST_MS = 10_000;
const LAST_MS = 360_000;

interface Retry {
  /** Failures that were answered with a new pod. */
  count: number;
  /** When the last one was. */
  answered: number;
  /** When the failure that waits for an answer was first seen. */
  seen: number | undefined;
  /** The newest change of a pod that has been looked at. */
  version: number;
}

export interface Look {
  readonly all: readonly Pod[];
  readonly hasNewFailure: boolean;
  readonly now: number;
}

const versionOf = ({ metadata }: Pod): number => Number(metadata.resourceVersion ?? 0);

export class JobRetries {
  readonly #retries = new Map<string, Retry>();

  count(key: string): number {
    return this.#retries.get(key)?.count ?? 0;
  }

  /** Milliseconds until a new failure may be answered; 0: now. */
  wait(key: string, { all, hasNewFailure, now }: Look): number {
    const retry = this.#of(key);
    const before = retry.version;
    // News of any pod that did not fail is looked at at once, and with it all the rest.
    const hurried = all.some((pod) => pod.status.phase !== "Failed" && versionOf(pod) > before);
    for (const pod of all) retry.version = Math.max(retry.version, versionOf(pod));
    if (!hasNewFailure || retry.count === 0 || hurried) return 0;
    const delay = Math.min(FIRST_MS * 2 ** (retry.count - 1), LAST_MS);
    retry.seen ??= now;
    const due = retry.answered + delay;
    return Math.max(0, (retry.seen <= due ? due : retry.seen + delay) - now);
  }

  /** A new failure was answered. */
  failed(key: string, now: number): void {
    const retry = this.#of(key);
    retry.count++;
    retry.answered = now;
    retry.seen = undefined;
  }

  /** Something went well: the next failure is answered at once again. */
  forget(key: string): void {
    this.#retries.delete(key);
  }

  #of(key: string): Retry {
    let retry = this.#retries.get(key);
    if (!retry) {
      retry = { count: 0, answered: 0, seen: undefined, version: 0 };
      this.#retries.set(key, retry);
    }
    return retry;
  }
}
