// The JSON merge patch (RFC 7386) that makes one object of another.

import { equal } from "./clone.ts";
import { isFields } from "./patch.ts";

type Fields = Record<string, unknown>;

/** What differs; null where a field goes. */
export function mergeDiff(original: Fields, modified: Fields): Fields {
  const patch: Fields = {};
  for (const [key, value] of Object.entries(modified)) {
    const old = original[key];
    if (equal(old, value)) continue;
    patch[key] = isFields(old) && isFields(value) ? mergeDiff(old, value) : value;
  }
  for (const key of Object.keys(original)) {
    if (original[key] !== undefined && modified[key] === undefined) patch[key] = null;
  }
  return patch;
}
