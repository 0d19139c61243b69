// The options of `kennel run`.

import { parseArgs } from "node:util";

/** The command line is wrong; the message is for the user, the exit status is 2. */
export class UsageError extends Error {}

export interface RunOptions {
  /** The bare four-node cluster of the golden cases if there is none. */
  readonly scene: string | undefined;
  readonly era: string | undefined;
  readonly seed: number | undefined;
  /** Where NAME.out is written for each file, instead of printing. */
  readonly folder: string | undefined;
  readonly check: boolean;
  readonly files: readonly string[];
}

export const runUsage = `usage: kennel run [--scene NAME] [--era V] [--seed N] [-o DIR] [--check] FILE…
`;

/** Throws `UsageError`. */
export function parseRunOptions(argv: readonly string[]): RunOptions {
  const { values, positionals } = parse(argv);
  if (positionals.length === 0) throw new UsageError(`no script was named\n${runUsage}`);
  const { scene, era, seed, output, check } = values;
  if (seed !== undefined && !/^\d+$/.test(seed)) {
    throw new UsageError(`--seed: "${seed}" is no number\n${runUsage}`);
  }
  return {
    scene,
    era,
    seed: seed === undefined ? undefined : Number(seed),
    folder: output,
    check: check ?? false,
    files: positionals,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        scene: { type: "string" },
        era: { type: "string" },
        seed: { type: "string" },
        output: { type: "string", short: "o" },
        check: { type: "boolean" },
      },
    });
  } catch (error) {
    // Node says what is wrong with an option in words for its user; anything else is ours.
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${error.message}\n${runUsage}`);
  }
}
