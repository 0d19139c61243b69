// What a subcommand is: its words, its flags and what it does. One subcommand, one file.

import { usageError } from "./errors.ts";
import type { Flag, FlagValues } from "./flags.ts";
import type { Kubectl } from "./kubectl.ts";

/** What is completed behind a command's name. */
export type Completes = "type" | "pod" | "node" | "context" | "cluster" | "user" | "file" | "none";

export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Behind the name on the usage line: `NODE [options]`. */
  readonly usage: string;
  readonly short: string;
  readonly long?: string;
  /** Lines as they are shown, without indentation. */
  readonly examples?: readonly string[];
  readonly flags?: readonly Flag[];
  /** Flags that must be given. */
  readonly required?: readonly string[];
  /** Wrongly typed commands that mean this one. */
  readonly suggestedFor?: readonly string[];
  readonly hidden?: boolean;
  readonly commands?: readonly Command[];
  readonly completes?: Completes;
  /** Resolves to the exit code, if it is a number. */
  run?(call: Call): Promise<unknown>;
}

/** A command that was called. */
export interface Call {
  readonly kubectl: Kubectl;
  /** `kubectl create namespace`. */
  readonly path: string;
  readonly flags: FlagValues;
  readonly args: readonly string[];
  /** How many arguments stood before `--`; -1 without one. */
  readonly dashAt: number;
}

export const defineCommand = (command: Command): Command => command;

/** The one argument, which must be there. */
export function exactlyOneName({ args, path }: Call): string {
  const [name] = args;
  if (args.length !== 1 || name === undefined) {
    throw usageError(path, `exactly one NAME is required, got ${args.length}`);
  }
  return name;
}
