// The files of content/ on the disk, for the build and for tests.

import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReadContent } from "./scene-files.ts";

const root = "content";

export const readContent: ReadContent = (path) => {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
};

/** Names of files below content/, sorted: `listContent("lessons", ".mdx")`. */
export function listContent(folder: string, ending: string): readonly string[] {
  return globSync(`${folder}/**/*${ending}`, { cwd: root }).sort();
}
