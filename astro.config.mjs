import { satteri } from "@astrojs/markdown-satteri";
import mdx from "@astrojs/mdx";
import preact from "@astrojs/preact";
import { defineConfig } from "astro/config";
import { cssInJs } from "./src/build/css-in-js.ts";
import { lessonBlocks, lessonSections } from "./src/build/lesson-blocks.ts";
import { searchIndex } from "./src/build/search-index.ts";
import { serviceWorker } from "./src/build/service-worker.ts";

export default defineConfig({
  integrations: [mdx(), preact(), searchIndex(), serviceWorker()],
  markdown: {
    processor: satteri({ mdastPlugins: [lessonBlocks, lessonSections] }),
    shikiConfig: { theme: "css-variables" },
  },
  devToolbar: { enabled: false },
  vite: {
    plugins: [cssInJs(/node_modules\/(monaco-editor|@xterm)\//)],
    worker: { format: "es" },
    // Everything that a page needs before it is used is small; what is not is loaded then, on purpose.
    build: { chunkSizeWarningLimit: 4000 },
    // What only the worker or a lazy pane imports: found late, it would make the dev server reload the page.
    optimizeDeps: {
      include: ["comlink", "yaml", "unbash", "diff", "@xterm/xterm", "@xterm/addon-fit"],
    },
  },
});
