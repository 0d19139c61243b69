// Full-screen programs: what is on the screen, and what is in the file afterwards.

import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { testBox } from "../test-box.ts";

async function open(argv: readonly string[], text?: string) {
  const box = testBox(immediate);
  if (text !== undefined) box.files.write("/root/f", text);
  const terminal = box.terminal(argv);
  await box.clock.advance(20);
  let last = terminal.screen();
  /** Types; gives the lines of the last page that was drawn. */
  const type = async (keys: string, ms = 20) => {
    const shown = await terminal.enter(keys, ms);
    if (shown.includes("\x1b[H")) last = shown;
    return page(last);
  };
  return { box, terminal, type, first: page(last), file: () => box.files.read("/root/f") };
}

function page(output: string): string[] {
  const drawn = output.slice(output.lastIndexOf("\x1b[H") + 3);
  return drawn.split("\r\n").map((line) => line.replace(/\x1b\[[\d;?]*[A-Za-z]/g, "").trimEnd());
}

/** Edits a text with vi and gives what was written. */
async function edited(text: string, keys: string): Promise<string> {
  const { type, file, terminal } = await open(["vi", "f"], text);
  for (const part of keys.split(/(?<=\x1b)/)) await type(part);
  await type(":wq\r");
  expect(await terminal.exit).toBe(0);
  return file();
}

test("vi shows the file and where the cursor is", async () => {
  const { first, type } = await open(["vi", "f"], "one\ntwo\n");
  expect(first.slice(0, 3)).toEqual(["one", "two", "~"]);
  expect(first[23]).toMatch(/^"f" 2L, 8B\s+1,1$/);
  expect((await type("i"))[23]).toMatch(/^-- INSERT --/);
});

test("vi edits", async () => {
  expect(await edited("one\ntwo\n", "iX\x1bA!\x1b")).toBe("Xone!\ntwo\n");
  expect(await edited("one\ntwo\nthree\n", "jddp")).toBe("one\nthree\ntwo\n");
  expect(await edited("a b c\n", "wcwX\x1b")).toBe("a X c\n");
  expect(await edited("a b c\n", "dwx")).toBe(" c\n");
  expect(await edited("one\ntwo\n", "onew\x1bOabove\x1b")).toBe("one\nabove\nnew\ntwo\n");
  expect(await edited("one\ntwo\nthree\n", "yyGp2ggD")).toBe("one\n\nthree\none\n");
  expect(await edited("replicas: 3\n", "$r5")).toBe("replicas: 5\n");
  expect(await edited("one\n", "xxu")).toBe("ne\n");
  expect(await edited("one\n", "xxuu\x12")).toBe("ne\n");
  expect(await edited("a\nb\nc\nd\n", "d2j")).toBe("d\n");
  expect(await edited("key: 'old'\n", "f'ci'new\x1b")).toBe("key: 'new'\n");
  expect(await edited("aXb\naXb\n", "fXxj0.")).toBe("ab\nXb\n");
  expect(await edited("one\ntwo\n", "J")).toBe("one two\n");
  expect(await edited("a\nb\n", "3x:2\riZ\x1b")).toBe("\nZb\n");
});

test("vi searches and substitutes", async () => {
  expect(await edited("one\ntwo\ntwo\n", "/two\rxnx")).toBe("one\nwo\nwo\n");
  expect(await edited("a a\na a\n", ":%s/a/b/g\r")).toBe("b b\nb b\n");
  const { type } = await open(["vi", "f"], "x\n");
  expect((await type("/nope\r"))[23]).toMatch(/^E486: Pattern not found: nope/);
  expect((await type(":nonsense\r"))[23]).toMatch(/^E492: Not an editor command: nonsense/);
});

test("vi does not leave a change behind by accident", async () => {
  const { type, terminal, file } = await open(["vi", "f"], "one\n");
  await type("x");
  expect((await type(":q\r"))[23]).toMatch(
    /^E37: No write since last change \(add ! to override\)/,
  );
  await type(":q!\r");
  expect(await terminal.exit).toBe(0);
  expect(file()).toBe("one\n");
});

test("nano types, cuts, pastes, and asks before it leaves", async () => {
  const { type, terminal, file, first } = await open(["nano", "f"], "one\ntwo\n");
  expect(first[0]).toMatch(/GNU nano 7\.2 +f/);
  await type("new \x1b[B\x0b\x15\x15");
  expect((await type("\x18"))[21]).toMatch(/^Save modified buffer\?/);
  await type("y");
  await type("\r");
  expect(await terminal.exit).toBe(0);
  expect(file()).toBe("new one\ntwo\ntwo\n");
});

test("less pages, searches and leaves the screen as it was", async () => {
  const text = Array.from({ length: 60 }, (_, i) => `line ${i + 1}\n`).join("");
  const { first, type, terminal } = await open(["less", "f"], text);
  expect(first[0]).toBe("line 1");
  expect(first[23]).toBe("f");
  expect((await type(" "))[0]).toBe("line 24");
  expect((await type("G"))[23]).toBe("(END)");
  expect((await type("g"))[0]).toBe("line 1");
  expect((await type("/line 30\r"))[0]).toBe("line 30");
  expect((await type("?nothing\r"))[23]).toMatch(/^Pattern not found/);
  terminal.type("q");
  expect(await terminal.exit).toBe(0);
});

test("less reads a pipe while its keys come from the terminal", async () => {
  const box = testBox(immediate);
  const terminal = box.terminal(["bash", "--norc", "-c", "seq 100 | less; echo after"]);
  await box.clock.advance(50);
  expect(page(terminal.screen())[0]).toBe("1");
  expect(await terminal.enter("q")).toContain("after");
});

test("top lists processes until q", async () => {
  const { first, terminal } = await open(["top"]);
  expect(first[0]).toMatch(/^top - 00:00:00 up 0 min/);
  expect(first.some((line) => /\/?init$/.test(line))).toBe(true);
  terminal.type("q");
  expect(await terminal.exit).toBe(0);
});
