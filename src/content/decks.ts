// A deck as the list of its slides, with lessons unfolded into their sections, and for each slide
// what has to be true of the cluster when it is shown.

import type { z } from "astro/zod";
import { slugOf } from "../lessons/slug.ts";
import type { LessonSteps, TaskStep } from "../lessons/steps.ts";
import { ContentMistake } from "./mistake.ts";
import type { deckShape } from "./shapes.ts";

export type Deck = z.infer<typeof deckShape>;

export type Slide = OwnSlide | LessonSlide;

interface Common {
  /** From 0. */
  readonly index: number;
  /** In the URL, behind the #. */
  readonly id: string;
  readonly title: string;
  readonly notes: string;
  readonly show: "both" | "terminal" | "cluster" | "nothing";
}

export interface OwnSlide extends Common {
  readonly kind: "own";
  readonly layout: "title" | "text";
  readonly text: string;
}

export interface LessonSlide extends Common {
  readonly kind: "lesson";
  readonly lesson: string;
  readonly section: string;
  /** How many of its paragraphs are shown. */
  readonly paragraphs: number;
  /** Tasks of the lesson that come before it, in their order: the cluster is as they leave it. */
  readonly before: readonly string[];
}

/** What has to be known of a lesson. */
export type StepsOf = (lesson: string) => LessonSteps | undefined;

/** Throws a ContentMistake if the deck names what does not exist. */
export function slidesOf(deck: Deck, file: string, stepsOf: StepsOf): readonly Slide[] {
  const slides: Slide[] = [];
  for (const written of deck.slides) {
    const common = { index: slides.length, notes: written.notes ?? "" };
    if (!("lesson" in written)) {
      const { title, layout, text } = written;
      const id = slugOf(title);
      slides.push({ ...common, kind: "own", id, title, layout, text, show: "nothing" });
      continue;
    }
    const { lesson, section, paragraphs = 1, show = "both" } = written;
    const steps = stepsOf(lesson);
    const wanted = steps?.sections.filter(({ slug }) => section === undefined || slug === section);
    if (!steps || !wanted || wanted.length === 0) {
      const found = section === undefined ? lesson : `${lesson}, ${section}`;
      throw new ContentMistake({ file, line: 1 }, { expected: "a section of a lesson", found });
    }
    for (const { slug, title } of wanted) {
      slides.push({
        ...{ ...common, index: slides.length, kind: "lesson", show, title },
        ...{ lesson, section: slug, paragraphs },
        id: `${lesson.replace(/^.*\//, "")}.${slug}`,
        before: tasksBefore(steps, slug).map(({ id }) => id),
      });
    }
  }
  return slides;
}

function tasksBefore({ sections, steps }: LessonSteps, slug: string): readonly TaskStep[] {
  const earlier = sections.slice(
    0,
    sections.findIndex((section) => section.slug === slug),
  );
  const names = new Set(["", ...earlier.map((section) => section.slug)]);
  return steps.filter((step) => step.kind === "task" && names.has(step.section)) as TaskStep[];
}
