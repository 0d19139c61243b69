// What a deletion does to an object: nothing yet, a mark on it, or its end.
// apiserver/pkg/registry/rest/delete.go BeforeDelete, registry/store.go deletionFinalizersForGarbageCollection.

import type { KubeObject } from "../api/meta.ts";
import type { Context, Resource } from "../api/resource.ts";
import { timestamp } from "../api/time.ts";

export type Propagation = "Orphan" | "Background" | "Foreground";

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: Propagation;
  /** The older way to say Orphan (true) or Background (false). */
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** The object marked; or "remove" at once; or "wait", since it is being deleted already. */
export function planDeletion<T extends KubeObject>(
  resource: Resource<T>,
  old: T,
  asked: DeleteOptions,
  context: Context,
): T | "remove" | "wait" {
  const finalizers = finalizersAfter(resource, old, asked, context);
  const grace = resource.gracePeriodSeconds?.(old, asked.gracePeriodSeconds) ?? 0;
  const marked = old.metadata.deletionTimestamp !== undefined;
  const current = old.metadata.deletionGracePeriodSeconds ?? 0;
  if (marked && current > 0 && grace >= current && same(finalizers, old.metadata.finalizers)) return "wait";
  if (grace === 0 && finalizers.length === 0) return "remove";
  if (marked && current === 0 && same(finalizers, old.metadata.finalizers)) return "wait";

  const period = marked ? Math.min(grace, current) : grace;
  const draft = { ...old, metadata: { ...old.metadata } };
  const { metadata } = draft;
  if (!marked || period < current) {
    const start = marked ? Date.parse(metadata.deletionTimestamp as string) - current * 1000 : context.now;
    metadata.deletionTimestamp = timestamp(Math.max(start, 0) + period * 1000);
    metadata.deletionGracePeriodSeconds = period;
    if (!marked && metadata.generation) metadata.generation += 1;
  }
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  return draft;
}

/** Which finalizers the object needs so that its dependents fare as was asked. */
function finalizersAfter<T extends KubeObject>(
  resource: Resource<T>,
  { metadata }: T,
  { propagationPolicy, orphanDependents }: DeleteOptions,
  { groupVersion }: Context,
): string[] {
  const kept = metadata.finalizers ?? [];
  const others = kept.filter((name) => name !== "orphan" && name !== "foregroundDeletion");
  let policy = propagationPolicy;
  if (orphanDependents !== undefined) policy = orphanDependents ? "Orphan" : "Background";
  if (policy === undefined) {
    if (others.length < kept.length) return [...kept];
    if (resource.orphansByDefault?.includes(groupVersion)) policy = "Orphan";
  }
  if (policy === "Orphan") return [...others, "orphan"];
  if (policy === "Foreground") return [...others, "foregroundDeletion"];
  return others;
}

const same = (a: readonly string[], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
