// wc: counts lines, words and bytes.

import { utf8Length } from "../../machine/entries.ts";
import { tool } from "./tool.ts";

export const wc = tool(
  {
    options: "l,lines w,words c,bytes m,chars L,max-line-length",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const given = ["l", "w", "m", "c", "L"].filter((one) => it.has(one));
    const shown = given.length > 0 ? given : ["l", "w", "c"];
    const rows: { counts: number[]; name: string }[] = [];
    let widest = 0;
    for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
      const text = await it.read(path);
      if (text === undefined) continue;
      const size = utf8Length(text);
      widest += size;
      rows.push({ counts: counts(text, size, shown), name: it.operands.length > 0 ? path : "" });
    }
    const total = shown.map((_, i) => rows.reduce((sum, row) => sum + (row.counts[i] ?? 0), 0));
    if (it.operands.length > 1) rows.push({ counts: total, name: "total" });
    // GNU: as wide as the size of all regular files; 7 for a stream, none for a single number.
    const single = shown.length === 1 && it.operands.length < 2;
    const piped = it.operands.length === 0 || it.operands.includes("-");
    const width = single ? 1 : piped ? 7 : String(widest).length;
    for (const { counts: row, name } of rows) {
      const numbers = row.map((count) => String(count).padStart(width)).join(" ");
      it.print(`${numbers}${name ? ` ${name}` : ""}\n`);
    }
  },
);

function counts(text: string, size: number, shown: readonly string[]): number[] {
  return shown.map((what) => {
    if (what === "l") return text.split("\n").length - 1;
    if (what === "w") return (text.match(/\S+/g) ?? []).length;
    if (what === "m") return [...text].length;
    if (what === "L") return Math.max(...text.split("\n").map((line) => line.length));
    return size;
  });
}
