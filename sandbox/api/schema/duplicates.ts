// Fields that a JSON text gives twice: gone once it is parsed, so the text itself has to be looked
// at. sigs.k8s.io/json, DisallowDuplicateFields.

import { quoted } from "./go-json.ts";

/**
 * `duplicate field "spec.replicas"` for each, in the order of the text, which must be sound JSON.
 */
export function duplicateFields(text: string): string[] {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  const found = new Set<string>();
  let at = 0;
  const value = (path: string): void => {
    const token = tokens[at++];
    if (token === "{") members(path);
    else if (token === "[") items(path);
  };
  const members = (path: string): void => {
    const seen = new Set<string>();
    for (; tokens[at] !== "}"; at += tokens[at] === "," ? 1 : 0) {
      const name = String(JSON.parse(tokens[at] ?? '""'));
      const below = path ? `${path}.${name}` : name;
      if (seen.has(name)) found.add(`duplicate field ${quoted(below)}`);
      seen.add(name);
      at += 2;
      value(below);
    }
    at++;
  };
  const items = (path: string): void => {
    for (let index = 0; tokens[at] !== "]"; index++) {
      value(`${path}[${index}]`);
      if (tokens[at] === ",") at++;
    }
    at++;
  };
  value("");
  return [...found];
}
