// The exceptions of the tidy test. Both lists are there to become shorter.

/** Tables of data, which are as long as what they describe. */
export const dataTables: readonly RegExp[] = [/^sandbox\/eras\/schema\//];

/**
 * Files that are too long, with the lines they have. A file here may only shrink, and its number
 * with it.
 */
export const shrinking: Readonly<Record<string, number>> = {};

/** What is started rather than imported. */
export const entries: readonly RegExp[] = [
  /^cli\/kennel\.ts$/,
  /^sandbox\/canary\.ts$/,
  // A developer's tools, whose results are in the repository.
  /^scripts\/schema\/(?:extract|collect-texts)\.ts$/,
  /^src\/(?:pages\/|content\.config\.ts$)/,
  /^[^/]+\.config\.(?:ts|mjs)$/,
];
