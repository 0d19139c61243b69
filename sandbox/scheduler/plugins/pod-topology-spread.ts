// Spreads pods of a kind over the values of a label: as a rule where the pod says so, as a
// preference always. pkg/scheduler/framework/plugins/podtopologyspread.

import { matches, type Selector, selectorOf } from "../../api/labels.ts";
import type { Pod, TopologySpreadConstraint } from "../../api/pod.ts";
import { type Cycle, definePlugin, MAX_SCORE, Refusal, skip } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { selectorOfKind } from "../pod-kind.ts";
import { wantsNode } from "./node-affinity.ts";

interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
}

const hostname = "kubernetes.io/hostname";

/** For pods that say nothing. */
const usual = [
  { topologyKey: hostname, maxSkew: 3 },
  { topologyKey: "topology.kubernetes.io/zone", maxSkew: 5 },
] as const;

function ownConstraints(
  { spec }: Pod,
  action: TopologySpreadConstraint["whenUnsatisfiable"],
): Constraint[] {
  return (spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map(({ maxSkew, topologyKey, labelSelector }) => ({
      maxSkew,
      topologyKey,
      // No selector at all selects nothing.
      selector: selectorOf(labelSelector) ?? [{ key: "", operator: "exists", values: [] }],
    }));
}

function countPods(node: NodeInfo, selector: Selector, { metadata }: Pod): number {
  let count = 0;
  for (const { pod } of node.pods) {
    if (pod.metadata.deletionTimestamp || pod.metadata.namespace !== metadata.namespace) continue;
    if (matches(selector, pod.metadata.labels)) count++;
  }
  return count;
}

const hasAll = ({ labels }: NodeInfo, constraints: readonly Constraint[]): boolean =>
  constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);

/** How many pods there are, by constraint and by value of its label. */
type Counts = readonly Map<string, number>[];

export const podTopologySpread = definePlugin<
  { readonly constraints: readonly Constraint[]; readonly counts: Counts },
  Preference
>({
  name: "PodTopologySpread",

  preFilter({ pod: { pod }, nodes }) {
    const constraints = ownConstraints(pod, "DoNotSchedule");
    if (constraints.length === 0) return skip;
    const counts = constraints.map(() => new Map<string, number>());
    for (const info of nodes) {
      if (!info.node || !wantsNode(pod, info.node) || !hasAll(info, constraints)) continue;
      for (const [index, { topologyKey, selector }] of constraints.entries()) {
        const value = info.labels[topologyKey] as string;
        const known = counts[index]?.get(value) ?? 0;
        counts[index]?.set(value, known + countPods(info, selector, pod));
      }
    }
    return { constraints, counts };
  },

  filter({ labels, name }, { pod: { pod }, words }, { constraints, counts }) {
    for (const [index, { topologyKey, maxSkew, selector }] of constraints.entries()) {
      const value = labels[topologyKey];
      if (value === undefined) {
        const remedy = () => `kubectl label nodes ${name} ${topologyKey}=…`;
        return new Refusal([words.topologyLabel], { final: true, remedy });
      }
      const self = matches(selector, pod.metadata.labels) ? 1 : 0;
      const byValue = counts[index] ?? new Map<string, number>();
      const skew = (byValue.get(value) ?? 0) + self - Math.min(...byValue.values());
      if (skew > maxSkew) {
        const remedy = () =>
          `there would be ${skew} pods more with ${topologyKey}=${value} than where there are fewest, and maxSkew is ${maxSkew}`;
        return new Refusal([words.topologySpread], { remedy });
      }
    }
    return undefined;
  },

  score: {
    weight: () => 2,
    prepare: preference,
    of: (node, cycle, state) => preferenceFor(node, cycle, state),
    normalize,
  },
});

interface Preference {
  readonly constraints: readonly Constraint[];
  readonly counts: Counts;
  /** The more values a label has, the more a pod counts. */
  readonly weights: readonly number[];
  /** Nodes without all of the labels. */
  readonly ignored: ReadonlySet<string>;
}

function preference(cycle: Cycle, nodes: readonly NodeInfo[]): Preference | typeof skip {
  const { pod } = cycle.pod;
  const own = Boolean(pod.spec.topologySpreadConstraints?.length);
  const constraints = own ? ownConstraints(pod, "ScheduleAnyway") : usualConstraints(cycle);
  if (constraints.length === 0) return skip;
  const needsAll = own || !cycle.era.behaviors.has("spread-without-zones");
  const counted = (info: NodeInfo) => !needsAll || hasAll(info, constraints);
  const left = nodes.filter(counted);
  const counts = constraints.map(({ topologyKey }) =>
    topologyKey === hostname
      ? new Map<string, number>()
      : new Map(left.map(({ labels }) => [labels[topologyKey] ?? "", 0])),
  );
  for (const info of cycle.nodes) {
    if (!info.node || !wantsNode(pod, info.node) || !counted(info)) continue;
    for (const [index, { topologyKey, selector }] of constraints.entries()) {
      const value = info.labels[topologyKey] ?? "";
      const known = counts[index]?.get(value);
      if (known !== undefined) counts[index]?.set(value, known + countPods(info, selector, pod));
    }
  }
  const weights = constraints.map(({ topologyKey }, index) =>
    Math.log((topologyKey === hostname ? left.length : (counts[index]?.size ?? 0)) + 2),
  );
  const ignored = new Set(nodes.filter((info) => !counted(info)).map(({ name }) => name));
  return { constraints, counts, weights, ignored };
}

function usualConstraints({ pod: { pod }, cache, era }: Cycle): Constraint[] {
  if (!era.gates.has("DefaultPodTopologySpread")) return [];
  const selector = selectorOfKind(pod, cache);
  return selector.length === 0 ? [] : usual.map((each) => ({ ...each, selector }));
}

function preferenceFor(
  node: NodeInfo,
  { pod: { pod } }: Cycle,
  { constraints, counts, weights, ignored }: Preference,
): number {
  if (ignored.has(node.name)) return -1;
  let sum = 0;
  for (const [index, { topologyKey, maxSkew, selector }] of constraints.entries()) {
    const value = node.labels[topologyKey];
    if (value === undefined) continue;
    const count =
      topologyKey === hostname ? countPods(node, selector, pod) : (counts[index]?.get(value) ?? 0);
    sum += count * (weights[index] ?? 0) + maxSkew - 1;
  }
  return Math.trunc(sum);
}

/** The fewer the better; a node that is ignored is worth nothing. */
function normalize(scores: number[]): void {
  const counted = scores.filter((score) => score >= 0);
  const [min, max] = [Math.min(...counted), Math.max(0, ...counted)];
  for (const [index, score] of scores.entries()) {
    if (score < 0) scores[index] = 0;
    else if (max === 0) scores[index] = MAX_SCORE;
    else scores[index] = Math.trunc((MAX_SCORE * (max + min - score)) / max);
  }
}
