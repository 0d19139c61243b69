// `npm run -s kennel -- VERB`: the sandbox in Node, without a browser.

import { type Output, run } from "./run.ts";
import { serve } from "./serve.ts";
import { openSession } from "./session.ts";
import { shell } from "./shell.ts";

const output: Output = {
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
};

// Whoever reads may stop before the end: `kennel run … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

type Verb = (argv: readonly string[]) => Promise<number>;

const verbs: ReadonlyMap<string, Verb> = new Map([
  ["run", (argv) => run(argv, openSession, output)],
  ["shell", shell],
  ["serve", serve],
  // Fetched when it is asked for: it brings what only developers have.
  ["bench", async (argv) => (await import("./bench/bench.ts")).bench(argv)],
]);

const [word = "", ...argv] = process.argv.slice(2);
const verb = verbs.get(word);
if (verb) {
  process.exitCode = await verb(argv);
} else {
  const known = [...verbs.keys()].join(" | ");
  output.complain(`${word ? `kennel: no verb "${word}"\n` : ""}usage: kennel ${known} …\n`);
  process.exitCode = 2;
}
