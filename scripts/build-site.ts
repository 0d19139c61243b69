// What it takes to build the site, for the scripts that need it built.

import { runCommand } from "./run-command.ts";

/** What pages read that is made from other things: schemas, and how each scene begins. */
const generators = ["scripts/schema/build.ts", "scripts/scene-starts.ts"];

/** Makes what is generated. Resolves to the exit status. */
export async function generate(): Promise<number> {
  for (const script of generators) {
    const { code } = await runCommand(["node", script], { show: true });
    if (code !== 0) return code;
  }
  return 0;
}

/** Makes what is generated, then the pages in dist/. Resolves to the exit status. */
export async function buildSite(): Promise<number> {
  const code = await generate();
  return code === 0 ? (await runCommand(["astro", "build"], { show: true })).code : code;
}
