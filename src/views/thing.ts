// What the picture is made of: things in lanes and lines between them. Types, and the keys by which
// both are known.

import type { Decision } from "../../sandbox/worker/protocol.ts";

export const lanes = ["class", "volume", "claim", "pod", "node"] as const;
export type Lane = (typeof lanes)[number];

/** How a thing is: each mood has a colour, a line and a sign of its own. */
export type Mood = "calm" | "bound" | "waiting" | "failed" | "released" | "leaving";

export interface Thing {
  readonly key: string;
  readonly lane: Lane;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly mood: Mood;
  /** How it is, in Kubernetes' word: `Pending`, `CrashLoopBackOff`. */
  readonly status: string;
  /** What else matters of it: `10Gi RWO`, `1/1`. */
  readonly detail: string;
  /** Where it can only be used: `node2`. */
  readonly place: string | undefined;
  /** What it belongs to, as `StatefulSet consul`; things of one group stand together. */
  readonly group: string;
  /** Its number in the group, if it has one. */
  readonly ordinal: number;
}

export type EdgeType =
  | "class"
  | "bound"
  /** A pod names a claim that has no volume yet. */
  | "wants"
  | "mounted"
  | "placed"
  /** While something is decided: it would do, or a rule refused it. */
  | "candidate"
  | "refused";

export interface Edge {
  readonly key: string;
  readonly type: EdgeType;
  readonly from: string;
  readonly to: string;
  /** The rule that refused it. */
  readonly rule: string | undefined;
  readonly why: string | undefined;
}

/** By `Kind/namespace/name`, then by who decided. */
export type Verdicts = ReadonlyMap<string, ReadonlyMap<string, Decision>>;

export const aboutKey = ({ kind, namespace = "", name }: Decision["about"]): string =>
  `${kind}/${namespace}/${name}`;

export function latestVerdicts(decisions: readonly Decision[]): Verdicts {
  const latest = new Map<string, Map<string, Decision>>();
  for (const decision of decisions) {
    const key = aboutKey(decision.about);
    const byDecider = latest.get(key) ?? new Map<string, Decision>();
    byDecider.delete(decision.by);
    latest.set(key, byDecider.set(decision.by, decision));
  }
  return latest;
}

type Line = Pick<Edge, "type" | "from" | "to">;

export const edgeOf = ({ type, from, to }: Line, rule?: string, why?: string): Edge => ({
  key: `${type} ${from} ${to}`,
  ...{ type, from, to, rule, why },
});

export const thingKey = (kind: string, namespace: string | undefined, name: string): string =>
  `${kind}/${namespace ?? ""}/${name}`;
