// `npm test`: every check and every test. Nothing stops at a failure; everything is counted.
// `npm run check` is the fast part of it: types, lint, unused code and the shape of the tree.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Outcome, runCommand } from "./run-command.ts";
import { type Tally, tallyOf, type VitestReport } from "./vitest-report.ts";

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
}

const typeChecks = ["sandbox", "sandbox/worker", "tests"]
  .filter((folder) => existsSync(join(folder, "tsconfig.json")))
  .map((folder): Check => ({ name: `types: ${folder}`, argv: ["tsc", "-p", folder] }));

/** What the others read: before them, and by itself. */
const generate: Check = { name: "generated texts", argv: ["node", "scripts/schema/build.ts"] };

const checks: readonly Check[] = [
  ...typeChecks,
  { name: "types: src", argv: ["astro", "check", "--minimumFailingSeverity", "warning"] },
  { name: "lint and format", argv: ["biome", "check", "--max-diagnostics=200", "."] },
  { name: "unused code", argv: ["knip", "--no-progress"] },
];

/**
 * Runs the checks, as many at once as there are processors, and shows what the failed ones said.
 */
async function runChecks(checks: readonly Check[]): Promise<Tally> {
  const waiting = checks.entries();
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (const [index, { argv }] of waiting) outcomes[index] = await runCommand(argv);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));

  let failed = 0;
  for (const [index, { name }] of checks.entries()) {
    const { code, output } = outcomes[index] ?? { code: 127, output: "" };
    process.stdout.write(code === 0 ? `passed  ${name}\n` : `FAILED  ${name}\n${output}\n`);
    if (code !== 0) failed++;
  }
  return { passed: checks.length - failed, failed };
}

/** Vitest shows its own progress; the numbers come from its report. */
async function runVitest(projects: readonly string[]): Promise<Tally> {
  const file = join("node_modules", ".cache", "vitest-report.json");
  rmSync(file, { force: true });
  const { code } = await runCommand(
    [
      ...["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
      ...projects.map((project) => `--project=${project}`),
    ],
    { show: true },
  );
  const report = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as VitestReport)
    : undefined;
  return tallyOf(report, code);
}

const { values } = parseArgs({ options: { fast: { type: "boolean", default: false } } });
const started = performance.now();
const tallies = [
  await runChecks([generate]),
  await runChecks(checks),
  await runVitest(values.fast ? ["tidy"] : ["tidy", "unit", "conformance", "browser", "e2e"]),
];
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
process.stdout.write(`\nin ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
