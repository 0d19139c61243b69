// Collects what the sandbox's source says of itself after "differs:", each on one line where it is
// so.

import { globSync, readFileSync } from "node:fs";

export interface Difference {
  /** Which part of the cluster it is about. */
  readonly area: string;
  readonly text: string;
}

const areas: readonly (readonly [RegExp, string])[] = [
  [/^sandbox\/programs\/kubectl\//, "kubectl"],
  [/^sandbox\/programs\/shell\//, "Shell"],
  [/^sandbox\/programs\//, "Other programs"],
  [/^sandbox\/(?:api|apiserver)\//, "API server"],
  [/^sandbox\/controllers\//, "Controllers"],
  [/^sandbox\/scheduler\//, "Scheduler"],
  [/^sandbox\/node\//, "Nodes"],
  [/^sandbox\/images\//, "Images"],
  [/^sandbox\/machine\//, "Machines and network"],
];

export function differences(): readonly Difference[] {
  return globSync("sandbox/**/*.ts")
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.endsWith(".test.ts"))
    .sort()
    .flatMap((path) => {
      const area = areas.find(([pattern]) => pattern.test(path))?.[1] ?? "The rest";
      const found = readFileSync(path, "utf8").matchAll(
        /\/\/ differs: (.+(?:\n\s*\/\/ (?!differs:).+)*)/g,
      );
      return Array.from(found, ([, text = ""]) => ({ area, text: sentence(text) }));
    });
}

/** One sentence, though it may go on over lines of comment. */
function sentence(text: string): string {
  const whole = text.replace(/\n\s*\/\/ /g, " ").trim();
  return `${whole[0]?.toUpperCase() ?? ""}${whole.slice(1)}`.replace(/[^.!?]$/, "$&.");
}
