// date, sleep, seq, cal … numbers and time.

import { parseDate } from "./parse-date.ts";
import { formatReal } from "./printf-format.ts";
import { formatTime } from "./time-format.ts";
import { duration, Failure, tool, WrongUsage } from "./tool.ts";

const isoFormats: Readonly<Record<string, string>> = {
  date: "%Y-%m-%d",
  hours: "%Y-%m-%dT%H%:z",
  minutes: "%Y-%m-%dT%H:%M%:z",
  seconds: "%Y-%m-%dT%H:%M:%S%:z",
  ns: "%Y-%m-%dT%H:%M:%S,%N%:z",
};

export const date = tool(
  {
    options: "u,utc ,universal d,date: r,reference: R,rfc-email I,iso-8601? s,set: ,rfc-3339:",
    usage: "[OPTION]... [+FORMAT]",
  },
  async (it) => {
    const now = it.process.clock.now();
    const text = it.value("d");
    const reference = it.value("r");
    let at: number | undefined = now;
    if (text !== undefined) at = parseDate(text, now);
    else if (reference !== undefined) at = it.files.stat(it.path(reference)).modified;
    if (at === undefined) throw new Failure(`invalid date ‘${text}’`);
    if (it.has("s")) throw new Failure("cannot set date: Operation not permitted");
    const [operand, extra] = it.operands;
    if (extra !== undefined) throw new WrongUsage(`extra operand ‘${extra}’`);
    if (operand !== undefined && !operand.startsWith("+"))
      throw new Failure(`invalid date ‘${operand}’`);
    let format = operand?.slice(1) ?? "%a %b %e %H:%M:%S %Z %Y";
    if (it.has("R")) format = "%a, %d %b %Y %H:%M:%S %z";
    if (it.has("I")) format = isoFormats[it.value("I") || "date"] ?? format;
    if (it.has("rfc-3339"))
      format = it.value("rfc-3339") === "date" ? "%Y-%m-%d" : "%Y-%m-%d %H:%M:%S%:z";
    it.print(`${formatTime(format, at)}\n`);
  },
);

export const sleep = tool({ usage: "NUMBER[SUFFIX]..." }, async (it) => {
  if (it.operands.length === 0) throw new WrongUsage("missing operand");
  let seconds = 0;
  for (const text of it.operands) {
    const one = duration(text);
    if (one === undefined) throw new WrongUsage(`invalid time interval ‘${text}’`);
    seconds += one;
  }
  await it.process.sleep(seconds * 1000);
});

export const seq = tool(
  {
    plain: true,
    usage:
      "[OPTION]... LAST\n  or:  seq [OPTION]... FIRST LAST\n  or:  seq [OPTION]... FIRST INCREMENT LAST",
  },
  async (it) => {
    const args = [...it.operands];
    let separator = "\n";
    let format: string | undefined;
    let equal = false;
    while (/^-[^\d.]/.test(args[0] ?? "")) {
      const option = args.shift() as string;
      if (/^-s|^--separator/.test(option))
        separator = /^-s.|=/.test(option)
          ? option.replace(/^-s|^--separator=/, "")
          : (args.shift() ?? "");
      else if (/^-f|^--format/.test(option))
        format = /^-f.|=/.test(option) ? option.replace(/^-f|^--format=/, "") : args.shift();
      else if (option === "-w" || option === "--equal-width") equal = true;
      else if (option === "--") break;
      else throw new WrongUsage(`invalid option -- '${option.slice(1, 2)}'`);
    }
    if (args.length === 0) throw new WrongUsage("missing operand");
    if (args.length > 3) throw new WrongUsage(`extra operand ‘${args[3]}’`);
    const numbers = args.map((text) => {
      const value = Number(text);
      if (text.trim() === "" || Number.isNaN(value))
        throw new WrongUsage(`invalid floating point argument: ‘${text}’`);
      return value;
    });
    const last = numbers.at(-1) ?? 0;
    const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
    const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1;
    if (step === 0) throw new WrongUsage(`invalid Zero increment value: ‘${args[1]}’`);
    const digits = Math.max(
      ...args.slice(0, numbers.length > 2 ? 2 : 1).map((text) => text.split(".")[1]?.length ?? 0),
    );
    const show = (value: number) => {
      if (format === undefined) return value.toFixed(digits);
      return format.replace(
        /%([-0]?\d*)(?:\.(\d+))?([efg])/,
        (_, ...[width = "", precision, letter = ""]: (string | undefined)[]) => {
          const text = formatReal(value, {
            letter,
            ...(precision === undefined ? {} : { precision: Number(precision) }),
          });
          return text.padStart(
            Number(width.replace("-", "") || 0),
            width.startsWith("0") ? "0" : " ",
          );
        },
      );
    };
    const width = equal ? Math.max(show(first).length, show(last).length) : 0;
    let any = false;
    for (let i = 0; ; i++) {
      const value = first + i * step;
      if (step > 0 ? value > last + step * 1e-9 : value < last + step * 1e-9) break;
      const text = show(value);
      const padded =
        value < 0 ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
      it.print((any ? separator : "") + padded);
      any = true;
      if (i % 500 === 499) {
        await it.flow();
        await it.process.step(500);
      }
    }
    if (any) it.print("\n");
  },
);
