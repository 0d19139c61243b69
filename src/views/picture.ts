// What the picture of the cluster shows: things in five lanes and the lines between them, worked
// out from the objects of one moment and from what was decided about them. Knows nothing of pixels.

import type { KubeObject } from "../../sandbox/api/meta.ts";
import type { Node } from "../../sandbox/api/node.ts";
import type { PersistentVolume } from "../../sandbox/api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../sandbox/api/persistentvolumeclaim.ts";
import type { Pod } from "../../sandbox/api/pod.ts";
import type { StorageClass } from "../../sandbox/api/storageclass.ts";
import { type ClusterState, keyOf } from "../session/history.ts";
import { decisionEdges } from "./decision-edges.ts";
import { fold, withEnds } from "./fold.ts";
import { type Edge, edgeOf, lanes, type Thing, thingKey, type Verdicts } from "./thing.ts";
import { claimThing, classThing, nodeThing, podThing, volumeThing } from "./things.ts";

export interface Picture {
  readonly things: readonly Thing[];
  readonly edges: readonly Edge[];
  /** Things of the system that are not shown. */
  readonly hidden: number;
}

export interface PictureOptions {
  /** Shows what belongs to the system too. */
  readonly withSystem: boolean;
  /** The latest verdict of each decider about each object, as `latestVerdicts` gives them. */
  readonly verdicts: Verdicts;
}

const isSystem = (namespace: string): boolean => /^(?:kube-|local-path-)/.test(namespace);

export function pictureOf(state: ClusterState, options: PictureOptions): Picture {
  const all = <T extends KubeObject>(kind: string): T[] =>
    [...(state.objects.get(kind)?.values() ?? [])] as T[];
  const pods = all<Pod>("Pod");
  const claims = all<PersistentVolumeClaim>("PersistentVolumeClaim");
  const volumes = all<PersistentVolume>("PersistentVolume");
  const bound = new Set(claims.filter(({ status }) => status?.phase === "Bound").map(keyOf));
  const things: Thing[] = [
    ...all<StorageClass>("StorageClass").map(classThing),
    ...volumes.map(volumeThing),
    ...claims.map((claim) => claimThing(claim, pods)),
    ...pods.map(podThing),
    ...all<Node>("Node").map(nodeThing),
  ];
  const isShown = (thing: Thing) => options.withSystem || !isSystem(thing.namespace);
  const visible = things.filter(isShown).sort(byPlace);
  const shown = fold(visible);
  const edges = [
    ...volumes.flatMap(classEdges),
    ...claims.flatMap(claimEdges),
    ...pods.flatMap((pod) => podEdges(pod, bound)),
    ...decisionEdges(shown, options.verdicts),
  ];
  return {
    things: shown,
    edges: withEnds(unique(edges), shown),
    hidden: things.length - visible.length,
  };
}

/** Groups together, in them by number, and otherwise by name as people count. */
function byPlace(a: Thing, b: Thing): number {
  return (
    lanes.indexOf(a.lane) - lanes.indexOf(b.lane) ||
    compare(a.namespace, b.namespace) ||
    compare(a.group, b.group) ||
    a.ordinal - b.ordinal ||
    compare(a.name, b.name)
  );
}

const order = new Intl.Collator("en", { numeric: true });
const compare = order.compare.bind(order);

function unique(edges: readonly Edge[]): Edge[] {
  return [...new Map(edges.map((edge) => [edge.key, edge])).values()];
}

function classEdges({ metadata, spec }: PersistentVolume): Edge[] {
  const name = spec.storageClassName;
  if (!name) return [];
  const from = thingKey("StorageClass", "", name);
  return [edgeOf({ type: "class", from, to: thingKey("PersistentVolume", "", metadata.name) })];
}

function claimEdges({ metadata, spec }: PersistentVolumeClaim): Edge[] {
  const to = thingKey("PersistentVolumeClaim", metadata.namespace, metadata.name);
  if (spec.volumeName) {
    const from = thingKey("PersistentVolume", "", spec.volumeName);
    return [edgeOf({ type: "bound", from, to })];
  }
  if (!spec.storageClassName) return [];
  const from = thingKey("StorageClass", "", spec.storageClassName);
  return [edgeOf({ type: "class", from, to })];
}

function podEdges({ metadata, spec }: Pod, bound: ReadonlySet<string>): Edge[] {
  const pod = thingKey("Pod", metadata.namespace, metadata.name);
  const mounted = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    const name = persistentVolumeClaim?.claimName;
    if (!name) return [];
    const from = thingKey("PersistentVolumeClaim", metadata.namespace, name);
    const type = bound.has(`${metadata.namespace ?? ""}/${name}`) ? "mounted" : "wants";
    return [edgeOf({ type, from, to: pod })];
  });
  if (!spec.nodeName) return mounted;
  const to = thingKey("Node", "", spec.nodeName);
  return [...mounted, edgeOf({ type: "placed", from: pod, to })];
}
