// So many pods of one template, no more and no fewer: what ReplicaSets and ReplicationControllers
// do.
// pkg/controller/replicaset/replica_set.go,
// where the latter kind is an adapter, too.

import type { Selector } from "../api/labels.ts";
import { controllerOf, keyOf, keyText, type NamespacedName } from "../api/meta.ts";
import { type Pod, type PodTemplate, pods } from "../api/pod.ts";
import { isActive } from "../api/pod-readiness.ts";
import type { Resource } from "../api/resource.ts";
import { StatusError } from "../api/status.ts";
import {
  type Controller,
  defineController,
  type Requeue,
  type Tools,
} from "../client/controller.ts";
import { Expectations } from "./expectations.ts";
import { Instants } from "./instants.ts";
import { byController, claimed, indexByController, indexByNamespace } from "./ownership.ts";
import { deletePods, makePod } from "./pod-control.ts";
import { podsToDelete } from "./pod-ranking.ts";
import { type Owner, type Situation, writeStatus } from "./replica-status.ts";
import { slowStart } from "./slow-start.ts";
import { wakeOwners } from "./wake-owners.ts";

/** What is different between the kinds. */
export interface Replicated<T extends Owner> {
  /** Upstream's name of the controller. */
  readonly name: string;
  readonly resource: Resource<T>;
  selector(owner: T): Selector | undefined;
  template(owner: T): PodTemplate | undefined;
}

/** Pods that are made or deleted in one go. */
const BURST = 500;

interface State {
  readonly expectations: Expectations<Pod>;
  readonly instants: Instants;
}

export function defineReplicator<T extends Owner>(kind: Replicated<T>): Controller<State> {
  return defineController<State>({
    name: kind.name,
    for: kind.resource as Resource,
    watches: [wakeOwners(pods, kind.resource, kind.selector)],
    indexes: [
      indexByController(pods),
      indexByController(kind.resource),
      indexByNamespace(kind.resource),
    ],
    state: ({ clock }) => ({
      expectations: new Expectations(pods, clock),
      instants: new Instants(),
    }),
    reconcile: (key, tools) => reconcile(kind, key, tools),
  });
}

async function reconcile<T extends Owner>(
  kind: Replicated<T>,
  key: NamespacedName,
  tools: Tools<State>,
): Promise<Requeue | undefined> {
  const { cache, clock } = tools;
  const { expectations, instants } = tools.state;
  const owner = cache.get(kind.resource, key);
  if (!owner) {
    expectations.forget(keyText(key));
    instants.forget(keyText(key));
    return undefined;
  }
  const again = instants.again(keyText(key), clock.now());
  if (again) return again;
  const selector = kind.selector(owner);
  if (!selector) return undefined;
  const mine = await claimed(
    pods,
    { owner, ownerKind: kind.resource, selector, mayAdopt: isActive },
    tools,
  );
  const active = mine.filter(isActive);
  let refusal: StatusError | undefined;
  if (expectations.met(keyText(key), cache) && !owner.metadata.deletionTimestamp) {
    try {
      await manage(kind, { owner, active }, tools);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      refusal = error;
    }
  }
  const { resource, template } = kind;
  const about = { owner, active, refusal, labels: template(owner)?.metadata?.labels };
  const wait = await writeStatus(resource, about, tools);
  if (refusal) throw refusal;
  return wait;
}

async function manage<T extends Owner>(
  kind: Replicated<T>,
  { owner, active }: Situation<T>,
  tools: Tools<State>,
): Promise<void> {
  const missing = (owner.spec.replicas ?? 1) - active.length;
  if (missing === 0) return;
  const count = Math.min(Math.abs(missing), BURST);
  tools.trace.decide({
    by: kind.name,
    about: { kind: owner.kind, ...keyOf(owner) },
    verdict: `There are ${active.length} pods and there should be ${owner.spec.replicas ?? 1}: ${count} ${missing > 0 ? "more are made" : "are deleted"}.`,
    rule: "pkg/controller/replicaset manageReplicas",
    options: [],
  });
  if (missing < 0) {
    const rules = {
      related: relatedPods(kind.resource, owner, tools),
      byCost: tools.era.gates.has("PodDeletionCost"),
    };
    return deletePods(owner, podsToDelete(active, count, rules), tools);
  }
  const template = kind.template(owner);
  if (!template) return;
  await slowStart(count, async () => {
    await makePod(owner, template, tools);
  });
}

/** The pods of all that share this one's owner: a Deployment's other ReplicaSets. */
function relatedPods<T extends Owner>(
  resource: Resource<T>,
  owner: T,
  { cache }: Tools<State>,
): Pod[] {
  const above = controllerOf(owner);
  const siblings = above ? cache.by(resource, byController, above.uid) : [owner];
  return siblings.flatMap(({ metadata }) => [...cache.by(pods, byController, metadata.uid ?? "")]);
}
