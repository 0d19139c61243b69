// What a builtin is.

import type { Declared, Invoked } from "../command.ts";
import type { Shell } from "../state.ts";

export interface BuiltinContext extends Invoked {
  /** What it was called by. */
  readonly name: string;
  /** Its arguments that are assignments. */
  readonly declared: readonly Declared[];
  /** Runs another command as if it stood there. */
  readonly invoke: (shell: Shell, argv: readonly string[], invocation: Invoked) => Promise<number>;
}

/** Resolves to the exit status. Throws `ShellError` for what the shell is to say. */
export type Builtin = (
  shell: Shell,
  args: readonly string[],
  context: BuiltinContext,
) => Promise<number>;

export interface ParsedOptions {
  readonly flags: ReadonlySet<string>;
  readonly rest: readonly string[];
  /** The first letter that is no option. */
  readonly unknown: string | undefined;
}

/** Single letters without arguments, up to `--` or the first word that is none. */
export function letters(args: readonly string[], known: string): ParsedOptions {
  const flags = new Set<string>();
  for (const [i, arg] of args.entries()) {
    if (arg === "--") return { flags, rest: args.slice(i + 1), unknown: undefined };
    if (!/^-./.test(arg)) return { flags, rest: args.slice(i), unknown: undefined };
    for (const letter of arg.slice(1)) {
      if (!known.includes(letter)) return { flags, rest: args.slice(i), unknown: letter };
      flags.add(letter);
    }
  }
  return { flags, rest: [], unknown: undefined };
}

/** `bash: cd: -z: invalid option` and how it is used; status 2. */
export async function badOption(
  shell: Shell,
  { name, letter, usage }: { name: string; letter: string; usage: string },
): Promise<number> {
  if (shell.dialect.name !== "bash") {
    await shell.complain(`${name}: Illegal option -${letter}`);
    return 2;
  }
  await shell.complain(`${name}: -${letter}: invalid option`);
  await shell.stderr.write(`${name}: usage: ${usage}\n`);
  return 2;
}
