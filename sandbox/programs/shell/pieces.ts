// What expansion works on: pieces of a word, each quoted or not, to be split or not; and what the
// two halves of expansion need of each other.

import type * as A from "unbash";
import { literalPattern } from "./pattern.ts";
import type { Shell } from "./state.ts";

export interface Piece {
  readonly text: string;
  /** Not split, and not a pattern. */
  readonly quoted: boolean;
  /** It came out of an expansion: IFS splits it. */
  readonly split: boolean;
  /** A new word begins before it: `"$@"`. */
  readonly begins?: boolean;
}

/** How operands inside `${…}` are expanded; word.ts does it. */
export interface WordExpander {
  one(shell: Shell, word: A.Word): Promise<string>;
  pattern(shell: Shell, word: A.Word): Promise<string>;
  operand(shell: Shell, word: A.Word, quoted: boolean): Promise<Piece[]>;
}

/** As one text, where no splitting is done. */
export function fieldsToText(pieces: readonly Piece[]): string {
  return pieces.map(({ text, begins }) => (begins ? ` ${text}` : text)).join("");
}

/** As a pattern: what is quoted stands for itself. */
export function fieldsToPattern(pieces: readonly Piece[]): string {
  return pieces.map(({ text, quoted }) => (quoted ? literalPattern(text) : text)).join("");
}
