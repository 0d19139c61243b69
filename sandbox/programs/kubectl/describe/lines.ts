// Pieces of a description: lines in which a tab ends a cell, some of them left out, some of them in
// groups. kubectl pkg/describe/describe.go printLabelsMultiline and its like.

import type { Era } from "../../../api/era.ts";
import { selectorOf, selectorText } from "../../../api/labels.ts";
import type { LabelSelector } from "../../../api/meta.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { longDate, parseTime } from "../../../api/time.ts";

/** What is false or undefined is not there. */
export type Lines = string | false | undefined | readonly Lines[];

export function flat(lines: Lines): string[] {
  if (typeof lines === "string") return [lines];
  return lines ? lines.flatMap(flat) : [];
}

/** Two blanks before each line, or more of them. */
export const indent = (level: number, lines: Lines): string[] =>
  flat(lines).map((line) => "  ".repeat(level) + line);

/** `Title:` and its values, the first beside it, the others below each other. */
export function many(title: string, values: readonly string[], before = ""): string[] {
  const [first = "<none>", ...rest] = values;
  return [`${before}${title}:\t${first}`, ...rest.map((value) => `${before}\t${value}`)];
}

export type Pairs = Readonly<Record<string, string>> | undefined;

const sortedKeys = (pairs: Pairs): string[] => Object.keys(pairs ?? {}).sort(byCodePoint);

export const labels = (title: string, pairs: Pairs, before = ""): string[] =>
  many(
    title,
    sortedKeys(pairs).map((key) => `${key}=${pairs?.[key]}`),
    before,
  );

const hidden = "kubectl.kubernetes.io/last-applied-configuration";
/** How keys and values of annotations are joined: since 1.18 with a colon. */
export const annotationSign = ({ era }: { readonly era: Era }): ": " | "=" =>
  era.behaviors.has("describe-more") ? ": " : "=";

const LONGEST = 140;

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}...` : text;

/** Long ones stand on lines of their own, and are cut. */
export function annotations(title: string, pairs: Pairs, sign: ": " | "=" = ": "): string[] {
  const values = sortedKeys(pairs)
    .filter((key) => key !== hidden || sign === "=")
    .flatMap((key) => {
      const value = pairs?.[key]?.replace(/\n$/, "") ?? "";
      const isLong = value.length + key.length + 2 > LONGEST || value.includes("\n");
      if (!isLong || sign === "=") return [`${key}${sign}${value}`];
      return [`${key}:`, ...value.split("\n").map((line) => `  ${shortened(line, LONGEST - 2)}`)];
    });
  return many(title, values);
}

/** All on one line: `a=b,c=d`. */
export const formatLabels = (pairs: Pairs): string =>
  sortedKeys(pairs)
    .map((key) => `${key}=${pairs?.[key]}`)
    .join(",") || "<none>";

export const formatSelector = (selector: LabelSelector | undefined): string =>
  selectorText(selectorOf(selector) ?? []) || "<none>";

/** What a selector selects by; nothing if there is none. */
export const plainSelector = (selector: LabelSelector | undefined): string =>
  selectorText(selectorOf(selector) ?? []);

/** Go's zero time: the first of January of the year 1. */
const ZERO_TIME = -62_135_596_800_000;

/** `Sat, 21 Nov 2026 01:38:32 +0000`. */
export const date = (text: string | undefined | null): string =>
  longDate(parseTime(text) ?? ZERO_TIME);

/** A heading, a line of dashes below each of its words, and rows. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly unknown[])[],
  { before = "  ", dashes = heading.map((cell) => "-".repeat(cell.length)) } = {},
): string[] {
  return [heading, dashes, ...rows].map((row) => before + row.join("\t"));
}

/** `True`, `False`; `<unset>` if nobody says. */
export const truth = (value: boolean | undefined): string =>
  value === undefined ? "<unset>" : value ? "True" : "False";
