// What is wrong with a file of content, said so that its author can mend it: where, what was
// expected there and what was found. Thrown while the site is built, and by the tests.

export interface Place {
  /** From the project's root: `content/scenes/consul.yaml`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column?: number;
}

export interface Difference {
  /** What would have been right, after "expected": `one of "quiet", "30s"`. */
  readonly expected: string;
  /** What is there instead; left out where nothing is. */
  readonly found?: string;
}

export class ContentMistake extends Error {
  override readonly name = "ContentMistake";
  readonly place: Place;

  constructor(place: Place, { expected, found }: Difference) {
    const { file, line, column } = place;
    const where = [file, line, ...(column === undefined ? [] : [column])].join(":");
    super(`${where}: expected ${expected}${found === undefined ? "" : `; found ${found}`}`);
    this.place = place;
  }
}

/** A value as a message shows it: short, and on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
