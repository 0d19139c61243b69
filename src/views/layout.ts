// Where everything of a picture stands, in units of the drawing. Lanes are columns where there is
// room, and rows on a narrow screen. What belongs together stands in one line, so that most lines
// between things are straight.

import type { Picture } from "./picture.ts";
import { type EdgeType, type Lane, lanes, type Thing } from "./thing.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GroupBox extends Box {
  readonly title: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly direction: "columns" | "rows";
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lanes: readonly (Box & { readonly lane: Lane })[];
  readonly groups: readonly GroupBox[];
}

export interface LayoutOptions {
  /** What the drawing may take; it takes more if the things would not fit. */
  readonly width: number;
}

/** Narrower than this, lanes become rows. */
const NARROW = 560;
const PADDING = 16;
const HEADER = 32;
const CARD = { width: 148, height: 44, least: 118 };
const GAP = { row: 12, lane: 24 };
/** What the name of a group needs above its first pod. */
const TITLE = 24;

export function layoutOf(picture: Picture, options: LayoutOptions): Layout {
  const slots = slotsOf(picture);
  return options.width < NARROW
    ? inRows(picture, slots, options.width)
    : inColumns(picture, slots, options.width);
}

/** The place of each thing in its lane: 0 is the first line. */
export type Slots = ReadonlyMap<string, number>;

/**
 * Pods are numbered first; a claim stands beside its pod, a volume beside its claim. What stands
 * beside nothing takes the first free place behind.
 */
export function slotsOf({ things, edges }: Picture): Slots {
  const slots = new Map<string, number>();
  const inLane = (lane: Lane) => things.filter((thing) => thing.lane === lane);
  const beside = (types: readonly EdgeType[], end: "from" | "to", key: string) =>
    edges
      .filter((edge) => types.includes(edge.type) && edge[end] === key)
      .map((edge) => slots.get(end === "from" ? edge.to : edge.from))
      .find((slot) => slot !== undefined);
  place(slots, inLane("pod"), (_thing, index) => index);
  const rows = rowsOfGroups(inLane("pod"), slots);
  place(slots, inLane("claim"), ({ key, group, ordinal }) => {
    return beside(["mounted", "wants"], "from", key) ?? rows.get(`${group} ${ordinal}`);
  });
  place(slots, inLane("volume"), ({ key }) => beside(["bound"], "from", key));
  place(slots, inLane("class"), (_thing, index) => index);
  place(slots, inLane("node"), (_thing, index) => index);
  return slots;
}

/** Which line a number of a group has, also numbers whose pod is missing. */
function rowsOfGroups(pods: readonly Thing[], slots: Slots): ReadonlyMap<string, number> {
  return new Map(
    pods.map(({ key, group, ordinal }) => [`${group} ${ordinal}`, slots.get(key) ?? 0]),
  );
}

/** Those with a wish get it, the first one to ask; the others follow in the free places. */
function place(
  slots: Map<string, number>,
  things: readonly Thing[],
  wish: (thing: Thing, index: number) => number | undefined,
): void {
  const taken = new Set<number>();
  const without: Thing[] = [];
  for (const [index, thing] of things.entries()) {
    const slot = wish(thing, index);
    if (slot === undefined || taken.has(slot)) without.push(thing);
    else {
      taken.add(slot);
      slots.set(thing.key, slot);
    }
  }
  let next = 0;
  for (const thing of without) {
    while (taken.has(next)) next++;
    taken.add(next);
    slots.set(thing.key, next);
  }
}

function inColumns({ things }: Picture, slots: Slots, width: number): Layout {
  const room = width - 2 * PADDING - (lanes.length - 1) * GAP.lane;
  const card = Math.min(Math.max(Math.floor(room / lanes.length), CARD.least), 176);
  const gap = Math.max(
    GAP.lane,
    Math.floor((width - 2 * PADDING - card * lanes.length) / (lanes.length - 1)),
  );
  const groups = groupsOf(things, slots);
  const lineAt = (slot: number) =>
    HEADER + PADDING + slot * (CARD.height + GAP.row) + titlesAbove(groups, slot) * TITLE;
  const boxes = new Map<string, Box>();
  const left = (lane: Lane) => PADDING + lanes.indexOf(lane) * (card + gap);
  for (const { key, lane } of things) {
    const y = lineAt(slots.get(key) ?? 0);
    boxes.set(key, { x: left(lane), y, width: card, height: CARD.height });
  }
  const height = lineAt(Math.max(0, ...slots.values())) + CARD.height + PADDING;
  return {
    width: PADDING * 2 + card * lanes.length + gap * (lanes.length - 1),
    height,
    direction: "columns",
    boxes,
    lanes: lanes.map((lane) => ({ lane, x: left(lane), y: 0, width: card, height })),
    groups: groups.map(({ title, first, last }) => {
      const y = lineAt(first) - TITLE;
      const below = lineAt(last) + CARD.height;
      return { title, x: left("pod") - 6, y, width: card + 12, height: below - y + 6 };
    }),
  };
}

interface Group {
  readonly title: string;
  readonly first: number;
  readonly last: number;
}

/** The pods of one owner stand in lines that follow each other. */
function groupsOf(things: readonly Thing[], slots: Slots): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { key, lane, group, namespace } of things) {
    if (lane !== "pod" || !group) continue;
    const slot = slots.get(key) ?? 0;
    const id = `${namespace}/${group}`;
    const { first, last } = groups.get(id) ?? { first: slot, last: slot };
    const title = group;
    groups.set(id, { title, first: Math.min(first, slot), last: Math.max(last, slot) });
  }
  return [...groups.values()];
}

const titlesAbove = (groups: readonly Group[], slot: number): number =>
  groups.filter(({ first }) => first <= slot).length;

/** Each lane is a row of cards that goes on in further lines where it is too long. */
function inRows({ things }: Picture, slots: Slots, width: number): Layout {
  const columns = Math.max(2, Math.floor((width - 2 * PADDING + 8) / (CARD.least - 12 + 8)));
  const card = Math.floor((width - 2 * PADDING - (columns - 1) * 8) / columns);
  const boxes = new Map<string, Box>();
  const rows: (Box & { lane: Lane })[] = [];
  let top = 0;
  for (const lane of lanes) {
    const here = things.filter((thing) => thing.lane === lane);
    const last = Math.max(-1, ...here.map(({ key }) => slots.get(key) ?? 0));
    const lines = Math.max(1, Math.ceil((last + 1) / columns));
    for (const { key } of here) {
      const slot = slots.get(key) ?? 0;
      const x = PADDING + (slot % columns) * (card + 8);
      const y = top + 28 + Math.floor(slot / columns) * (CARD.height + 14);
      boxes.set(key, { x, y, width: card, height: CARD.height });
    }
    const height = 28 + lines * (CARD.height + 14) + 10;
    rows.push({ lane, x: 0, y: top, width, height });
    top += height;
  }
  return { width, height: top, direction: "rows", boxes, lanes: rows, groups: [] };
}
