// `npm run dev`: the site on loopback, as it is while it is changed.

import { runCommand } from "./run-command.ts";

const generated = await runCommand(["node", "scripts/schema/build.ts"], { show: true });
// Without its lock, or a forgotten server somewhere would stop this one.
const served = await runCommand(["astro", "dev", "--ignore-lock", ...process.argv.slice(2)], {
  show: true,
});
process.exitCode = generated.code || served.code;
