// Whom the change of a pod concerns: what controls it; and, if nothing does, every workload of its
// namespace whose selector it matches. pkg/controller/replicaset/replica_set.go addPod, updatePod.

import { equal } from "../api/clone.ts";
import { matches, type Selector } from "../api/labels.ts";
import { controllerOf, type KubeObject, keyOf, type NamespacedName } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import { type WakeRule, wakeOn } from "../client/controller.ts";
import type { Heard } from "../client/informer.ts";
import type { Cache } from "../client/informers.ts";
import { byNamespace } from "./ownership.ts";

/** Needs `indexByNamespace` of the owners' kind. */
export function wakeOwners<O extends KubeObject, T extends KubeObject>(
  resource: Resource<T>,
  owners: Resource<O>,
  selectorOf: (owner: O) => Selector | undefined,
): WakeRule {
  return wakeOn(resource, (heard, cache) => {
    const { now, before } = heard;
    const namespace = (now ?? before)?.metadata.namespace ?? "";
    const keys: NamespacedName[] = controllersOf(heard, owners.kind).map(({ name }) => ({
      namespace,
      name,
    }));
    for (const object of [now, before]) {
      if (!object || controllerOf(object)) continue;
      keys.push(...suitors(object, cache, { owners, selectorOf }));
      if (equal(now?.metadata.labels, before?.metadata.labels)) break;
    }
    return keys;
  });
}

function controllersOf<T extends KubeObject>({ now, before }: Heard<T>, kind: string) {
  const after = now && controllerOf(now);
  const earlier = before && controllerOf(before);
  const both = earlier?.uid === after?.uid ? [after] : [earlier, after];
  return both.flatMap((owner) => (owner?.kind === kind ? [owner] : []));
}

/** Those who would have an object that is nobody's. */
function suitors<O extends KubeObject, T extends KubeObject>(
  { metadata }: T,
  cache: Cache,
  { owners, selectorOf }: { owners: Resource<O>; selectorOf(owner: O): Selector | undefined },
): NamespacedName[] {
  return cache
    .by(owners, byNamespace, metadata.namespace ?? "")
    .filter((owner) => {
      const selector = selectorOf(owner);
      return selector !== undefined && selector.length > 0 && matches(selector, metadata.labels);
    })
    .map(keyOf);
}
