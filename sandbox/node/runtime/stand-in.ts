// What runs in a container whose image nobody made: its command, if the tools at hand can run it,
// and otherwise nothing at all, for ever. As the runtime does that the recorded clusters ran on.

import type { Process, Program } from "../../machine/process.ts";
import { SpawnError } from "../../machine/process.ts";

/** Where it is put in the container's files. */
export const standInPath = "/.init";

/** A command does not end sooner than this. */
const SHORTEST_MS = 1_000;

export const standIn: Program = async (process) => {
  const started = process.clock.now();
  let ask = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  process.trap("SIGTERM", () => ask());
  const ended = commandOf(process).then(async (code) => {
    const early = started + SHORTEST_MS - process.clock.now();
    if (early > 0) await process.sleep(early);
    return code;
  });
  return process.wait(Promise.race([ended, asked.then(() => 0)]));
};

/** The exit code of its command; never, if that cannot be run here. */
async function commandOf(process: Process): Promise<number> {
  const never = new Promise<number>(() => {});
  if (process.argv.length === 1 && process.argv[0] === "pause") return never;
  try {
    const code = await process.spawn(process.argv).exit;
    return code === 126 || code === 127 ? never : code;
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    return never;
  }
}
