// The exceptions of the tidy test. Both lists are there to become shorter.

/** Tables of data, which are as long as what they describe. */
export const dataTables: readonly RegExp[] = [/^sandbox\/eras\/schema\//];

/** By path, how much there is of what there should be less. */
export interface Shrinking {
  readonly lines: Readonly<Record<string, number>>;
  readonly imports: Readonly<Record<string, number>>;
}

/** What is too much, as it is now. It may only shrink, and its number with it. */
export const shrinking: Shrinking = { lines: {}, imports: {} };

/** What is started rather than imported. */
export const entries: readonly RegExp[] = [
  /^cli\/kennel\.ts$/,
  /^sandbox\/canary\.ts$/,
  // A developer's tools, whose results are in the repository.
  /^scripts\/schema\/(?:extract|collect-texts)\.ts$/,
  /^src\/(?:pages\/|content\.config\.ts$)/,
  /^[^/]+\.config\.(?:ts|mjs)$/,
];
