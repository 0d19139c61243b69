// Go's way with flags: one dash or two, `-name=value` or `-name value`. Upstream: flag, go.dev.

/** `server` is a switch, `node:` takes a text, `port#` a number, `join*` may be repeated. */
export type FlagTable = string;

export interface Flags {
  readonly args: readonly string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  all(name: string): readonly string[];
}

/** What was wrong, in Go's words; `help` was asked for. */
export class FlagError extends Error {
  override readonly name = "FlagError";
}

export function parseFlags(argv: readonly string[], table: FlagTable): Flags {
  const kinds = new Map<string, string>();
  for (const word of table.split(/\s+/)) kinds.set(word.replace(/[:#*]$/, ""), word.slice(-1));
  const values = new Map<string, string[]>();
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word.length < 2 || !word.startsWith("-")) break;
    if (word === "--") {
      at++;
      break;
    }
    const [, name = "", , given] = /^--?([^=]*)(=(.*))?$/s.exec(word) ?? [];
    if (name === "" || name.startsWith("-")) throw new FlagError(`bad flag syntax: ${word}`);
    const kind = kinds.get(name);
    if (kind === undefined) {
      if (name === "help" || name === "h") throw new FlagError("flag: help requested");
      throw new FlagError(`flag provided but not defined: -${name}`);
    }
    const takes = /[:#*]/.test(kind);
    if (takes && given === undefined && at + 1 >= argv.length) {
      throw new FlagError(`flag needs an argument: -${name}`);
    }
    const value = given ?? (takes ? (argv[++at] ?? "") : "true");
    checkValue(name, value, kind);
    values.set(name, [...(kind === "*" ? (values.get(name) ?? []) : []), value]);
  }
  const text = (name: string) => values.get(name)?.at(-1);
  return {
    args: argv.slice(at),
    has: (name) => /^(?:1|t|T|true|TRUE|True)$/.test(text(name) ?? ""),
    text,
    number: (name) => (values.has(name) ? Number(text(name)) : undefined),
    all: (name) => values.get(name) ?? [],
  };
}

function checkValue(name: string, value: string, kind: string): void {
  if (kind === "#" && !/^[+-]?\d+$/.test(value)) {
    throw new FlagError(`invalid value ${JSON.stringify(value)} for flag -${name}: parse error`);
  }
  if (/[:#*]/.test(kind) || /^(?:[01tTfF]|true|TRUE|True|false|FALSE|False)$/.test(value)) return;
  throw new FlagError(`invalid boolean value ${JSON.stringify(value)} for -${name}: parse error`);
}
