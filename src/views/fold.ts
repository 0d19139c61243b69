// A lane of hundreds is no picture. What goes beyond a number of things is shown as one: how many
// more there are, and how they are.

import type { Edge, Mood, Thing } from "./thing.ts";

/** In a lane; the last one then stands for all the others. */
const MOST = 24;

export function fold(things: readonly Thing[]): readonly Thing[] {
  const lanes = Map.groupBy(things, ({ lane }) => lane);
  return [...lanes.values()].flatMap((lane) =>
    lane.length <= MOST ? lane : [...lane.slice(0, MOST - 1), rest(lane.slice(MOST - 1))],
  );
}

function rest(things: readonly Thing[]): Thing {
  const [first] = things as [Thing, ...Thing[]];
  const counts = Map.groupBy(things, ({ status }) => status);
  const worst: Mood = things.some(({ mood }) => mood === "failed")
    ? "failed"
    : things.some(({ mood }) => mood === "waiting")
      ? "waiting"
      : first.mood;
  return {
    ...first,
    key: `more/${first.lane}`,
    name: `and ${things.length} more`,
    mood: worst,
    status: [...counts].map(([status, those]) => `${those.length} ${status}`).join(", "),
    detail: "",
    place: undefined,
    group: "",
    ordinal: -1,
  };
}

export const isFolded = ({ key }: Pick<Thing, "key">): boolean => key.startsWith("more/");

export function withEnds(edges: readonly Edge[], things: readonly Thing[]): Edge[] {
  const keys = new Set(things.map(({ key }) => key));
  return edges.filter(({ from, to }) => keys.has(from) && keys.has(to));
}
