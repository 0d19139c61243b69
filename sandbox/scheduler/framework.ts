// What a plugin of the scheduler is, and how they are asked in turn. One file each in plugins/.
// pkg/scheduler/framework/interface.go, runtime/framework.go.

import type { Era } from "../api/era.ts";
import type { SchedulerWords } from "../api/words/scheduler.ts";
import type { Cache } from "../client/informers.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";
import type { VolumeBinder } from "./volume-binder.ts";

/** Why a pod cannot run on a node, or on any. */
export class Refusal {
  readonly reasons: readonly string[];
  /** Making room would not help either. */
  readonly final: boolean;
  /** What would, as advice. */
  readonly remedy: (() => string) | undefined;
  /** Said of a claim that is missing or going. */
  readonly basic: boolean;

  constructor(
    reasons: readonly string[],
    how: { readonly final?: boolean; readonly basic?: boolean; remedy?: () => string } = {},
  ) {
    this.reasons = reasons;
    this.final = how.final ?? false;
    this.basic = how.basic ?? false;
    this.remedy = how.remedy;
  }
}

/** A plugin has nothing to say about this pod. */
export const skip = Symbol("skip");
export type Skip = typeof skip;

/** The plugin could not even ask; the message is what the user reads. */
export class SchedulingError extends Error {
  override readonly name = "SchedulingError";
}

/** One attempt to find a node for a pod. */
export interface Cycle {
  readonly pod: PodInfo;
  /** All nodes; in a play-through some of them as they would be. */
  readonly nodes: readonly NodeInfo[];
  readonly era: Era;
  readonly words: SchedulerWords;
  readonly cache: Cache;
  readonly volumes: VolumeBinder;
}

export interface Plugin<S = unknown, T = unknown> {
  readonly name: string;
  /** Looks once at what does not depend on one node. */
  preFilter?(cycle: Cycle): S | Refusal | Skip;
  filter?(node: NodeInfo, cycle: Cycle, state: S): Refusal | undefined;
  readonly score?: Score<T>;
}

export interface Score<T> {
  weight(era: Era): number;
  /** Looks once, at the nodes that are left. */
  prepare?(cycle: Cycle, nodes: readonly NodeInfo[]): T | Skip;
  of(node: NodeInfo, cycle: Cycle, state: T): number;
  /** Brings what was counted to 0–100; without it, it is there already. */
  normalize?(scores: number[], nodes: readonly NodeInfo[], state: T): void;
}

/** Checks types only: the states of all plugins are kept side by side. */
export function definePlugin<S, T = unknown>(plugin: Plugin<S, T>): Plugin {
  return plugin as Plugin;
}

export const MAX_SCORE = 100;

/** In proportion to the highest; `reverse` where less is better. */
export function normalizeByMax(scores: number[], reverse = false): void {
  const max = Math.max(...scores);
  for (const [index, score] of scores.entries()) {
    const scaled = max === 0 ? 0 : Math.trunc((MAX_SCORE * score) / max);
    scores[index] = reverse ? MAX_SCORE - scaled : scaled;
  }
}

/** The filters that have something to say about the pod, with what they know of it. */
export type Filters = readonly { readonly plugin: Plugin; readonly state: unknown }[];

export function preFilter(
  plugins: readonly Plugin[],
  cycle: Cycle,
): { readonly filters: Filters } | { readonly plugin: Plugin; readonly refusal: Refusal } {
  const filters: { plugin: Plugin; state: unknown }[] = [];
  for (const plugin of plugins) {
    const state = plugin.preFilter?.(cycle);
    if (state instanceof Refusal) return { plugin, refusal: state };
    if (plugin.filter && state !== skip) filters.push({ plugin, state });
  }
  return { filters };
}

export interface Refused {
  readonly plugin: string;
  readonly refusal: Refusal;
}

/** The first filter that refuses the node. */
export function filter(filters: Filters, node: NodeInfo, cycle: Cycle): Refused | undefined {
  for (const { plugin, state } of filters) {
    const refusal = plugin.filter?.(node, cycle, state);
    if (refusal) return { plugin: plugin.name, refusal };
  }
  return undefined;
}

/** The weighted sum of what the plugins think of each node. */
export function score(
  plugins: readonly Plugin[],
  nodes: readonly NodeInfo[],
  cycle: Cycle,
): number[] {
  const sums = nodes.map(() => 0);
  for (const { score: rule } of plugins) {
    if (!rule) continue;
    const state = rule.prepare?.(cycle, nodes);
    if (state === skip) continue;
    const scores = nodes.map((node) => rule.of(node, cycle, state));
    rule.normalize?.(scores, nodes, state);
    const weight = rule.weight(cycle.era);
    for (const [index, value] of scores.entries())
      sums[index] = (sums[index] ?? 0) + weight * value;
  }
  return sums;
}
