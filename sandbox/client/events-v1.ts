// Events of events.k8s.io: the first of a kind is an object of its own, all that follow are one
// series behind it, which keeps the first message. What is of a kind: about the same object in the
// same revision, for the same reason and action, whatever it says. So a pod that stays
// unschedulable gets a second event just once, after its condition was written.
// client-go/tools/events.

import { type Event, events } from "../api/event.ts";
import { Unreachable } from "../api/http.ts";
import type { KubeObject } from "../api/meta.ts";
import { isReason, StatusError } from "../api/status.ts";
import { microTimestamp } from "../api/time.ts";
import type { Clock, Timer } from "../sim/clock.ts";
import type { Client } from "./client.ts";
import { type EventRecorder, referTo } from "./events.ts";

export interface ActionEvent {
  readonly about: KubeObject;
  readonly related?: KubeObject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  /** What was being done: `Scheduling`. */
  readonly action: string;
  readonly message: string;
}

export interface ActionRecorder {
  record(event: ActionEvent): void;
}

export interface ActionRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly controller: string;
  readonly host: string;
  readonly signal: AbortSignal;
}

const FINISH_MS = 360_000;
const REFRESH_MS = 1_800_000;
const RETRY_MS = 10_000;
const TRIES = 12;

interface Known {
  readonly event: Event;
  /** Of the last one, in virtual time. */
  last: number;
  /** How many came behind the first. */
  count: number;
}

/** Releases that do not have these events yet record the older ones. */
export const classicActions = (recorder: EventRecorder): ActionRecorder => ({
  record({ about, type, reason, message }) {
    if (type === "Warning") recorder.warning(about, reason, message);
    else recorder.normal(about, reason, message);
  },
});

export function createActionRecorder(options: ActionRecorderOptions): ActionRecorder {
  return new SeriesRecorder(options);
}

class SeriesRecorder implements ActionRecorder {
  readonly #options: ActionRecorderOptions;
  readonly #known = new Map<string, Known>();
  readonly #start: number;
  #last = 0n;
  /** The beat at which what is old was forgotten last. */
  #cleaned: number;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ActionRecorderOptions) {
    this.#options = options;
    this.#start = options.clock.now();
    this.#cleaned = this.#start;
    options.signal.addEventListener("abort", () => this.#timer?.cancel(), { once: true });
  }

  record(said: ActionEvent): void {
    const now = this.#options.clock.now();
    const involvedObject = referTo(said.about);
    const related = said.related && referTo(said.related);
    const key = JSON.stringify([said.action, said.reason, involvedObject, related]);
    this.#forgetOld(now);
    const known = this.#known.get(key);
    if (known) {
      known.last = now;
      known.count++;
      // Only the first of a series is told at once.
      if (known.count === 1) this.#write(() => this.#patch(known));
      this.#arm();
      return;
    }
    const event = this.#make(said, now);
    this.#known.set(key, { event, last: now, count: 0 });
    this.#write(() => this.#create(event));
  }

  #make({ about, related, type, reason, action, message }: ActionEvent, now: number): Event {
    const { controller, host } = this.#options;
    const { name, namespace } = about.metadata;
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${this.#stamp(now)}`, namespace: namespace || "default" },
      involvedObject: referTo(about),
      reason,
      message,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type,
      eventTime: microTimestamp(now),
      action,
      ...(related && { related: referTo(related) }),
      reportingComponent: controller,
      reportingInstance: `${controller}-${host}`,
    };
  }

  /** The time in nanoseconds, made unique, in hexadecimal. */
  #stamp(now: number): string {
    const time = BigInt(now) * 1_000_000n;
    this.#last = time > this.#last ? time : this.#last + 1n;
    return this.#last.toString(16);
  }

  /** What has not been repeated for long enough was over at the last beat. */
  #forgetOld(now: number): void {
    const beat = now - ((now - this.#start) % FINISH_MS);
    if (beat === this.#cleaned) return;
    this.#cleaned = beat;
    for (const [key, known] of this.#known) {
      if (known.count === 0 && known.last < beat - FINISH_MS) this.#known.delete(key);
    }
  }

  /** Series are written again when they end, and now and then before. */
  #arm(): void {
    const { clock, signal } = this.#options;
    if (this.#timer || signal.aborted) return;
    const passed = clock.now() - this.#start;
    this.#timer = clock.after(FINISH_MS - (passed % FINISH_MS), () => {
      this.#timer = undefined;
      this.#finish(clock.now());
    });
  }

  #finish(now: number): void {
    const refresh = (now - this.#start) % REFRESH_MS === 0;
    let lasting = false;
    for (const [key, known] of this.#known) {
      if (known.count === 0) continue;
      const over = known.last < now - FINISH_MS;
      if (over) this.#known.delete(key);
      else lasting = true;
      if (over || refresh) this.#write(() => this.#patch(known));
    }
    if (lasting) this.#arm();
  }

  #write(write: () => Promise<unknown>): void {
    this.#writing = this.#writing.then(() => this.#send(write));
  }

  async #send(write: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await write();
        return;
      } catch (error) {
        // A server that says no has its reasons; one that is not there may come back.
        if (error instanceof StatusError) return;
        if (!(error instanceof Unreachable)) throw error;
        if (tries === TRIES) return;
        await this.#options.clock.sleep(RETRY_MS);
      }
    }
  }

  #create(event: Event): Promise<Event> {
    // What is created is given away; the copy that is kept has no parts that change.
    return this.#options.client.create(events, { ...event, metadata: { ...event.metadata } });
  }

  async #patch({ event, count, last }: Known): Promise<void> {
    const series = { count, lastObservedTime: microTimestamp(last) };
    const { name, namespace = "" } = event.metadata;
    try {
      await this.#options.client.patch(
        events,
        { namespace, name },
        { type: "merge", body: { series } },
      );
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
      await this.#create({ ...event, series });
    }
  }
}
