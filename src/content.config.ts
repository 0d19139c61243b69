// What collections of content there are, and what each of their files can say. A file that says
// something else stops the build, with the line on which it does.

import { defineCollection } from "astro:content";
import { readFileSync } from "node:fs";
import type { Loader } from "astro/loaders";
import { glob } from "astro/loaders";
import { z } from "astro/zod";
import { listContent, readContent } from "./content/content-folder.ts";
import { readScene } from "./content/scene-files.ts";
import { deckShape, lessonShape, snippetShape, trackShape } from "./content/shapes.ts";
import { readYaml } from "./content/yaml-file.ts";
import { lessonId } from "./lessons/slug.ts";
import { readSteps } from "./lessons/steps.ts";

/** MDX with frontmatter: read by Astro, after its steps and its frontmatter have been checked. */
function mdxFolder(folder: string, shape: z.ZodType): Loader {
  const base = `./content/${folder}`;
  const files = glob({ base, pattern: "**/*.mdx", generateId: ({ entry }) => lessonId(entry) });
  return {
    ...files,
    async load(context) {
      for (const path of listContent(folder, ".mdx")) {
        const file = `content/${path}`;
        const { frontmatter } = readSteps(file, readFileSync(file, "utf8"));
        readYaml({ file, text: frontmatter, offset: 1 }, shape);
      }
      await files.load(context);
    },
  };
}

/** YAML files of one folder, each an entry under its own name. */
function yamlFolder(folder: string, entry: (path: string) => [string, Record<string, unknown>]) {
  const load = (): Record<string, Record<string, unknown>> =>
    Object.fromEntries(listContent(folder, ".yaml").map(entry));
  return load;
}

const textOf = (path: string): string => readFileSync(`content/${path}`, "utf8");

export const collections = {
  lessons: defineCollection({ loader: mdxFolder("lessons", lessonShape), schema: lessonShape }),

  snippets: defineCollection({ loader: mdxFolder("snippets", snippetShape), schema: snippetShape }),

  /** Whole scenes: bases merged in, files as text. */
  scenes: defineCollection({
    loader: yamlFolder("scenes", (path) => {
      const name = path.replace(/^scenes\/|\.yaml$/g, "");
      return [name, { scene: readScene(name, readContent) }];
    }),
    schema: z.object({ scene: z.any() }),
  }),

  tracks: defineCollection({
    loader: yamlFolder("lessons", (path) => {
      const name = path.replace(/^lessons\/|\/track\.yaml$/g, "");
      return [name, readYaml({ file: `content/${path}`, text: textOf(path) }, trackShape)];
    }),
    schema: trackShape,
  }),

  decks: defineCollection({
    loader: yamlFolder("decks", (path) => {
      const name = path.replace(/^decks\/|\.yaml$/g, "");
      return [name, readYaml({ file: `content/${path}`, text: textOf(path) }, deckShape)];
    }),
    schema: deckShape,
  }),
};
