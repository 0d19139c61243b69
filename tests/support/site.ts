// The built site on a free port, for the end-to-end tests: built when dist/ is older than its
// sources.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { runCommand } from "../../scripts/run-command.ts";
import { serveFolder } from "../../scripts/static-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the built site is, with no slash at its end. */
    readonly siteUrl: string;
  }
}

const sources = ["src", "sandbox", "content", "public", "astro.config.mjs", "package-lock.json"];

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (newest(["dist"]) <= newest(sources)) {
    const { code, output } = await runCommand(["npm", "run", "build"]);
    if (code !== 0) throw new Error(`the site cannot be built:\n${output}`);
  }
  const server = await serveFolder("dist");
  project.provide("siteUrl", server.url);
  return () => server.close();
}

/** When the newest file among the paths was changed, in milliseconds; 0 if there is none. */
function newest(paths: readonly string[]): number {
  const times = paths.filter(existsSync).map((path) => {
    const found = statSync(path);
    if (!found.isDirectory()) return found.mtimeMs;
    return newest(readdirSync(path).map((name) => join(path, name)));
  });
  return times.reduce((latest, time) => Math.max(latest, time), 0);
}
