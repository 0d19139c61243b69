// The futures that a session has had. Going on from an earlier moment leaves the old future behind
// as a branch; nothing is lost, and each can be looked at or taken up again.

import { History } from "./history.ts";

export interface Branch {
  /** From 1, in the order of their making. */
  readonly number: number;
  /** The branch that it left, and when; undefined for the first one. */
  readonly from: { readonly number: number; readonly at: number } | undefined;
  readonly history: History;
}

export interface Branches {
  readonly all: readonly Branch[];
  /** The one whose cluster runs. */
  readonly live: number;
  /** The one that is looked at. */
  readonly shown: number;
}

export const firstBranch = (history = new History()): Branches => ({
  all: [{ number: 1, from: undefined, history }],
  live: 1,
  shown: 1,
});

export function branchOf({ all }: Branches, number: number): Branch {
  return all.find((branch) => branch.number === number) ?? (all[0] as Branch);
}

/**
 * The shown branch goes on from `at`: at its very end it is taken up, before that another one
 * begins.
 */
export function goOn(branches: Branches, at: number, history: History): Branches {
  const { number, from, history: old } = branchOf(branches, branches.shown);
  if (at >= old.end) {
    const all = branches.all.map((branch) =>
      branch.number === number ? { number, from, history } : branch,
    );
    return { all, live: number, shown: number };
  }
  const next = Math.max(...branches.all.map((branch) => branch.number)) + 1;
  const branch = { number: next, from: { number, at }, history };
  return { all: [...branches.all, branch], live: next, shown: next };
}

/** What a person sees of it in a list. */
export function branchTitle({ number, from }: Branch, clock: (ms: number) => string): string {
  return from ? `Branch ${number}, from ${clock(from.at)}` : "Branch 1";
}
