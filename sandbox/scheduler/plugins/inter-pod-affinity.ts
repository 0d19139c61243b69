// Pods that want to be near others or away from them, and others that want to be away from this
// one. pkg/scheduler/framework/plugins/interpodaffinity.

import type { Pod } from "../../api/pod.ts";
import { type Cycle, definePlugin, MAX_SCORE, Refusal, skip } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { type PodInfo, speaksOf, type Term, type WeightedTerm } from "../pod-info.ts";

/** How many pods there are, or what they weigh, by label and value: `zone=a`. */
type Places = Map<string, number>;

const placeOf = ({ topologyKey }: Term, { labels }: NodeInfo): string | undefined => {
  const value = labels[topologyKey];
  return value === undefined ? undefined : `${topologyKey}=${value}`;
};

function add(places: Places, place: string | undefined, amount: number): void {
  if (place !== undefined) places.set(place, (places.get(place) ?? 0) + amount);
}

interface State {
  /** Where pods are that do not want this one near. */
  readonly unwelcome: Places;
  /** Where pods are that this one wants near: all of its terms speak of them. */
  readonly wanted: Places;
  /** Where pods are that this one does not want near. */
  readonly unwanted: Places;
}

export const interPodAffinity = definePlugin<State, Places>({
  name: "InterPodAffinity",

  preFilter({ pod, nodes }) {
    const unwelcome = whereUnwelcome(pod.pod, nodes);
    const { required = [], requiredAnti = [] } = pod.affinity ?? {};
    if (required.length + requiredAnti.length + unwelcome.size === 0) return skip;
    const wanted: Places = new Map();
    const unwanted: Places = new Map();
    if (required.length + requiredAnti.length === 0) return { unwelcome, wanted, unwanted };
    for (const node of nodes) {
      for (const { pod: other } of node.pods) {
        if (required.length > 0 && required.every((term) => speaksOf(term, other))) {
          for (const term of required) add(wanted, placeOf(term, node), 1);
        }
        for (const term of requiredAnti) {
          if (speaksOf(term, other)) add(unwanted, placeOf(term, node), 1);
        }
      }
    }
    return { unwelcome, wanted, unwanted };
  },

  filter(node, { pod, words }, state) {
    const { podAffinity } = words;
    const refuse = (reason: string, how: ConstructorParameters<typeof Refusal>[1]) =>
      new Refusal(podAffinity ? [podAffinity, reason] : [reason], how);
    if (!isNearWanted(node, pod, state.wanted)) {
      const remedy = () => "there must be a pod that it wants near, within the same topology";
      return refuse(words.affinityRules, { final: true, remedy });
    }
    const { requiredAnti = [] } = pod.affinity ?? {};
    if (requiredAnti.some((term) => state.unwanted.get(placeOf(term, node) ?? ""))) {
      const remedy = () => `a pod that it must not be near is there already: it needs another node`;
      return refuse(words.antiAffinityRules, { remedy });
    }
    if (state.unwelcome.size > 0 && placesOf(node).some((place) => state.unwelcome.get(place))) {
      const remedy = () => "a pod that is there already does not want it near";
      return refuse(words.existingAntiAffinity, { remedy });
    }
    return undefined;
  },

  score: {
    weight: ({ behaviors }) => (behaviors.has("preference-weights") ? 2 : 1),
    prepare: preferences,
    of: (node, _cycle, places) =>
      placesOf(node).reduce((sum, place) => sum + (places.get(place) ?? 0), 0),
    normalize(scores) {
      const [max, min] = [Math.max(0, ...scores), Math.min(0, ...scores)];
      for (const [index, score] of scores.entries()) {
        const share = max > min ? (score - min) / (max - min) : 0;
        scores[index] = Math.trunc(MAX_SCORE * share);
      }
    },
  },
});

const placesOf = ({ labels }: NodeInfo): string[] =>
  Object.entries(labels).map(([key, value]) => `${key}=${value}`);

function whereUnwelcome(pod: Pod, nodes: readonly NodeInfo[]): Places {
  const places: Places = new Map();
  for (const node of nodes) {
    for (const { affinity } of node.affinePods) {
      for (const term of affinity?.requiredAnti ?? []) {
        if (speaksOf(term, pod)) add(places, placeOf(term, node), 1);
      }
    }
  }
  return places;
}

function isNearWanted(node: NodeInfo, { pod, affinity }: PodInfo, wanted: Places): boolean {
  const { required = [] } = affinity ?? {};
  const places = required.map((term) => placeOf(term, node));
  if (places.includes(undefined)) return false;
  if (places.every((place) => wanted.get(place ?? ""))) return true;
  // The first of a group that wants to be together must begin somewhere.
  return wanted.size === 0 && required.every((term) => speaksOf(term, pod));
}

function preferences({ pod, nodes }: Cycle): Places | typeof skip {
  const { preferred = [], preferredAnti = [] } = pod.affinity ?? {};
  const wishes = preferred.length + preferredAnti.length > 0;
  const places: Places = new Map();
  for (const node of nodes) {
    for (const other of wishes ? node.pods : node.affinePods) {
      weigh(preferred, 1, { of: other.pod, node, places });
      weigh(preferredAnti, -1, { of: other.pod, node, places });
      const theirs = other.affinity;
      if (!theirs) continue;
      weigh(
        theirs.required.map((term) => ({ ...term, weight: 1 })),
        1,
        { of: pod.pod, node, places },
      );
      weigh(theirs.preferred, 1, { of: pod.pod, node, places });
      weigh(theirs.preferredAnti, -1, { of: pod.pod, node, places });
    }
  }
  return places.size > 0 ? places : skip;
}

function weigh(
  terms: readonly WeightedTerm[],
  sign: 1 | -1,
  { of: pod, node, places }: { of: Pod; node: NodeInfo; places: Places },
): void {
  for (const term of terms) {
    if (speaksOf(term, pod)) add(places, placeOf(term, node), sign * term.weight);
  }
}
