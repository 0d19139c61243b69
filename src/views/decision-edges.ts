// While something is being decided, what is considered for it: volumes for a claim, nodes for a
// pod. Each line is a candidate or says which rule refused it. Once it is decided they are gone.

import type { Decision } from "../../sandbox/worker/protocol.ts";
import { type Edge, edgeOf, type Thing, thingKey, type Verdicts } from "./thing.ts";

/** What speaks against an option, though it would have done. */
const wouldDo = new Set(["score", "not yet", "node", "smallest fit"]);

/** More than so many lines to one thing tell nobody anything. */
const MOST = 12;

export function decisionEdges(things: readonly Thing[], verdicts: Verdicts): Edge[] {
  return things.flatMap((thing) => {
    const isOpen =
      (thing.lane === "claim" && thing.mood === "waiting") ||
      (thing.lane === "pod" && thing.status === "Pending");
    if (!isOpen) return [];
    const made = verdicts.get(`${thing.kind}/${thing.namespace}/${thing.name}`);
    return [...(made?.values() ?? [])].flatMap((decision) => edgesOf(thing, decision));
  });
}

/**
 * All that one verdict considered, as lines; for a decided thing too, to show how it was decided.
 */
export function edgesOf(thing: Thing, { options }: Decision): Edge[] {
  const considered = new Map<string, Edge>();
  for (const { about, taken, rule, why } of options) {
    const other = otherEnd(about);
    if (!other) continue;
    const ends =
      thing.lane === "pod" ? { from: thing.key, to: other } : { from: other, to: thing.key };
    const isRefused = !taken && rule !== undefined && !wouldDo.has(rule);
    const edge = edgeOf({ type: isRefused ? "refused" : "candidate", ...ends }, rule, why);
    // Considered for several nodes: one for which it would do says more than the others.
    if (considered.get(other)?.type !== "candidate") considered.set(other, edge);
  }
  return [...considered.values()].slice(0, MOST);
}

/** Which rules refused a thing, for a tag on it; the thing is where the line does not come from. */
export function refusalsOf(edges: readonly Edge[]): ReadonlyMap<string, readonly string[]> {
  const rules = new Map<string, Set<string>>();
  for (const { type, from, to, rule } of edges) {
    if (type !== "refused" || rule === undefined) continue;
    const refused = from.startsWith("Pod/") ? to : from;
    rules.set(refused, (rules.get(refused) ?? new Set()).add(rule));
  }
  return new Map([...rules].map(([key, names]) => [key, [...names]]));
}

function otherEnd({ kind, name }: Decision["about"]): string | undefined {
  if (kind === "Node") return thingKey("Node", "", name);
  // The scheduler considers a volume together with a node: `consul-node3 on node3`.
  if (kind === "PersistentVolume")
    return thingKey("PersistentVolume", "", name.replace(/ on .*$/, ""));
  return undefined;
}
