// How much a page has to fetch: of the built site, gzipped.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const folder = "dist/_astro";

/** Kilobytes of the worker with all that it imports before it runs; undefined without a build. */
export function engineKb(): number | undefined {
  const entry = chunks().find((name) => /^worker-.*\.js$/.test(name));
  return entry === undefined ? undefined : sizeOf([...imported(entry)]);
}

const chunks = (): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

function imported(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const text = readFileSync(join(folder, name), "utf8");
  for (const [, path = ""] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
    if (existsSync(join(folder, path))) imported(path, found);
  }
  return found;
}

const sizeOf = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0) / 1024;
