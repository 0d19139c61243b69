// Pods leave nodes whose NoExecute taints they do not tolerate, or not for longer.
// pkg/controller/nodelifecycle/scheduler/taint_manager.go; pkg/controller/tainteviction.

import { equal } from "../api/clone.ts";
import { type KubeObject, keyOf, keyText, type NamespacedName } from "../api/meta.ts";
import { type Node, nodes, type Taint } from "../api/node.ts";
import { type Pod, pods, type Toleration } from "../api/pod.ts";
import { isReason } from "../api/status.ts";
import { tolerates } from "../api/taints.ts";
import { timestamp } from "../api/time.ts";
import { defineController, type Requeue, type Tools, wakeOn } from "../client/controller.ts";
import { createRecorder, type EventRecorder } from "../client/events.ts";
import { byNode, indexByNode } from "./pods-by-node.ts";

/** An eviction that is to come; one that has been done stays, so that it is not done again. */
interface Work {
  readonly createdAt: number;
  readonly fireAt: number;
  done: boolean;
}

interface State {
  readonly work: Map<string, Work>;
  readonly events: EventRecorder;
}

const noExecute = (node: Node | undefined): Taint[] =>
  (node?.spec.taints ?? []).filter(({ effect }) => effect === "NoExecute");

export const taintManager = defineController<State>({
  name: "taint-controller",
  watches: [
    wakeOn(pods, ({ now, before }) => {
      const pod = now ?? before;
      const same =
        now &&
        before &&
        now.spec.nodeName === before.spec.nodeName &&
        equal(now.spec.tolerations, before.spec.tolerations);
      return pod && !same ? [keyOf(pod)] : [];
    }),
    wakeOn(nodes, ({ now, before }, cache) => {
      if (!now || equal(noExecute(now), noExecute(before))) return [];
      return cache.by(pods, byNode, now.metadata.name).map(keyOf);
    }),
  ],
  indexes: [indexByNode],
  state: ({ client, clock, era }) => ({
    work: new Map(),
    events: createRecorder({ client, clock, component: era.words.nodes.taintSource }),
  }),
  reconcile,
});

async function reconcile(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined> {
  const { cache, clock, state } = tools;
  const now = clock.now();
  const pod = cache.get(pods, key);
  if (!pod) {
    cancel(key, tools);
    return undefined;
  }
  if (!pod.spec.nodeName) return undefined;
  const node = cache.get(nodes, { namespace: "", name: pod.spec.nodeName });
  if (node) plan(pod, noExecute(node), tools);
  const work = state.work.get(keyText(key));
  if (!work || work.done) return undefined;
  if (work.fireAt > now) return { requeueAfter: work.fireAt - now };
  await evict(pod, noExecute(node), tools);
  work.done = true;
  return undefined;
}

/** Decides when a pod has to go. */
function plan(pod: Pod, taints: readonly Taint[], tools: Tools<State>): void {
  const { clock, state } = tools;
  const key = keyOf(pod);
  const id = keyText(key);
  const now = clock.now();
  if (taints.length === 0) {
    cancel(key, tools);
    return;
  }
  const known = state.work.get(id);
  const used = matching(taints, pod.spec.tolerations ?? []);
  if (!used) {
    if (known?.done || known?.fireAt === now) return;
    cancel(key, tools);
    state.work.set(id, { createdAt: now, fireAt: now, done: false });
    return;
  }
  const seconds = used.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
  if (seconds.length === 0) {
    cancel(key, tools);
    return;
  }
  const wait = Math.max(0, Math.min(...seconds)) * 1000;
  if (known && (known.done || known.createdAt < now)) return;
  state.work.set(id, { createdAt: now, fireAt: now + wait, done: false });
}

/** The tolerations that tolerate the taints; undefined if one is not tolerated. */
function matching(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): Toleration[] | undefined {
  const used: Toleration[] = [];
  for (const taint of taints) {
    const found = tolerations.find((each) => tolerates(each, taint));
    if (!found) return undefined;
    used.push(found);
  }
  return used;
}

/** Events name the pod, but not which of that name it was. */
const reference = ({ namespace, name }: NamespacedName): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name },
});

function cancel(key: NamespacedName, { state }: Tools<State>): void {
  const work = state.work.get(keyText(key));
  state.work.delete(keyText(key));
  if (!work || work.done) return;
  const text = `Cancelling deletion of Pod ${keyText(key)}`;
  state.events.normal(reference(key), "TaintManagerEviction", text);
}

async function evict(pod: Pod, taints: readonly Taint[], tools: Tools<State>): Promise<void> {
  const { client, clock, state, era, trace } = tools;
  const key = keyOf(pod);
  const text = `Marking for deletion Pod ${keyText(key)}`;
  state.events.normal(reference(key), "TaintManagerEviction", text);
  const names = taints.map(({ key: taint }) => taint).join(", ");
  trace.decide({
    by: "taint-controller",
    about: { kind: "Pod", ...key },
    verdict: `It is deleted: it does not tolerate the taints of its node (${names}), or not for longer.`,
    rule: "pkg/controller/tainteviction processPodOnNode",
    options: [],
  });
  try {
    if (era.gates.has("PodDisruptionConditions")) await noteDisruption(pod, clock.now(), tools);
    await client.delete(pods, key);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

async function noteDisruption(pod: Pod, now: number, { client }: Tools<State>): Promise<void> {
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
  const target = {
    type: "DisruptionTarget",
    status: "True" as const,
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
    lastTransitionTime: timestamp(now),
  };
  await client.updateStatus(pods, {
    ...pod,
    status: { ...pod.status, conditions: [...others, target] },
  });
}
