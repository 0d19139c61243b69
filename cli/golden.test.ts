import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  escapeLine,
  outputLines,
  parseScript,
  printStep,
  ScriptError,
  unescapeLine,
} from "./golden.ts";

const folder = join(import.meta.dirname, "..", "tests", "golden");
const names = readdirSync(folder);

const script = `# A title
# nodes: exact
@nodes 2
@file dir/a.yaml
# not a comment
$ not a command

@end
@settle
$ kubectl get pods
No resources found in default namespace.

\\# a line that looks like a comment
[exit 1]
@advance 1m30s
# nodes: free
@flaky
$ true
`;

test("a script is read into its steps", () => {
  const steps = parseScript(script);
  expect(steps.map(({ kind, line }) => `${line} ${kind}`)).toEqual([
    "1 comment",
    "2 comment",
    "3 nodes",
    "4 file",
    "9 settle",
    "10 command",
    "15 advance",
    "16 comment",
    "18 command",
  ]);
  expect(steps[2]).toMatchObject({ count: 2 });
  expect(steps[3]).toMatchObject({
    name: "dir/a.yaml",
    content: "# not a comment\n$ not a command\n\n",
  });
  expect(steps[5]).toMatchObject({
    command: "kubectl get pods",
    flaky: false,
    nodesExact: true,
    expected: {
      lines: ["No resources found in default namespace.", "", "# a line that looks like a comment"],
      exit: 1,
    },
  });
  expect(steps[6]).toMatchObject({ ms: 90_000 });
  expect(steps[8]).toMatchObject({
    command: "true",
    flaky: true,
    nodesExact: false,
    expected: { lines: [], exit: 0 },
  });
});

test("printed with what was expected, a script is itself again", () => {
  const print = (text: string): string =>
    parseScript(text)
      .map((step) => printStep(step, step.kind === "command" ? step.expected : undefined))
      .join("");
  expect(print(script)).toBe(script);
});

test("empty lines at the end of an output do not count", () => {
  expect(outputLines("a\n\nb\n\n\n")).toEqual(["a", "", "b"]);
  expect(outputLines("")).toEqual([]);
});

test("only a line that could be taken for the script's own gets a backslash", () => {
  const escapes = ["# x", "#", "$ ls", "@settle", "@file a", "[exit 3]", "\\# x", "@nodes 3"];
  expect(escapes.map(escapeLine)).toEqual(escapes.map((line) => `\\${line}`));
  const plain = ["#x", "$HOME", "@@ -1,2 +1,2 @@", "@", "[exit]", "\\d", "", " # x"];
  expect(plain.map(escapeLine)).toEqual(plain);
});

test("any output survives being printed and read again", () => {
  const line = fc.oneof(
    fc.stringMatching(/^\\{0,3}(# x|\$ x|@settle|@end|@file x|\[exit 1\]|@flaky|@x)$/),
    fc.string().filter((text) => !/[\r\n]/.test(text)),
  );
  fc.assert(
    fc.property(fc.array(line), fc.nat(255), (lines, exit) => {
      const result = { lines: outputLines(lines.join("\n")), exit };
      const [step] = parseScript("$ x\n");
      const [again] = parseScript(step ? printStep(step, result) : "");
      expect(again?.kind === "command" && again.expected).toEqual(result);
      for (const text of lines) expect(unescapeLine(escapeLine(text))).toBe(text);
    }),
  );
});

test("output that belongs to no command is skipped", () => {
  expect(parseScript("@settle\nstray\n$ true\n").map(({ kind }) => kind)).toEqual([
    "settle",
    "command",
  ]);
});

test.each([
  ["@file a\nx\n", "line 1: @file a has no @end"],
  ["# t\n@flaky\n@settle\n", "line 3: @flaky stands before a command"],
  ["@flaky\n", "line 2: @flaky stands before no command"],
  ["$ a\n@settle\n@nodes 3\n", "line 3: @nodes stands at the top"],
  ["@setle\n", 'line 1: "@setle" is not understood'],
  ["@nodes none\n", 'line 1: "@nodes none" is not understood'],
  ["@advance soon\n", 'line 1: "soon" is no duration'],
])("%j cannot be read", (text, message) => {
  expect(() => parseScript(text)).toThrow(new ScriptError(message));
});

describe("the golden cases", () => {
  test.each(names.filter((name) => name.endsWith(".golden")))(
    "%s is its script with outputs",
    (name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const steps = parseScript(text);
      const printed = steps.map((step) =>
        printStep(step, step.kind === "command" ? step.expected : undefined),
      );
      // Empty lines at the end of an output are the only thing that is not kept.
      expect(printed.join("")).toBe(text.replace(/\n{2,}(?=[#$@[])/g, "\n").replace(/\n+$/, "\n"));
      expect(steps.some(({ kind }) => kind === "command")).toBe(true);
      const bare = parseScript(readFileSync(join(folder, name.replace(/golden$/, "scn")), "utf8"));
      expect(steps.map(({ source }) => source.join("\n").replace(/^@flaky\n/, ""))).toEqual(
        bare.map(({ source }) => source.join("\n").replace(/^@flaky\n/, "")),
      );
    },
  );
});
