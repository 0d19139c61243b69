// The tree keeps its shape: who imports whom, names, sizes, and what no file may say. The rules are
// in tests/tidy/, their exceptions in tests/tidy/lists.ts.

import { join } from "node:path";
import { expect, test } from "vitest";
import { determinismRules } from "./tidy/determinism.ts";
import { layerRules } from "./tidy/layers.ts";
import { shrinking } from "./tidy/lists.ts";
import { placeRules } from "./tidy/places.ts";
import { sizeRules } from "./tidy/sizes.ts";
import { textRules } from "./tidy/texts.ts";
import { type Complaint, type Rule, readTree } from "./tidy/tree.ts";
import { versionRules } from "./tidy/versions.ts";

const tree = readTree(join(import.meta.dirname, ".."));

const said = ({ file, line, rule }: Complaint): string => `${file}:${line}: ${rule}`;

test.each<[string, readonly Rule[]]>([
  ["imports go down the layers, and never in a circle", layerRules],
  ["the sandbox is deterministic and keeps no state in its modules", determinismRules],
  ["no version is compared outside the eras", versionRules],
  ["every file has a name, a use and its line in the index", placeRules],
  ["files, functions, imports and comments have their size", sizeRules(shrinking)],
  ["no file says or does what it may not", textRules],
])("%s", (_, rules) => {
  expect(rules.flatMap((rule) => rule(tree).map(said))).toEqual([]);
});
