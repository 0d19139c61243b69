// The way of a line between two boxes: a calm curve from edge to edge, and the point on it where
// something can be written.

import type { Box, Layout } from "./layout.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Way {
  readonly path: string;
  readonly middle: Point;
}

export function pathOf(from: Box, to: Box, direction: Layout["direction"]): Way {
  return direction === "columns" ? across(from, to) : down(from, to);
}

function across(from: Box, to: Box): Way {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  const bend = Math.max(16, (end.x - start.x) / 2);
  return curve(start, { x: start.x + bend, y: start.y }, { x: end.x - bend, y: end.y }, end);
}

function down(from: Box, to: Box): Way {
  const start = { x: from.x + from.width / 2, y: from.y + from.height };
  const end = { x: to.x + to.width / 2, y: to.y };
  const bend = Math.max(16, (end.y - start.y) / 2);
  return curve(start, { x: start.x, y: start.y + bend }, { x: end.x, y: end.y - bend }, end);
}

// biome-ignore lint/complexity/useMaxParams: a cubic curve has four points.
function curve(a: Point, b: Point, c: Point, d: Point): Way {
  const at = (p: Point) => `${round(p.x)} ${round(p.y)}`;
  const middle = {
    x: round((a.x + 3 * b.x + 3 * c.x + d.x) / 8),
    y: round((a.y + 3 * b.y + 3 * c.y + d.y) / 8),
  };
  return { path: `M${at(a)}C${at(b)} ${at(c)} ${at(d)}`, middle };
}

const round = (value: number): number => Math.round(value * 10) / 10;
