// What stands behind the three backticks of a console block: ```console wait="quiet" terminal=2.
//
//   wait="quiet"    before the first command, time runs on until nothing has changed for a while
//   wait="30s"      … for so long
//   wait="consul"   … until the StatefulSet of that name has all its pods
//   terminal=2      which terminal it is typed in; 1 if not said
//   skip            shown, but neither typed nor compared: what cannot be the same twice

import type { Difference } from "../content/mistake.ts";

export type Wait =
  | { readonly for: "quiet" }
  | { readonly for: "time"; readonly ms: number }
  | { readonly for: "workload"; readonly name: string };

export interface Fence {
  readonly wait: Wait | undefined;
  /** Counted from 1. */
  readonly terminal: number;
  readonly isSkipped: boolean;
}

/** Returns what is wrong if the text says something that is not known. */
export function readFence(meta: string): Fence | Difference {
  let wait: Wait | undefined;
  let terminal = 1;
  let isSkipped = false;
  for (const [word, name, quoted, bare] of meta.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)) {
    const value = quoted ?? bare ?? "";
    if (name === "wait" && /^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(value)) wait = readWait(value);
    else if (name === "terminal" && /^[1-9]$/.test(value)) terminal = Number(value);
    else if (word === "skip") isSkipped = true;
    else
      return { expected: 'wait="quiet", wait="30s", wait="NAME", terminal=2 or skip', found: word };
  }
  return { wait, terminal, isSkipped };
}

function readWait(value: string): Wait {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(value) ?? [];
  if (count !== undefined)
    return { for: "time", ms: Number(count) * (unit === "m" ? 60_000 : 1000) };
  return value === "quiet" ? { for: "quiet" } : { for: "workload", name: value };
}

/** The command that succeeds once the waiting is over; undefined where there is none. */
export function waitCheck(wait: Wait): string | undefined {
  if (wait.for !== "workload") return undefined;
  const path = "{.status.readyReplicas}/{.spec.replicas}";
  return `kubectl get statefulset ${wait.name} -o jsonpath='${path}' | grep -qE '^([0-9]+)/\\1$'`;
}
