// The state of a cluster in sixteen digits: equal runs have equal ones, in every browser and in
// Node.

import type { Cluster } from "./cluster.ts";
import type { FileSystem } from "./machine/files.ts";
import { fingerprint } from "./sim/hash.ts";

/**
 * Of all objects with their revisions, of the virtual time, and of the files in the reader's home.
 */
export function stateFingerprint({ clock, store, workstation, scene }: Cluster): string {
  const parts = [`${clock.now()} ${store.revision}`];
  for (const { key, value } of store.all()) parts.push(`${key} ${JSON.stringify(value)}`);
  addFiles(parts, workstation.files, scene.workstation.home);
  return fingerprint(parts.join("\n"));
}

function addFiles(parts: string[], files: FileSystem, path: string): void {
  for (const name of files.list(path)) {
    const full = `${path}/${name}`;
    const kind = files.kind(full);
    if (kind === "directory") addFiles(parts, files, full);
    else if (kind === "file") parts.push(`${full} ${files.read(full)}`);
  }
}
