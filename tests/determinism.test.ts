// The same scene, seed and inputs under two host loops of Node. That Chromium makes the same of it
// is in browser/determinism.test.ts.

import { afterAll, expect, test } from "vitest";
import { loadScene } from "../cli/scenes.ts";
import { playOn, sceneNames, seeds } from "./support/determinism.ts";
import { immediate, messages } from "./support/hosts.ts";

const other = messages();
afterAll(() => other.close());

const runs = sceneNames.flatMap((name) => seeds.map((seed) => [name, seed] as const));

test.each(runs)("%s with seed %i is the same under two host loops", async (name, seed) => {
  const scene = loadScene(name);
  const first = await playOn(immediate, scene, seed);
  expect(await playOn(other, scene, seed)).toEqual(first);
  if (seed === seeds[0]) expect(await playOn(immediate, scene, seed + 1)).not.toEqual(first);
});
