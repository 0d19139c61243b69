// Every lesson, deck and snippet is gone through: each console block is typed in its scene and has
// to print what the page shows; each task's check has to fail before its solution and pass after.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type PlayedFile, playedFiles, readPlayedFile } from "../scripts/lessons/played-files.ts";
import {
  type PlayedBlock,
  type PlayedTask,
  readSection,
  readThrough,
  solveThrough,
} from "../scripts/lessons/rehearse.ts";
import { writeOutputs } from "../scripts/lessons/write-outputs.ts";
import { listContent } from "../src/content/content-folder.ts";
import { type LessonSlide, slidesOf } from "../src/content/decks.ts";
import { deckShape } from "../src/content/shapes.ts";
import { readYaml } from "../src/content/yaml-file.ts";
import { lessonId } from "../src/lessons/slug.ts";

const PATIENCE_MS = 60_000;

/** What no page should show: a command that there is not. */
const absent = /is not simulated|command not found|unknown command/;

const shownBy = ({ step, typed }: PlayedBlock): string[] =>
  typed
    .filter(({ output }) => absent.test(output))
    .map(({ command }) => `${step.line}: ${command}`);

const judged = ({ step, before, after }: PlayedTask) => ({
  task: step.id,
  before: before.exitCode === 0 ? "done" : "not done",
  after: after.exitCode === 0 ? "done" : `not done: ${after.output}`,
});

/** Each file is gone through once, whoever wants to know. */
const reading = new Map<string, ReturnType<typeof readThrough>>();
function read(played: PlayedFile): ReturnType<typeof readThrough> {
  const known = reading.get(played.file) ?? readThrough(played, played.scene);
  reading.set(played.file, known);
  return known;
}

describe.each(playedFiles())("%s", (file) => {
  const played = readPlayedFile(file);

  test("its console blocks print what it shows", { timeout: PATIENCE_MS }, async () => {
    const { blocks, tasks } = await read(played);
    expect(writeOutputs(played.text, blocks)).toBe(played.text);
    expect(blocks.flatMap(shownBy)).toEqual([]);
    const undone = tasks.map(judged).filter(({ after }) => after !== "done");
    expect(undone).toEqual([]);
  });

  const tasks = played.steps.filter(({ kind }) => kind === "task");
  test.runIf(tasks.length > 0)(
    "each of its tasks is not done before its solution, and done after",
    { timeout: PATIENCE_MS },
    async () => {
      const solved = await solveThrough(played, played.scene);
      const right = tasks.map((step) => ({
        task: step.kind === "task" ? step.id : "",
        before: "not done",
        after: "done",
      }));
      expect(solved.map(judged)).toEqual(right);
      const failed = solved
        .flatMap(({ solution }) => solution)
        .filter((each) => each.exitCode !== 0);
      expect(failed).toEqual([]);
    },
  );
});

const lessons = new Map(
  listContent("lessons", ".mdx").map((path) => [
    lessonId(path.replace(/^lessons\//, "")),
    readPlayedFile(`content/${path}`),
  ]),
);

describe.each(listContent("decks", ".yaml"))("content/%s", (path) => {
  const file = `content/${path}`;
  const deck = readYaml({ file, text: readFileSync(file, "utf8") }, deckShape);
  const slides = slidesOf(deck, file, (lesson) => lessons.get(lesson));
  const live = slides.filter((slide): slide is LessonSlide => slide.kind === "lesson");

  test.each(live.map((slide) => [slide.id, slide] as const))(
    "on the slide %s every command ends as it does in the lesson",
    { timeout: PATIENCE_MS },
    async (_, { lesson, section, before }) => {
      const played = lessons.get(lesson);
      if (!played) throw new Error(`there is no lesson ${lesson}`);
      const blocks = await readSection(played, played.scene, { section, before });
      const inLesson = await read(played);
      const ends = (all: readonly PlayedBlock[]) =>
        all
          .filter(({ step }) => step.section === section)
          .flatMap(({ typed }) => typed.map(({ command, exitCode }) => ({ command, exitCode })));
      expect(ends(blocks)).toEqual(ends(inLesson.blocks));
    },
  );
});
