// Boots every scene once, and keeps what there is when a reader comes in: for the picture that a
// page shows before its cluster runs. Writes generated/scenes/NAME.json.

import { mkdirSync, writeFileSync } from "node:fs";
import { nodeHost } from "../cli/session.ts";
import type { KubeObject } from "../sandbox/api/meta.ts";
import { boot } from "../sandbox/cluster.ts";
import { listContent, readContent } from "../src/content/content-folder.ts";
import { readScene } from "../src/content/scene-files.ts";

/** The kinds that are drawn, and what is said about them. */
const drawn = new Set([
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Pod",
  "Node",
  "Event",
]);

mkdirSync("generated/scenes", { recursive: true });
for (const path of listContent("scenes", ".yaml")) {
  const name = path.replace(/^scenes\/|\.yaml$/g, "");
  try {
    const { store } = await boot(readScene(name, readContent), nodeHost);
    const objects = store.all().flatMap(({ value }) => (isDrawn(value) ? [value] : []));
    writeFileSync(`generated/scenes/${name}.json`, JSON.stringify(objects));
  } catch (error) {
    process.stderr.write(`content/scenes/${name}.yaml: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

function isDrawn({ kind, metadata }: KubeObject): boolean {
  return drawn.has(kind) && !/^kube-/.test(metadata.namespace ?? "");
}
