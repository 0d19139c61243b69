// Builds the site into dist/: first what is generated, then the pages.

import { runCommand } from "./run-command.ts";

const steps = [
  ["node", "scripts/schema/build.ts"],
  ["astro", "build"],
];
for (const argv of steps) {
  const { code } = await runCommand(argv, { show: true });
  process.exitCode = code;
  if (code !== 0) break;
}
