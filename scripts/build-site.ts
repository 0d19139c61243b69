// What it takes to build the site, for the scripts that need it built.

import { runCommand } from "./run-command.ts";

/** Makes what is generated, then the pages in dist/. Resolves to the exit status. */
export async function buildSite(): Promise<number> {
  const { code } = await runCommand(["node", "scripts/schema/build.ts"], { show: true });
  return code === 0 ? (await runCommand(["astro", "build"], { show: true })).code : code;
}
