// An integration of the build: the index that /search/ looks in, over what the pages mark as their
// text. Before the service worker's list is made, so that searching works offline too.

import { fileURLToPath } from "node:url";
import type { AstroIntegration } from "astro";
import { close, createIndex } from "pagefind";

export function searchIndex(): AstroIntegration {
  return {
    name: "search-index",
    hooks: {
      "astro:build:done": async ({ dir, logger }) => {
        const { index, errors } = await createIndex();
        if (!index) throw new Error(`no index for searching: ${errors.join(", ")}`);
        const path = fileURLToPath(dir);
        const { page_count } = await index.addDirectory({ path });
        await index.writeFiles({ outputPath: `${path}pagefind` });
        await close();
        logger.info(`${page_count} pages can be searched`);
      },
    },
  };
}
