/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** On a page of slides: which section of which lesson is which slide. */
    slides?: ReadonlyMap<string, import("./content/decks.ts").LessonSlide>;
  }
}
