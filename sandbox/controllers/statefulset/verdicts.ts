// Tells the trace what a set waits for, and how each of its pods is.

import type { Pod } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import type { Tools } from "../../client/controller.ts";
import type { Option } from "../../sim/trace.ts";
import { firstOrdinal, podName, replicasOf } from "./identity.ts";
import { isHealthy, isRunningAndReady, isTerminating } from "./status.ts";

/** The last verdict of each set, by key, with the pods that it was about. */
export type Told = Map<string, { readonly said: string; readonly members: readonly Pod[] }>;

export function tell(
  set: StatefulSet,
  { verdict, members }: { verdict: string; members: readonly Pod[] },
  { trace, state }: Tools<Told>,
): void {
  const { namespace = "", name, uid, generation } = set.metadata;
  const key = `${namespace}/${name}`;
  const said = `${uid} ${generation} ${verdict}`;
  const before = state.get(key);
  // As long as neither set nor pods have changed, there is nothing new to tell.
  if (before?.said === said && same(before.members, members)) return;
  state.set(key, { said, members });
  trace.decide({
    by: "statefulset-controller",
    about: { kind: set.kind, namespace, name },
    verdict,
    rule: "pkg/controller/statefulset updateStatefulSet",
    options: () => optionsOf(set, members),
  });
}

const same = (a: readonly Pod[], b: readonly Pod[]): boolean =>
  a.length === b.length && a.every((pod, index) => pod === b[index]);

function optionsOf(set: StatefulSet, members: readonly Pod[]): Option[] {
  const { namespace = "" } = set.metadata;
  const wanted = Array.from({ length: replicasOf(set) }, (_, index) =>
    podName(set, firstOrdinal(set) + index),
  );
  const surplus = members
    .map(({ metadata }) => metadata.name)
    .filter((name) => !wanted.includes(name));
  return [...wanted, ...surplus].map((name) => {
    const about = { kind: "Pod", namespace, name };
    const pod = members.find(({ metadata }) => metadata.name === name);
    if (!pod) return { about, taken: false, rule: "not made", why: "there is no such pod yet" };
    if (isHealthy(pod)) return { about, taken: true };
    return { about, taken: false, ...illness(pod) };
  });
}

function illness(pod: Pod): { rule: string; why: string; remedy?: string } {
  const { name } = pod.metadata;
  if (isTerminating(pod)) return { rule: "terminating", why: "it is being deleted" };
  const remedy = `kubectl describe pod ${name} says what is wrong with it`;
  if (!isRunningAndReady(pod) && pod.status.phase === "Running") {
    return { rule: "not ready", why: "it runs, but its condition Ready is not True", remedy };
  }
  return { rule: "not running", why: `its phase is ${pod.status.phase ?? "unknown"}`, remedy };
}
