// column: lines made into a table, or names into columns.

import { widthOf } from "./columns.ts";
import { tool } from "./tool.ts";

export const column = tool(
  {
    options:
      "t,table s,separator: o,output-separator: c,output-width: n,table-noextreme N,table-columns: x L R,table-right: e",
    usage: "[options] [<file>...]",
    version: "from util-linux 2.38.1",
  },
  async (it) => {
    const text = await it.readAll();
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (!it.has("t")) {
      it.print(tabbed(lines, Number(it.value("c") ?? (it.process.tty?.columns || 80))));
      return;
    }
    const separator = it.value("s");
    const split = (line: string) =>
      separator === undefined
        ? line.trim().split(/\s+/)
        : line.split(new RegExp(`[${separator.replace(/[\\\]^-]/g, "\\$&")}]`));
    const names = it.value("N")?.split(",");
    const rows = [...(names ? [names] : []), ...lines.map(split)];
    const columns = Math.max(0, ...rows.map((row) => row.length));
    const widths = Array.from({ length: columns }, (_, i) =>
      Math.max(...rows.map((row) => widthOf(row[i] ?? ""))),
    );
    const glue = it.value("o") ?? "  ";
    const right = new Set(
      (it.value("R") ?? "")
        .split(",")
        .filter(Boolean)
        .map((name) => (/^\d+$/.test(name) ? Number(name) - 1 : (names?.indexOf(name) ?? -1))),
    );
    for (const row of rows) {
      const cells = row.map((cell, i) => {
        const gap = " ".repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell)));
        if (right.has(i)) return gap + cell;
        return i === columns - 1 ? cell : cell + gap;
      });
      it.print(`${cells.join(glue)}\n`);
    }
  },
);

/** As many columns as fit, each as wide as the widest line to the next tab stop; down first. */
function tabbed(lines: readonly string[], width: number): string {
  const cell = (Math.max(0, ...lines.map(widthOf)) + 8) & ~7;
  const columns = Math.max(1, Math.floor(width / cell));
  const rows = Math.ceil(lines.length / columns);
  let text = "";
  for (let row = 0; row < rows; row++) {
    for (let i = row; i < lines.length; i += rows) {
      const line = lines[i] ?? "";
      const tabs = Math.ceil((cell - widthOf(line)) / 8);
      text += i + rows < lines.length ? line + "\t".repeat(tabs) : line;
    }
    text += "\n";
  }
  return text;
}
