// Makes trees: plain ones for volumes, overlays for containers, merged layers for images.

import { assert } from "../sim/assert.ts";
import { childOf, type Directory, type Entry, namesIn, TreeStore } from "./entries.ts";
import type { Disk, Tree } from "./files.ts";
import { createMounts } from "./mounts.ts";

export interface TreeOptions {
  readonly clock: { now(): number };
  /** Its own endless one if not given. */
  readonly disk?: Disk;
}

function storeOf(tree: Tree): TreeStore {
  assert(tree instanceof TreeStore, "trees are made by createTree and createOverlay");
  return tree;
}

/** An empty tree. */
export function createTree(options: TreeOptions): Tree {
  return new TreeStore({ ...options, view: createMounts });
}

/** A tree that shows `lower` until it is written to. `lower` is sealed and may be shared. */
export function createOverlay(lower: Tree, options: TreeOptions): Tree {
  lower.seal();
  return new TreeStore({ ...options, view: createMounts, lower: storeOf(lower).top });
}

/**
 * One sealed tree of several layers, the lowest first. Directories are merged, the rest replaced.
 */
export function mergeLayers(layers: readonly Tree[], options: TreeOptions): Tree {
  const merged = new TreeStore({ ...options, view: createMounts });
  for (const layer of layers) pour(storeOf(layer).top, merged.top);
  merged.seal();
  return merged;
}

function pour(from: Directory, into: Directory): void {
  for (const name of namesIn(from)) {
    const entry = childOf(from, name) as Entry;
    const there = into.entries.get(name);
    if (entry.kind !== "directory") {
      into.entries.set(name, entry);
      continue;
    }
    const copy: Directory =
      there?.kind === "directory"
        ? { ...entry, entries: new Map(there.entries), lower: undefined }
        : { ...entry, entries: new Map(), lower: undefined };
    into.entries.set(name, copy);
    pour(entry, copy);
  }
}
