// The golden cases against themselves, and against themselves with something changed.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareResults } from "./compare.ts";
import { type CommandResult, type CommandStep, parseScript } from "./golden.ts";

const folder = join(import.meta.dirname, "..", "tests", "golden");
const steps = readdirSync(folder)
  .filter((name) => name.endsWith(".golden"))
  .flatMap((name) =>
    parseScript(readFileSync(join(folder, name), "utf8"))
      .filter((step): step is CommandStep => step.kind === "command")
      .map((step) => ({ name: `${name}:${step.line}`, step })),
  );

/** The commands whose changed output still matches. */
function matching(change: (result: CommandResult, step: CommandStep) => CommandResult | undefined) {
  return steps.flatMap(({ name, step }) => {
    const changed = change(step.expected, step);
    if (!changed) return [];
    return compareResults(step, step.expected, changed) ? [] : [name];
  });
}

const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const shift = (name: string): string =>
  name.replace(
    /[^-]/g,
    (letter) => alphabet[(alphabet.indexOf(letter) + 1) % alphabet.length] ?? "",
  );

/** What another recording of the same session could have printed, in columns of the same width. */
function recordAgain(line: string): string {
  return line
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-(?=[0-9a-f]{12})/g, "0badcafe-1111-4222-8333-")
    .replace(/\b10\.(?:244|96)\.\d+\.\d+/g, (ip) => ip.replace(/\d(?=\d*(?:\.\d+)?$)/g, "1"))
    .replace(new RegExp(`-[${alphabet}]{10}(?:-[${alphabet}]{5})?(?=[ ,]|$)`, "g"), shift)
    .replace(new RegExp(`(?<=hello|agent|many)-[${alphabet}]{5}\\b`, "g"), shift)
    .replace(/\b02:(\d\d):(\d\d)/g, "17:$2:$1")
    .replace(/( {3})\d+s$/, "$159m");
}

test("there are as many commands as were recorded", () => {
  expect(steps.length).toBe(1363);
});

test("every case matches itself", () => {
  const differing = steps.filter(({ step }) => compareResults(step, step.expected, step.expected));
  expect(differing).toEqual([]);
});

test("every case matches another recording of it", () => {
  const changed = steps.filter(({ step }) =>
    step.expected.lines.some((line) => recordAgain(line) !== line),
  );
  expect(changed.length).toBeGreaterThan(250);
  const differing = steps.flatMap(({ name, step }) => {
    const lines = step.expected.lines.map(recordAgain);
    const difference = compareResults(step, step.expected, { ...step.expected, lines });
    return difference ? [name, ...difference] : [];
  });
  expect(differing).toEqual([]);
});

test("another exit status is seen in every case", () => {
  expect(matching(({ lines, exit }) => ({ lines, exit: exit + 1 }))).toEqual([]);
});

test("a line too many is seen in every case", () => {
  expect(matching(({ lines, exit }) => ({ lines: [...lines, "stray"], exit }))).toEqual([]);
});

test("no output at all is seen in every case that has one", () => {
  const differing = matching(({ lines, exit }) =>
    lines.length > 0 ? { lines: [], exit } : undefined,
  );
  expect(differing).toEqual([]);
});

const withoutAge = (line: string): string => line.replace(/\d+[sm]\b(?: \(x.*?\))? */g, "");

/**
 * What the rules really drop: the lines of blocks, rows of `Pulling`, and events that are there
 * twice.
 */
const mayGo = (line: string, { command, expected }: CommandStep): boolean =>
  /kubectl diff|-o (?:yaml|json)\b/.test(command) ||
  expected.lines.some((other) => /Forbidden: .*(?:other than|immutable|not change)/.test(other)) ||
  /\bPulling\b|managedFields/.test(line) ||
  expected.lines.filter((other) => withoutAge(other) === withoutAge(line)).length > 1;

test("a line too few is seen, wherever it is", () => {
  for (let at = 0; at < 60; at++) {
    const found = matching(({ lines, exit }, step) => {
      const line = lines[at];
      if (!line || mayGo(line, step)) return undefined;
      return { lines: lines.filter((_, i) => i !== at), exit };
    });
    // Errors while pulling come as two events that count as one.
    expect(found.filter((name) => !name.startsWith("sts-11"))).toEqual([]);
  }
});

test("a changed word is seen, wherever it is", () => {
  for (let at = 0; at < 60; at++) {
    const found = matching(({ lines, exit }, step) => {
      const line = lines[at];
      const changed = line?.replace(/[A-Za-z]{4,}(?=[^A-Za-z]*$)/, "Changed");
      if (!line || changed === line || !changed || mayGo(line, step)) return undefined;
      if (/\d{4} \d\d:\d\d|T\d\d:\d\d|(?:Container|Image) ID:|-[a-z0-9]*$/.test(line))
        return undefined;
      return { lines: lines.with(at, changed), exit };
    });
    expect(found).toEqual([]);
  }
});
