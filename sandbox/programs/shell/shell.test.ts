// Scripts whose results were recorded from bash 5.2 and dash 0.5.12; ours must be the same, errors
// included. Process numbers aside: those of the recording mean nothing.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { testBox } from "../test-box.ts";

interface Recorded {
  readonly script: string;
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

const read = (name: string): Recorded[] =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

const stdin = "l1 a b\nl2 c d\nl3\n";
const home = "/tmp/corpus";

async function run(shell: string, script: string) {
  const box = testBox(immediate);
  box.files.makeDirectory(home);
  const env = new Map([
    ["HOME", home],
    ["LC_ALL", "C.UTF-8"],
    ["TERM", "dumb"],
  ]);
  return box.run([shell, "-c", script], { stdin, cwd: home, env });
}

const withoutPids = (text: string) => text.replace(/line (\d+): +\d+ /g, "line $1: PID ");

for (const shell of ["bash", "dash"]) {
  describe(`${shell} -c`, () => {
    for (const { script, out, err, code } of read(`${shell}.recorded.json`)) {
      test(script, async () => {
        const outcome = await run(shell, script);
        expect({ out: outcome.out, code: outcome.code }).toEqual({ out, code });
        expect(withoutPids(outcome.err)).toBe(withoutPids(err));
      });
    }
  });
}

const outcome = (shell: string, script: string) =>
  run(shell, script).then(({ both, code }) => ({ both, code }));

test("ash says what BusyBox says", async () => {
  expect(await outcome("ash", "nosuch; cd /nope; cat < nope")).toEqual({
    both: "ash: nosuch: not found\nash: cd: can't cd to /nope: No such file or directory\nash: can't open nope: no such file\n",
    code: 1,
  });
  expect(await outcome("ash", "if true; then echo; done")).toEqual({
    both: 'ash: syntax error: unexpected "done" (expecting "fi")\n',
    code: 2,
  });
});

test("a shell that reads its script leaves to commands what follows in the same input", async () => {
  const box = testBox(immediate);
  const script = "read x\nthe answer\necho got $x\ncat <<E\nhere\nE\n";
  expect((await box.run(["bash"], { stdin: script })).out).toBe("got the answer\nhere\n");
});

test("output appears when it is made, not when the command ends", async () => {
  const box = testBox(immediate);
  let shown = "";
  box.machine.spawn(["bash", "-c", "for i in 1 2 3; do echo $i; sleep 1; done"], {
    stdout: {
      isTerminal: false,
      write: async (text) => {
        shown += text;
      },
    },
  });
  await box.clock.advance(1500);
  expect(shown).toBe("1\n2\n");
});

test("a pipeline with an endless producer ends when its reader has enough", async () => {
  const box = testBox(immediate);
  const { out } = await box.run([
    "bash",
    "-c",
    "yes | head -2; while :; do echo x; done | head -1; echo ${PIPESTATUS[0]}",
  ]);
  expect(out).toBe("y\ny\nx\n141\n");
});

test("a pid 1 that is a shell ends by SIGTERM only if it traps it", async () => {
  for (const [script, code] of [
    ["sleep 100", undefined],
    ["trap 'exit 3' TERM; while :; do sleep 1; done", 3],
    ["exec sleep 100", undefined],
  ] as const) {
    const box = testBox(immediate, { container: true });
    const child = box.machine.spawn(["sh", "-c", script]);
    let ended: number | undefined;
    void child.exit.then((exit) => {
      ended = exit;
    });
    await box.clock.advance(100);
    box.machine.kill(1, "SIGTERM");
    await box.clock.advance(2000);
    expect(ended).toBe(code);
    box.machine.shutdown();
  }
});

test("a container's log can be written to through /proc/1/fd/1", async () => {
  const box = testBox(immediate, { container: true });
  let log = "";
  box.machine.spawn(["sleep", "100"], {
    stdout: {
      isTerminal: false,
      write: async (text) => {
        log += text;
      },
    },
  });
  box.machine.spawn(["sh", "-c", "echo hello > /proc/1/fd/1"]);
  await box.clock.advance(1000);
  expect(log).toBe("hello\n");
});

test("twenty thousand turns of a loop take well under a second", async () => {
  const start = performance.now();
  const { out } = await run("bash", "for ((i=0; i<20000; i++)); do :; done; echo $i");
  expect(out).toBe("20000\n");
  expect(performance.now() - start).toBeLessThan(2000);
});
