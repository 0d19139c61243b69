import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CommandResult, outputLines, type Step } from "./golden.ts";
import { type OpenSession, run, type SessionOptions } from "./run.ts";

const script = `# A title
@nodes 2
@file a
x
@end
$ greet
hello
@settle
@flaky
$ date
never the same
$ fail
sorry
[exit 3]
`;

let folder: string;
let printed: string;
let complained: string;
let opened: SessionOptions[];
let closed: number;
let executed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kennel-run-"));
  printed = "";
  complained = "";
  opened = [];
  closed = 0;
  executed = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A workstation that knows these commands, and what they print. */
function workstation(commands: Readonly<Record<string, CommandResult>>): OpenSession {
  return async (options) => {
    opened.push(options);
    return {
      async execute(step: Step) {
        executed.push(step.kind);
        return step.kind === "command" ? commands[step.command] : undefined;
      },
      async close() {
        closed++;
      },
    };
  };
}

const right = workstation({
  greet: { lines: ["hello"], exit: 0 },
  date: { lines: ["# today"], exit: 0 },
  fail: { lines: ["sorry"], exit: 3 },
});
const wrong = workstation({
  greet: { lines: ["good day"], exit: 0 },
  date: { lines: [], exit: 0 },
  fail: { lines: ["sorry"], exit: 1 },
});

function play(open: OpenSession, ...argv: string[]): Promise<number> {
  const output = {
    print: (text: string) => {
      printed += text;
    },
    complain: (text: string) => {
      complained += text;
    },
  };
  return run(argv, open, output);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("a transcript is the script's own lines with what each command printed", async () => {
  expect(await play(right, file("a.scn", script))).toBe(0);
  expect(printed).toBe(script.replace("never the same", "\\# today"));
  expect(executed).toEqual(["comment", "nodes", "file", "command", "settle", "command", "command"]);
  expect(closed).toBe(1);
});

test("each file has a session of its own, with the options and its number of nodes", async () => {
  const files = [file("a.scn", script), file("b.scn", "$ greet\n")];
  await play(right, "--scene", "consul", "--era", "v1.20", "--seed", "7", ...files);
  const options = { scene: "consul", era: "v1.20", seed: 7 };
  expect(opened).toEqual([
    { ...options, nodes: 2 },
    { ...options, nodes: undefined },
  ]);
});

test("-o writes the transcripts into a folder, which it makes, instead of printing them", async () => {
  const out = join(folder, "new", "out");
  expect(await play(right, "-o", out, file("a.golden", "$ greet\nsomething else\n"))).toBe(0);
  expect(readFileSync(join(out, "a.out"), "utf8")).toBe("$ greet\nhello\n");
  expect(printed).toBe("");
});

test("--check says how many commands match, and does not count flaky ones", async () => {
  expect(await play(right, "--check", file("a.golden", script))).toBe(0);
  expect(printed).toBe("2 of 2 commands match\n");
});

test("--check says where it differs and how, and fails", async () => {
  const path = file("a.golden", script);
  expect(await play(wrong, "--check", path, path)).toBe(1);
  const differences = [
    `${path}:6: $ greet`,
    "  - hello",
    "  + good day",
    `${path}:12: $ fail`,
    "  - [exit 3]",
    "  + [exit 1]",
  ];
  expect(outputLines(printed)).toEqual([...differences, ...differences, "0 of 4 commands match"]);
});

test("a script that cannot be read is told, and the others are played", async () => {
  const bad = file("bad.scn", "@file x\n");
  const missing = join(folder, "missing.scn");
  expect(await play(right, bad, missing, file("good.scn", "$ greet\n"))).toBe(1);
  expect(complained).toContain(`kennel run: ${bad}: line 1: @file x has no @end\n`);
  expect(complained).toContain(`kennel run: ${missing}: ENOENT`);
  expect(printed).toBe("$ greet\nhello\n");
});

test("a failure of our own is not swallowed, and the session is closed", async () => {
  const broken: OpenSession = async () => ({
    execute: () => Promise.reject(new Error("what must hold")),
    close: async () => {
      closed++;
    },
  });
  await expect(play(broken, file("a.scn", "$ x\n"))).rejects.toThrow("what must hold");
  expect(closed).toBe(1);
});

test.each([
  [[], "no script was named"],
  [["--seed", "x", "a"], '--seed: "x" is no number'],
  [["--nothing", "a"], "Unknown option '--nothing'"],
  [["--scene"], "Option '--scene <value>' argument missing"],
])("the command line %j is refused", async (argv, message) => {
  expect(await play(right, ...argv)).toBe(2);
  expect(complained).toContain(`kennel run: ${message}`);
  expect(complained).toContain("usage: kennel run");
});
