// Compares what a command printed with what a real cluster printed. What may differ is made equal
// first; whatever is not listed here and in compare/ counts.
//
//   compare/tokens.ts  times, durations, addresses, ids, generated names, whether an image was here
//   compare/rows.ts    ages, the chosen node, column widths, generated rows and events in any order
//   compare/blocks.ts  managedFields, context of diffs, struct diffs, repeated lines, log prefixes

import { diffArrays } from "diff";
import {
  diffLines,
  foldStructDiffs,
  withoutLogPrefix,
  withoutManagedFields,
  withoutRepeats,
} from "./compare/blocks.ts";
import { normaliseRows, type RowOptions } from "./compare/rows.ts";
import type { CommandResult, CommandStep } from "./golden.ts";

/** What is said of a command matters for what may differ in its output. */
export type ComparedCommand = Pick<CommandStep, "command" | "nodesExact">;

/**
 * Undefined if the results match. Otherwise the lines that differ, as they were compared: `-` was
 * expected, `+` was printed; what was made equal stands in angle brackets.
 */
export function compareResults(
  { command, nodesExact }: ComparedCommand,
  expected: CommandResult,
  actual: CommandResult,
): readonly string[] | undefined {
  const options = optionsOf(command, nodesExact);
  const before = normalise(expected.lines, command, options);
  const after = normalise(actual.lines, command, options);
  const changes = diffArrays(before, after);
  const difference = changes.flatMap(({ value, added, removed }) => {
    if (!added && !removed) return [];
    return value.map((line) => `${added ? "+" : "-"} ${line}`);
  });
  if (expected.exit !== actual.exit) {
    difference.push(`- [exit ${expected.exit}]`, `+ [exit ${actual.exit}]`);
  }
  return difference.length > 0 ? difference : undefined;
}

function normalise(output: readonly string[], command: string, options: RowOptions): string[] {
  let lines = foldStructDiffs(withoutManagedFields(output.map(withoutLogPrefix)));
  if (/\bkubectl diff\b/.test(command)) lines = diffLines(lines);
  lines = normaliseRows(lines, options);
  if (/\bkubectl rollout status\b/.test(command)) lines = withoutRepeats(lines);
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

function optionsOf(command: string, nodesExact: boolean): RowOptions {
  const verb = (words: string): boolean => new RegExp(`\\bkubectl [^|;&]*${words}`).test(command);
  const columns = /custom-columns=(\S+)/.exec(command)?.[1]?.replace(/^["']|["']$/g, "");
  return {
    nodesExact,
    describes: verb("\\bdescribe\\b"),
    describesNode: verb("\\bdescribe (?:[^|;&]* )?(?:no|nodes?)\\b"),
    printsNode: / (?:-o|--output|--template)[ =]?[^|]*(?:nodeName|selected-node)/.test(command),
    gets: verb("\\bget\\b"),
    getsEvents: verb("\\bget (?:[^|;&]* )?(?:events?|ev)(?: |$)"),
    isDocument: / (?:-o|--output)[ =]?(?:yaml|json)\b/.test(command),
    columns: (columns?.split(",") ?? []).map((column) => {
      const [header = "", ...path] = column.split(":");
      return [header, path.join(":").replace(/^\{|\}$/g, "")] as const;
    }),
  };
}
