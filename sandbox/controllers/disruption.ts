// PodDisruptionBudgets: how many pods may be missing now. pkg/controller/disruption/disruption.go.

import { equal } from "../api/clone.ts";
import { type IntOrPercent, scaledValue } from "../api/int-or-percent.ts";
import { matches, selectorOf } from "../api/labels.ts";
import { condition, controllerOf, keyOf, keyText, type NamespacedName } from "../api/meta.ts";
import { type Pod, pods } from "../api/pod.ts";
import { isReady } from "../api/pod-readiness.ts";
import {
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
  podDisruptionBudgets,
} from "../api/poddisruptionbudget.ts";
import { parseTime, timestamp } from "../api/time.ts";
import { defineController, type Requeue, type Tools, wakeOn } from "../client/controller.ts";
import { Instants } from "./instants.ts";
import { knownStatus } from "./known-fields.ts";
import { byNamespace, indexByNamespace } from "./ownership.ts";
import { scaleOf } from "./pod-scale.ts";

/** A pod whose eviction was allowed counts as gone for this long, whether it goes or not. */
const EVICTION_MS = 120_000;

export const disruption = defineController<Instants>({
  name: "controllermanager",
  for: podDisruptionBudgets,
  watches: [
    wakeOn(pods, ({ now, before }, cache) => {
      const namespace = (now ?? before)?.metadata.namespace ?? "";
      return cache
        .by(podDisruptionBudgets, byNamespace, namespace)
        .filter((budget) => [now, before].some((pod) => pod && covers(budget, pod)))
        .map(keyOf);
    }),
  ],
  indexes: [indexByNamespace(pods), indexByNamespace(podDisruptionBudgets)],
  state: () => new Instants(),
  reconcile,
});

function covers({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean {
  const selector = selectorOf(spec.selector);
  // Until 1.20 an empty selector meant no pod at all.
  return selector !== undefined && selector.length > 0 && matches(selector, metadata.labels);
}

async function reconcile(
  key: NamespacedName,
  tools: Tools<Instants>,
): Promise<Requeue | undefined> {
  const { cache, clock, events, state } = tools;
  const budget = cache.get(podDisruptionBudgets, key);
  if (!budget) {
    state.forget(keyText(key));
    return undefined;
  }
  const again = state.again(keyText(key), clock.now());
  if (again) return again;
  const covered = cache.by(pods, byNamespace, key.namespace).filter((pod) => covers(budget, pod));
  if (covered.length === 0) events.normal(budget, "NoPods", "No matching pods found");
  const needed = requirement(budget, covered, tools);
  if (!needed) {
    const status = { ...budget.status, disruptionsAllowed: 0 };
    await write(budget, status, tools);
    return undefined;
  }
  const { disruptedPods, recheck } = disrupted(budget, covered, tools);
  const now = clock.now();
  const healthy = covered.filter(
    (pod) => !pod.metadata.deletionTimestamp && !disruptedPods[pod.metadata.name] && isReady(pod),
  ).length;
  const { expected, desired } = needed;
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  const { generation } = budget.metadata;
  const status: PodDisruptionBudgetStatus = {
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: [allowedCondition(budget, allowed, now)],
  };
  await write(budget, status, tools);
  return recheck === undefined ? undefined : { requeueAfter: Math.max(1, recheck - now) };
}

/** Only in releases whose budgets have conditions. */
function allowedCondition({ status, metadata }: PodDisruptionBudget, allowed: number, now: number) {
  const state = allowed > 0 ? ("True" as const) : ("False" as const);
  const before = condition(status.conditions, "DisruptionAllowed");
  const since = before?.status === state ? before.lastTransitionTime : undefined;
  return {
    type: "DisruptionAllowed",
    status: state,
    observedGeneration: metadata.generation ?? 0,
    lastTransitionTime: since ?? timestamp(now),
    reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
    message: "",
  };
}

interface Requirement {
  readonly expected: number;
  readonly desired: number;
}

/**
 * How many pods there should be, and how many of them must be healthy; undefined if nobody knows.
 */
function requirement(
  budget: PodDisruptionBudget,
  covered: readonly Pod[],
  tools: Tools<Instants>,
): Requirement | undefined {
  const { maxUnavailable, minAvailable } = budget.spec;
  const scaled = (value: IntOrPercent, whole: number) => scaledValue(value, whole, "up");
  if (maxUnavailable !== undefined) {
    const expected = expectedScale(budget, covered, tools);
    if (expected === undefined) return undefined;
    return { expected, desired: Math.max(0, expected - scaled(maxUnavailable, expected)) };
  }
  if (typeof minAvailable === "number") return { expected: covered.length, desired: minAvailable };
  if (minAvailable === undefined) return { expected: 0, desired: 0 };
  const expected = expectedScale(budget, covered, tools);
  return expected === undefined ? undefined : { expected, desired: scaled(minAvailable, expected) };
}

/** What the controllers of the pods are to have together. */
function expectedScale(
  budget: PodDisruptionBudget,
  covered: readonly Pod[],
  tools: Tools<Instants>,
): number | undefined {
  const { cache, events } = tools;
  const scales = new Map<string, number>();
  for (const pod of covered) {
    const { name } = pod.metadata;
    const owner = controllerOf(pod);
    if (!owner) {
      fail(budget, "NoControllerRef", {
        text: `found no controller ref for pod "${name}"`,
        events,
      });
      return undefined;
    }
    if (scales.has(owner.uid)) continue;
    const found = scaleOf(pod, cache);
    if (!found) {
      fail(budget, "NoControllers", { text: `found no controllers for pod "${name}"`, events });
      return undefined;
    }
    scales.set(found.uid, found.scale);
  }
  return [...scales.values()].reduce((sum, scale) => sum + scale, 0);
}

function fail(
  budget: PodDisruptionBudget,
  reason: string,
  { text, events }: { text: string; events: Tools<unknown>["events"] },
): void {
  events.warning(budget, reason, text);
  const whole = `Failed to calculate the number of expected pods: ${text}`;
  events.warning(budget, "CalculateExpectedPodCountFailed", whole);
}

/**
 * The pods whose eviction was allowed lately, and when the first of them is to be looked at again.
 */
function disrupted(
  budget: PodDisruptionBudget,
  covered: readonly Pod[],
  { clock, events }: Tools<Instants>,
): { disruptedPods: Record<string, string>; recheck: number | undefined } {
  const disruptedPods: Record<string, string> = {};
  let recheck: number | undefined;
  for (const pod of covered) {
    const time = budget.status.disruptedPods?.[pod.metadata.name];
    if (time === undefined || pod.metadata.deletionTimestamp) continue;
    const due = (parseTime(time) ?? 0) + EVICTION_MS;
    if (due < clock.now()) {
      const { namespace } = budget.metadata;
      const text = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
      events.warning(pod, "NotDeleted", text);
      continue;
    }
    disruptedPods[pod.metadata.name] = time;
    recheck = Math.min(recheck ?? due, due);
  }
  return { disruptedPods, recheck };
}

async function write(
  budget: PodDisruptionBudget,
  status: PodDisruptionBudgetStatus,
  { client, era }: Tools<Instants>,
): Promise<void> {
  const known = knownStatus(podDisruptionBudgets, status, era);
  if (equal(known, budget.status)) return;
  await client.updateStatus(podDisruptionBudgets, { ...budget, status: known });
}
