// What a Deployment's status says of it. pkg/controller/deployment/progress.go, sync.go
// calculateStatus.

import type { Deployment, DeploymentStatus } from "../../api/deployment.ts";
import { type Condition, condition } from "../../api/meta.ts";
import type { ReplicaSet } from "../../api/replicaset.ts";
import { parseTime, timestamp } from "../../api/time.ts";
import { available, maxUnavailable, present, replicasOf, wanted } from "./proportions.ts";

const NEVER = 2147483647;

export const hasDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NEVER;

/** A condition before it is known since when it holds. */
export interface News {
  readonly type: string;
  readonly status: Condition["status"];
  readonly reason: string;
  readonly message: string;
}

/** The status with a condition set; as it is if status and reason are the same already. */
export function withCondition(status: DeploymentStatus, news: News, now: number): DeploymentStatus {
  const { type } = news;
  const current = condition(status.conditions, type);
  if (current?.status === news.status && current.reason === news.reason) return status;
  const at = timestamp(now);
  const since = current?.status === news.status ? current.lastTransitionTime : undefined;
  const made = { ...news, lastUpdateTime: at, lastTransitionTime: since ?? at };
  return { ...status, conditions: [...others(status, type), made] };
}

const others = ({ conditions = [] }: DeploymentStatus, type: string): Condition[] =>
  conditions.filter((each) => each.type !== type);

const without = (status: DeploymentStatus, type: string): DeploymentStatus => {
  const conditions = others(status, type);
  const { conditions: _conditions, ...rest } = status;
  return conditions.length > 0 ? { ...rest, conditions } : rest;
};

/** The numbers, and whether there are enough. */
export function calculateStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  { newest, now }: { newest: ReplicaSet | undefined; now: number },
): DeploymentStatus {
  const { metadata, status: before } = deployment;
  const usable = available(all);
  const ready = all.reduce((sum, { status }) => sum + (status.readyReplicas ?? 0), 0);
  // Go leaves out what is zero.
  const counts = {
    observedGeneration: metadata.generation,
    replicas: present(all),
    updatedReplicas: newest?.status.replicas,
    readyReplicas: ready,
    availableReplicas: usable,
    unavailableReplicas: Math.max(0, wanted(all) - usable),
    collisionCount: before.collisionCount,
  };
  const status: DeploymentStatus = Object.fromEntries(
    Object.entries(counts).filter(([, count]) => count),
  );
  if (before.conditions) status.conditions = before.conditions;
  const enough = usable >= replicasOf(deployment) - maxUnavailable(deployment);
  return withCondition(status, enough ? enoughText : tooFewText, now);
}

const enoughText: News = {
  type: "Available",
  status: "True",
  reason: "MinimumReplicasAvailable",
  message: "Deployment has minimum availability.",
};

const tooFewText: News = {
  type: "Available",
  status: "False",
  reason: "MinimumReplicasUnavailable",
  message: "Deployment does not have minimum availability.",
};

export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const whole = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === whole &&
    (status.replicas ?? 0) === whole &&
    (status.availableReplicas ?? 0) === whole &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** More new pods, fewer old ones, more that are ready or available. */
function isProgressing({ status: before }: Deployment, status: DeploymentStatus): boolean {
  const oldOf = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) =>
    replicas - updatedReplicas;
  return (
    (status.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldOf(status) < oldOf(before) ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** The status of a Deployment that rolls: with how it gets on, and why it does not. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  known: { newest: ReplicaSet | undefined; now: number },
): DeploymentStatus {
  const { newest, now } = known;
  let status = calculateStatus(deployment, all, known);
  if (!hasDeadline(deployment)) status = without(status, "Progressing");
  else status = withProgress(deployment, status, known);
  const failure = [...(newest ? [newest] : []), ...all]
    .map((set) => condition(set.status.conditions, "ReplicaFailure"))
    .find((each) => each !== undefined);
  if (!failure) return without(status, "ReplicaFailure");
  const { reason = "", message = "" } = failure;
  return withCondition(
    status,
    { type: "ReplicaFailure", status: failure.status, reason, message },
    now,
  );
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  { newest, now }: { newest: ReplicaSet | undefined; now: number },
): DeploymentStatus {
  const current = condition(deployment.status.conditions, "Progressing");
  const done = current?.reason === "NewReplicaSetAvailable";
  if (done && (status.replicas ?? 0) === (status.updatedReplicas ?? 0)) return status;
  const who = newest
    ? `ReplicaSet "${newest.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${who} has successfully progressed.`;
    const reason = "NewReplicaSetAvailable";
    return withCondition(status, { type: "Progressing", status: "True", reason, message }, now);
  }
  if (isProgressing(deployment, status)) {
    const at = timestamp(now);
    const since = current?.status === "True" ? current.lastTransitionTime : undefined;
    // Written anew each time: its update time is what the deadline counts from.
    const made: Condition = {
      type: "Progressing",
      status: "True",
      reason: "ReplicaSetUpdated",
      message: `${who} is progressing.`,
      lastUpdateTime: at,
      lastTransitionTime: since ?? at,
    };
    return { ...status, conditions: [...others(status, "Progressing"), made] };
  }
  if ((untilTimeOut(deployment, status, now) ?? 1) > 0) return status;
  const message = `${who} has timed out progressing.`;
  const reason = "ProgressDeadlineExceeded";
  return withCondition(status, { type: "Progressing", status: "False", reason, message }, now);
}

/**
 * Milliseconds until a rollout that does not get on has failed; undefined if nothing waits for it.
 */
export function untilTimeOut(
  deployment: Deployment,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const current = condition(status.conditions, "Progressing");
  if (!hasDeadline(deployment) || !current) return undefined;
  if (current.reason === "NewReplicaSetAvailable") return undefined;
  if (current.reason === "ProgressDeadlineExceeded") return 0;
  const from = parseTime(current.lastUpdateTime) ?? now;
  // Upstream asks if the deadline has passed, a second later than it is due.
  return from + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 + 1000 - now;
}
