// A pod in one word, as `kubectl get pods` has it, and how worried one should be about it.

import { condition } from "../../sandbox/api/meta.ts";
import type { ContainerState, Pod } from "../../sandbox/api/pod.ts";
import type { Mood } from "./thing.ts";

export interface PodStatus {
  readonly status: string;
  readonly mood: Mood;
  /** `1/1`. */
  readonly ready: string;
}

const troubled = /BackOff|Err|Error|Fail|OOMKilled|Unknown|Invalid|NotFound|Lost/;

export function podStatus({ spec, status }: Pod): PodStatus {
  const containers = status?.containerStatuses ?? [];
  const readyCount = containers.filter(({ ready }) => ready).length;
  const ready = `${readyCount}/${spec.containers.length}`;
  const word =
    initWord(status) ??
    containers.map(({ state }) => stateWord(state)).find(Boolean) ??
    status?.reason ??
    status?.phase ??
    "Pending";
  return { status: word, mood: moodOf(word, status, readyCount === spec.containers.length), ready };
}

function moodOf(word: string, status: Pod["status"] | undefined, isReady: boolean): Mood {
  if (troubled.test(word)) return "failed";
  if (status?.phase === "Succeeded") return "released";
  if (status?.phase === "Running" && isReady) return "bound";
  return "waiting";
}

function stateWord(state: ContainerState | undefined): string | undefined {
  if (state?.waiting) return state.waiting.reason;
  if (state?.terminated)
    return state.terminated.reason ?? `ExitCode:${state.terminated.exitCode ?? 0}`;
  return undefined;
}

/** What the init containers say as long as they have not all ended well. */
function initWord(status: Pod["status"] | undefined): string | undefined {
  const inits = status?.initContainerStatuses ?? [];
  const at = inits.findIndex(({ state }) => state?.terminated?.exitCode !== 0);
  if (at < 0 || condition(status?.conditions, "Initialized")?.status === "True") return undefined;
  const word = stateWord(inits[at]?.state);
  return `Init:${word && word !== "PodInitializing" ? word : `${at}/${inits.length}`}`;
}
