// What the files of content/ can say, field by field.

import { z } from "astro/zod";

/** The frontmatter of content/lessons/TRACK/NN-NAME.mdx. */
export const lessonShape = z.strictObject({
  title: z.string(),
  /** Two sentences for lists of lessons and for search engines. */
  summary: z.string(),
  /** Where the reader starts: a name of content/scenes. */
  scene: z.string(),
  /** How long it takes to go through. */
  minutes: z.number().int().positive(),
  /** The walkthrough that it retells. */
  source: z.url().optional(),
});

/** content/lessons/TRACK/track.yaml. */
export const trackShape = z.strictObject({
  title: z.string(),
  summary: z.string(),
  /** Where it stands among the tracks: small numbers first. */
  order: z.number(),
  /** The release of Kubernetes that most of it happens on, as it is written: "1.34". */
  kubernetes: z.string(),
  credit: z
    .strictObject({ title: z.string(), author: z.string(), url: z.url(), license: z.string() })
    .optional(),
});

/** The frontmatter of content/snippets/NAME.mdx. */
export const snippetShape = z.strictObject({
  title: z.string(),
  scene: z.string(),
  /** What stands beside the terminal. */
  show: z.enum(["terminal", "both"]).default("both"),
});

const slideShape = z.union([
  /** A section of a lesson: its heading, first paragraph, console blocks and tasks. */
  z.strictObject({
    lesson: z.string(),
    /** The section's slug; all of the lesson's sections, one slide each, if left out. */
    section: z.string().optional(),
    /** How many paragraphs are shown; the others become notes. */
    paragraphs: z.number().int().optional(),
    show: z.enum(["both", "terminal", "cluster", "nothing"]).optional(),
    notes: z.string().optional(),
  }),
  /** A slide of the deck's own. */
  z.strictObject({
    title: z.string(),
    /** Markdown. */
    text: z.string().default(""),
    /** `title` is large and centred. */
    layout: z.enum(["title", "text"]).default("text"),
    notes: z.string().optional(),
  }),
]);

/** content/decks/NAME.yaml. */
export const deckShape = z.strictObject({
  title: z.string(),
  summary: z.string(),
  slides: z.array(slideShape),
});
