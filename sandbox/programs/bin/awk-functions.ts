// awk's own functions: text, numbers, time.

import type { Random } from "../../sim/random.ts";
import type { Expression } from "./awk-tree.ts";
import { type AwkArray, Input, toNumber, type Value } from "./awk-values.ts";
import { formatTime } from "./time-format.ts";
import { Failure } from "./tool.ts";

/** What the functions need of the program that runs. */
export interface AwkMachine {
  readonly random: Random;
  seed: number;
  now(): number;
  value(expression: Expression): Value;
  text(value: Value): string;
  pattern(expression: Expression): RegExp;
  array(name: string): AwkArray;
  isArray(name: string): boolean;
  assign(target: Expression, value: Value): Value;
  global(name: string): Value;
  set(name: string, value: Value): void;
  record(): string;
  split(text: string, separator: string | RegExp): string[];
  format(args: readonly Expression[]): string;
  /** Lets go of a file that was read. */
  close(path: string): void;
}

/** What a function of awk's own gives. Throws `Failure` if there is none. */
export function callBuiltin(awk: AwkMachine, name: string, args: readonly Expression[]): Value {
  const value = (i: number) => (args[i] ? awk.value(args[i]) : undefined);
  const text = (i: number) => awk.text(value(i));
  const number = (i: number) => toNumber(value(i));
  const found = callNumeric(awk, name, args);
  if (found !== undefined) return found;
  switch (name) {
    case "length": {
      const [arg] = args;
      if (arg?.type === "name" && awk.isArray(arg.name)) return awk.array(arg.name).size;
      return [...(arg ? text(0) : awk.record())].length;
    }
    case "substr": {
      const units = [...text(0)];
      const start = Math.round(number(1));
      const end = args.length > 2 ? start + Math.round(number(2)) : Infinity;
      return units.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join("");
    }
    case "index":
      return text(0).indexOf(text(1)) + 1;
    case "split": {
      const source = text(0);
      const array = args[1]?.type === "name" ? awk.array(args[1].name) : new Map<string, Value>();
      const separator = args[2]
        ? args[2].type === "regex"
          ? args[2].regex
          : text(2)
        : awk.text(awk.global("FS"));
      array.clear();
      const parts = awk.split(source, separator);
      for (const [i, part] of parts.entries()) array.set(String(i + 1), new Input(part));
      return parts.length;
    }
    case "sub":
    case "gsub":
      return substitute(awk, args, name === "gsub");
    case "gensub": {
      const how = text(2);
      const replacement = text(1);
      const nth = /^\d+$/.test(how) ? Number(how) : 1;
      let count = 0;
      return (args[3] ? text(3) : awk.record()).replace(
        new RegExp(awk.pattern(args[0] as Expression), "gsu"),
        (...parts) => {
          count++;
          if (!/^[gG]/.test(how) && count !== nth) return parts[0] as string;
          return replacement.replace(
            /\\(\d)|&/g,
            (_, digit?: string) => (parts[Number(digit ?? 0)] as string | undefined) ?? "",
          );
        },
      );
    }
    case "match": {
      const match = awk.pattern(args[1] as Expression).exec(text(0));
      awk.set("RSTART", match ? match.index + 1 : 0);
      awk.set("RLENGTH", match ? match[0].length : -1);
      return match ? match.index + 1 : 0;
    }
    case "sprintf":
      return awk.format(args);
    case "tolower":
      return text(0).toLowerCase();
    case "toupper":
      return text(0).toUpperCase();
    case "close":
    case "fflush":
      awk.close(text(0));
      return 0;
    case "system":
      throw new Failure("system() is not simulated", 2);
  }
  throw new Failure(`calling undefined function ${name}`, 2);
}

/** Of numbers and of time; undefined if it is no such function. */
function callNumeric(
  awk: AwkMachine,
  name: string,
  args: readonly Expression[],
): Value | undefined {
  const value = (i: number) => (args[i] ? awk.value(args[i]) : undefined);
  const number = (i: number) => toNumber(value(i));
  switch (name) {
    case "int":
      return Math.trunc(number(0));
    case "sin":
    case "cos":
    case "exp":
    case "log":
    case "sqrt":
      return Math[name](number(0));
    case "atan2":
      return Math.atan2(number(0), number(1));
    case "rand":
      return awk.random.next();
    case "srand": {
      const before = awk.seed;
      awk.seed = args.length > 0 ? number(0) : Math.floor(awk.now() / 1000);
      return before;
    }
    case "systime":
      return Math.floor(awk.now() / 1000);
    case "strftime":
      return formatTime(
        args.length > 0 ? awk.text(value(0)) : "%a %b %e %H:%M:%S %Z %Y",
        args.length > 1 ? number(1) * 1000 : awk.now(),
      );
  }
  return undefined;
}

function substitute(awk: AwkMachine, args: readonly Expression[], all: boolean): number {
  const [
    pattern,
    replacement,
    target = { type: "field", index: { type: "number", value: 0 } } as const,
  ] = args;
  if (!pattern || !replacement) throw new Failure("not enough arguments to sub", 2);
  const expression = new RegExp(awk.pattern(pattern), all ? "gsu" : "su");
  const template = awk.text(awk.value(replacement));
  const before = awk.text(awk.value(target));
  let count = 0;
  const after = before.replace(expression, (match) => {
    count++;
    return template.replace(/\\\\&|\\&|&/g, (unit) =>
      unit === "&" ? match : unit === "\\&" ? "&" : `\\${match}`,
    );
  });
  if (count > 0) awk.assign(target, after);
  return count;
}
