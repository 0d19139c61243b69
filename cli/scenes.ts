// Scenes by name, from content/scenes: YAML with `base:` for another scene that it adds to, and
// with files that are named after those in content/manifests.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { completeScene, type Scene, type SceneSource } from "../sandbox/scene.ts";

const content = join(import.meta.dirname, "..", "content");

type Written = SceneSource & { readonly base?: string };

/** Reads and completes a scene. Throws if there is none of that name. */
export function loadScene(name: string, changes: Partial<SceneSource> = {}): Scene {
  return completeScene({ ...sourceOf(name), ...changes, name });
}

function sourceOf(name: string): SceneSource {
  const path = join(content, "scenes", `${name}.yaml`);
  const { base, ...own } = parse(readFileSync(path, "utf8")) as Written;
  const below = base === undefined ? {} : sourceOf(base);
  const files = Object.entries(own.files ?? {}).map(([path, from]) => [path, manifest(from)]);
  return {
    ...below,
    ...own,
    files: { ...below.files, ...Object.fromEntries(files) },
    manifests: [...(below.manifests ?? []), ...(own.manifests ?? []).map(manifest)],
  };
}

const manifest = (name: string) => readFileSync(join(content, "manifests", name), "utf8");
