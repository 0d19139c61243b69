// Evictions: a pod is deleted, if the disruption budget that is about it allows that.
// pkg/registry/core/pod/storage/eviction.go.

import { setCondition } from "../../api/conditions.ts";
import { matches, selectorOf } from "../../api/labels.ts";
import type { KubeObject } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isFinished, isReady } from "../../api/pod-readiness.ts";
import { type PodDisruptionBudget, podDisruptionBudgets } from "../../api/poddisruptionbudget.ts";
import {
  badRequest,
  failure,
  forbidden,
  plainFailure,
  type StatusError,
} from "../../api/status.ts";
import { timestamp } from "../../api/time.ts";
import { decodeAs } from "../decoding.ts";
import type { DeleteOptions } from "../deletion.ts";
import { writeOptions } from "../dispatch.ts";
import type { ServerParts, Subresource } from "../server.ts";
import { isDryRun } from "../write-options.ts";
import { done } from "./binding.ts";

interface Eviction extends KubeObject {
  deleteOptions?: DeleteOptions;
}

const versions = { groupVersions: ["policy/v1", "policy/v1beta1"], kind: "Eviction" };

/** More that were evicted and are still there would mean that nobody counts them. */
const TOO_MANY = 2000;

export const eviction: Subresource = (call, parts) => {
  const { request, info, tools } = call;
  const body = decodeAs(request, tools.era, versions) as Eviction;
  const { name } = info;
  if ((body.metadata?.name || name) !== name) {
    throw badRequest("name in URL does not match name in Eviction object");
  }
  const asked = body.deleteOptions ?? {};
  const dryRun = isDryRun(request, "CreateOptions") || (asked.dryRun?.length ?? 0) > 0;
  const { registry } = parts.served(pods);
  const pod = registry.get(info) as Pod;
  const options = { ...writeOptions(call, dryRun), subresource: "" };
  if (!isDisrupted(pod)) askBudgets(pod, parts, dryRun);
  if (!dryRun) markDisrupted(pod, parts);
  registry.delete(info, asked, options);
  return done;
};

/** It does not run, or will not for long: its end takes nothing from anybody. */
const isDisrupted = (pod: Pod): boolean =>
  isFinished(pod) || pod.status.phase === "Pending" || pod.metadata.deletionTimestamp !== undefined;

function askBudgets(pod: Pod, { view, served }: ServerParts, dryRun: boolean): void {
  const { namespace = "", name, labels } = pod.metadata;
  const budgets = view.list(podDisruptionBudgets, namespace).filter(({ spec }) => {
    const selector = selectorOf(spec.selector) ?? [];
    return selector.length > 0 && matches(selector, labels);
  });
  if (budgets.length > 1) {
    const text =
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    throw plainFailure(text);
  }
  const [budget] = budgets;
  if (!budget) return;
  const { status } = budget;
  const unready = view.era.behaviors.has("evicts-unready-pods") && !isReady(pod);
  // What is not ready does not count as healthy, so that nothing is lost with it.
  if (unready && status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0)
    return;
  check(budget);
  if (dryRun) return;
  served(podDisruptionBudgets).registry.overwrite({
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: status.disruptionsAllowed - 1,
      disruptedPods: { ...status.disruptedPods, [name]: timestamp(view.now()) },
    },
  } as KubeObject);
}

function check({ metadata, status }: PodDisruptionBudget): void {
  const { name, generation = 0 } = metadata;
  if ((status.observedGeneration ?? 0) < generation) {
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const { disruptionsAllowed, desiredHealthy, currentHealthy, disruptedPods = {} } = status;
  const budgets = { group: "policy", plural: "poddisruptionbudget" };
  if (disruptionsAllowed < 0) {
    throw forbidden(budgets, name, "pdb disruptions allowed is negative");
  }
  if (Object.keys(disruptedPods).length > TOO_MANY) {
    const text = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
    throw forbidden(budgets, name, text);
  }
  if (disruptionsAllowed > 0) return;
  const text = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  throw tooMany(text, 0);
}

const tooMany = (message: string, seconds: number): StatusError =>
  failure("TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message }],
    ...(seconds > 0 && { retryAfterSeconds: seconds }),
  });

/** Since 1.26 a pod says why it is made to go. */
function markDisrupted(pod: Pod, { view, served }: ServerParts): void {
  if (!view.era.gates.has("PodDisruptionConditions")) return;
  const target = {
    type: "DisruptionTarget",
    status: "True" as const,
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  };
  const conditions = setCondition(pod.status.conditions, target, timestamp(view.now()));
  const marked: Pod = { ...pod, status: { ...pod.status, conditions } };
  served(pods).registry.overwrite(marked);
}
