// The options of `kennel run`.

import { parseArgs } from "node:util";
import { eras, findEra } from "../sandbox/eras/index.ts";

/** The command line is wrong; the message is for the user, the exit status is 2. */
export class UsageError extends Error {}

export interface RunOptions {
  /** The bare four-node cluster of the golden cases if there is none. */
  readonly scene: string | undefined;
  readonly era: string | undefined;
  /** The release of kubectl, if it is another one. */
  readonly client: string | undefined;
  readonly seed: number | undefined;
  /** Where NAME.out is written for each file, instead of printing. */
  readonly folder: string | undefined;
  readonly check: boolean;
  readonly files: readonly string[];
}

export const runUsage = `usage: kennel run [--scene NAME] [--era V] [--client V] [--seed N] [-o DIR] [--check] FILE…
`;

/** Throws `UsageError`. */
export function parseRunOptions(argv: readonly string[]): RunOptions {
  const { values, positionals } = parse(argv);
  if (positionals.length === 0) throw new UsageError(`no script was named\n${runUsage}`);
  const { scene, era, client, seed, output, check } = values;
  for (const release of [era, client]) {
    if (release !== undefined && !findEra(release)) {
      const known = Object.keys(eras).join(", ");
      throw new UsageError(`there is no era ${release}; there are ${known}\n${runUsage}`);
    }
  }
  if (seed !== undefined && !/^\d+$/.test(seed)) {
    throw new UsageError(`--seed: "${seed}" is no number\n${runUsage}`);
  }
  return {
    scene,
    era,
    client,
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
        client: { type: "string" },
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
