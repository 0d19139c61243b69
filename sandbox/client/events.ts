// Events about objects: written behind the caller's back and in order, counted when they repeat,
// combined when they are similar, dropped when they are too many. client-go/tools/record.

import { utf8 } from "../api/base64.ts";
import { type Event, events } from "../api/event.ts";
import { Unreachable } from "../api/http.ts";
import type { KubeObject, ObjectReference } from "../api/meta.ts";
import { isReason, StatusError } from "../api/status.ts";
import { timestamp } from "../api/time.ts";
import type { Clock } from "../sim/clock.ts";
import { fnv32a } from "../sim/hash.ts";
import type { Client } from "./client.ts";

export interface EventRecorder {
  normal(about: KubeObject | ObjectPart, reason: string, message: string): void;
  warning(about: KubeObject | ObjectPart, reason: string, message: string): void;
}

/** A part of an object, such as `spec.containers{nginx}`, of which an event tells. */
export interface ObjectPart {
  readonly of: KubeObject;
  readonly fieldPath: string;
}

export interface RecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly component: string;
  /** The node, for a kubelet. */
  readonly host?: string;
}

/** Similar events within this time are combined from the tenth on. */
const SIMILAR_MS = 600_000;
const SIMILAR_LIMIT = 10;
const BURST = 25;
const REFILL_MS = 300_000;
const RETRY_MS = 10_000;
const TRIES = 12;
const KEPT = 4096;

interface Occurrence {
  readonly name: string;
  readonly namespace: string;
  readonly count: number;
  readonly first: string;
}

interface Similar {
  readonly messages: Set<string>;
  last: number;
}

export function createRecorder(options: RecorderOptions): EventRecorder {
  const recorder = new Recorder(options);
  return {
    normal: (about, reason, message) =>
      recorder.record("Normal", { ...partOf(about), reason, message }),
    warning: (about, reason, message) =>
      recorder.record("Warning", { ...partOf(about), reason, message }),
  };
}

const partOf = (about: KubeObject | ObjectPart) =>
  "of" in about ? { about: about.of, fieldPath: about.fieldPath } : { about, fieldPath: undefined };

interface Said {
  readonly about: KubeObject;
  readonly reason: string;
  readonly message: string;
  readonly fieldPath: string | undefined;
}

class Recorder {
  readonly #options: RecorderOptions;
  readonly #seen = new Map<string, Occurrence>();
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #offset: bigint;
  #last = 0n;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { component, host = "" } = options;
    this.#offset = BigInt(1_000 + (fnv32a(utf8(`${component} ${host}`)) % 990_000));
  }

  record(type: string, said: Said): void {
    const involvedObject = referTo(said.about, said.fieldPath);
    const { reason } = said;
    const at = this.#options.clock.now();
    if (!this.#allowed(`${involvedObject.kind}/${involvedObject.uid}/${involvedObject.name}`, at))
      return;
    // Whatever has become of the object since: the same object it is.
    const { resourceVersion: _revision, fieldPath, ...object } = involvedObject;
    const group = JSON.stringify([object, type, reason]);
    const combined = this.#combines(group, said.message, at);
    const message = combined ? `(combined from similar events): ${said.message}` : said.message;
    const key = combined ? group : JSON.stringify([group, fieldPath, message]);
    const name = `${said.about.metadata.name}.${this.#stamp()}`;
    const { component, host } = this.#options;
    this.#write(key, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace: said.about.metadata.namespace || "default" },
      involvedObject,
      reason,
      message,
      source: { component, ...(host && { host }) },
      firstTimestamp: timestamp(at),
      lastTimestamp: timestamp(at),
      count: 1,
      type,
      eventTime: null,
      reportingComponent: "",
      reportingInstance: "",
    });
  }

  /** EventSourceObjectSpamFilter: a token bucket for each object. */
  #allowed(about: string, at: number): boolean {
    const bucket = this.#buckets.get(about) ?? { tokens: BURST, at };
    bucket.tokens = Math.min(BURST, bucket.tokens + (at - bucket.at) / REFILL_MS);
    bucket.at = at;
    remember(this.#buckets, about, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** EventAggregator: many messages for one reason become one event. */
  #combines(group: string, message: string, at: number): boolean {
    let similar = this.#similar.get(group);
    if (!similar || at - similar.last > SIMILAR_MS) similar = { messages: new Set(), last: at };
    similar.last = at;
    similar.messages.add(message);
    remember(this.#similar, group, similar);
    return similar.messages.size >= SIMILAR_LIMIT;
  }

  /**
   * The time in nanoseconds, made unique, in hexadecimal: it names the event. Within a millisecond
   * each recorder has a place of its own, for others may tell of the same object.
   */
  #stamp(): string {
    const now = BigInt(this.#options.clock.now()) * 1_000_000n + this.#offset;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last.toString(16).padStart(16, "0");
  }

  #write(key: string, event: Event): void {
    this.#writing = this.#writing.then(() => this.#send(key, event));
  }

  async #send(key: string, event: Event): Promise<void> {
    const { client, clock } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#store(key, event, client);
      } catch (error) {
        // As upstream: a server that says no has its reasons; one that is not there may come back.
        if (error instanceof StatusError) return;
        if (!(error instanceof Unreachable)) throw error;
        if (tries === TRIES) return;
        await clock.sleep(RETRY_MS);
      }
    }
  }

  async #store(key: string, event: Event, client: Client): Promise<void> {
    const seen = this.#seen.get(key);
    if (seen) {
      const count = seen.count + 1;
      const { message, lastTimestamp } = event;
      try {
        await client.patch(events, seen, { body: { count, message, lastTimestamp } });
        remember(this.#seen, key, { ...seen, count });
        return;
      } catch (error) {
        if (!isReason(error, "NotFound")) throw error;
      }
      event.count = count;
      event.firstTimestamp = seen.first;
    }
    const { name, namespace = "" } = event.metadata;
    const { count = 1, firstTimestamp } = event;
    await client.create(events, event);
    remember(this.#seen, key, { name, namespace, count, first: firstTimestamp ?? "" });
  }
}

/** Puts it last and forgets the first when there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= KEPT) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

export function referTo(object: KubeObject, fieldPath?: string): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace && { namespace }),
    name,
    ...(uid && { uid }),
    apiVersion: object.apiVersion,
    ...(resourceVersion && { resourceVersion }),
    ...(fieldPath && { fieldPath }),
  };
}
