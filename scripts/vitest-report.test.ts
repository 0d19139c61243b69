import { expect, test } from "vitest";
import { tallyOf } from "./vitest-report.ts";

const passed = { status: "passed" };
const failed = { status: "failed" };

test("every test counts, whatever file it is in", () => {
  const testResults = [
    { status: "failed", assertionResults: [passed, failed, failed] },
    { status: "passed", assertionResults: [passed, { status: "skipped" }] },
  ];
  expect(tallyOf({ testResults }, 1)).toEqual({ passed: 2, failed: 2 });
});

test("a file that cannot be loaded counts as a failure", () => {
  const testResults = [{ status: "failed", assertionResults: [] }];
  expect(tallyOf({ testResults }, 1)).toEqual({ passed: 0, failed: 1 });
});

test("a run that failed outside of its tests, or left no report, counts as a failure", () => {
  const testResults = [{ status: "passed", assertionResults: [passed] }];
  expect(tallyOf({ testResults }, 1)).toEqual({ passed: 1, failed: 1 });
  expect(tallyOf(undefined, 127)).toEqual({ passed: 0, failed: 1 });
});
