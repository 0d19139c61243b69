// An integration of the build: lists what the service worker keeps for offline use. The worker
// itself is public/service-worker.js; here its list of files is written into it, with a name that
// changes whenever one of them does.

import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AstroIntegration } from "astro";

/** Not worth keeping: maps of sources, and what comes with the search but is not used here. */
const left =
  /\.map$|^service-worker\.js$|^pagefind\/(?:pagefind-.*ui|pagefind-highlight|wasm\.unknown)/;

export function serviceWorker(): AstroIntegration {
  return {
    name: "service-worker",
    hooks: {
      "astro:build:done": ({ dir }) => {
        const root = fileURLToPath(dir);
        const files = globSync("**/*.*", { cwd: root })
          .map((path) => path.replaceAll("\\", "/"))
          .filter((path) => !left.test(path))
          .sort();
        const hash = createHash("sha256");
        for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
        const version = hash.digest("hex").slice(0, 12);
        const path = join(root, "service-worker.js");
        const source = readFileSync(path, "utf8")
          .replace('"VERSION"', JSON.stringify(version))
          .replace('["FILES"]', JSON.stringify(files));
        writeFileSync(path, source);
      },
    },
  };
}
