// Builds the site into dist/.

import { runCommand } from "./run-command.ts";

const { code } = await runCommand(["astro", "build"], { show: true });
process.exitCode = code;
