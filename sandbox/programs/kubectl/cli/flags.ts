// Flags as pflag reads them: `--name=value`, `--name value`, `-n value`, `-nvalue`, `-it`, and
// `--` that ends them. What is wrong is said in pflag's words. github.com/spf13/pflag flag.go.

import { quoted } from "../../../api/schema/go-json.ts";
import { parseDuration } from "../../../api/time.ts";
import { SyntaxProblem } from "./errors.ts";

/** `list` takes commas apart; `array` does not. */
export type FlagType = "string" | "bool" | "int" | "duration" | "list" | "array";

export interface Flag {
  readonly name: string;
  readonly short: string;
  readonly type: FlagType;
  /** What it is if nobody says. */
  readonly value: string;
  readonly usage: string;
  /** What it is if it is named without a value. */
  readonly bare?: string;
  readonly hidden?: boolean;
  /** Told when it is used. */
  readonly deprecated?: string;
}

type More = Partial<Pick<Flag, "value" | "bare" | "hidden" | "deprecated">>;

/** `name`, or `name n` with its letter. */
function define(type: FlagType, value: string, bare?: string) {
  return (names: string, usage: string, more: More = {}): Flag => {
    const [name = "", short = ""] = names.split(" ");
    return { name, short, type, value, usage, ...(bare !== undefined && { bare }), ...more };
  };
}

export const text = define("string", "");
export const bool = define("bool", "false", "true");
export const int = define("int", "0");
export const duration = define("duration", "0s");
export const list = define("list", "");
export const array = define("array", "");

/** What a command line said, or left unsaid. */
export class FlagValues {
  readonly #flags: ReadonlyMap<string, Flag>;
  readonly #given = new Map<string, string[]>();
  readonly #order: [name: string, value: string][] = [];

  constructor(flags: readonly Flag[]) {
    this.#flags = new Map(flags.map((flag) => [flag.name, flag]));
  }

  find(name: string): Flag | undefined {
    return this.#flags.get(name.replaceAll("_", "-"));
  }

  findShort(letter: string): Flag | undefined {
    if (letter === "") return undefined;
    for (const flag of this.#flags.values()) if (flag.short === letter) return flag;
    return undefined;
  }

  set(flag: Flag, value: string): void {
    const problem = problemWith(flag, value);
    if (problem !== undefined) {
      const named = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
      throw new SyntaxProblem(
        `invalid argument ${quoted(value)} for ${quoted(named)} flag: ${problem}`,
      );
    }
    this.#order.push([flag.name, value]);
    const values = this.#given.get(flag.name);
    if (values) values.push(value);
    else this.#given.set(flag.name, [value]);
  }

  /** The same without a flag. */
  without(name: string): FlagValues {
    const others = new FlagValues([...this.#flags.values()].filter((flag) => flag.name !== name));
    for (const [given, value] of this.#order) {
      const flag = others.find(given);
      if (flag) others.set(flag, value);
    }
    return others;
  }

  changed(name: string): boolean {
    return this.#given.has(name);
  }

  /** True if the command has such a flag at all. */
  has(name: string): boolean {
    return this.#flags.has(name);
  }

  string(name: string): string {
    return this.#given.get(name)?.at(-1) ?? this.#flags.get(name)?.value ?? "";
  }

  bool(name: string): boolean {
    return /^(1|t|T|TRUE|true|True)$/.test(this.string(name));
  }

  int(name: string): number {
    return Number(this.string(name));
  }

  /** In milliseconds. */
  duration(name: string): number {
    return parseDuration(this.string(name)) ?? 0;
  }

  list(name: string): readonly string[] {
    const values = this.#given.get(name) ?? [this.#flags.get(name)?.value ?? ""];
    const isArray = this.#flags.get(name)?.type === "array";
    return values.flatMap((value) =>
      isArray ? (value === "" ? [] : [value]) : splitCommas(value),
    );
  }

  /** All that were given, as they came. */
  get given(): readonly (readonly [name: string, value: string])[] {
    return this.#order;
  }
}

/** One line of comma separated values, of which some may be in double quotes. */
function splitCommas(line: string): string[] {
  if (line === "") return [];
  const fields = line.match(/(?:"(?:[^"]|"")*"|[^,])+|(?<=,|^)(?=,|$)/g) ?? [];
  return fields.map((field) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  );
}

function problemWith({ type }: Flag, value: string): string | undefined {
  switch (type) {
    case "bool":
      if (/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) return undefined;
      return `strconv.ParseBool: parsing ${quoted(value)}: invalid syntax`;
    case "int":
      if (/^[+-]?\d+$/.test(value)) return undefined;
      return `strconv.ParseInt: parsing ${quoted(value)}: invalid syntax`;
    case "duration":
      if (parseDuration(value) !== undefined) return undefined;
      return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(value)
        ? `time: missing unit in duration ${quoted(value)}`
        : `time: invalid duration ${quoted(value)}`;
    default:
      return undefined;
  }
}

export interface Parsed {
  readonly values: FlagValues;
  readonly args: readonly string[];
  /** How many of `args` came before `--`; -1 without one. */
  readonly dashAt: number;
  readonly help: boolean;
  /** Notes on deprecated flags that were used. */
  readonly notes: readonly string[];
}

/** Reads a command's words. Throws `SyntaxProblem`. */
export function parseFlags(words: readonly string[], flags: readonly Flag[]): Parsed {
  const values = new FlagValues(flags);
  const args: string[] = [];
  const notes: string[] = [];
  let dashAt = -1;
  let help = false;
  const queue = [...words];
  const set = (flag: Flag, value: string) => {
    values.set(flag, value);
    if (flag.deprecated === undefined) return;
    notes.push(`Flag --${flag.name} has been deprecated, ${flag.deprecated}\n`);
  };
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") {
      dashAt = args.length;
      args.push(...queue);
      break;
    }
    if (!word.startsWith("-") || word === "-") args.push(word);
    else if (word === "--help") help = true;
    else if (word.startsWith("--")) readLong(word, queue, { values, set });
    else if (readShort(word, queue, { values, set })) help = true;
  }
  return { values, args, dashAt, help, notes };
}

interface Reading {
  readonly values: FlagValues;
  set(flag: Flag, value: string): void;
}

function readLong(word: string, queue: string[], { values, set }: Reading): void {
  const [, name = "", , value] = /^--([^=]*)(=([\s\S]*))?$/.exec(word) ?? [];
  if (name === "" || name.startsWith("-")) throw new SyntaxProblem(`bad flag syntax: ${word}`);
  const flag = values.find(name);
  if (!flag) throw new SyntaxProblem(`unknown flag: --${name}`);
  const given = value ?? flag.bare ?? queue.shift();
  if (given === undefined) throw new SyntaxProblem(`flag needs an argument: ${word}`);
  set(flag, given);
}

/** True if it asks for help. */
function readShort(word: string, queue: string[], { values, set }: Reading): boolean {
  let letters = word.slice(1);
  while (letters !== "") {
    const letter = letters.charAt(0);
    const rest = letters.slice(1);
    const flag = values.findShort(letter);
    if (!flag) {
      if (letter === "h") return true;
      throw new SyntaxProblem(`unknown shorthand flag: '${letter}' in -${letters}`);
    }
    if (rest.length > 0 && rest.startsWith("=")) {
      set(flag, rest.slice(1));
      return false;
    }
    if (flag.bare === undefined) {
      const value = rest !== "" ? rest : queue.shift();
      if (value === undefined) {
        throw new SyntaxProblem(`flag needs an argument: '${letter}' in -${letters}`);
      }
      set(flag, value);
      return false;
    }
    set(flag, flag.bare);
    letters = rest;
  }
  return false;
}
