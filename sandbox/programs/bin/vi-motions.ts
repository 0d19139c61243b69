// Where vi's motions lead: pure functions of the text and the cursor.

interface At {
  readonly lines: readonly string[];
  readonly row: number;
  readonly column: number;
}

export type Motion = (at: At) => { row: number; column: number } | undefined;

const classOf = (unit: string | undefined) =>
  unit === undefined || /\s/.test(unit) ? 0 : /\w/.test(unit) ? 1 : 2;

const wordForward: Motion = ({ lines, row, column }) => {
  let line = lines[row] ?? "";
  let at = column;
  const kind = classOf(line[at]);
  while (at < line.length && classOf(line[at]) === kind && kind !== 0) at++;
  for (;;) {
    while (at < line.length && classOf(line[at]) === 0) at++;
    if (at < line.length || row + 1 >= lines.length) return { row, column: at };
    row++;
    at = 0;
    line = lines[row] ?? "";
    if (line === "") return { row, column: 0 };
  }
};

const wordBack: Motion = ({ lines, row, column }) => {
  let line = lines[row] ?? "";
  let at = column - 1;
  for (;;) {
    while (at >= 0 && classOf(line[at]) === 0) at--;
    if (at >= 0) break;
    if (row === 0) return { row: 0, column: 0 };
    row--;
    line = lines[row] ?? "";
    at = line.length - 1;
  }
  const kind = classOf(line[at]);
  while (at > 0 && classOf(line[at - 1]) === kind) at--;
  return { row, column: at };
};

const wordEnd: Motion = ({ lines, row, column }) => {
  let line = lines[row] ?? "";
  let at = column + 1;
  for (;;) {
    while (at < line.length && classOf(line[at]) === 0) at++;
    if (at < line.length) break;
    if (row + 1 >= lines.length) return { row, column: Math.max(0, line.length - 1) };
    row++;
    at = 0;
    line = lines[row] ?? "";
  }
  const kind = classOf(line[at]);
  while (at + 1 < line.length && classOf(line[at + 1]) === kind) at++;
  return { row, column: at };
};

const pairs: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  ")": "(",
  "]": "[",
  "}": "{",
};

const matching: Motion = ({ lines, row, column }) => {
  const line = lines[row] ?? "";
  const offset = line.slice(column).search(/[()[\]{}]/);
  if (offset < 0) return undefined;
  const open = line[column + offset] as string;
  const close = pairs[open] as string;
  const step = "([{".includes(open) ? 1 : -1;
  let depth = 0;
  for (let r = row, c = column + offset; r >= 0 && r < lines.length; ) {
    const unit = lines[r]?.[c];
    if (unit === open) depth++;
    else if (unit === close && --depth === 0) return { row: r, column: c };
    c += step;
    if (c < 0 || c >= (lines[r]?.length ?? 0)) {
      r += step;
      c = step > 0 ? 0 : (lines[r]?.length ?? 1) - 1;
    }
  }
  return undefined;
};

const paragraph =
  (step: number): Motion =>
  ({ lines, row }) => {
    let at = row + step;
    while (at > 0 && at < lines.length - 1 && lines[at] !== "") at += step;
    return { row: Math.max(0, Math.min(at, lines.length - 1)), column: 0 };
  };

const left: Motion = ({ row, column }) => (column > 0 ? { row, column: column - 1 } : undefined);
const right: Motion = ({ row, column }) => ({ row, column: column + 1 });
const up: Motion = ({ row, column }) => (row > 0 ? { row: row - 1, column } : undefined);
const down: Motion = ({ lines, row, column }) =>
  row + 1 < lines.length ? { row: row + 1, column } : undefined;
const first: Motion = ({ row }) => ({ row, column: 0 });
const last: Motion = ({ lines, row }) => ({ row, column: (lines[row] ?? "").length });
const indent: Motion = ({ lines, row }) => ({
  row,
  column: /^\s*/.exec(lines[row] ?? "")?.[0].length ?? 0,
});

/** By key; undefined: they lead nowhere from here. */
export const motions: Readonly<Record<string, Motion>> = {
  h: left,
  "<left>": left,
  "<backspace>": left,
  l: right,
  "<right>": right,
  " ": right,
  k: up,
  "<up>": up,
  "-": (at) => indent({ ...at, row: Math.max(0, at.row - 1) }),
  j: down,
  "<down>": down,
  "<enter>": (at) =>
    at.row + 1 < at.lines.length ? indent({ ...at, row: at.row + 1 }) : undefined,
  "+": (at) => (at.row + 1 < at.lines.length ? indent({ ...at, row: at.row + 1 }) : undefined),
  "0": first,
  "<home>": first,
  $: last,
  "<end>": last,
  "^": indent,
  _: indent,
  w: wordForward,
  W: wordForward,
  b: wordBack,
  B: wordBack,
  e: wordEnd,
  E: wordEnd,
  "%": matching,
  "}": paragraph(1),
  "{": paragraph(-1),
};
