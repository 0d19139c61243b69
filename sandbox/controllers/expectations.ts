// What a controller has done and not yet heard of. Until it has, it must not count its pods again:
// it would make or delete too many. pkg/controller/controller_utils.go ControllerExpectations.

import { type KubeObject, keyOf, type NamespacedName } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import type { Cache } from "../client/informers.ts";
import type { Clock } from "../sim/clock.ts";

/** What was expected for so long will not come. */
const PATIENCE_MS = 300_000;

interface Expected {
  readonly key: NamespacedName;
  readonly uid: string | undefined;
  readonly what: "made" | "deleted";
}

export class Expectations<T extends KubeObject> {
  readonly #resource: Resource<T>;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { at: number; expected: Expected[] }>();

  constructor(resource: Resource<T>, clock: Clock) {
    this.#resource = resource;
    this.#clock = clock;
  }

  /** `owner` has made this object; the cache will show it. */
  made(owner: string, object: T): void {
    this.#expect(owner, { key: keyOf(object), uid: object.metadata.uid, what: "made" });
  }

  /** `owner` has had this object deleted; the cache will show it going, or gone. */
  deleted(owner: string, object: T): void {
    this.#expect(owner, { key: keyOf(object), uid: object.metadata.uid, what: "deleted" });
  }

  /** True once the cache shows all that `owner` has done, or after five minutes. */
  met(owner: string, cache: Cache): boolean {
    const waiting = this.#waiting.get(owner);
    if (!waiting) return true;
    const { expected, at } = waiting;
    while (expected.length > 0 && this.#isSeen(expected[expected.length - 1] as Expected, cache)) {
      expected.pop();
    }
    if (expected.length > 0 && this.#clock.now() - at < PATIENCE_MS) return false;
    this.#waiting.delete(owner);
    return true;
  }

  forget(owner: string): void {
    this.#waiting.delete(owner);
  }

  #expect(owner: string, expected: Expected): void {
    const waiting = this.#waiting.get(owner);
    if (waiting) waiting.expected.push(expected);
    else this.#waiting.set(owner, { at: this.#clock.now(), expected: [expected] });
  }

  #isSeen({ key, uid, what }: Expected, cache: Cache): boolean {
    const object = cache.get(this.#resource, key);
    const same = object !== undefined && object.metadata.uid === uid;
    if (what === "deleted") return !same || object.metadata.deletionTimestamp !== undefined;
    // Another one of that name: it was seen and has gone since.
    return object !== undefined;
  }
}
