// Objects go when all their owners are gone. It is told of every change of every kind, asks the
// server before it deletes anything, and never deletes what has an owner left.
// pkg/controller/garbagecollector/garbagecollector.go, graph_builder.go, operations.go.

import { resources } from "../api/index.ts";
import { type KubeObject, keyOf, type NamespacedName, type OwnerReference } from "../api/meta.ts";
import { groupVersionOf, type Resource, splitGroupVersion } from "../api/resource.ts";
import { isReason } from "../api/status.ts";
import {
  defineController,
  indexOn,
  type Tools,
  type WakeRule,
  wakeOn,
} from "../client/controller.ts";
import type { Heard } from "../client/informer.ts";
import type { Cache } from "../client/informers.ts";

const ORPHAN = "orphan";
const FOREGROUND = "foregroundDeletion";

/** All that is kept, but for events, of which there are many, and which own nothing. */
const kinds: readonly Resource[] = resources.filter(
  ({ plural, verbs }) => plural !== "events" && (verbs?.includes("delete") ?? true),
);

const byOwner = "owner";

/** Kinds by the group and kind that a reference names, under every group that serves them. */
const kindTable: ReadonlyMap<string, Resource> = new Map(
  kinds.flatMap((resource) =>
    [groupVersionOf(resource), ...(resource.alsoIn ?? [])].map(
      (groupVersion): [string, Resource] => [
        `${splitGroupVersion(groupVersion).group}/${resource.kind}`,
        resource,
      ],
    ),
  ),
);

const kindOf = ({ apiVersion, kind }: OwnerReference): Resource | undefined =>
  kindTable.get(`${splitGroupVersion(apiVersion).group}/${kind}`);

/** An object of any kind as a key: what comes before the first colon names the kind. */
const keyIn = ({ group, plural }: Resource, object: KubeObject): NamespacedName => ({
  namespace: `${plural}.${group}:${object.metadata.namespace ?? ""}`,
  name: object.metadata.name,
});

const byId: ReadonlyMap<string, Resource> = new Map(
  kinds.map((resource) => [`${resource.plural}.${resource.group}`, resource]),
);

function parse({ namespace, name }: NamespacedName): { resource: Resource; key: NamespacedName } {
  const colon = namespace.indexOf(":");
  const resource = byId.get(namespace.slice(0, colon)) as Resource;
  return { resource, key: { namespace: namespace.slice(colon + 1), name } };
}

const isEnding = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(finalizer);

export const garbageCollector = defineController<undefined>({
  name: "generic-garbage-collector",
  watches: kinds.map(ruleFor),
  indexes: kinds.map((resource) =>
    indexOn(resource, byOwner, ({ metadata }) =>
      (metadata.ownerReferences ?? []).map(({ uid }) => uid),
    ),
  ),
  async reconcile(wanted, tools) {
    const { resource, key } = parse(wanted);
    const known = tools.cache.get(resource, key);
    if (!known) return undefined;
    if (isEnding(known, ORPHAN)) await orphanDependents(resource, known, tools);
    else await collect(resource, known, tools);
    return undefined;
  },
});

function ruleFor(resource: Resource): WakeRule {
  return wakeOn(resource, (heard, cache) => {
    const { now, before } = heard;
    const keys = now && concerns(heard, cache) ? [keyIn(resource, now)] : [];
    const same = before?.metadata.ownerReferences === now?.metadata.ownerReferences;
    if (!before || (now && same)) return keys;
    // Owners that wait for their dependents may have lost one.
    for (const { owner, kind } of ownersOf(before, cache)) {
      if (kind && owner && isEnding(owner, FOREGROUND)) keys.push(keyIn(kind, owner));
    }
    if (now) return keys;
    for (const { resource: kind, object } of dependentsOf(before, cache)) {
      keys.push(keyIn(kind, object));
    }
    return keys;
  });
}

/** True if something may have to be done about an object. */
function concerns({ now, before }: Heard<KubeObject>, cache: Cache): boolean {
  if (!now) return false;
  if (isEnding(now, ORPHAN) || isEnding(now, FOREGROUND)) return true;
  const references = now.metadata.ownerReferences;
  if (!references || references.length === 0 || references === before?.metadata.ownerReferences) {
    return false;
  }
  return ownersOf(now, cache).some(({ owner }) => !owner || isEnding(owner, FOREGROUND));
}

interface KnownOwner {
  readonly reference: OwnerReference;
  readonly kind: Resource | undefined;
  /** Undefined: not known; the cache may be behind. */
  readonly owner: KubeObject | undefined;
}

function ownersOf({ metadata }: KubeObject, cache: Cache): KnownOwner[] {
  return (metadata.ownerReferences ?? []).map((reference) => {
    const kind = kindOf(reference);
    const namespace = kind?.namespaced ? (metadata.namespace ?? "") : "";
    const found = kind && cache.get(kind, { namespace, name: reference.name });
    const owner = found?.metadata.uid === reference.uid ? found : undefined;
    return { reference, kind, owner };
  });
}

interface Dependent {
  readonly resource: Resource;
  readonly object: KubeObject;
}

function dependentsOf({ metadata }: KubeObject, cache: Cache): Dependent[] {
  const { uid = "" } = metadata;
  return kinds.flatMap((resource) =>
    cache.by(resource, byOwner, uid).map((object) => ({ resource, object })),
  );
}

/** attemptToOrphanWorker: the dependents lose their owner, then the owner its finalizer. */
async function orphanDependents(
  resource: Resource,
  owner: KubeObject,
  tools: Tools<undefined>,
): Promise<void> {
  for (const { resource: kind, object } of dependentsOf(owner, tools.cache)) {
    await dropOwners(kind, object, { uids: [owner.metadata.uid ?? ""], tools });
  }
  await dropFinalizer(resource, owner, { finalizer: ORPHAN, tools });
}

interface Dropped {
  readonly uids: readonly string[];
  readonly tools: Tools<undefined>;
}

async function dropOwners(
  resource: Resource,
  object: KubeObject,
  { uids, tools }: Dropped,
): Promise<void> {
  const ownerReferences = uids.map((uid) => ({ $patch: "delete", uid }));
  const body = { metadata: { uid: object.metadata.uid, ownerReferences } };
  try {
    await tools.client.patch(resource, keyOf(object), { body });
  } catch (error) {
    if (!isReason(error, "NotFound", "Conflict")) throw error;
  }
}

async function dropFinalizer(
  resource: Resource,
  object: KubeObject,
  { finalizer, tools }: { finalizer: string; tools: Tools<undefined> },
): Promise<void> {
  try {
    const { metadata } = await tools.client.get(resource, keyOf(object));
    if (metadata.uid !== object.metadata.uid) return;
    const finalizers = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
    const { resourceVersion } = metadata;
    const body = { metadata: { resourceVersion, finalizers } };
    await tools.client.patch(resource, keyOf(object), { type: "merge", body });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

/** attemptToDeleteItem. */
async function collect(
  resource: Resource,
  known: KubeObject,
  tools: Tools<undefined>,
): Promise<void> {
  const object = await fresh(resource, known, tools);
  if (!object) return;
  if (isEnding(object, FOREGROUND)) return waitForDependents(resource, object, tools);
  const sorted = await sortOwners(object, tools);
  const { solid, absent, ending } = sorted;
  if (solid > 0) {
    const uids = [...absent, ...ending];
    if (uids.length > 0) await dropOwners(resource, object, { uids, tools });
    return;
  }
  if (absent.length + ending.length === 0) return;
  const dependents = dependentsOf(object, tools.cache);
  if (ending.length > 0 && dependents.length > 0) {
    // Owners and dependents in a circle would wait for each other: then nothing is to be waited
    // for.
    if (dependents.some((each) => isEnding(each.object, FOREGROUND))) {
      await unblockOwners(resource, object, tools);
    }
    return remove(resource, object, { policy: "Foreground", tools });
  }
  const { finalizers = [] } = object.metadata;
  const policy = finalizers.includes(ORPHAN)
    ? "Orphan"
    : finalizers.includes(FOREGROUND)
      ? "Foreground"
      : "Background";
  return remove(resource, object, { policy, tools });
}

async function fresh(
  resource: Resource,
  known: KubeObject,
  { client }: Tools<undefined>,
): Promise<KubeObject | undefined> {
  try {
    const object = await client.get(resource, keyOf(known));
    return object.metadata.uid === known.metadata.uid ? object : undefined;
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}

/** processDeletingDependentsItem: with no dependent left that blocks it, the owner goes. */
async function waitForDependents(
  resource: Resource,
  owner: KubeObject,
  tools: Tools<undefined>,
): Promise<void> {
  const { uid } = owner.metadata;
  const blocking = dependentsOf(owner, tools.cache).filter(({ object }) =>
    object.metadata.ownerReferences?.some((each) => each.uid === uid && each.blockOwnerDeletion),
  );
  if (blocking.length === 0)
    return dropFinalizer(resource, owner, { finalizer: FOREGROUND, tools });
  for (const { resource: kind, object } of blocking) {
    if (!isEnding(object, FOREGROUND)) tools.wake(keyIn(kind, object));
  }
}

/** Which owners are there, which are not, which only wait for their dependents to go. */
async function sortOwners(
  object: KubeObject,
  { cache, client }: Tools<undefined>,
): Promise<{ solid: number; absent: string[]; ending: string[] }> {
  const absent: string[] = [];
  const ending: string[] = [];
  let solid = 0;
  for (const { reference, kind, owner } of ownersOf(object, cache)) {
    // Of a kind that nobody knows here nothing can be said: it is left alone.
    if (!kind) {
      solid++;
      continue;
    }
    const namespace = kind.namespaced ? (object.metadata.namespace ?? "") : "";
    const found = owner ?? (await tryGet({ kind, namespace, name: reference.name }, { client }));
    if (found?.metadata.uid !== reference.uid) absent.push(reference.uid);
    else if (isEnding(found, FOREGROUND)) ending.push(reference.uid);
    else solid++;
  }
  return { solid, absent, ending };
}

async function tryGet(
  { kind, namespace, name }: { kind: Resource; namespace: string; name: string },
  { client }: Pick<Tools<undefined>, "client">,
): Promise<KubeObject | undefined> {
  try {
    return await client.get(kind, { namespace, name });
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}

async function unblockOwners(
  resource: Resource,
  object: KubeObject,
  { client }: Tools<undefined>,
): Promise<void> {
  const ownerReferences = (object.metadata.ownerReferences ?? []).map(
    ({ blockOwnerDeletion: _block, ...reference }) => ({ ...reference, blockOwnerDeletion: false }),
  );
  const { resourceVersion } = object.metadata;
  const body = { metadata: { resourceVersion, ownerReferences } };
  await client.patch(resource, keyOf(object), { type: "merge", body });
}

async function remove(
  resource: Resource,
  object: KubeObject,
  { policy, tools }: { policy: "Orphan" | "Foreground" | "Background"; tools: Tools<undefined> },
): Promise<void> {
  const { uid, deletionTimestamp } = object.metadata;
  if (deletionTimestamp && policy !== "Foreground") return;
  const names = (object.metadata.ownerReferences ?? []).map(({ kind, name }) => `${kind} ${name}`);
  tools.trace.decide({
    by: "generic-garbage-collector",
    about: { kind: object.kind, ...keyOf(object) },
    verdict: `It is deleted, since what owned it is gone or going: ${names.join(", ")}.`,
    rule: "pkg/controller/garbagecollector attemptToDeleteItem",
    options: [],
  });
  const preconditions = uid ? { uid } : {};
  try {
    await tools.client.delete(resource, keyOf(object), {
      preconditions,
      propagationPolicy: policy,
    });
  } catch (error) {
    if (!isReason(error, "NotFound", "Conflict")) throw error;
  }
}
