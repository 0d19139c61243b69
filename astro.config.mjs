import mdx from "@astrojs/mdx";
import preact from "@astrojs/preact";
import { defineConfig } from "astro/config";
import { cssInJs } from "./src/build/css-in-js.ts";

export default defineConfig({
  integrations: [mdx(), preact()],
  vite: {
    plugins: [cssInJs(/node_modules\/(monaco-editor|@xterm)\//)],
    worker: { format: "es" },
    // What only the worker or a lazy pane imports: found late, it would make the dev server reload the page.
    optimizeDeps: {
      include: ["comlink", "yaml", "unbash", "diff", "@xterm/xterm", "@xterm/addon-fit"],
    },
  },
});
