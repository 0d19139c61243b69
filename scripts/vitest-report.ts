// Counts what Vitest's JSON report says, so that a file that could not even be loaded counts too.

/** The parts of the report that are read. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Every test counts as one. So does a file that failed with none of its tests, and a run that
 * failed with none of its files: an error that nobody caught, or no report at all.
 */
export function tallyOf(report: VitestReport | undefined, exitCode: number): Tally {
  let passed = 0;
  let failed = 0;
  for (const file of report?.testResults ?? []) {
    const failures = file.assertionResults.filter(({ status }) => status === "failed").length;
    passed += file.assertionResults.filter(({ status }) => status === "passed").length;
    failed += failures === 0 && file.status === "failed" ? 1 : failures;
  }
  if (failed === 0 && exitCode !== 0) failed = 1;
  return { passed, failed };
}
