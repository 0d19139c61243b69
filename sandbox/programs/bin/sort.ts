// sort: by bytes, numbers, sizes, versions, months, and by keys within lines.

import { FileError } from "../../machine/files.ts";
import { Failure, type Tool, tool } from "./tool.ts";

interface Key {
  readonly from: number;
  readonly fromChar: number;
  readonly to: number;
  readonly toChar: number;
  readonly flags: string;
}

type Compare = (a: string, b: string) => number;

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const sizes = "KMGTPEZY";

/** Lines that are compared in one go; between goes the host may do other things. */
const RUN = 2_000;

export const sort = tool(
  {
    options:
      "n,numeric-sort r,reverse u,unique k,key: t,field-separator: f,ignore-case b,ignore-leading-blanks h,human-numeric-sort V,version-sort M,month-sort g,general-numeric-sort d,dictionary-order i s,stable c,check C o,output: z,zero-terminated S: T:",
    usageStatus: 2,
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const delimiter = it.has("z") ? "\0" : "\n";
    const lines: string[] = [];
    for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
      const text = await readOrSay(it, path);
      const own = text.split(delimiter);
      if (own.at(-1) === "") own.pop();
      for (const line of own) lines.push(line);
    }
    const compare = comparison(it);
    if (it.has("c") || it.has("C")) return check(it, lines, compare);
    const sorted = await mergeSort(it, lines, compare);
    const kept = it.has("u") ? unique(sorted, compareKeys(it)) : sorted;
    const text = kept.map((line) => line + delimiter).join("");
    const output = it.value("o");
    if (output === undefined) it.print(text);
    else it.files.write(it.path(output), text);
    return 0;
  },
);

async function readOrSay(it: Tool, path: string): Promise<string> {
  try {
    return path === "-" ? await it.process.stdin.readAll() : await it.process.open(path).readAll();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const verb = error.code === "EISDIR" ? "read failed" : "cannot read";
    throw new Failure(`${verb}: ${path}: ${error.message}`, 2);
  }
}

async function check(it: Tool, lines: readonly string[], compare: Compare): Promise<number> {
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1];
    if (before === undefined || compare(before, line) <= 0) continue;
    if (it.has("c")) await it.complain(`${it.operands[0] ?? "-"}:${i + 1}: disorder: ${line}`);
    return 1;
  }
  return 0;
}

/** Stable, in pieces between which time may pass. */
async function mergeSort(it: Tool, lines: string[], compare: Compare): Promise<string[]> {
  let runs: string[][] = [];
  for (let i = 0; i < lines.length; i += RUN) {
    runs.push(lines.slice(i, i + RUN).sort(compare));
    await it.process.step(RUN / 2);
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(merge(runs[i] ?? [], runs[i + 1] ?? [], compare));
      await it.process.step(RUN);
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function merge(a: string[], b: string[], compare: Compare): string[] {
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i] as string, b[j] as string];
    if (compare(left, right) <= 0) {
      out.push(left);
      i++;
    } else {
      out.push(right);
      j++;
    }
  }
  return out.concat(a.slice(i), b.slice(j));
}

function unique(lines: readonly string[], compare: Compare): string[] {
  const kept: string[] = [];
  for (const line of lines) {
    const last = kept.at(-1);
    if (last === undefined || compare(last, line) !== 0) kept.push(line);
  }
  return kept;
}

/** Keys first; without -s and -u whole lines decide between equals. */
function comparison(it: Tool): Compare {
  const byKeys = compareKeys(it);
  const sign = it.has("r") ? -1 : 1;
  if (it.has("s") || it.has("u")) return byKeys;
  return (a, b) => byKeys(a, b) || sign * compareText(a, b);
}

function compareKeys(it: Tool): Compare {
  const global = [..."nrfbhVMgdi"].filter((flag) => it.has(flag)).join("");
  const keys = it.values("k").map((text) => parseKey(text, global));
  if (keys.length === 0) return compareBy(global);
  const separator = it.value("t");
  const compares = keys.map((key) => compareBy(key.flags));
  return (a, b) => {
    for (const [i, key] of keys.entries()) {
      const order = compares[i]?.(extract(a, key, separator), extract(b, key, separator));
      if (order) return order;
    }
    return 0;
  };
}

function parseKey(text: string, global: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text);
  if (!match) throw new Failure(`invalid field specification: ‘${text}’`, 2);
  const [, from, fromChar = "1", a = "", to, toChar = "0", b = ""] = match;
  if (from === "0")
    throw new Failure(`field number is zero: invalid field specification ‘${text}’`, 2);
  return {
    from: Number(from),
    fromChar: Number(fromChar),
    to: Number(to ?? Infinity),
    toChar: Number(toChar),
    flags: a + b || global,
  };
}

/** The part of a line that a key names. */
function extract(line: string, key: Key, separator: string | undefined): string {
  const fields =
    separator === undefined ? (line.match(/\s*\S+/g) ?? [line]) : line.split(separator);
  const glue = separator ?? "";
  const first = fields[key.from - 1];
  if (first === undefined) return "";
  const skips = key.flags.includes("b") || separator === undefined;
  const cut = (text: string) =>
    skips && key.flags.includes("b") ? text.replace(/^\s+/, "") : text;
  if (key.to === Infinity)
    return cut(fields.slice(key.from - 1).join(glue)).slice(key.fromChar - 1);
  const last = fields[key.to - 1];
  const whole = fields.slice(key.from - 1, key.to);
  if (key.toChar > 0 && last !== undefined) whole[whole.length - 1] = last.slice(0, key.toChar);
  return cut(whole.join(glue)).slice(key.fromChar - 1);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareBy(flags: string): Compare {
  const sign = flags.includes("r") ? -1 : 1;
  const compare = plainCompare(flags);
  return sign === 1 ? compare : (a, b) => -compare(a, b);
}

function plainCompare(flags: string): Compare {
  const by =
    (value: (text: string) => number): Compare =>
    (a, b) =>
      value(a) - value(b) || 0;
  if (flags.includes("n")) return by(leadingNumber);
  if (flags.includes("g")) return by((text) => Number.parseFloat(text) || 0);
  if (flags.includes("h")) return by(humanNumber);
  if (flags.includes("M"))
    return by((text) => months.indexOf(text.trim().slice(0, 3).toUpperCase()));
  if (flags.includes("V")) return compareVersions;
  const prepare = (text: string) => {
    let out = flags.includes("b") ? text.replace(/^\s+/, "") : text;
    if (flags.includes("d")) out = out.replace(/[^A-Za-z0-9\s]/g, "");
    return flags.includes("f") ? out.toUpperCase() : out;
  };
  return flags === "" || flags === "r"
    ? compareText
    : (a, b) => compareText(prepare(a), prepare(b));
}

function leadingNumber(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] || 0) || 0;
}

/** A bigger unit is always more, as in GNU. */
function humanNumber(text: string): number {
  const [, number = "0", unit = ""] = /^\s*(-?\d*\.?\d*)([KMGTPEZYk]?)/.exec(text) ?? [];
  const power = unit ? sizes.indexOf(unit.toUpperCase()) + 1 : 0;
  return (Number(number) || 0) * 1024 ** power;
}

/** `a10` after `a9`. */
export function compareVersions(a: string, b: string): number {
  const parts = (text: string) => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i], right[i]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const numeric = /^\d/.test(x) && /^\d/.test(y);
    const order = numeric ? Number(x) - Number(y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return 0;
}
