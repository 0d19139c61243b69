// The picture in words, for those who hear it: the same things in the same order, each with how it
// is and what it is connected with; and what has just happened, one sentence each.

import type { Picture } from "./picture.ts";
import { type Edge, type Lane, lanes, type Thing } from "./thing.ts";

export const laneTitles: Readonly<Record<Lane, string>> = {
  class: "StorageClasses",
  volume: "PersistentVolumes",
  claim: "PersistentVolumeClaims",
  pod: "Pods",
  node: "Nodes",
};

/** Where there is little room. */
export const shortTitles: Readonly<Record<Lane, string>> = {
  class: "Classes",
  volume: "Volumes",
  claim: "Claims",
  pod: "Pods",
  node: "Nodes",
};

export interface Outline {
  readonly lane: Lane;
  readonly title: string;
  readonly lines: readonly { readonly key: string; readonly text: string }[];
}

export function outlineOf({ things, edges }: Picture): readonly Outline[] {
  const names = new Map(things.map(({ key, name }) => [key, name]));
  return lanes.map((lane) => ({
    lane,
    title: laneTitles[lane],
    lines: things
      .filter((thing) => thing.lane === lane)
      .map((thing) => ({ key: thing.key, text: sentence(thing, edges, names) })),
  }));
}

type Names = ReadonlyMap<string, string>;

function sentence(thing: Thing, edges: readonly Edge[], names: Names): string {
  const { name, status, detail, place, key } = thing;
  const about = [status, detail, place && `only on ${place}`].filter(Boolean).join(", ");
  const links = edges.flatMap((edge) => linkOf(edge, key, names));
  return `${name}: ${[about, ...links].filter(Boolean).join("; ")}`;
}

function linkOf({ type, from, to, rule }: Edge, key: string, names: Names): string[] {
  if (from !== key && to !== key) return [];
  const other = names.get(from === key ? to : from) ?? "";
  const isFirst = from === key;
  switch (type) {
    case "class":
      return isFirst ? [] : [`class ${other}`];
    case "bound":
      return [`bound to ${other}`];
    case "wants":
      return [isFirst ? `wanted by ${other}` : `waits for ${other}`];
    case "mounted":
      return [isFirst ? `used by ${other}` : `uses ${other}`];
    case "placed":
      return isFirst ? [`on ${other}`] : [`runs ${other}`];
    case "candidate":
      return [`${other} would do`];
    case "refused":
      return isFirst && !key.startsWith("Pod/") ? [] : [`${other} refused: ${rule ?? "no reason"}`];
  }
}

/** What is different now, in sentences; at most a handful, the most important ones first. */
export function newsBetween(before: Picture, after: Picture): readonly string[] {
  const old = new Map(before.things.map((thing) => [thing.key, thing]));
  const sentences: string[] = [];
  for (const thing of after.things) {
    const was = old.get(thing.key);
    old.delete(thing.key);
    if (was?.status === thing.status && was.detail === thing.detail) continue;
    if (thing.lane === "node" && was?.status === thing.status) continue;
    sentences.push(`${thing.kind} ${thing.name}: ${was ? thing.status : `new, ${thing.status}`}`);
  }
  for (const gone of old.values()) sentences.push(`${gone.kind} ${gone.name} is gone`);
  return sentences.length > 6
    ? [...sentences.slice(0, 5), `and ${sentences.length - 5} other changes`]
    : sentences;
}
