// Conditions in a status. pkg/api/v1/pod/util.go UpdatePodCondition.

import type { Condition } from "./meta.ts";

/**
 * The conditions with this one in its place; the time of its transition stays if nothing turned.
 */
export function setCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  given: T,
  now: string,
): T[] {
  const all = [...(conditions ?? [])];
  const index = all.findIndex(({ type }) => type === given.type);
  const before = all[index];
  const since = before?.status === given.status ? before.lastTransitionTime : now;
  const added = { ...given, lastTransitionTime: since ?? now };
  if (before) all[index] = added;
  else all.push(added);
  return all;
}
