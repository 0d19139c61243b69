// The files of content/ that have console blocks, each with its scene: lessons and snippets.

import { readFileSync } from "node:fs";
import type { Scene } from "../../sandbox/scene.ts";
import { listContent, readContent } from "../../src/content/content-folder.ts";
import { readScene } from "../../src/content/scene-files.ts";
import { lessonShape, snippetShape } from "../../src/content/shapes.ts";
import { readYaml } from "../../src/content/yaml-file.ts";
import { type LessonSteps, readSteps } from "../../src/lessons/steps.ts";

export interface PlayedFile extends LessonSteps {
  readonly text: string;
  readonly scene: Scene;
}

/** `content/lessons/…` and `content/snippets/…`, in the order of their names. */
export const playedFiles = (): readonly string[] =>
  [...listContent("lessons", ".mdx"), ...listContent("snippets", ".mdx")].map(
    (path) => `content/${path}`,
  );

/** Throws a ContentMistake about the first thing that is wrong with it. */
export function readPlayedFile(file: string): PlayedFile {
  const text = readFileSync(file, "utf8");
  const steps = readSteps(file, text);
  const head = { file, text: steps.frontmatter, offset: 1 };
  const isLesson = file.startsWith("content/lessons/");
  const { scene } = isLesson ? readYaml(head, lessonShape) : readYaml(head, snippetShape);
  return { ...steps, text, scene: readScene(scene, readContent) };
}
