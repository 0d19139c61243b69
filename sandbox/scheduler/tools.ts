// What the parts of the scheduler work with, and what may go wrong in the world that they work in.

import { Unreachable } from "../api/http.ts";
import { isReason, StatusError } from "../api/status.ts";
import type { Client } from "../client/client.ts";
import type { ActionRecorder } from "../client/events-v1.ts";
import type { Cache } from "../client/informers.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { Trace } from "../sim/trace.ts";
import { SchedulingError } from "./framework.ts";
import type { SchedulingQueue } from "./queue.ts";
import type { VolumeBinder } from "./volume-binder.ts";

export interface SchedulerTools {
  readonly client: Client;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly events: ActionRecorder;
  readonly queue: SchedulingQueue;
  readonly volumes: VolumeBinder;
  readonly signal: AbortSignal;
}

export const isOfTheWorld = (error: unknown): error is Error =>
  error instanceof StatusError || error instanceof Unreachable || error instanceof SchedulingError;

/** For writes about a pod that may have been deleted. */
export function unlessGone(error: unknown): void {
  if (!isReason(error, "NotFound")) throw error;
}
