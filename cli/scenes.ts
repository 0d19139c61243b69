// Scenes by name, from content/scenes.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scene, SceneSource } from "../sandbox/scene.ts";
import { readScene } from "../src/content/scene-files.ts";

// Not from where it is called: `kennel` may be started in any folder.
const content = join(import.meta.dirname, "..", "content");

/** Reads and completes a scene. Throws if there is none of that name. */
export function loadScene(name: string, changes: Partial<SceneSource> = {}): Scene {
  return readScene(name, readContent, changes);
}

function readContent(path: string): string | undefined {
  const file = join(content, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
