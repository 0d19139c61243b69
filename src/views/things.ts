// One object each as a thing of the picture: which mood it is in and what is said of it in a few
// words.

import { condition, type KubeObject } from "../../sandbox/api/meta.ts";
import type { Node } from "../../sandbox/api/node.ts";
import type { PersistentVolume } from "../../sandbox/api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../sandbox/api/persistentvolumeclaim.ts";
import type { Pod } from "../../sandbox/api/pod.ts";
import type { StorageClass } from "../../sandbox/api/storageclass.ts";
import { podStatus } from "./pod-status.ts";
import { type Mood, type Thing, thingKey } from "./thing.ts";

type Rest = Omit<Thing, "key" | "kind" | "namespace" | "name" | "place" | "group" | "ordinal"> &
  Partial<Pick<Thing, "place" | "group" | "ordinal">>;

function thing({ kind, metadata }: KubeObject, rest: Rest): Thing {
  const { namespace = "", name, deletionTimestamp } = metadata;
  return {
    ...{ key: thingKey(kind, namespace, name), kind, namespace, name },
    ...{ place: undefined, group: "", ordinal: -1 },
    ...rest,
    ...(deletionTimestamp && { mood: "leaving" as const, status: "Terminating" }),
  };
}

export function classThing(object: StorageClass): Thing {
  const isDefault = Object.entries(object.metadata.annotations ?? {}).some(
    ([name, value]) => /is-default-class$/.test(name) && value === "true",
  );
  const waits = object.volumeBindingMode === "WaitForFirstConsumer";
  return thing(object, {
    lane: "class",
    mood: "calm",
    status: isDefault ? "default" : "",
    detail: waits ? "waits for a pod" : "binds at once",
  });
}

const volumeMoods: Readonly<Record<string, Mood>> = {
  Available: "calm",
  Bound: "bound",
  Released: "released",
  Failed: "failed",
};

export function volumeThing(object: PersistentVolume): Thing {
  const phase = object.status?.phase ?? "Pending";
  return thing(object, {
    lane: "volume",
    mood: volumeMoods[phase] ?? "waiting",
    status: phase,
    detail: object.spec.capacity?.["storage"] ?? "",
    place: onlyHost(object),
  });
}

/** The one machine from which a local volume can be reached. */
function onlyHost({ spec }: PersistentVolume): string | undefined {
  const hosts = (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap(
    ({ matchExpressions = [] }) =>
      matchExpressions
        .filter(({ key }) => /hostname$/.test(key))
        .flatMap(({ values = [] }) => values),
  );
  return hosts.length === 1 ? hosts[0] : undefined;
}

const claimMoods: Readonly<Record<string, Mood>> = { Bound: "bound", Lost: "failed" };

export function claimThing(object: PersistentVolumeClaim, pods: readonly Pod[]): Thing {
  const phase = object.status?.phase ?? "Pending";
  const { namespace, name } = object.metadata;
  const user = pods.find(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === name),
  );
  const size = object.status?.capacity?.["storage"];
  return thing(object, {
    lane: "claim",
    mood: claimMoods[phase] ?? "waiting",
    status: phase,
    detail: size ?? `wants ${object.spec.resources?.requests?.["storage"] ?? "?"}`,
    // A claim that outlives its pod keeps the place that its name gives it.
    ...(user ? placeOfPod(user) : placeByName(name)),
  });
}

export function podThing(object: Pod): Thing {
  const { status, mood, ready } = podStatus(object);
  return thing(object, { lane: "pod", mood, status, detail: ready, ...placeOfPod(object) });
}

/** The set that made it, and the number in its name. */
function placeOfPod({ metadata }: Pod): Pick<Thing, "group" | "ordinal"> {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  const group = owner ? `${owner.kind} ${owner.name}` : "";
  const isNumbered = owner && /^(?:StatefulSet|PetSet)$/.test(owner.kind);
  const ordinal = isNumbered ? Number(/\d+$/.exec(metadata.name)?.[0] ?? -1) : -1;
  return { group, ordinal };
}

/** `data-consul-2` was made for the third pod of a set called `consul`. */
function placeByName(name: string): Pick<Thing, "group" | "ordinal"> {
  const [, set, ordinal] = /^[a-z\d.-]+?-([a-z\d.-]+)-(\d+)$/.exec(name) ?? [];
  return set
    ? { group: `StatefulSet ${set}`, ordinal: Number(ordinal) }
    : { group: "", ordinal: -1 };
}

export function nodeThing(object: Node): Thing {
  const ready = condition(object.status?.conditions, "Ready")?.status === "True";
  const roles = Object.keys(object.metadata.labels ?? {}).flatMap(
    (label) => /^node-role\.kubernetes\.io\/(.+)$/.exec(label)?.[1] ?? [],
  );
  const cordoned = object.spec?.unschedulable ? "cordoned" : "";
  const zone = object.metadata.labels?.["topology.kubernetes.io/zone"] ?? "";
  return thing(object, {
    lane: "node",
    mood: ready ? "calm" : "failed",
    status: ready ? "Ready" : "NotReady",
    detail: [...roles, cordoned, zone].filter(Boolean).join(" "),
  });
}
