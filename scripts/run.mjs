// Runs a TypeScript file on a Node that can: `node scripts/run.mjs FILE ARGUMENT…`. An old Node is told
// what to do instead of failing on the first type that it meets; so this is plain JavaScript.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Kennel needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
      "On Linux x64 `npm ci` brings its own Node 24, unless it was told to leave out optional\n" +
      "packages: run `npm ci` again without --omit=optional, and start everything by npm scripts.\n",
  );
  process.exit(1);
}
const [file = ""] = process.argv.splice(2, 1);
process.argv[1] = resolve(file);
await import(pathToFileURL(resolve(file)).href);
