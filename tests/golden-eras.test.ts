// What older releases printed, against their eras: see tests/golden/eras. Nodes were posted by a
// script there and commands not timed, so that a part of them may differ; how large, is held here.

import { beforeAll, expect, test } from "vitest";
import { accepted } from "./golden/eras/accepted.ts";
import { type Played, play } from "./support/era-player.ts";
import { recordings } from "./support/era-recordings.ts";

const LIMIT_MS = 120_000;
const PART = 0.9;
/** Of one cluster: fewer commands, of which one that was early or late counts for more. */
const LOWEST_PART = 0.7;

function isAccepted({ capture, step }: Played): boolean {
  return accepted.some((one) => one.capture.test(capture) && one.command.test(step.command));
}

function partOf(played: readonly Played[]): number {
  return played.filter((one) => !one.difference).length / played.length;
}

const clusters: Played[][] = [];

beforeAll(async () => {
  for (const recording of recordings) clusters.push(await play(recording));
}, LIMIT_MS);

test("older releases print what they printed", () => {
  for (const played of clusters) {
    const counted = played.filter((one) => !isAccepted(one));
    const different = counted
      .filter((one) => one.difference)
      .map(({ capture, step }) => `${capture}:${step.line}: $ ${step.command}`);
    expect(partOf(counted), different.join("\n")).toBeGreaterThan(LOWEST_PART);
  }
  const counted = clusters.flat().filter((one) => !isAccepted(one));
  expect(partOf(counted)).toBeGreaterThan(PART);
});

test("every accepted difference is one", () => {
  const different = clusters.flat().filter((one) => one.difference);
  const idle = accepted.filter(
    ({ capture, command }) =>
      !different.some((one) => capture.test(one.capture) && command.test(one.step.command)),
  );
  expect(idle).toEqual([]);
});
