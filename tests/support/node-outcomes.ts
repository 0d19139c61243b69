// What Node makes of every scene and seed, for the browser to be compared with.

import type { TestProject } from "vitest/node";
import { loadScene } from "../../cli/scenes.ts";
import type { Scene } from "../../sandbox/scene.ts";
import { type Outcome, playOn, sceneNames, seeds } from "./determinism.ts";
import { immediate } from "./hosts.ts";

/** A scene and what its runs came to, by their seeds' order. */
export interface PlayedScene {
  readonly name: string;
  readonly scene: Scene;
  readonly outcomes: readonly Outcome[];
}

declare module "vitest" {
  interface ProvidedContext {
    readonly playedScenes: readonly PlayedScene[];
  }
}

export async function setup(project: TestProject): Promise<void> {
  const played: PlayedScene[] = [];
  for (const name of sceneNames) {
    const scene = loadScene(name);
    const outcomes: Outcome[] = [];
    for (const seed of seeds) outcomes.push(await playOn(immediate, scene, seed));
    played.push({ name, scene, outcomes });
  }
  project.provide("playedScenes", played);
}
