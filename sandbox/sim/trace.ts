// The record of what happened and why. It is for looking (the picture, `kubectl why`, hints), never
// for deciding: nothing in the sandbox reads it to choose what to do.

import type { Clock } from "./clock.ts";

/** What a decision or a happening is about: an object of the API, by kind and name. */
export interface About {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One thing that was considered (a volume, a node) and the rule that took or refused it. */
export interface Option {
  readonly about: About;
  readonly taken: boolean;
  /** The rule in a few words of its own, `node affinity`; absent if nothing spoke against it. */
  readonly rule?: string;
  /** Why, in a whole sentence with the values compared. */
  readonly why?: string;
  /** What would make it succeed, as advice. */
  readonly remedy?: string;
}

/**
 * A verdict with its reasons: which volume for this claim, which node for this pod, why not now.
 */
export interface Decision {
  readonly at: number;
  /** Who decided, by its upstream name: `persistentvolume-controller`. */
  readonly by: string;
  readonly about: About;
  /** What was decided, as a sentence. */
  readonly verdict: string;
  /** Where the rule is: upstream's function. */
  readonly rule: string;
  readonly options: readonly Option[];
  readonly remedy?: string;
}

/** A verdict as it is recorded. Options that nobody may ever look at are given as a function. */
export type Verdict = Omit<Decision, "at" | "options"> & {
  readonly options: readonly Option[] | (() => readonly Option[]);
};

export interface Trace {
  decide(verdict: Verdict): void;
  /** The last verdict of each decider about this object, oldest first. */
  about(about: About): readonly Decision[];
  /** Every verdict since, oldest first; bounded, so the oldest may be gone. */
  since(at: number): readonly Decision[];
  /** Called for each new decision. Returns how to stop. */
  watch(on: (decision: Decision) => void): () => void;
}

const KEPT = 5_000;

const keyOf = (about: About) => `${about.kind}/${about.namespace ?? ""}/${about.name}`;

export function createTrace(clock: Clock): Trace {
  const last = new Map<string, Map<string, Decision>>();
  const watchers = new Set<(decision: Decision) => void>();
  let recent: Decision[] = [];
  return {
    decide(verdict) {
      const made = decisionOf(clock.now(), verdict);
      const key = keyOf(verdict.about);
      let byDecider = last.get(key);
      if (!byDecider) {
        byDecider = new Map();
        last.set(key, byDecider);
      }
      byDecider.delete(verdict.by);
      byDecider.set(verdict.by, made);
      recent.push(made);
      if (recent.length > 2 * KEPT) recent = recent.slice(-KEPT);
      for (const on of watchers) on(made);
    },
    about: (about) => [...(last.get(keyOf(about))?.values() ?? [])],
    since: (at) => recent.filter((decision) => decision.at >= at),
    watch(on) {
      watchers.add(on);
      return () => watchers.delete(on);
    },
  };
}

/** The options are worked out when they are first looked at. */
function decisionOf(at: number, verdict: Verdict): Decision {
  const { options, ...rest } = verdict;
  if (typeof options !== "function") return { at, ...rest, options };
  let known: readonly Option[] | undefined;
  return {
    at,
    ...rest,
    get options() {
      known ??= options();
      return known;
    },
  };
}
