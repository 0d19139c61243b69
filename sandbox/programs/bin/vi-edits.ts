// vi's commands of one key that change the text, or begin to insert into it.

import type { Buffer } from "./vi-buffer.ts";

type Edit = (buffer: Buffer, count: number) => void;

const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? "";

/** From one column of the line to another. */
function cut(buffer: Buffer, from: number, to: number): void {
  const { row } = buffer;
  buffer.cut({ from: { row, column: from }, to: { row, column: to }, lines: false });
}

const join: Edit = (buffer, count) => {
  if (buffer.row + 1 >= buffer.lines.length) return;
  buffer.save();
  for (let i = 0; i < Math.max(1, count - 1); i++) {
    const next = buffer.lines.splice(buffer.row + 1, 1)[0] ?? "";
    const column = buffer.line.length;
    buffer.line = `${buffer.line.trimEnd()} ${next.trimStart()}`.trimEnd();
    buffer.place(buffer.row, column);
  }
};

const turnCase: Edit = (buffer, count) => {
  buffer.save();
  for (let i = 0; i < count && buffer.column < buffer.line.length; i++) {
    const { line, column } = buffer;
    const unit = line[column] as string;
    const other = unit === unit.toUpperCase() ? unit.toLowerCase() : unit.toUpperCase();
    buffer.line = line.slice(0, column) + other + line.slice(column + 1);
    buffer.column++;
  }
  buffer.place(buffer.row, buffer.column);
};

const deleteAhead: Edit = (buffer, count) => {
  if (buffer.line.length > 0) cut(buffer, buffer.column, buffer.column + count);
};

/** What changes the text and is done with it. */
export const edits: Readonly<Record<string, Edit>> = {
  x: deleteAhead,
  "<delete>": deleteAhead,
  X: (buffer, count) => {
    if (buffer.column > 0) cut(buffer, Math.max(0, buffer.column - count), buffer.column);
  },
  D: (buffer) => cut(buffer, buffer.column, buffer.line.length),
  J: join,
  "~": turnCase,
  p: (buffer, count) => buffer.put(true, count),
  P: (buffer, count) => buffer.put(false, count),
};

/** Begins to insert at a column of the line. */
const at =
  (column: (buffer: Buffer) => number): Edit =>
  (buffer) => {
    buffer.save();
    buffer.mode = "insert";
    buffer.place(buffer.row, column(buffer));
  };

const here = at(({ column }) => column);

const newLine =
  (below: number): Edit =>
  (buffer) => {
    buffer.save();
    const indent = indentOf(buffer.line);
    buffer.row += below;
    buffer.lines.splice(buffer.row, 0, indent);
    buffer.changed = true;
    buffer.mode = "insert";
    buffer.place(buffer.row, indent.length);
  };

/** What begins to insert, or to replace. */
export const inserts: Readonly<Record<string, Edit>> = {
  i: here,
  "<insert>": here,
  a: at(({ column, line }) => column + (line.length > 0 ? 1 : 0)),
  I: at(({ line }) => indentOf(line).length),
  A: at(({ line }) => line.length),
  o: newLine(1),
  O: newLine(0),
  R: (buffer) => {
    buffer.save();
    buffer.mode = "replace";
  },
  C: (buffer) => {
    cut(buffer, buffer.column, buffer.line.length);
    buffer.mode = "insert";
    buffer.place(buffer.row, buffer.line.length);
  },
  s: (buffer, count) => {
    const { column } = buffer;
    cut(buffer, column, column + count);
    buffer.mode = "insert";
    buffer.place(buffer.row, column);
  },
};
