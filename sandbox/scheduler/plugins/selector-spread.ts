// Spreads pods of a kind over nodes and zones by counting them: what releases did before they did
// it by topology. pkg/scheduler/framework/plugins/selectorspread.

import { matches, type Selector } from "../../api/labels.ts";
import { definePlugin, MAX_SCORE, skip } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { selectorOfKind } from "../pod-kind.ts";

const ZONE_SHARE = 2 / 3;

/** Region and zone; empty if the node is in none. */
function zoneOf({ labels }: NodeInfo): string {
  const label = (name: string) =>
    labels[`topology.kubernetes.io/${name}`] ?? labels[`failure-domain.beta.kubernetes.io/${name}`];
  const [region, zone] = [label("region"), label("zone")];
  return region || zone ? `${region ?? ""}/${zone ?? ""}` : "";
}

export const selectorSpread = definePlugin<undefined, Selector>({
  name: "SelectorSpread",
  score: {
    weight: () => 1,

    prepare({ pod: { pod }, cache, era }) {
      const other = era.gates.has("DefaultPodTopologySpread");
      if (other || pod.spec.topologySpreadConstraints?.length) return skip;
      const selector = selectorOfKind(pod, cache);
      return selector.length > 0 ? selector : skip;
    },

    of(node, { pod }, selector) {
      const { namespace } = pod.pod.metadata;
      let count = 0;
      for (const { pod: each } of node.pods) {
        if (each.metadata.namespace !== namespace || each.metadata.deletionTimestamp) continue;
        if (matches(selector, each.metadata.labels)) count++;
      }
      return count;
    },

    normalize(scores, nodes) {
      const byZone = new Map<string, number>();
      for (const [index, node] of nodes.entries()) {
        const zone = zoneOf(node);
        if (zone) byZone.set(zone, (byZone.get(zone) ?? 0) + (scores[index] ?? 0));
      }
      const share = (count: number, max: number) =>
        max > 0 ? (MAX_SCORE * (max - count)) / max : MAX_SCORE;
      const most = Math.max(...scores);
      const mostInZone = Math.max(0, ...byZone.values());
      for (const [index, node] of nodes.entries()) {
        const byNode = share(scores[index] ?? 0, most);
        const inZone = byZone.get(zoneOf(node));
        scores[index] = Math.trunc(
          inZone === undefined
            ? byNode
            : byNode * (1 - ZONE_SHARE) + share(inZone, mostInZone) * ZONE_SHARE,
        );
      }
    },
  },
});
