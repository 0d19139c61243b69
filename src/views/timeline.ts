// The axis of the timeline: where a moment stands, and which moment a place means. Long stretches
// in which nothing happened are drawn short. Also what the marks on it are.

import type { KubeObject } from "../../sandbox/api/meta.ts";
import type { ObjectChange } from "../../sandbox/worker/protocol.ts";
import type { Command } from "../session/history.ts";

export type MarkType = "command" | "bound" | "ready" | "failed";

export interface Mark {
  readonly at: number;
  readonly type: MarkType;
  readonly text: string;
}

/** A stretch without marks is drawn at its length up to here, and beyond it ever shorter. */
const STRETCH_MS = 4_000;

interface Point {
  readonly at: number;
  readonly place: number;
}

/** Maps moments to places from 0 to 1, and back. */
export interface Axis {
  readonly end: number;
  placeOf(at: number): number;
  momentAt(place: number): number;
}

export function axisOf(marks: readonly { readonly at: number }[], end: number): Axis {
  const points: Point[] = [{ at: 0, place: 0 }];
  let drawn = 0;
  for (const at of [...new Set(marks.map((mark) => mark.at)), end].sort((a, b) => a - b)) {
    const last = points.at(-1) as Point;
    if (at <= last.at || at > end) continue;
    drawn += drawnLength(at - last.at);
    points.push({ at, place: drawn });
  }
  const length = Math.max(drawn, 1);
  return {
    end,
    placeOf: (at) => interpolate(points, at, { from: "at", to: "place" }) / length,
    momentAt: (place) =>
      Math.round(interpolate(points, place * length, { from: "place", to: "at" })),
  };
}

const drawnLength = (ms: number): number =>
  ms <= STRETCH_MS ? ms : STRETCH_MS * (1 + Math.log2(ms / STRETCH_MS) / 2);

function interpolate(
  points: readonly Point[],
  value: number,
  { from, to }: Readonly<Record<"from" | "to", keyof Point>>,
): number {
  const after = points.findIndex((point) => point[from] >= value);
  if (after === 0) return (points[0] as Point)[to];
  const b = points[after < 0 ? points.length - 1 : after] as Point;
  if (after < 0) return b[to];
  const a = points[after - 1] as Point;
  const part = (value - a[from]) / (b[from] - a[from] || 1);
  return a[to] + part * (b[to] - a[to]);
}

/** What stands out: command lines, claims that are bound, pods that are ready, what went wrong. */
export function marksOf(
  commands: readonly Command[],
  changes: readonly ObjectChange[],
): readonly Mark[] {
  const marks: Mark[] = commands
    .filter(({ line }) => line.trim() !== "")
    .map(({ at, line }) => ({ at, type: "command", text: line }));
  const before = new Map<string, string>();
  for (const { object, at, type } of changes) {
    const key = `${object.kind}/${object.metadata.uid ?? object.metadata.name}`;
    const word = type === "DELETED" ? "" : wordFor(object);
    if (word === undefined || (before.get(key) ?? "") === word) continue;
    before.set(key, word);
    const mark = at > 0 && word ? markFor(word, object) : undefined;
    if (mark) marks.push({ at, ...mark });
  }
  return marks.sort((a, b) => a.at - b.at);
}

type Word = "" | "bound" | "ready" | "failed";

/** How an object stands, as far as the timeline cares. */
function wordFor(object: KubeObject): Word | undefined {
  const status = (object as { status?: Status }).status;
  const { kind } = object;
  if (kind === "PersistentVolumeClaim") {
    return status?.phase === "Bound" ? "bound" : status?.phase === "Lost" ? "failed" : "";
  }
  if (kind === "PersistentVolume") return status?.phase === "Failed" ? "failed" : "";
  if (kind !== "Pod" || object.metadata.namespace?.startsWith("kube-")) return undefined;
  const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
  const unschedulable = status?.conditions?.some(({ reason }) => reason === "Unschedulable");
  return ready ? "ready" : unschedulable || status?.phase === "Failed" ? "failed" : "";
}

interface Status {
  readonly phase?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
  }[];
}

function markFor(word: Word, { kind, metadata }: KubeObject): Omit<Mark, "at"> | undefined {
  const { name } = metadata;
  switch (word) {
    case "bound":
      return { type: "bound", text: `${name} is bound` };
    case "ready":
      return { type: "ready", text: `${name} is ready` };
    case "failed": {
      const what = kind === "Pod" ? "cannot be scheduled, or failed" : "failed";
      return { type: "failed", text: `${name} ${what}` };
    }
    default:
      return undefined;
  }
}

/** `1:04`, `12:30.5`, `1:02:03`: virtual time since the scene's start. */
export function clockText(ms: number, withTenths = false): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  const whole = h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return withTenths ? `${whole}.${Math.floor((ms % 1000) / 100)}` : whole;
}
