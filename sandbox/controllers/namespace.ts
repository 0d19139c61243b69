// Namespaces that are being deleted: all that is in them goes first.
// pkg/controller/namespace/namespace_controller.go, deletion/namespaced_resources_deleter.go.

import { resources } from "../api/index.ts";
import { type Condition, condition, type NamespacedName } from "../api/meta.ts";
import { type Namespace, namespaces } from "../api/namespace.ts";
import { pods } from "../api/pod.ts";
import { isFinished } from "../api/pod-readiness.ts";
import { type Resource, servedVersions } from "../api/resource.ts";
import { isReason, StatusError } from "../api/status.ts";
import { parseTime, timestamp } from "../api/time.ts";
import {
  defineController,
  type Requeue,
  RetryError,
  type Tools,
  wakeOn,
} from "../client/controller.ts";

/** So that all servers have heard that the namespace ends before its content goes. */
const GRACE_MS = 5_000;
/** How long finalizers are taken to need. */
const FINALIZER_SECONDS = 15;

/**
 * When each ending namespace is to be looked at: some seconds after it has changed, or when due.
 */
type State = Map<string, number>;

export const namespace = defineController<State>({
  name: "namespace-controller",
  watches: [
    wakeOn(namespaces, ({ now }) =>
      now?.metadata.deletionTimestamp ? [{ namespace: "", name: now.metadata.name }] : [],
    ),
  ],
  state: () => new Map(),
  async reconcile(key, tools) {
    const { clock, state } = tools;
    const now = clock.now();
    const due = state.get(key.name);
    if (due === undefined || due > now) {
      const next = Math.min(due ?? Number.POSITIVE_INFINITY, now + GRACE_MS);
      state.set(key.name, next);
      return { requeueAfter: next - now };
    }
    const again = await empty(key, tools);
    if (again) state.set(key.name, clock.now() + again.requeueAfter);
    else state.delete(key.name);
    return again;
  },
});

async function empty(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined> {
  const { client } = tools;
  try {
    let ending = await client.get(namespaces, key);
    if (!ending.metadata.deletionTimestamp) return undefined;
    if (ending.status.phase !== "Terminating") {
      const status = { ...ending.status, phase: "Terminating" as const };
      ending = await client.updateStatus(namespaces, { ...ending, status });
    }
    if ((ending.spec.finalizers ?? []).length === 0) return undefined;
    const { estimate, failures, latest } = await deleteContent(ending, tools);
    if (failures.length > 0) throw new RetryError(failures.join(", "));
    if (estimate > 0) return { requeueAfter: (Math.floor(estimate / 2) + 1) * 1000 };
    await finalize(latest, tools);
    return undefined;
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}

async function finalize(ending: Namespace, { client }: Tools<State>): Promise<void> {
  const finalizers = (ending.spec.finalizers ?? []).filter((name) => name !== "kubernetes");
  const body = { ...ending, spec: { ...ending.spec, finalizers } };
  const path = `${client.path(namespaces, { namespace: "", name: ending.metadata.name })}/finalize`;
  await client.send({ method: "PUT", path, body, typed: true });
}

/** What is left of one kind, and for how long. */
interface Rest {
  readonly resource: Resource;
  readonly seconds: number;
  readonly count: number;
  readonly finalizers: ReadonlyMap<string, number>;
  readonly failure?: string;
}

interface Content {
  /** Seconds until what remains may have gone; 0 if nothing remains. */
  readonly estimate: number;
  readonly failures: readonly string[];
  readonly latest: Namespace;
}

async function deleteContent(ending: Namespace, tools: Tools<State>): Promise<Content> {
  const kinds = resources.filter(
    (resource) =>
      resource.namespaced &&
      (resource.verbs?.includes("delete") ?? true) &&
      servedVersions(resource, tools.era).length > 0,
  );
  const rests: Rest[] = [];
  for (const resource of kinds) rests.push(await deleteKind(resource, ending, tools));
  const failures = rests.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const estimate = Math.max(0, ...rests.map(({ seconds }) => seconds));
  const conditions = conditionsOf(ending, { rests, failures, now: tools.clock.now() });
  if (!tools.era.behaviors.has("namespace-conditions") || conditions === ending.status.conditions) {
    return { estimate, failures, latest: ending };
  }
  const status = { ...ending.status, conditions };
  const latest = await tools.client.updateStatus(namespaces, { ...ending, status });
  return { estimate, failures, latest };
}

async function deleteKind(
  resource: Resource,
  ending: Namespace,
  { client, clock }: Tools<State>,
): Promise<Rest> {
  const { name } = ending.metadata;
  const nothing = { resource, seconds: 0, count: 0, finalizers: new Map() };
  let seconds = 0;
  try {
    if (resource.plural === "pods") seconds = await longestGrace(ending, { client, clock });
    await client.send({
      method: "DELETE",
      path: client.path(resource, { namespace: name, name: "" }),
      body: { propagationPolicy: "Background" },
    });
    const { items } = await client.list(resource, { namespace: name });
    if (items.length === 0) return nothing;
    const finalizers = new Map<string, number>();
    for (const finalizer of items.flatMap(({ metadata }) => metadata.finalizers ?? [])) {
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    }
    const left = { resource, count: items.length, finalizers };
    if (seconds > 0) return { ...left, seconds };
    if (finalizers.size > 0) return { ...left, seconds: FINALIZER_SECONDS };
    const { group, version, plural } = resource;
    const failure = `unexpected items still remain in namespace: ${name} for gvr: ${group}/${version}, Resource=${plural}`;
    return { ...left, seconds: 0, failure };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { ...nothing, seconds, failure: error.message };
  }
}

/** The longest that one of the pods may take to end; 0 once that has passed. */
async function longestGrace(
  { metadata }: Namespace,
  { client, clock }: Pick<Tools<State>, "client" | "clock">,
): Promise<number> {
  const { items } = await client.list(pods, { namespace: metadata.name });
  const graces = items
    .filter((pod) => !isFinished(pod))
    .map(({ spec }) => spec.terminationGracePeriodSeconds ?? 0);
  const longest = Math.max(0, ...graces);
  const since = clock.now() - (parseTime(metadata.deletionTimestamp) ?? 0);
  return since >= longest * 1000 ? 0 : longest;
}

const fine: Readonly<Record<string, readonly [reason: string, message: string]>> = {
  NamespaceDeletionDiscoveryFailure: [
    "ResourcesDiscovered",
    "All resources successfully discovered",
  ],
  NamespaceDeletionGroupVersionParsingFailure: [
    "ParsedGroupVersions",
    "All legacy kube types successfully parsed",
  ],
  NamespaceDeletionContentFailure: [
    "ContentDeleted",
    "All content successfully deleted, may be waiting on finalization",
  ],
  NamespaceContentRemaining: ["ContentRemoved", "All content successfully removed"],
  NamespaceFinalizersRemaining: [
    "ContentHasNoFinalizers",
    "All content-preserving finalizers finished",
  ],
};

interface Findings {
  readonly rests: readonly Rest[];
  readonly failures: readonly string[];
  readonly now: number;
}

/** The conditions that the namespace should have; the very same list if nothing has changed. */
function conditionsOf({ status }: Namespace, findings: Findings): Condition[] {
  const troubles = troublesOf(findings);
  const before = status.conditions ?? [];
  const after = Object.entries(fine).map(([type, [reason, message]]): Condition => {
    const trouble = troubles.get(type);
    const next = trouble
      ? { status: "True" as const, ...trouble }
      : { status: "False" as const, reason, message };
    const old = condition(before, type);
    if (old?.status === next.status && old.reason === next.reason && old.message === next.message) {
      return old;
    }
    const since = old?.status === next.status ? old.lastTransitionTime : undefined;
    return { type, ...next, lastTransitionTime: since ?? timestamp(findings.now) };
  });
  const same = after.every((each) => before.includes(each));
  return same ? before : after;
}

function troublesOf({
  rests,
  failures,
}: Findings): Map<string, { reason: string; message: string }> {
  const troubles = new Map<string, { reason: string; message: string }>();
  const left = rests.filter(({ count }) => count > 0);
  if (failures.length > 0) {
    const message = `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(", ")}`;
    troubles.set("NamespaceDeletionContentFailure", { reason: "ContentDeletionFailed", message });
  }
  if (left.length > 0) {
    const parts = left.map(
      ({ resource, count }) =>
        `${resource.plural}.${resource.group} has ${count} resource instances`,
    );
    const message = `Some resources are remaining: ${parts.sort().join(", ")}`;
    troubles.set("NamespaceContentRemaining", { reason: "SomeResourcesRemain", message });
  }
  const totals = new Map<string, number>();
  for (const [name, count] of left.flatMap(({ finalizers }) => [...finalizers])) {
    totals.set(name, (totals.get(name) ?? 0) + count);
  }
  if (totals.size > 0) {
    const parts = [...totals].map(([name, count]) => `${name} in ${count} resource instances`);
    const message = `Some content in the namespace has finalizers remaining: ${parts.sort().join(", ")}`;
    troubles.set("NamespaceFinalizersRemaining", { reason: "SomeFinalizersRemain", message });
  }
  return troubles;
}
