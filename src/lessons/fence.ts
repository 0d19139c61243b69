// What stands behind the three backticks of a console block: ```console wait="quiet" terminal=2.
//
//   wait="quiet"    before the first command, time runs on until nothing has changed for a while
//   wait="30s"      … for so long
//   wait="consul"   … until the StatefulSet of that name has all its pods
//   stop="20s"      the last command is ended with Ctrl-C after so long
//   terminal=2      which terminal it is typed in; 1 if not said
//   skip            shown, but neither typed nor compared: what cannot be the same twice

import type { Difference } from "../content/mistake.ts";

export type Wait =
  | { readonly for: "quiet" }
  | { readonly for: "time"; readonly ms: number }
  | { readonly for: "workload"; readonly name: string };

export interface Fence {
  readonly wait: Wait | undefined;
  /** After how many milliseconds the last command is ended with Ctrl-C. */
  readonly stop: number | undefined;
  /** Counted from 1. */
  readonly terminal: number;
  readonly isSkipped: boolean;
}

/** Returns what is wrong if the text says something that is not known. */
export function readFence(meta: string): Fence | Difference {
  let wait: Wait | undefined;
  let stop: number | undefined;
  let terminal = 1;
  let isSkipped = false;
  for (const [word, name, quoted, bare] of meta.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)) {
    const value = quoted ?? bare ?? "";
    if (name === "wait" && /^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(value)) wait = readWait(value);
    else if (name === "stop" && readTime(value) !== undefined) stop = readTime(value);
    else if (name === "terminal" && /^[1-9]$/.test(value)) terminal = Number(value);
    else if (word === "skip") isSkipped = true;
    else return { expected: known, found: word };
  }
  return { wait, stop, terminal, isSkipped };
}

const known = 'wait="quiet", wait="30s", wait="NAME", stop="20s", terminal=2 or skip';

function readWait(value: string): Wait {
  const ms = readTime(value);
  if (ms !== undefined) return { for: "time", ms };
  return value === "quiet" ? { for: "quiet" } : { for: "workload", name: value };
}

/** `30s` or `2m`, in milliseconds. */
function readTime(value: string): number | undefined {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(value) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === "m" ? 60_000 : 1000);
}

/** The command that succeeds once the waiting is over; undefined where there is none. */
export function waitCheck(wait: Wait): string | undefined {
  if (wait.for !== "workload") return undefined;
  const path = "{.status.readyReplicas}/{.spec.replicas}";
  return `kubectl get statefulset ${wait.name} -o jsonpath='${path}' | grep -qE '^([0-9]+)/\\1$'`;
}
