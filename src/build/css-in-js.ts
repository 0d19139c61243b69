// A Vite plugin: carries the style sheets of lazily loaded libraries inside their script.
// Astro's build deletes the CSS of a dynamically imported chunk that it cannot attach to a page
// (withastro/astro#9495), and what it keeps it links in every page. The dev server shows neither.

import type { Plugin } from "vite";

const prefix = "\0css-in-js:";

/**
 * Turns each style sheet whose path matches into a module that adds it to the page when it runs.
 */
export function cssInJs(match: RegExp): Plugin {
  return {
    name: "css-in-js",
    enforce: "pre",
    apply: "build",

    async resolveId(source, importer) {
      if (!source.endsWith(".css") || !importer || importer.startsWith(prefix)) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found && match.test(found.id) ? `${prefix}${found.id}.js` : null;
    },

    load(id) {
      if (!id.startsWith(prefix)) return null;
      const file = id.slice(prefix.length, -".js".length);
      return [
        `import css from ${JSON.stringify(`${file}?inline`)};`,
        `const style = document.createElement("style");`,
        `style.textContent = css;`,
        `document.head.append(style);`,
      ].join("\n");
    },
  };
}
