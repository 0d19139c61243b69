// What a deletion does to an object: nothing yet, a mark on it, or its end.
// apiserver/pkg/registry/rest/delete.go BeforeDelete, registry/store.go
// deletionFinalizersForGarbageCollection.

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

interface Deletion {
  readonly asked: DeleteOptions;
  readonly context: Context;
}

/** The object marked; or "remove" at once; or "wait", since it is being deleted already. */
export function planDeletion<T extends KubeObject>(
  resource: Resource<T>,
  old: T,
  { asked, context }: Deletion,
): T | "remove" | "wait" {
  // Without a garbage collector nobody would ever see to dependents.
  const collects = context.era.behaviors.has("owner-references");
  const finalizers = collects
    ? finalizersAfter(resource, old, { asked, context })
    : (old.metadata.finalizers ?? []);
  const marked = old.metadata.deletionTimestamp !== undefined;
  const current = old.metadata.deletionGracePeriodSeconds ?? 0;
  const graceful = resource.gracePeriodSeconds !== undefined;
  const grace = marked
    ? Math.min(asked.gracePeriodSeconds ?? current, current)
    : (resource.gracePeriodSeconds?.(old, asked.gracePeriodSeconds) ?? 0);
  // What is marked already may only be given less time.
  const sooner = grace < current;
  const unchanged = same(finalizers, old.metadata.finalizers);
  if (graceful && marked && current > 0 && !sooner && unchanged) return "wait";
  if (grace === 0 && finalizers.length === 0) return "remove";
  if (marked && !sooner && unchanged) return "wait";

  const draft = { ...old, metadata: { ...old.metadata } };
  const { metadata } = draft;
  if (!marked || sooner) {
    const start = marked
      ? Date.parse(metadata.deletionTimestamp as string) - current * 1000
      : context.now;
    metadata.deletionTimestamp = timestamp(Math.max(start, 0) + grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
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
  { asked, context }: Deletion,
): string[] {
  const kept = metadata.finalizers ?? [];
  const others = kept.filter((name) => name !== "orphan" && name !== "foregroundDeletion");
  const { propagationPolicy, orphanDependents } = asked;
  let policy = propagationPolicy;
  if (orphanDependents !== undefined) policy = orphanDependents ? "Orphan" : "Background";
  if (policy === undefined) {
    if (others.length < kept.length) return [...kept];
    if (resource.orphansByDefault?.includes(context.groupVersion)) policy = "Orphan";
  }
  if (policy === "Orphan") return [...others, "orphan"];
  if (policy === "Foreground") return [...others, "foregroundDeletion"];
  return others;
}

const same = (a: readonly string[], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
