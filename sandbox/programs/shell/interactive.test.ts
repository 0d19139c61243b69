// Sessions typed by hand, under virtual time: what is on the screen after each step.

import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Program } from "../../machine/process.ts";
import { testBox } from "../test-box.ts";

const up = "\x1b[A";
const down = "\x1b[B";

async function session(shell = "bash", programs: Record<string, Program> = {}) {
  const box = testBox(immediate);
  for (const [path, program] of Object.entries(programs)) box.files.install(path, program);
  box.files.write("/root/.bashrc", "PS1='$ '\nalias k=kubectl\n");
  const terminal = box.terminal([shell], { env: new Map([["TERM", "dumb"]]) });
  await box.clock.advance(50);
  terminal.screen();
  /** Types; gives what a screen shows of it, line by line. */
  const type = async (keys: string, ms?: number) => rendered(await terminal.enter(keys, ms));
  return { box, terminal, type };
}

/**
 * What is left on a screen after a stretch of output: the line editor draws lines again and again.
 */
function rendered(output: string): string {
  const lines = [""];
  let column = 0;
  let row = 0;
  for (const [unit] of output.matchAll(/\x1b\[[\d;?]*[A-Za-z]|[\s\S]/g)) {
    const [, count = "1", letter] = /^\x1b\[(\d*)([A-Z])$/.exec(unit) ?? [];
    const line = lines[row] ?? "";
    if (unit === "\r") column = 0;
    else if (unit === "\n") {
      row++;
      lines[row] ??= "";
    } else if (unit === "\b") column = Math.max(0, column - 1);
    else if (letter === "A") row = Math.max(0, row - Number(count || 1));
    else if (letter === "C") column += Number(count || 1);
    else if (letter === "J" || letter === "K") {
      lines[row] = line.slice(0, column);
      if (letter === "J") lines.length = row + 1;
    } else if (unit.length === 1 && unit !== "\x07") {
      lines[row] = line.slice(0, column).padEnd(column) + unit + line.slice(column + 1);
      column++;
    }
  }
  return lines.join("\n");
}

test("a command is echoed, run, and followed by a prompt", async () => {
  const { type } = await session();
  expect(await type("echo hi\r")).toBe("echo hi\nhi\n$ ");
  expect(await type("cd /etc; pwd\r")).toBe("cd /etc; pwd\n/etc\n$ ");
});

test("^C ends what runs, and the status tells", async () => {
  const { type } = await session();
  await type("sleep 100\r", 1000);
  expect(await type("\x03")).toBe("^C\n$ ");
  expect(await type("echo $?\r")).toBe("echo $?\n130\n$ ");
  expect(await type("half a line\x03")).toBe("half a line^C\n$ ");
});

test("^C breaks out of loops, of programs and of builtins alike", async () => {
  const { type } = await session();
  await type("while true; do sleep 1; done\r", 3000);
  expect(await type("\x03")).toBe("^C\n$ ");
  await type("while :; do :; done\r", 3000);
  expect(await type("\x03")).toBe("^C\n$ ");
  await type("f() { read x; }; f; echo no\r");
  expect(await type("\x03")).toBe("^C\n$ ");
});

test("the line can be edited in all the usual ways", async () => {
  const { type } = await session();
  expect(await type("echo world\x01\x1b[1;5Chello \r".replace("\x1b[1;5C", "\x1bf\x06"))).toContain(
    "hello world",
  );
  expect(await type("echo abc\x02\x02X\r")).toContain("aXbc");
  expect(await type("garbage\x15echo ok\r")).toContain("\nok\n");
  expect(await type("echo one two\x17three\r")).toContain("\none three\n");
  expect(await type("echo tail\x1b[D\x1b[D\x0b\x19\x19\r")).toContain("\ntailil\n");
  expect(await type("echo héllo\x7f\x7fo\r")).toContain("\nhélo\n");
  expect(await type("ehco\x1b[D\x1b[D\x14 x\r")).toContain("command not found");
  expect(await type(`echo ${"long ".repeat(30)}\x01\x1b[3~\x1b[3~e\r`)).toContain("long long");
});

test("history is walked with the arrows and searched with ^R", async () => {
  const { type } = await session();
  await type("echo first\r");
  await type("echo second\r");
  expect(await type(`${up}${up}\r`)).toContain("\nfirst\n");
  expect(await type(`${up}${up}${down}\r`)).toContain("\nfirst\n");
  expect(await type("\x12sec\r")).toContain("\nsecond\n");
  expect(await type("echo !!\r")).toContain("echo echo second\necho second\n");
  expect(await type("echo new\x12zzz\x07\r")).toContain("\nnew\n");
  expect(await type("history | tail -n 2\r")).toMatch(/ {4}\d {2}echo new\n {4}\d {2}history/);
});

test("history is kept in a file for the next shell", async () => {
  const { box, type } = await session();
  await type("echo kept\r");
  await type("exit\r");
  expect(box.files.read("/root/.bash_history")).toBe("echo kept\nexit\n");
  const next = box.terminal(["bash"]);
  await box.clock.advance(50);
  expect(await next.enter(`${up}${up}\r`)).toContain("kept");
});

test("Tab completes commands, files and variables", async () => {
  const { box, type } = await session();
  box.files.makeDirectory("/root/manifests");
  box.files.write("/root/manifests/consul one.yaml", "found\n");
  expect(await type("cat man\tcon\t\r")).toBe(
    "cat manifests/consul\\ one.yaml\nfound\n$ ".replace(".yaml\n", ".yaml \n"),
  );
  expect(await type("hostn\t\r")).toContain("hostname \nbox\n");
  expect(await type("echo $HOM\t\r")).toContain("\n/root\n");
  expect(await type("cd m\t\r")).toBe("cd manifests/\n$ ");
  box.files.write("/root/manifests/abc", "");
  box.files.write("/root/manifests/abd", "");
  expect(await type("ls a\t")).toBe("ls ab");
  expect(await type("\t\t")).toContain("abc  abd\n$ ls ab");
});

test("a program completes its own arguments, under its alias too", async () => {
  const { box, type } = await session("bash", { "/usr/bin/kubectl": async () => 0 });
  const asked: string[][] = [];
  box.machine.system.completers.set("kubectl", async ({ words, current }) => {
    asked.push([...words, current]);
    return words.length === 1 ? ["get", "delete"] : ["pod/web-0", "pod/web-1"];
  });
  expect(await type("k g\tpod/\t")).toBe("k get pod/web-");
  expect(await type("1\t")).toBe("1 ");
  expect(asked.at(-1)).toEqual(["kubectl", "get", "pod/web-1"]);
  await type("\x15");
  expect(await type("echo x | sudo kubectl get pod/web-0\t")).toContain("pod/web-0 ");
});

test("what is not complete asks for more", async () => {
  const { type } = await session();
  expect(await type("for i in 1 2\r")).toBe("for i in 1 2\n> ");
  expect(await type("do echo $i; done\r")).toBe("do echo $i; done\n1\n2\n$ ");
  expect(await type("cat <<E\r")).toBe("cat <<E\n> ");
  expect(await type("typed by hand\rE\r")).toContain("E\ntyped by hand\n$ ");
  expect(await type("echo 'open\r")).toBe("echo 'open\n> ");
  expect(await type("\x03")).toBe("^C\n$ ");
  expect(await type("echo a \\\r")).toBe("echo a \\\n> ");
  expect(await type("b\r")).toBe("b\na b\n$ ");
  expect(await type("echo )\r")).toBe("echo )\nbash: syntax error near unexpected token `)'\n$ ");
});

test("jobs: background, stop, foreground, and what is told of them", async () => {
  const { type } = await session();
  expect(await type("sleep 10 &\r")).toMatch(/\[1\] \d+\n\$ $/);
  await type("sleep 20\r", 500);
  expect(await type("\x1a")).toBe("^Z\n[2]+  Stopped                 sleep 20\n$ ");
  expect(await type("jobs\r")).toBe(
    "jobs\n[1]-  Running                 sleep 10 &\n[2]+  Stopped                 sleep 20\n$ ",
  );
  expect(await type("bg\r")).toBe("bg\n[2]+ sleep 20 &\n$ ");
  expect(await type("fg %1\r", 20_000)).toBe("fg %1\nsleep 10\n$ ");
  expect(await type("\r")).toContain("[2]+  Done                    sleep 20");
  expect(await type("sleep 99 & kill %1; wait %1; echo $?\r")).toContain("143");
});

test("a stopped job holds the first exit back", async () => {
  const { terminal, type } = await session();
  await type("sleep 20\r", 500);
  await type("\x1a");
  expect(await type("exit\r")).toContain("There are stopped jobs.\n$ ");
  await type("exit\r");
  expect(await terminal.exit).toBe(1);
});

test("^D ends the shell, with the last status", async () => {
  const { terminal, type } = await session();
  await type("false\r");
  expect(await type("\x04")).toBe("exit\n");
  expect(await terminal.exit).toBe(1);
});

test("a shell in a shell keeps its own ^C and gives its status", async () => {
  const { type } = await session();
  await type("sh\r");
  await type("sleep 50\r", 500);
  expect(await type("\x03")).toBe("^C\nsh-5.2# ");
  await type("exit 3\r");
  expect(await type("echo $?\r")).toBe("echo $?\n3\n$ ");
});

test("a paste keeps its lines, its control characters do nothing, and it waits for Enter", async () => {
  const { type } = await session();
  const pasted = await type("\x1b[200~echo one\recho two\x03\x04\x1b[A\r\x1b[201~");
  expect(pasted).toBe("$ echo one\necho two^C^D^[[A");
  expect(await type("\x15echo safe\r")).toContain("safe");
});

test("cat reads the terminal until ^D", async () => {
  const { type } = await session();
  await type("cat\r");
  expect(await type("hello\r")).toBe("hello\nhello\n");
  expect(await type("\x04")).toBe("$ ");
});

test("what was typed ahead runs when its turn comes", async () => {
  const { type } = await session();
  await type("sleep 2\recho next\r", 500);
  expect(await type("", 3000)).toContain("next\n$ ");
});

test("watch draws a full screen until ^C", async () => {
  const { terminal, box, type } = await session();
  await type("watch -n 2 date +%s\r", 100);
  const first = await terminal.enter("", 1800);
  expect(first).toBe("");
  const second = await terminal.enter("", 2000);
  expect(second).toContain(String(Math.floor(box.clock.now() / 1000) - 1).slice(0, 8));
  expect(await terminal.enter("\x03")).toContain("$ ");
});

test("su gives a prompt of another user, who may do less", async () => {
  const { type } = await session();
  await type("su user\r");
  expect(await type("touch /etc/x; id -un\r")).toContain(
    "touch: cannot touch '/etc/x': Permission denied\nuser\n",
  );
  expect(await type("kill -9 1\r")).not.toContain("hangup");
});

test("hanging up ends everything that runs on the terminal", async () => {
  const { box, terminal, type } = await session();
  await type("sleep 1000\r", 100);
  terminal.hangUp();
  await box.clock.advance(100);
  expect(box.machine.processes().map(({ argv }) => argv[0])).toEqual(["/sbin/init"]);
});

test("ash and dash have their own prompts", async () => {
  const ash = await session("ash");
  expect(await ash.type("cd /etc\r")).toBe("cd /etc\n/etc # ");
  const dash = await session("dash");
  expect(await dash.type("nosuch\r")).toBe("nosuch\ndash: 1: nosuch: not found\n# ");
});
