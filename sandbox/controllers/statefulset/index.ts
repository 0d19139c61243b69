// StatefulSets: pods that keep their names and their claims. The rules are in control.ts.
// pkg/controller/statefulset/stateful_set.go.

import { controllerRevisions } from "../../api/controllerrevision.ts";
import { selectorOf } from "../../api/labels.ts";
import { keyText } from "../../api/meta.ts";
import { persistentVolumeClaims } from "../../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { type StatefulSet, statefulSets } from "../../api/statefulset.ts";
import { defineController, type Requeue, type Tools, wakeOn } from "../../client/controller.ts";
import { claimed, indexByController, indexByNamespace } from "../ownership.ts";
import { wakeOwners } from "../wake-owners.ts";
import { putRight } from "./control.ts";
import { membership } from "./identity.ts";
import { adoptRevisions, atRevision, findRevisions, truncateHistory } from "./revisions.ts";
import { count, saveStatus, waitFor } from "./status.ts";
import { type Told, tell } from "./verdicts.ts";

const selector = ({ spec }: StatefulSet) => selectorOf(spec.selector);

export const statefulSetController = defineController<Told>({
  name: "statefulset-controller",
  for: statefulSets,
  watches: [
    wakeOwners(pods, statefulSets, selector),
    // These are only looked at.
    wakeOn(controllerRevisions, () => []),
    wakeOn(persistentVolumeClaims, () => []),
  ],
  indexes: [
    indexByController(pods),
    indexByNamespace(statefulSets),
    indexByNamespace(controllerRevisions),
  ],
  state: () => new Map(),

  async reconcile(key, tools) {
    const set = tools.cache.get(statefulSets, key);
    if (!set) {
      tools.state.delete(keyText(key));
      return undefined;
    }
    await adoptRevisions(set, tools);
    const members = await claimed<StatefulSet, Pod>(
      pods,
      {
        owner: set,
        ownerKind: statefulSets,
        selector: selector(set) ?? [],
        mayAdopt: (pod) => membership(pod)?.set === set.metadata.name,
      },
      tools,
    );
    return sync(set, members, tools);
  },
});

async function sync(
  set: StatefulSet,
  members: readonly Pod[],
  tools: Tools<Told>,
): Promise<Requeue | undefined> {
  const revisions = await findRevisions(set, tools);
  const { current, update } = revisions;
  const versions = {
    revisions,
    current: atRevision(set, current),
    update: atRevision(set, update),
  };
  const counts = count(set, { pods: members, revisions }, tools);
  try {
    const verdict = await putRight({ set, members, versions, counts, tools });
    tell(set, { verdict, members }, tools);
    await saveStatus(set, { counts, revisions }, tools);
  } finally {
    await truncateHistory(set, { revisions, pods: members }, tools);
  }
  return untilNextAvailable(set, members, tools);
}

/** A pod becomes available without anybody telling: it only has to last. */
function untilNextAvailable(
  set: StatefulSet,
  members: readonly Pod[],
  tools: Tools<Told>,
): Requeue | undefined {
  if (!set.spec.minReadySeconds) return undefined;
  const waits = members.flatMap((pod) => waitFor(set, pod, tools) || []);
  return waits.length > 0 ? { requeueAfter: Math.min(...waits) } : undefined;
}
