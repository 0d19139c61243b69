/// <reference types="astro/client" />

// biome-ignore lint/style/noNamespace: it is how Astro is told what a page may carry.
declare namespace App {
  interface Locals {
    /** On a page of slides: which section of which lesson is which slide. */
    slides?: ReadonlyMap<string, import("./content/decks.ts").LessonSlide>;
  }
}
