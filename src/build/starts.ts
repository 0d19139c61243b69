// What there is in each scene when a reader comes in, as `npm run build` found it by booting the
// scene: for the picture that a page shows before its cluster runs.

import { existsSync, readFileSync } from "node:fs";
import type { KubeObject } from "../../sandbox/api/meta.ts";

export function startOf(scene: string): readonly KubeObject[] {
  const file = `generated/scenes/${scene}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KubeObject[]) : [];
}
