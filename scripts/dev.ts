// `npm run dev`: the site on loopback, as it is while it is changed.

import { generate } from "./build-site.ts";
import { runCommand } from "./run-command.ts";

const generated = await generate();
// Without its lock, or a forgotten server somewhere would stop this one.
const served = await runCommand(["astro", "dev", "--ignore-lock", ...process.argv.slice(2)], {
  show: true,
});
process.exitCode = generated || served.code;
