// Everything that a real cluster printed, against ours: each transcript is played as
// `kennel run --check` plays it, and every line counts that its rules do not excuse.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareResults } from "../cli/compare.ts";
import { parseScript } from "../cli/golden.ts";
import { openSession } from "../cli/session.ts";
import { accepted } from "./golden/accepted.ts";

const folder = join(import.meta.dirname, "golden");
const names = readdirSync(folder).filter((name) => name.endsWith(".golden"));

/** What differs, a command at a time: `line: $ command`, and the lines below it. */
async function differences(name: string): Promise<string[]> {
  const steps = parseScript(readFileSync(join(folder, name), "utf8"));
  const count = steps.find((step) => step.kind === "nodes")?.count;
  const session = await openSession({
    ...{ scene: undefined, era: undefined, client: undefined, seed: undefined },
    nodes: count,
  });
  const found: string[] = [];
  for (const step of steps) {
    const result = await session.execute(step);
    if (!result || step.kind !== "command" || step.flaky) continue;
    if (Object.hasOwn(accepted, `${name}:${step.line}`)) continue;
    const difference = compareResults(step, step.expected, result);
    if (difference) found.push(`${step.line}: $ ${step.command}`, ...difference);
  }
  await session.close();
  return found;
}

test.each(names)("%s is what a real cluster printed", { timeout: 60_000 }, async (name) => {
  expect(await differences(name)).toEqual([]);
});

test("what is accepted is really there", () => {
  const lines = Object.keys(accepted).map((place) => place.split(":"));
  for (const [name = "", line] of lines) {
    const steps = parseScript(readFileSync(join(folder, name), "utf8"));
    expect(steps.some((step) => step.kind === "command" && String(step.line) === line)).toBe(true);
  }
});
