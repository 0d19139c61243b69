// Command lines whose output was recorded from the real tools: GNU coreutils 9.1, grep 3.8, sed
// 4.9, mawk 1.3.4, findutils 4.9, diffutils 3.8, tar 1.34, util-linux 2.38, jq 1.6. Each session
// begins with the same files; its commands follow each other in one shell.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { testBox } from "../test-box.ts";

interface Command {
  readonly command: string;
  readonly output: string;
  readonly code: number;
}

const { fixture, sessions } = JSON.parse(
  readFileSync(new URL("tools.recorded.json", import.meta.url), "utf8"),
) as { readonly fixture: string; readonly sessions: readonly (readonly Command[])[] };

/** One script for all, with a mark after each; its status is that of the command before. */
function scriptOf(commands: readonly Command[]): string {
  const lines = commands.map(
    ({ command }) => `{ ${command}\n} </dev/null 2>&1; __s=$?; echo "@@$__s"; (exit $__s)`,
  );
  return `${fixture}\n${lines.join("\n")}`;
}

describe("each tool prints what the real one prints", () => {
  for (const commands of sessions) {
    test(commands[0]?.command ?? "", async () => {
      const box = testBox(immediate);
      box.files.makeDirectory("/tmp/tools");
      const env = new Map([
        ["LC_ALL", "C.UTF-8"],
        ["TERM", "dumb"],
      ]);
      const { out } = await box.run(["bash", "-c", scriptOf(commands)], { cwd: "/tmp/tools", env });
      let rest = out;
      const mine = commands.map(({ command }) => {
        const mark = /@@(\d+)\n/.exec(rest);
        const output = rest.slice(0, mark?.index).replace(/bash: line \d+: /g, "bash: ");
        rest = mark ? rest.slice(mark.index + mark[0].length) : "";
        return { command, output, code: Number(mark?.[1] ?? -1) };
      });
      expect(mine).toEqual(commands);
    });
  }
});
