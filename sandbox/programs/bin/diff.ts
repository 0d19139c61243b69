// diff and cmp: how files differ.

import { diffArrays } from "diff";
import { absolute, FileError } from "../../machine/files.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool, WrongUsage } from "./tool.ts";

interface Side {
  readonly label: string;
  readonly lines: readonly string[];
  /** The last line has no newline. */
  readonly open: boolean;
  readonly modified: number;
}

/** Lines `from` to `to` (counted from 0, the end not included) of both sides differ. */
interface Change {
  readonly a: readonly [from: number, to: number];
  readonly b: readonly [from: number, to: number];
}

/** diffutils put their name before the hint too. */
const hint = "\ndiff: Try 'diff --help' for more information.";

export const diff = tool(
  {
    options:
      "u U,unified? c C,context: q,brief r,recursive N,new-file i,ignore-case w,ignore-all-space b,ignore-space-change B,ignore-blank-lines s,report-identical-files y,side-by-side ,color? L,label: a d e t ,normal E Z,ignore-trailing-space",
    usageStatus: 2,
    usage: "[OPTION]... FILES",
    version: "(GNU diffutils) 3.8",
  },
  async (it) => {
    const [first, second, extra] = it.operands;
    if (first === undefined) throw new Failure(`missing operand after '${it.name}'${hint}`, 2);
    if (second === undefined) throw new Failure(`missing operand after '${first}'${hint}`, 2);
    if (extra !== undefined) throw new Failure(`extra operand '${extra}'${hint}`, 2);
    if (it.has("y") || it.has("c") || it.has("C") || it.has("e"))
      throw new Failure("this output format is not simulated", 2);
    return compare(it, first, second);
  },
);

/** Compares two paths; prints what differs. */
async function compare(it: Tool, first: string, second: string): Promise<number> {
  const isDirectory = (path: string) =>
    path !== "-" && it.files.kind(it.path(path)) === "directory";
  if (isDirectory(first) && isDirectory(second)) return compareDirectories(it, first, second);
  const name = (path: string) => path.replace(/^.*\//, "");
  const inside = (directory: string, path: string) =>
    `${directory.replace(/\/$/, "")}/${name(path)}`;
  const { status, text } = await compareFiles(
    it,
    isDirectory(first) ? inside(first, second) : first,
    isDirectory(second) ? inside(second, first) : second,
  );
  it.print(text);
  return status;
}

interface Compared {
  readonly status: number;
  readonly text: string;
}

async function compareFiles(it: Tool, a: string, b: string): Promise<Compared> {
  const left = await sideOf(it, a, 0);
  const right = await sideOf(it, b, 1);
  if (!left || !right) return { status: 2, text: "" };
  const changes = changesOf(it, left, right);
  if (changes.length === 0) {
    return { status: 0, text: it.has("s") ? `Files ${a} and ${b} are identical\n` : "" };
  }
  if (it.has("q")) return { status: 1, text: `Files ${a} and ${b} differ\n` };
  if (!it.has("u") && !it.has("U")) return { status: 1, text: classic(left, right, changes) };
  const context = Number(it.value("U") || 3);
  return { status: 1, text: unified(left, right, { changes, context }) };
}

async function sideOf(it: Tool, path: string, index: number): Promise<Side | undefined> {
  const label = it.values("L")[index];
  const full = it.path(path);
  try {
    const missing = it.has("N") && path !== "-" && it.files.kind(full) === undefined;
    const reader = path === "-" ? it.process.stdin : missing ? undefined : it.process.open(path);
    const text = reader ? await reader.readAll() : "";
    const lines = text.split("\n");
    const open = lines.pop() !== "";
    const known = path !== "-" && !path.startsWith("/dev/") && !missing;
    const modified = known ? it.files.stat(full).modified : missing ? 0 : it.process.clock.now();
    const stamp = formatTime("%Y-%m-%d %H:%M:%S.%N %z", modified);
    const all = open ? [...lines, text.slice(text.lastIndexOf("\n") + 1)] : lines;
    return { label: label ?? `${path}\t${stamp}`, lines: all, open, modified };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await it.complain(`${path}: ${error.message}`, 2);
    return undefined;
  }
}

function changesOf(it: Tool, left: Side, right: Side): Change[] {
  const key = (line: string, last: boolean) => {
    let out = it.has("i") ? line.toLowerCase() : line;
    if (it.has("w")) out = out.replace(/\s+/g, "");
    else if (it.has("b")) out = out.replace(/\s+/g, " ").trimEnd();
    return last ? `${out}\0` : out;
  };
  const keys = ({ lines, open }: Side) =>
    lines.map((line, i) => key(line, open && i === lines.length - 1));
  return changesBetween(keys(left), keys(right));
}

/** Where two lists differ, in order. */
export function changesBetween(left: string[], right: string[]): Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  let [fromA, fromB] = [0, 0];
  const end = () => {
    if (i > fromA || j > fromB) changes.push({ a: [fromA, i], b: [fromB, j] });
  };
  for (const part of diffArrays(left, right)) {
    const { length } = part.value;
    if (part.removed) i += length;
    else if (part.added) j += length;
    else {
      end();
      i += length;
      j += length;
      [fromA, fromB] = [i, j];
    }
  }
  end();
  return changes;
}

const noNewline = "\\ No newline at end of file\n";

function shown({ lines, open }: Side, [from, to]: readonly [number, number], mark: string): string {
  let text = "";
  for (let i = from; i < to; i++) {
    text += `${mark}${lines[i]}\n`;
    if (open && i === lines.length - 1) text += noNewline;
  }
  return text;
}

function classic(left: Side, right: Side, changes: readonly Change[]): string {
  let text = "";
  const range = ([from, to]: readonly [number, number]) => {
    if (to === from) return String(from);
    return to - from === 1 ? String(to) : `${from + 1},${to}`;
  };
  for (const { a, b } of changes) {
    const letter = a[0] === a[1] ? "a" : b[0] === b[1] ? "d" : "c";
    text += `${range(a)}${letter}${range(b)}\n${shown(left, a, "< ")}`;
    if (letter === "c") text += "---\n";
    text += shown(right, b, "> ");
  }
  return text;
}

/** The differences as `diff -u` and `kubectl diff` print them, with the two lines of the head. */
function unified(
  left: Side,
  right: Side,
  { changes, context }: { changes: readonly Change[]; context: number },
): string {
  let text = `--- ${left.label}\n+++ ${right.label}\n`;
  for (let i = 0; i < changes.length; ) {
    let last = i;
    while ((changes[last + 1]?.a[0] ?? Infinity) - (changes[last]?.a[1] ?? 0) <= 2 * context)
      last++;
    text += hunk(left, right, { changes: changes.slice(i, last + 1), context });
    i = last + 1;
  }
  return text;
}

function hunk(
  left: Side,
  right: Side,
  { changes, context }: { changes: readonly Change[]; context: number },
): string {
  const [first, last] = [changes[0] as Change, changes.at(-1) as Change];
  const before = Math.min(context, first.a[0]);
  const after = Math.min(context, left.lines.length - last.a[1]);
  const range = (from: number, to: number) => {
    const length = to - from;
    if (length === 1) return String(from + 1);
    return `${length === 0 ? from : from + 1},${length}`;
  };
  const head = `@@ -${range(first.a[0] - before, last.a[1] + after)} +${range(first.b[0] - before, last.b[1] + after)} @@\n`;
  let body = "";
  let at = first.a[0] - before;
  for (const { a, b } of changes) {
    body += shown(left, [at, a[0]], " ") + shown(left, a, "-") + shown(right, b, "+");
    at = a[1];
  }
  return head + body + shown(left, [at, last.a[1] + after], " ");
}

async function compareDirectories(it: Tool, first: string, second: string): Promise<number> {
  const [a, b] = [it.path(first), it.path(second)];
  const names = [...new Set([...it.files.list(a), ...it.files.list(b)])].sort();
  let status = 0;
  for (const name of names) {
    const left = `${first.replace(/\/$/, "")}/${name}`;
    const right = `${second.replace(/\/$/, "")}/${name}`;
    const kinds = [it.files.kind(absolute(a, name)), it.files.kind(absolute(b, name))];
    if ((!kinds[0] || !kinds[1]) && !it.has("N")) {
      it.print(`Only in ${kinds[0] ? first : second}: ${name}\n`);
      status = Math.max(status, 1);
    } else if (kinds[0] === "directory" && kinds[1] === "directory") {
      if (it.has("r")) status = Math.max(status, await compareDirectories(it, left, right));
      else it.print(`Common subdirectories: ${left} and ${right}\n`);
    } else {
      const { status: one, text } = await compareFiles(it, left, right);
      const options = it.process.argv.slice(1).filter((arg) => /^-./.test(arg));
      if (one === 1 && !it.has("q")) it.print(`diff ${[...options, left, right].join(" ")}\n`);
      it.print(text);
      status = Math.max(status, one);
    }
  }
  return status;
}

export const cmp = tool(
  {
    options: "s,quiet ,silent l,verbose b n,bytes: i:",
    usageStatus: 2,
    usage: "[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]",
    version: "(GNU diffutils) 3.8",
  },
  async (it) => {
    const [first, second = "-"] = it.operands;
    if (first === undefined) throw new WrongUsage(`missing operand after '${it.name}'`);
    const texts: string[] = [];
    for (const path of [first, second]) {
      const text = await it.read(path, 2);
      if (text === undefined) return 2;
      texts.push(text);
    }
    const [a = "", b = ""] = texts;
    if (a === b) return 0;
    let i = 0;
    while (i < a.length && i < b.length && a[i] === b[i]) i++;
    if (it.has("s")) return 1;
    const line = a.slice(0, i).split("\n").length;
    if (i === a.length || i === b.length) {
      const short = a.length < b.length ? first : second;
      const where =
        i === 0
          ? "which is empty"
          : `after byte ${i}, ${a.slice(0, i).endsWith("\n") ? `line ${line - 1}` : `in line ${line}`}`;
      await it.complain(`EOF on ${short} ${where}`);
      return 1;
    }
    it.print(`${first} ${second} differ: byte ${i + 1}, line ${line}\n`);
    return 1;
  },
);
