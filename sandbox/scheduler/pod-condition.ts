// The condition that says why a pod has no node. pkg/scheduler/scheduler.go
// recordSchedulingFailure.

import { clone } from "../api/clone.ts";
import { type Condition, condition, keyOf } from "../api/meta.ts";
import { type Pod, pods } from "../api/pod.ts";
import { timestamp } from "../api/time.ts";
import type { Client } from "../client/client.ts";
import type { Clock } from "../sim/clock.ts";

/** What comes of a pod that did not get a node. */
export interface Failure {
  readonly message: string;
  readonly reason: "Unschedulable" | "SchedulerError";
  readonly nominated?: string;
}

/** Nothing is written if it says so already. */
export async function writeUnscheduled(
  pod: Pod,
  { message, reason, nominated }: Failure,
  { client, clock }: { readonly client: Client; readonly clock: Clock },
): Promise<void> {
  const { conditions = [], nominatedNodeName } = pod.status;
  const before = condition(conditions, "PodScheduled");
  const same = before?.status === "False" && before.reason === reason && before.message === message;
  if (same && (!nominated || nominated === nominatedNodeName)) return;
  const since = before?.status === "False" ? before.lastTransitionTime : undefined;
  const now: Condition = {
    lastProbeTime: null,
    lastTransitionTime: since ?? timestamp(clock.now()),
    message,
    reason,
    status: "False",
    type: "PodScheduled",
  };
  const others = conditions.filter(({ type }) => type !== "PodScheduled");
  const status = {
    conditions: [...clone(others), now],
    ...(nominated && { nominatedNodeName: nominated }),
  };
  await client.patch(pods, keyOf(pod), { type: "merge", subresource: "status", body: { status } });
}
