// Makes room for a pod by deleting less important ones: on which node that does least harm, and who
// has to go. pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go.

import { selects } from "../api/labels.ts";
import { type PodDisruptionBudget, podDisruptionBudgets } from "../api/poddisruptionbudget.ts";
import { parseTime } from "../api/time.ts";
import type { NoFit } from "./attempt.ts";
import { type AttemptTools, passesAs } from "./attempt.ts";
import type { Cycle } from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

export interface Candidate {
  readonly node: string;
  readonly victims: readonly PodInfo[];
  /** How many of them a budget wants to keep. */
  readonly violations: number;
}

/** Who has to go, or why nobody can, by node. */
export type Preemption = Candidate | { readonly said: readonly string[] | string };

const LEAST_CANDIDATES = 100;
const CANDIDATES_PERCENT = 10;

export function preempt(cycle: Cycle, { refused }: NoFit, tools: AttemptTools): Preemption {
  const { pod, nodes } = cycle;
  const hindrance = ineligible(cycle, refused);
  if (hindrance) return { said: hindrance };
  const said: string[] = [];
  const potential: NodeInfo[] = [];
  for (const node of nodes) {
    if (refused.get(node.name)?.refusal.final)
      said.push("Preemption is not helpful for scheduling");
    else potential.push(node);
  }
  if (potential.length === 0) return { said };
  const budgets = [...cycle.cache.list(podDisruptionBudgets)];
  const offset = tools.random.below(potential.length);
  const enough = Math.max(
    Math.trunc((potential.length * CANDIDATES_PERCENT) / 100),
    Math.min(LEAST_CANDIDATES, potential.length),
  );
  const candidates: Candidate[] = [];
  for (let i = 0; i < potential.length; i++) {
    const node = potential[(offset + i) % potential.length] as NodeInfo;
    const found = findVictims(node, pod, { cycle, budgets });
    if (typeof found === "string") said.push(found);
    else candidates.push(found);
    if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) break;
  }
  return candidates.sort(byHarm)[0] ?? { said };
}

/** Why the pod may not send others away. */
function ineligible({ pod, nodes }: Cycle, refused: NoFit["refused"]): string | undefined {
  if (pod.pod.spec.preemptionPolicy === "Never") {
    return "not eligible due to preemptionPolicy=Never.";
  }
  const nominated = pod.pod.status.nominatedNodeName;
  if (!nominated || refused.get(nominated)?.refusal.final) return undefined;
  const node = nodes.find(({ name }) => name === nominated);
  for (const other of node?.pods ?? []) {
    // Room is being made already.
    if (other.pod.metadata.deletionTimestamp && other.priority < pod.priority) {
      return "not eligible due to a terminating pod on the nominated node.";
    }
  }
  return undefined;
}

/**
 * The fewest and least important pods of a node without which the pod would fit: first all less
 * important ones are taken away, then each that can stay comes back.
 */
function findVictims(
  node: NodeInfo,
  pod: PodInfo,
  { cycle, budgets }: { cycle: Cycle; budgets: readonly PodDisruptionBudget[] },
): Candidate | string {
  const less = [...node.pods].filter(({ priority }) => priority < pod.priority);
  if (less.length === 0) return "No preemption victims found for incoming pod";
  const roomy = node.clone();
  for (const each of less) roomy.remove(each);
  const problem = passesAs(roomy, cycle);
  if (problem) return problem.refusal.reasons.join(", ");
  const victims: PodInfo[] = [];
  let violations = 0;
  const { violating, others } = splitByBudget(less.sort(byImportance), budgets);
  for (const each of [...violating, ...others]) {
    roomy.add(each);
    if (!passesAs(roomy, cycle)) continue;
    roomy.remove(each);
    victims.push(each);
    if (violating.includes(each)) violations++;
  }
  return { node: node.name, victims, violations };
}

const startOf = ({ pod }: PodInfo): number =>
  parseTime(pod.status.startTime) ?? Number.POSITIVE_INFINITY;

/** The more important, and of equals the longer running, first. */
const byImportance = (a: PodInfo, b: PodInfo): number =>
  b.priority - a.priority || compare(startOf(a), startOf(b));

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

function splitByBudget(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { violating: PodInfo[]; others: PodInfo[] } {
  const allowed = new Map(budgets.map((budget) => [budget, budget.status.disruptionsAllowed]));
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    const { namespace, name, labels } = info.pod.metadata;
    let violates = false;
    for (const [budget, left] of allowed) {
      const { selector } = budget.spec;
      const empty = !selector?.matchLabels && !selector?.matchExpressions?.length;
      if (!labels || budget.metadata.namespace !== namespace || empty) continue;
      if (!selects(selector, labels) || budget.status.disruptedPods?.[name]) continue;
      allowed.set(budget, left - 1);
      if (left <= 0) violates = true;
    }
    (violates ? violating : others).push(info);
  }
  return { violating, others };
}

/**
 * Least harm first: fewest budgets violated, least important of the most important victims,
 * smallest sum of importance, fewest victims, latest start of the most important ones.
 */
function byHarm(a: Candidate, b: Candidate): number {
  const highest = ({ victims }: Candidate) => victims[0]?.priority ?? 0;
  const sum = ({ victims }: Candidate) =>
    victims.reduce((total, { priority }) => total + priority + 2 ** 31, 0);
  const started = ({ victims }: Candidate) =>
    Math.min(...victims.filter((each) => each.priority === victims[0]?.priority).map(startOf));
  return (
    a.violations - b.violations ||
    highest(a) - highest(b) ||
    sum(a) - sum(b) ||
    a.victims.length - b.victims.length ||
    compare(started(b), started(a))
  );
}
