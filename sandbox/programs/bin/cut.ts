// cut: columns of lines, by fields or characters.

import { tool, WrongUsage } from "./tool.ts";

interface Range {
  readonly from: number;
  readonly to: number;
}

function rangesOf(list: string, what: string): Range[] {
  return list.split(",").map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    const [, from = "", dash, to = ""] = match ?? [];
    if (!match || (from === "" && to === "")) {
      throw new WrongUsage(`invalid ${what} value ‘${part}’`);
    }
    if (from === "0" || (dash && to === "0")) {
      const noun = what === "field" ? "fields" : "byte/character positions";
      throw new WrongUsage(`${noun} are numbered from 1`);
    }
    if (!dash) return { from: Number(from), to: Number(from) };
    const range = { from: Number(from || 1), to: Number(to || Infinity) };
    if (range.to < range.from) throw new WrongUsage("invalid decreasing range");
    return range;
  });
}

export const cut = tool(
  {
    options:
      "f,fields: d,delimiter: c,characters: b,bytes: s,only-delimited n ,complement ,output-delimiter:",
    usage: "OPTION... [FILE]...",
  },
  async (it) => {
    const fields = it.value("f");
    const positions = it.value("c") ?? it.value("b");
    if (fields === undefined && positions === undefined) {
      throw new WrongUsage("you must specify a list of bytes, characters, or fields");
    }
    const delimiter = it.value("d") ?? "\t";
    if (delimiter.length > 1) throw new WrongUsage("the delimiter must be a single character");
    const ranges = rangesOf(
      fields ?? positions ?? "",
      fields === undefined ? "byte/character position" : "field",
    );
    const takes = (n: number) =>
      ranges.some(({ from, to }) => n >= from && n <= to) !== it.has("complement");
    const glue = it.value("output-delimiter") ?? (fields === undefined ? "" : delimiter);
    const line = (text: string) => {
      if (fields === undefined) {
        it.print(`${[...text].filter((_, i) => takes(i + 1)).join(glue)}\n`);
      } else if (!text.includes(delimiter)) {
        if (!it.has("s")) it.print(`${text}\n`);
      } else
        it.print(
          `${text
            .split(delimiter)
            .filter((_, i) => takes(i + 1))
            .join(glue)}\n`,
        );
    };
    for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
      const reader = await it.open(path);
      if (reader) await it.lines(reader, line);
    }
  },
);
