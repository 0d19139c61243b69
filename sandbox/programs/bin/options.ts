// How tools are told what to do: GNU getopt_long, from a table in one line of text.

/** Options as they were given. The name is the short letter if there is one. */
export interface Given {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

/** Wrong usage; the message is getopt's, without the tool's name. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Known {
  readonly name: string;
  readonly takes: "no" | "yes" | "maybe";
}

interface Table {
  readonly short: ReadonlyMap<string, Known>;
  readonly long: ReadonlyMap<string, Known>;
}

/**
 * Words such as `a,all` `n,lines:` `,color?`: a letter, a long name, and a colon if it takes a
 * value (a question mark if it may).
 */
function table(spec: string): Table {
  const short = new Map<string, Known>();
  const long = new Map<string, Known>();
  for (const word of spec.split(" ").filter((one) => one !== "")) {
    const [, letter = "", name = "", mark] = /^(.?)(?:,([\w-]+))?([:?]?)$/.exec(word) ?? [];
    const known: Known = {
      name: letter || name,
      takes: mark === ":" ? "yes" : mark === "?" ? "maybe" : "no",
    };
    if (letter) short.set(letter, known);
    if (name) long.set(name, known);
  }
  return { short, long };
}

export interface ParseSettings {
  /** Options end at the first operand: `env`, `timeout`, `xargs`. */
  readonly stopEarly?: boolean;
  /** `-5` counts as `-n 5`: the option it stands for. */
  readonly digits?: string;
}

/** Throws `UsageError`. */
export function parseOptions(
  args: readonly string[],
  spec: string,
  { stopEarly = false, digits }: ParseSettings = {},
): Given {
  const { short, long } = table(spec);
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const give = ({ name }: Known, value: string) => {
    const before = values.get(name) ?? [];
    // Deleted first, so that the order of the keys is that in which they were last given.
    values.delete(name);
    values.set(name, [...before, value]);
  };
  let i = 0;
  const cluster = (arg: string) => {
    for (let j = 1; j < arg.length; j++) {
      const letter = arg[j] as string;
      const known = short.get(letter);
      if (!known) throw new UsageError(`invalid option -- '${letter}'`);
      if (known.takes === "no") {
        give(known, "");
        continue;
      }
      let value = arg.slice(j + 1);
      if (value === "" && known.takes === "yes") {
        if (i + 1 >= args.length)
          throw new UsageError(`option requires an argument -- '${letter}'`);
        value = args[++i] as string;
      }
      give(known, value);
      return;
    }
  };
  const named = (arg: string) => {
    const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    const known = findLong(long, name);
    if (known.takes === "no") {
      if (value !== undefined) throw new UsageError(`option '--${name}' doesn't allow an argument`);
      give(known, "");
    } else if (value !== undefined || known.takes === "maybe") give(known, value ?? "");
    else {
      if (i + 1 >= args.length) throw new UsageError(`option '--${name}' requires an argument`);
      give(known, args[++i] as string);
    }
  };
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (digits !== undefined && /^-\d+$/.test(arg)) values.set(digits, [arg.slice(1)]);
    else if (arg.startsWith("--")) named(arg);
    else if (arg.startsWith("-") && arg !== "-") cluster(arg);
    else if (stopEarly) {
      operands.push(...args.slice(i));
      break;
    } else operands.push(arg);
  }
  return { values, operands };
}

function findLong(long: ReadonlyMap<string, Known>, name: string): Known {
  const exact = long.get(name);
  if (exact) return exact;
  const matches = [...long].filter(([other]) => other.startsWith(name) && name !== "");
  const [first] = matches;
  if (!first) throw new UsageError(`unrecognized option '--${name}'`);
  if (matches.length > 1) {
    const all = matches.map(([other]) => `'--${other}'`).join(" ");
    throw new UsageError(`option '--${name}' is ambiguous; possibilities: ${all}`);
  }
  return first[1];
}
