// Small filters of lines: tac, rev, nl, fold, paste, tee, shuf, expand, unexpand, join, comm,
// split.

import { Failure, type Tool, tool, WrongUsage } from "./tool.ts";

export const tac = tool({ usage: "[OPTION]... [FILE]..." }, async (it) => {
  for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
    const text = await it.read(path);
    if (text)
      it.print(
        text
          .split(/(?<=\n)/)
          .reverse()
          .join(""),
      );
  }
});

export const rev = tool({ usage: "[options] [file ...]" }, async (it) => {
  for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
    const reader = await it.open(path);
    if (!reader) continue;
    await it.lines(reader, (line, ended) =>
      it.print([...line].reverse().join("") + (ended ? "\n" : "")),
    );
  }
});

export const nl = tool(
  {
    options:
      "b,body-numbering: w,number-width: s,number-separator: v,starting-line-number: n,number-format: i,line-increment:",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const all = it.value("b") === "a";
    const none = it.value("b") === "n";
    const width = Number(it.value("w") ?? 6);
    const separator = it.value("s") ?? "\t";
    const format = it.value("n") ?? "rn";
    let number = Number(it.value("v") ?? 1);
    const line = (text: string) => {
      if (none || (text === "" && !all))
        return it.print(`${" ".repeat(width + separator.length)}${text}\n`);
      const digits = String(number);
      const shown =
        format === "ln"
          ? digits.padEnd(width)
          : digits.padStart(width, format === "rz" ? "0" : " ");
      it.print(`${shown}${separator}${text}\n`);
      number += Number(it.value("i") ?? 1);
    };
    for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
      const reader = await it.open(path);
      if (reader) await it.lines(reader, line);
    }
  },
);

export const fold = tool(
  {
    options: "w,width: s,spaces b,bytes",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const width = Number(it.value("w") ?? 80);
    const line = (text: string, ended: boolean) => {
      let rest = text;
      while (rest.length > width) {
        const blank = it.has("s") ? rest.lastIndexOf(" ", width - 1) + 1 : 0;
        const cut = blank > 0 ? blank : width;
        it.print(`${rest.slice(0, cut)}\n`);
        rest = rest.slice(cut);
      }
      it.print(ended ? `${rest}\n` : rest);
    };
    for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
      const reader = await it.open(path);
      if (reader) await it.lines(reader, line);
    }
  },
);

/** All lines of each operand. */
async function columns(it: Tool, operands: readonly string[]): Promise<string[][]> {
  const all: string[][] = [];
  let stdin: string[] | undefined;
  for (const path of operands) {
    if (path === "-") {
      // Several dashes share the lines among them.
      stdin ??= (await it.process.stdin.readAll()).replace(/\n$/, "").split("\n");
      all.push(stdin);
      continue;
    }
    const text = await it.read(path);
    if (text === undefined) throw new Failure();
    all.push(text === "" ? [] : text.replace(/\n$/, "").split("\n"));
  }
  return all;
}

export const paste = tool(
  {
    options: "d,delimiters: s,serial",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const operands = it.operands.length > 0 ? it.operands : ["-"];
    const glue = [...(it.value("d") ?? "\t").replaceAll("\\n", "\n").replaceAll("\\t", "\t")];
    const join = (items: readonly string[]) =>
      items
        .map((item, i) => (i === 0 ? item : (glue[(i - 1) % glue.length] ?? "") + item))
        .join("");
    const all = await columns(it, operands);
    if (it.has("s")) {
      for (const lines of all) it.print(`${join(lines)}\n`);
      return;
    }
    const dashes = operands.filter((path) => path === "-").length;
    const stdin = all[operands.indexOf("-")] ?? [];
    let used = 0;
    for (let row = 0; ; row++) {
      let any = false;
      const cells = operands.map((path, i) => {
        const line = path === "-" && dashes > 1 ? stdin[used++] : all[i]?.[row];
        any ||= line !== undefined;
        return line ?? "";
      });
      if (!any) return;
      it.print(`${join(cells)}\n`);
    }
  },
);

export const tee = tool(
  {
    options: "a,append i,ignore-interrupts p",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const writers = [it.process.stdout];
    for (const path of it.operands) {
      await it.attempt(path, () => {
        writers.push(it.process.create(path, { append: it.has("a") }));
      });
    }
    const { stdin } = it.process;
    for (let text = await stdin.read(); text !== undefined; text = await stdin.read()) {
      for (const writer of writers) await writer.write(text);
    }
  },
);

export const shuf = tool(
  {
    options: "n,head-count: e,echo i,input-range: r,repeat",
    usage: "[OPTION]... [FILE]",
  },
  async (it) => {
    const range = /^(\d+)-(\d+)$/.exec(it.value("i") ?? "");
    let lines: string[];
    if (it.has("e")) lines = [...it.operands];
    else if (range) {
      const from = Number(range[1]);
      lines = Array.from({ length: Number(range[2]) - from + 1 }, (_, i) => String(from + i));
    } else lines = (await it.readAll()).replace(/\n$/, "").split("\n");
    for (let i = lines.length - 1; i > 0; i--) {
      const j = it.process.random.below(i + 1);
      [lines[i], lines[j]] = [lines[j] as string, lines[i] as string];
    }
    for (const line of lines.slice(0, Number(it.value("n") ?? lines.length))) it.print(`${line}\n`);
  },
);

export const expand = tool(
  {
    options: "t,tabs: i",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const stop = Number(it.value("t") ?? 8);
    const line = (text: string) => {
      let out = "";
      for (const unit of text) out += unit === "\t" ? " ".repeat(stop - (out.length % stop)) : unit;
      it.print(`${out}\n`);
    };
    for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
      const reader = await it.open(path);
      if (reader) await it.lines(reader, line);
    }
  },
);

export const comm = tool(
  {
    options: "1 2 3",
    usage: "[OPTION]... FILE1 FILE2",
  },
  async (it) => {
    if (it.operands.length < 2) {
      const [first] = it.operands;
      throw new WrongUsage(
        first === undefined ? "missing operand" : `missing operand after ‘${first}’`,
      );
    }
    const [a = [], b = []] = await columns(it, it.operands);
    const show = (column: number, text: string) => {
      if (it.has(String(column))) return;
      const before = [1, 2].filter((one) => one < column && !it.has(String(one))).length;
      it.print(`${"\t".repeat(before)}${text}\n`);
    };
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      const [left, right] = [a[i], b[j]];
      if (left !== undefined && left === right) {
        show(3, left);
        i++;
        j++;
      } else if (right === undefined || (left !== undefined && left < right)) {
        show(1, left as string);
        i++;
      } else {
        show(2, right);
        j++;
      }
    }
  },
);
