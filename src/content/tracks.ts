// Tracks and their lessons in order.

import type { CollectionEntry } from "astro:content";
import { readFileSync } from "node:fs";
import { type LessonSteps, readSteps } from "../lessons/steps.ts";

type Lesson = CollectionEntry<"lessons">;
type Track = CollectionEntry<"tracks">;

export const tracksInOrder = (tracks: readonly Track[]): readonly Track[] =>
  tracks.toSorted((a, b) => a.data.order - b.data.order);

/** By the numbers of their files. */
export const lessonsOf = (track: Track, lessons: readonly Lesson[]): readonly Lesson[] =>
  lessons
    .filter(({ id }) => id.startsWith(`${track.id}/`))
    .toSorted((a, b) => ((a.filePath ?? "") < (b.filePath ?? "") ? -1 : 1));

export function stepsOf({ filePath, id }: Lesson): LessonSteps {
  if (!filePath) throw new Error(`the lesson ${id} has no file`);
  return readSteps(filePath, readFileSync(filePath, "utf8"));
}
