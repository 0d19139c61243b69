// Pet Sets, and the StatefulSets of 1.5: pods with names and claims of their own, made and deleted
// one at a time, and never changed. pkg/controller/petset/pet_set.go of 1.3.5 and 1.5.2.

import { matches, type Selector, selectorOf } from "../../api/labels.ts";
import { type KubeObject, keyOf, type NamespacedName } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import type { Resource } from "../../api/resource.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import { isReason } from "../../api/status.ts";
import { type Controller, defineController, type Tools, wakeOn } from "../../client/controller.ts";
import { byNamespace, indexByNamespace } from "../ownership.ts";
import { wakeOwners } from "../wake-owners.ts";
import { createPetTools } from "./pets.ts";
import { type Memory, syncPets } from "./sync.ts";

/** Pods are listed again that often, whatever is heard of them. */
const RELIST_MS = 30_000;
const TRIES = 2;

const selector = ({ spec }: StatefulSet): Selector | undefined => selectorOf(spec.selector);

/** The controller of a kind: of `petsets`, or of `statefulsets` when that was their new name. */
export function petSetController(kind: Resource<StatefulSet>): Controller {
  return defineController<Memory>({
    name: kind.kind.toLowerCase(),
    for: kind as Resource,
    watches: [wakeOwners(pods, kind, selector), wakeOn(kind, () => [])],
    indexes: [indexByNamespace(pods), indexByNamespace(kind)],
    state: () => new Map(),

    async reconcile(key, tools) {
      const set = tools.cache.get(kind, key);
      if (!set) {
        tools.state.delete(textOf(key));
        return undefined;
      }
      const members = membersOf(set, tools);
      const { replicas, errors } = await syncPets(
        { set, members, key: textOf(key) },
        createPetTools(set, tools),
        tools.state,
      );
      await saveCount(kind, { set, replicas }, tools);
      const [error] = errors;
      if (error) throw error;
      const done = replicas === members.length && replicas === (set.spec.replicas ?? 1);
      return done ? undefined : { requeueAfter: RELIST_MS };
    },
  }) as Controller;
}

const textOf = ({ namespace, name }: NamespacedName): string => `${namespace}/${name}`;

/** All that the selector matches: whose they are is not asked. */
function membersOf(set: StatefulSet, { cache }: Tools<unknown>): Pod[] {
  const wanted = selector(set) ?? [];
  if (wanted.length === 0) return [];
  const labelled = cache.by(pods, byNamespace, set.metadata.namespace ?? "");
  return labelled.filter(({ metadata }) => matchesAll(wanted, metadata));
}

const matchesAll = (wanted: Selector, { labels }: KubeObject["metadata"]): boolean =>
  matches(wanted, labels);

async function saveCount(
  kind: Resource<StatefulSet>,
  { set, replicas }: { set: StatefulSet; replicas: number },
  { client }: Tools<unknown>,
): Promise<void> {
  if (set.status.replicas === replicas) return;
  for (let tries = 1, known = set; ; tries++) {
    try {
      await client.updateStatus(kind, { ...known, status: { replicas } });
      return;
    } catch (error) {
      if (!isReason(error, "Conflict") || tries === TRIES) throw error;
      known = await client.get(kind, keyOf(set));
    }
  }
}
