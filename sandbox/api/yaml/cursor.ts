// Where in a text the reader of YAML is, and what the characters are that matter to it.

import type { YamlError } from "./yaml-error.ts";

/** Where the scanner is, for those parts of it that read scalars. */
export interface Cursor {
  readonly text: string;
  at: number;
  line: number;
  column: number;
  readonly indent: number;
  readonly flow: number;
  /** The character there; empty at the end. */
  peek(ahead?: number): string;
  skip(): void;
  /** Skips a line break and gives it back as `\n`. */
  breakLine(): string;
  readonly atDocumentMark: boolean;
  fail(problem: string): YamlError;
}

export const isBlank = (char: string): boolean => char === " " || char === "\t";
export const isBreak = (char: string): boolean => /^[\n\r\x85\u2028\u2029]$/.test(char);
export const isBreakOrEnd = (char: string): boolean => char === "" || isBreak(char);
export const isBlankOrEnd = (char: string): boolean => isBlank(char) || isBreakOrEnd(char);
