// One attempt to find a node: which nodes will do, which of them is best, and why the others will
// not. pkg/scheduler/core/generic_scheduler.go.

import type { Random } from "../sim/random.ts";
import {
  type Cycle,
  type Filters,
  filter,
  type Plugin,
  preFilter,
  type Refused,
  SchedulingError,
  score,
} from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Nominations } from "./nominations.ts";
import { plugins } from "./plugins/index.ts";

/** No node will do. */
export interface NoFit {
  /** Why, by the name of the node, in the order of the nodes. */
  readonly refused: ReadonlyMap<string, Refused>;
  /** The plugin refused the pod before it looked at any node. */
  readonly preFilter: Refused | undefined;
}

export interface Fit extends NoFit {
  readonly node: string;
  /** What each node that would do is worth; empty if there was but one. */
  readonly scores: ReadonlyMap<string, number>;
  /** What the filters found out, by plugin. */
  stateOf(plugin: Plugin): unknown;
}

const FEW_NODES = 100;
const LEAST_PERCENT = 5;

export interface AttemptTools {
  readonly random: Random;
  readonly nominations: Nominations;
  /** Where the last attempt ended: the next one begins there. */
  next: number;
}

/** Throws SchedulingError if there are no nodes at all. */
export function attempt(cycle: Cycle, tools: AttemptTools): Fit | NoFit {
  const { nodes, words } = cycle;
  if (nodes.length === 0) throw new SchedulingError(words.noNodes);
  const started = preFilter(plugins, cycle);
  if ("refusal" in started) {
    const refused = { plugin: started.plugin.name, refusal: started.refusal };
    return { refused: new Map(nodes.map(({ name }) => [name, refused])), preFilter: refused };
  }
  const { feasible, refused } = findFeasible(started.filters, cycle, tools);
  if (feasible.length === 0) return { refused, preFilter: undefined };
  const { node, scores } = selectNode(feasible, cycle, tools);
  return {
    node,
    scores,
    refused,
    preFilter: undefined,
    stateOf: (plugin) => started.filters.find((each) => each.plugin === plugin)?.state,
  };
}

function findFeasible(
  filters: Filters,
  cycle: Cycle,
  tools: AttemptTools,
): { feasible: NodeInfo[]; refused: Map<string, Refused> } {
  const { nodes } = cycle;
  const enough = nodesToFind(nodes.length);
  const feasible: NodeInfo[] = [];
  const refused = new Map<string, Refused>();
  let looked = 0;
  while (looked < nodes.length && feasible.length < enough) {
    const node = nodes[(tools.next + looked++) % nodes.length] as NodeInfo;
    const problem = passes(node, { filters, cycle, nominations: tools.nominations });
    if (problem) refused.set(node.name, problem);
    else feasible.push(node);
  }
  tools.next = (tools.next + looked) % nodes.length;
  return { feasible, refused };
}

/** In large clusters a part of the nodes must do. */
function nodesToFind(all: number): number {
  if (all < FEW_NODES) return all;
  const percent = Math.max(50 - Math.trunc(all / 125), LEAST_PERCENT);
  return Math.max(Math.trunc((all * percent) / 100), FEW_NODES);
}

export interface Passing {
  readonly filters: Filters;
  readonly cycle: Cycle;
  readonly nominations: Nominations;
}

/**
 * Pods that are no less important and have been promised room on the node count as if they were
 * there; but the pod must fit without them, too, since they may go elsewhere.
 */
export function passes(
  node: NodeInfo,
  { filters, cycle, nominations }: Passing,
): Refused | undefined {
  const promised = nominations
    .on(node.name)
    .filter(({ uid, priority }) => uid !== cycle.pod.uid && priority >= cycle.pod.priority);
  if (promised.length > 0) {
    const crowded = node.clone();
    for (const info of promised) crowded.add(info);
    const problem = passesAs(crowded, cycle);
    if (problem) return problem;
  }
  return filter(filters, node, cycle);
}

/** As if the node were so: what was found out before does not count. */
export function passesAs(node: NodeInfo, cycle: Cycle): Refused | undefined {
  const nodes = cycle.nodes.map((each) => (each.name === node.name ? node : each));
  const changed = { ...cycle, nodes };
  const started = preFilter(plugins, changed);
  if ("refusal" in started) return { plugin: started.plugin.name, refusal: started.refusal };
  return filter(started.filters, node, changed);
}

function selectNode(
  feasible: readonly NodeInfo[],
  cycle: Cycle,
  { random }: AttemptTools,
): { node: string; scores: ReadonlyMap<string, number> } {
  const [first] = feasible;
  if (feasible.length === 1 && first) return { node: first.name, scores: new Map() };
  const sums = score(plugins, feasible, cycle);
  let best = 0;
  let equals = 1;
  for (let index = 1; index < sums.length; index++) {
    const difference = (sums[index] ?? 0) - (sums[best] ?? 0);
    if (difference > 0) {
      best = index;
      equals = 1;
    } else if (difference === 0 && random.below(++equals) === 0) {
      // Of several that are as good, each has the same chance.
      best = index;
    }
  }
  const scores = new Map(feasible.map(({ name }, index) => [name, sums[index] ?? 0]));
  return { node: feasible[best]?.name ?? "", scores };
}
