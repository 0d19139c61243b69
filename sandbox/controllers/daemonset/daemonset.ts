// DaemonSets: one pod on each node. pkg/controller/daemon/daemon_controller.go, update.go.
// differs: an update takes pods away before it makes new ones; maxSurge of a DaemonSet is not
// obeyed.

import { equal } from "../../api/clone.ts";
import { controllerRevisions } from "../../api/controllerrevision.ts";
import { type DaemonSet, daemonSets } from "../../api/daemonset.ts";
import { scaledValue } from "../../api/int-or-percent.ts";
import { selectorOf } from "../../api/labels.ts";
import { keyOf, keyText, type NamespacedName } from "../../api/meta.ts";
import { nodes } from "../../api/node.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { untilAvailable } from "../../api/pod-readiness.ts";
import { defineController, type Requeue, type Tools, wakeOn } from "../../client/controller.ts";
import { Expectations } from "../expectations.ts";
import { Instants } from "../instants.ts";
import { claimed, indexByController, indexByNamespace } from "../ownership.ts";
import { deletePods, makePod } from "../pod-control.ts";
import { slowStart } from "../slow-start.ts";
import { wakeOwners } from "../wake-owners.ts";
import { FailedDaemons } from "./failed-daemons.ts";
import { placementOn, targetOf, templateFor } from "./placement.ts";
import { historyOf, isUpdated, pruneHistory } from "./revisions.ts";
import { type Situation, sooner, writeStatus } from "./status.ts";

interface State {
  readonly expectations: Expectations<Pod>;
  readonly instants: Instants;
  readonly failed: FailedDaemons;
}

const selector = ({ spec }: DaemonSet) => selectorOf(spec.selector);

export const daemonSet = defineController<State>({
  name: "daemonset-controller",
  for: daemonSets,
  watches: [
    wakeOwners(pods, daemonSets, selector),
    wakeOn(nodes, ({ now, before }, cache) => {
      const same =
        now &&
        before &&
        equal(now.metadata.labels, before.metadata.labels) &&
        equal(now.spec.taints, before.spec.taints);
      return same ? [] : [...cache.list(daemonSets)].map(keyOf);
    }),
  ],
  indexes: [
    indexByController(pods),
    indexByNamespace(daemonSets),
    indexByNamespace(controllerRevisions),
  ],
  state: ({ clock }) => ({
    expectations: new Expectations(pods, clock),
    instants: new Instants(),
    failed: new FailedDaemons(),
  }),
  reconcile,
});

async function reconcile(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined> {
  const { cache, clock, state, era } = tools;
  const set = cache.get(daemonSets, key);
  if (!set) {
    state.expectations.forget(keyText(key));
    state.instants.forget(keyText(key));
    return undefined;
  }
  const again = state.instants.again(keyText(key), clock.now());
  if (again) return again;
  const wants = selector(set);
  if (!wants || set.metadata.deletionTimestamp) return undefined;
  if (wants.length === 0) {
    const text = "This daemon set is selecting all pods. A non-empty selector is required.";
    tools.events.warning(set, "SelectingAll", text);
    return undefined;
  }
  const revisions = era.behaviors.has("workload-revisions");
  const { hash, old } = revisions ? await historyOf(set, tools) : { hash: "", old: [] };
  const mine = await claimed(pods, { owner: set, ownerKind: daemonSets, selector: wants }, tools);
  const situation = { set, nodes: [...cache.list(nodes)], byNode: byTarget(mine), hash };
  if (!state.expectations.met(keyText(key), cache)) return writeStatus(situation, tools);
  const wait = await manage(situation, tools);
  if (
    state.expectations.met(keyText(key), cache) &&
    set.spec.updateStrategy?.type === "RollingUpdate"
  ) {
    await updatePods(situation, tools);
  }
  if (revisions) await pruneHistory(set, { old, pods: mine }, tools);
  return writeStatus(situation, tools, wait);
}

function byTarget(mine: readonly Pod[]): Map<string, Pod[]> {
  const found = new Map<string, Pod[]>();
  for (const pod of mine) {
    const target = targetOf(pod);
    const there = found.get(target);
    if (there) there.push(pod);
    else found.set(target, [pod]);
  }
  for (const list of found.values()) list.sort(older);
  return found;
}

function older(a: Pod, b: Pod): number {
  const placed = Number(!a.spec.nodeName) - Number(!b.spec.nodeName);
  if (placed !== 0) return placed;
  const key = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.name}`;
  return key(a) < key(b) ? -1 : 1;
}

/**
 * Makes what is missing, deletes what is too much; milliseconds until a failed one may be replaced.
 */
async function manage(situation: Situation, tools: Tools<State>): Promise<number | undefined> {
  const { set, byNode, hash } = situation;
  const missing: string[] = [];
  const surplus: Pod[] = [];
  let wait: number | undefined;
  for (const node of situation.nodes) {
    const { name } = node.metadata;
    const there = byNode.get(name);
    const { wanted, kept } = placementOn(node, set);
    if (wanted && !there) missing.push(name);
    else if (there && kept) wait = sooner(wait, thin(there, name, { set, surplus, tools }));
    else if (there) surplus.push(...there.filter(({ metadata }) => !metadata.deletionTimestamp));
  }
  // Pods that were meant for nodes that are gone.
  const known = new Set(situation.nodes.map(({ metadata }) => metadata.name));
  for (const [target, list] of byNode) {
    if (!known.has(target)) surplus.push(...list.filter(({ spec }) => !spec.nodeName));
  }
  const targets = missing.values();
  await slowStart(missing.length, async () => {
    const { value: node = "" } = targets.next() as { value?: string };
    await makePod(set, templateFor(set, { node, hash }, tools.era), tools);
  });
  await deletePods(set, surplus, tools);
  return wait;
}

interface Thinning {
  readonly set: DaemonSet;
  readonly surplus: Pod[];
  readonly tools: Tools<State>;
}

/** Of the pods of one node: a failed one goes, after a while, and only the oldest stays. */
function thin(
  there: readonly Pod[],
  node: string,
  { set, surplus, tools }: Thinning,
): number | undefined {
  const alive = there.filter(({ metadata }) => !metadata.deletionTimestamp);
  const sound = alive.filter(({ status }) => status.phase !== "Failed");
  surplus.push(...sound.slice(1));
  let wait: number | undefined;
  for (const pod of alive) {
    if (pod.status.phase !== "Failed") continue;
    const key = `${set.metadata.uid}/${set.status.observedGeneration ?? 0}/${node}`;
    const left = tools.state.failed.wait(key, tools.clock.now());
    wait = sooner(wait, left > 0 ? left : undefined);
    if (left > 0) continue;
    const { namespace = "", name } = pod.metadata;
    const text = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
    tools.events.warning(set, "FailedDaemonPod", text);
    surplus.push(pod);
  }
  return wait;
}

/** Takes away pods of old templates, no more than may be missing. */
async function updatePods(situation: Situation, tools: Tools<State>): Promise<void> {
  const { set, byNode, hash } = situation;
  const { minReadySeconds = 0, updateStrategy } = set.spec;
  const now = tools.clock.now();
  const available = (pod: Pod) => untilAvailable(pod, minReadySeconds, now) === 0;
  const wanted = situation.nodes.filter((node) => placementOn(node, set).wanted);
  const whole = wanted.length;
  const most = scaledValue(updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, whole, "up");
  let unavailable = wanted.filter(({ metadata }) => {
    const there = byNode.get(metadata.name) ?? [];
    return !there.some((pod) => available(pod) && !pod.metadata.deletionTimestamp);
  }).length;
  const old = [...byNode.values()]
    .flat()
    .filter((pod) => !isUpdated(pod, hash) && !pod.metadata.deletionTimestamp);
  const chosen = old.filter((pod) => !available(pod));
  for (const pod of old.filter(available)) {
    if (unavailable >= most) break;
    chosen.push(pod);
    unavailable++;
  }
  await deletePods(set, chosen, tools);
}
