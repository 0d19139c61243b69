// What must hold at every moment of a simulation, and what must be true when it is over.

import { controllerOf, type KubeObject } from "../../sandbox/api/meta.ts";
import type { PersistentVolume } from "../../sandbox/api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../sandbox/api/persistentvolumeclaim.ts";
import type { Pod } from "../../sandbox/api/pod.ts";
import { isReady } from "../../sandbox/api/pod-readiness.ts";
import type { StatefulSet } from "../../sandbox/api/statefulset.ts";
import type { Change } from "../../sandbox/apiserver/store.ts";
import type { Cluster } from "../../sandbox/cluster.ts";

/** How far a controller's cache may be behind, in milliseconds. */
const LAG_MS = 2_000;

/** Watches a cluster; `found` is what was seen that must not be. */
export function watchInvariants(cluster: Cluster): { readonly found: string[]; stop(): void } {
  const { store, clock } = cluster;
  const found: string[] = [];
  const readyUntil = new Map<string, number>();
  const report = (text: string) => found.push(`${new Date(clock.now()).toISOString()} ${text}`);
  const stop = store.watch(undefined, store.revision, (change) => {
    const { value } = change.now;
    const name = nameOf(value);
    if (value.kind === "Pod") noteReady(change, readyUntil, clock.now());
    if (change.type === "delete") return;
    const doomed = value.metadata.deletionTimestamp !== undefined && hasNothingLeft(value);
    if (doomed) report(`${name} is marked as deleted, has no finalizers, and is there`);
    if (value.kind === "PersistentVolumeClaim") {
      const wrong = wrongBinding(value as PersistentVolumeClaim, cluster);
      if (wrong) report(`${name}: ${wrong}`);
    }
    if (value.kind === "Pod" && !change.before) {
      const wrong = startsTooEarly(value as Pod, readyUntil, cluster);
      if (wrong) report(`${name}: ${wrong}`);
    }
    for (const wrong of twins(cluster)) report(wrong);
  });
  return { found, stop };
}

const nameOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.name}`;

/** Pods and namespaces have ends of their own. */
function hasNothingLeft(object: KubeObject): boolean {
  const { finalizers = [], deletionGracePeriodSeconds = 0 } = object.metadata;
  if (object.kind === "Namespace") return false;
  return finalizers.length === 0 && deletionGracePeriodSeconds === 0;
}

function noteReady({ type, now, before }: Change, until: Map<string, number>, at: number): void {
  const pod = (type === "put" ? now : before)?.value as Pod | undefined;
  const was = before?.value as Pod | undefined;
  for (const each of [pod, was]) {
    if (each && isReady(each)) until.set(each.metadata.name, at);
  }
}

/** A claim that is bound and its volume name each other, and nobody else. */
function wrongBinding(claim: PersistentVolumeClaim, { store }: Cluster): string | undefined {
  const { volumeName = "" } = claim.spec;
  if (claim.status.phase !== "Bound") return undefined;
  const volume = store.get(`/registry/persistentvolumes/${volumeName}`)?.value;
  if (!volume) return undefined;
  const { claimRef } = (volume as PersistentVolume).spec;
  if (claimRef?.uid !== claim.metadata.uid) {
    return `is bound to ${volumeName}, which belongs to ${claimRef?.name} ${claimRef?.uid}`;
  }
  const rivals = store.list("/registry/persistentvolumeclaims/").filter(({ value }) => {
    const { spec, status, metadata } = value as PersistentVolumeClaim;
    const bound = status.phase === "Bound" && spec.volumeName === volumeName;
    return bound && metadata.uid !== claim.metadata.uid;
  });
  return rivals.length > 0 ? `shares ${volumeName} with ${rivals.length} others` : undefined;
}

/** In an ordered set nobody is made before the one below was ready. */
function startsTooEarly(
  { metadata }: Pod,
  readyUntil: ReadonlyMap<string, number>,
  { store, clock }: Cluster,
): string | undefined {
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === "StatefulSet");
  const [, ordinal = "0"] = /-(\d+)$/.exec(metadata.name) ?? [];
  if (!owner || ordinal === "0") return undefined;
  const set = store.get(`/registry/statefulsets/${metadata.namespace}/${owner.name}`)?.value;
  if ((set as StatefulSet | undefined)?.spec.podManagementPolicy !== "OrderedReady") return;
  const below = `${owner.name}-${Number(ordinal) - 1}`;
  const current = store.get(`/registry/pods/${metadata.namespace}/${below}`)?.value;
  const isThere = current !== undefined && isReady(current as Pod);
  if (isThere || (readyUntil.get(below) ?? 0) >= clock.now() - LAG_MS) return undefined;
  return `was made while ${below} is not ready`;
}

/** Containers that run for two pods of the same name. */
function* twins({ nodes }: Cluster): Iterable<string> {
  const live = new Map<string, string>();
  for (const { name: node, runtime } of nodes.values()) {
    for (const [uid, { containers, sandboxes }] of runtime.pods) {
      if (!containers.some(({ state }) => state === "running")) continue;
      const { namespace, name } = sandboxes[0]?.pod ?? { namespace: "", name: uid };
      const other = live.get(`${namespace}/${name}`);
      if (other && other !== uid) yield `two pods ${name} run, the second on ${node}`;
      live.set(`${namespace}/${name}`, uid);
    }
  }
}

/** What is wrong with a cluster that was left alone for long. */
export function leftOver(cluster: Cluster): string[] {
  const found: string[] = [];
  const objects = cluster.store.all().map(({ value }) => value);
  const uids = new Set(objects.map(({ metadata }) => metadata.uid));
  for (const object of objects) {
    const { metadata } = object;
    if (metadata.deletionTimestamp !== undefined && !isWaiting(object, objects)) {
      found.push(`${nameOf(object)} never goes: ${metadata.finalizers ?? "no finalizers"}`);
    }
    const owners = metadata.ownerReferences ?? [];
    if (owners.length > 0 && !owners.some(({ uid }) => uids.has(uid))) {
      found.push(`${nameOf(object)} has outlived ${controllerOf(object)?.name ?? "its owner"}`);
    }
  }
  for (const object of objects) {
    const wrong = incomplete(object);
    if (wrong) found.push(`${nameOf(object)} ${wrong}`);
  }
  for (const { name, runtime } of cluster.nodes.values()) {
    for (const [uid, { containers }] of runtime.pods) {
      if (uids.has(uid) || !containers.some(({ state }) => state === "running")) continue;
      found.push(`${name} still runs a pod that is gone: ${uid}`);
    }
  }
  return found;
}

/** A claim or a volume that is in use is kept for its user. */
function isWaiting({ kind, metadata }: KubeObject, objects: readonly KubeObject[]): boolean {
  if (kind === "PersistentVolumeClaim") {
    return objects.some(
      (each) =>
        each.kind === "Pod" &&
        (each as Pod).spec.volumes?.some(
          ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata.name,
        ),
    );
  }
  if (kind !== "PersistentVolume") return false;
  return objects.some(
    (each) =>
      each.kind === "PersistentVolumeClaim" &&
      (each as PersistentVolumeClaim).spec.volumeName === metadata.name,
  );
}

interface Scaled extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas?: number; readonly readyReplicas?: number };
}

function incomplete(object: KubeObject): string | undefined {
  if (!["StatefulSet", "Deployment", "ReplicaSet"].includes(object.kind)) return undefined;
  const { spec, status } = object as Scaled;
  const { replicas = 1 } = spec;
  const { readyReplicas = 0 } = status;
  return readyReplicas === replicas && (status.replicas ?? 0) === replicas
    ? undefined
    : `has ${readyReplicas} ready of ${status.replicas ?? 0}, and wants ${replicas}`;
}
